import { isDeepStrictEqual } from 'node:util'
import { badInput, GatewayError } from '../../schema/errors.ts'
import { formatId } from '../../schema/ids.ts'
import type { PlannedStep } from '../../schema/plan.ts'
import type { EntityType } from '../../schema/records.ts'
import { nullsOf } from '../../schema/writes/nulls.ts'
import { openForAdministration } from '../admin/probe.ts'
import { findVisible } from '../approvals/visible.ts'
import type { GatewayContext } from '../context.ts'
import { findConnection } from '../store/connections.ts'
import { getRevision } from '../store/requests.ts'
import type { NotPutBack, WriteRequestRow } from '../store/tables.ts'
import { asStored } from './as-stored.ts'
import { askedByPerson, expectMayAsk } from './by-person.ts'
import { answeredBefore, keyedCall, putBackTold } from './idempotency.ts'
import type { WriteOutcome } from './outcome.ts'
import type { Plan } from './plan.ts'
import { storedSubmission } from './revise.ts'
import type { Submission } from './submission.ts'
import { submitWrite } from './submit.ts'

export interface PutBack extends NotPutBack {
  readonly outcome: WriteOutcome
}

export interface PutBackCall {
  readonly reason: string | null
  readonly idempotencyKey: string | null
  readonly dryRun: boolean
}

/**
 * A new write request that gives the fields of an executed one their values of before, as far as they still hold
 * what it wrote. It takes the whole path of any write.
 * @throws GatewayError NOT_SUPPORTED with the reasons, NO_CHANGE when everything has changed since
 */
export async function putBack(context: GatewayContext, id: string, call: PutBackCall): Promise<PutBack> {
  const request = await findVisible(context, id)
  if (request.state !== 'EXECUTED') throw badInput('id', 'a request that was executed', request.state)
  const plan = (await getRevision(context.services.store.db, id, request.revision))?.plan as Plan
  const caller = expectMayAsk(context, request, plan)
  if (caller.kind === 'AGENT' && !call.dryRun) {
    // First of all: after the first call the fields no longer hold what is to be taken back.
    const key = keyedCall(caller, request.connection, call.idempotencyKey, ...putBackTold(id))
    const before = key === null ? null : await answeredBefore(context, key)
    if (before !== null) return { outcome: before, ...stayed(before) }
  }
  const { submission, stays } = await takenBack(context, request, plan)
  const origin = { putsBack: { request: id, stays } }
  const outcome =
    caller.kind === 'AGENT'
      ? await submitWrite(context, submission, { ...call, request: null }, origin)
      : await askedByPerson(context, caller, request, submission, { ...call, origin })
  return { outcome, ...(outcome.replayed ? stayed(outcome) : stays) }
}

function stayed({ request }: WriteOutcome): NotPutBack {
  return request?.not_put_back ?? { changedSince: [], left: [] }
}

interface TakenBack {
  readonly submission: Submission
  readonly stays: NotPutBack
}

async function takenBack(context: GatewayContext, request: WriteRequestRow, plan: Plan): Promise<TakenBack> {
  const left: string[] = []
  const written = new Map<string, unknown>()
  let target: { readonly type: EntityType; readonly key: string } | undefined
  for (const step of plan.steps) {
    const why = notTakenBack(step, target)
    if (why !== null || step.reconcile.by !== 'VALUES' || step.reconcile.target.type === 'Raw') {
      left.push(`${step.summary} ${why}`)
      continue
    }
    target = step.reconcile.target
    for (const [field, value] of Object.entries(step.reconcile.planned)) written.set(field, value)
  }
  if (target === undefined) {
    throw new GatewayError('NOT_SUPPORTED', 'Nothing of this write can be put back.', { reasons: left })
  }
  const now = await presentValues(context, request, target, [...written.keys()])
  const before = plan.baseline.find(
    (one) => one.target.type === target.type && one.target.key === target.key,
  )?.fields
  const changedSince: string[] = []
  const values: Record<string, unknown> = {}
  const { write, input: inputOf } = WAYS[target.type]!
  for (const [field, value] of written) {
    const member = inputOf(request.connection, field, before?.[field] ?? null)
    if (!isDeepStrictEqual(now[field], value ?? null)) changedSince.push(field)
    else if (before === undefined || !Object.hasOwn(before, field))
      left.push(`${field}: its value of before is not on record.`)
    else if (member === null) left.push(`${field}: ${write} can not give it its value of before.`)
    else Object.assign(values, joined(values, member))
  }
  if (Object.keys(values).length === 0) {
    if (changedSince.length > 0)
      throw new GatewayError('NO_CHANGE', 'Every field has been changed since.', {
        changedSince,
        reasons: left,
      })
    throw new GatewayError('NOT_SUPPORTED', 'Nothing of this write can be put back.', { reasons: left })
  }
  const input = { id: formatId(request.connection, target.type, target.key), ...values }
  return {
    submission: await storedSubmission(context, { write }, input),
    stays: { changedSince, left },
  }
}

function notTakenBack(
  { access, creates, reconcile }: PlannedStep,
  target: { readonly type: EntityType; readonly key: string } | undefined,
): string | null {
  if (creates !== null || access.kind === 'CREATE') return 'What was created stays; delete it on its own.'
  if (access.kind === 'MERGE') return 'A merge can not be undone.'
  if (access.kind === 'DELETE') return 'What was deleted is gone.'
  if (access.kind === 'BUNDLE') return 'A bundle is taken apart in the PSA.'
  if (
    reconcile.by !== 'VALUES' ||
    reconcile.target.type === 'Raw' ||
    WAYS[reconcile.target.type] === undefined
  )
    return 'No write of the gateway gives its fields a value.'
  const same =
    target === undefined || (target.type === reconcile.target.type && target.key === reconcile.target.key)
  return same ? null : 'It changed another record; one is put back at a time.'
}

async function presentValues(
  { services }: GatewayContext,
  { connection }: WriteRequestRow,
  target: { readonly type: EntityType; readonly key: string },
  fields: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const row = await findConnection(services.store.db, connection)
  // Only compared, and shown to nobody: by the gateway's own right to read.
  const open = row?.enabled ? openForAdministration(services, row) : undefined
  if (open === undefined) throw new GatewayError('CONNECTION_FORBIDDEN', 'The connection is not enabled.')
  const { exists, fields: now } = await open.source.readTarget(open.session, target, fields)
  if (!exists) throw new GatewayError('NOT_FOUND', 'The record is gone.')
  return Object.fromEntries(fields.map((field) => [field, asStored(now[field])]))
}

type Member = Readonly<Record<string, unknown>> | null

type FieldByField =
  | 'updateCompany'
  | 'updateSite'
  | 'updateConfigurationItem'
  | 'updateTimeEntry'
  | 'updateTicketLineItem'
  | 'updateTicketTask'
  | 'updateScheduleEntry'

interface Way {
  readonly write: 'updateTicket' | 'updateContact' | FieldByField
  /** The member of its input that gives a field this value; null when it has none for it. */
  input(connection: string, field: string, value: unknown): Member
}

const REFERENCES: Readonly<Record<string, EntityType>> = {
  board: 'Board',
  assignee: 'Member',
  company: 'Company',
  contact: 'Contact',
}
const CLEARED: ReadonlySet<string> = new Set(['type', 'assignee', 'contact'])

/** Where an item stands and who uses it. */
const PLACES: Readonly<Record<string, EntityType>> = { site: 'Site', contact: 'Contact' }
const ITEMS = fieldByField('updateConfigurationItem')

/** By which write a field of such a record gets its value of before. */
const WAYS: Partial<Readonly<Record<EntityType, Way>>> = {
  Ticket: {
    write: 'updateTicket',
    input(connection, field, value): Member {
      if (field.startsWith('custom:')) {
        const text = value === null ? null : String(value)
        return { customFields: [{ field: field.slice('custom:'.length), value: text }] }
      }
      if (value === null) return CLEARED.has(field) ? { [field]: null } : null
      const type = REFERENCES[field]
      if (type !== undefined) return { [field]: formatId(connection, type, String(value)) }
      return ['title', 'status', 'priority', 'type'].includes(field) ? { [field]: value } : null
    },
  },
  Contact: {
    write: 'updateContact',
    input: (_connection, field, value) =>
      value !== null && ['firstName', 'lastName', 'email', 'phone', 'title', 'active'].includes(field)
        ? { [field]: value }
        : null,
  },
  Company: fieldByField('updateCompany'),
  Site: fieldByField('updateSite'),
  ConfigurationItem: {
    write: 'updateConfigurationItem',
    input(connection, field, value): Member {
      const type = PLACES[field]
      const given = type === undefined || value === null ? value : formatId(connection, type, String(value))
      return ITEMS.input(connection, field, given)
    },
  },
  TimeEntry: fieldByField('updateTimeEntry'),
  TicketLineItem: fieldByField('updateTicketLineItem'),
  TicketTask: fieldByField('updateTicketTask'),
  ScheduleEntry: fieldByField('updateScheduleEntry'),
}

/** Every field that the write takes as it stands in the record; nothing where there was none only if a null clears it. */
function fieldByField(write: FieldByField): Way {
  const { clears, refused } = nullsOf(write)
  return {
    write,
    input: (_connection, field, value) =>
      clears.has(field) || (value !== null && refused.has(field)) ? { [field]: value } : null,
  }
}

/** Custom fields come one by one and are written together. */
function joined(values: Readonly<Record<string, unknown>>, member: NonNullable<Member>): Member {
  const list = (of: Readonly<Record<string, unknown>>) => (of.customFields ?? []) as readonly unknown[]
  return member.customFields === undefined ? member : { customFields: [...list(values), ...list(member)] }
}
