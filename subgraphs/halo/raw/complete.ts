import { GatewayError } from '../../../schema/errors.ts'
import type { RawReading, RawRequest } from '../../../schema/passthrough.ts'
import type { ClientMail } from '../../../schema/plan.ts'
import type { VendorAccess, VendorSession } from '../../../schema/source.ts'
import { type MailReason, mayMail } from '../../planning/mail.ts'
import type { Members } from '../body-fields.ts'
import { readJson } from '../client.ts'
import { isDone } from '../plan/compose.ts'
import { clientMail, statusMail } from '../plan/mail.ts'
import { describeOutcome, type Outcome } from '../plan/outcomes.ts'
import { ticketNow } from '../plan/ticket-now.ts'
import {
  companiesOfSites,
  groupOfType,
  outcomes,
  priorities,
  statuses,
  teams,
  ticketTypes,
  workTypes,
} from '../reference.ts'
import { type OutcomeBody, type TicketBody, ticket as ticketShape } from '../schema.ts'
import { type Written, writtenBy } from './elements.ts'
import { demandsNow } from './reading.ts'
import { keyOf, shapeOf } from './shapes.ts'
import { memberOf } from './values.ts'

/** What only HaloPSA can tell of a write: names of ids, what its outcome does, what kind of record it is. */
export async function complete(
  session: VendorSession,
  request: RawRequest,
  reading: RawReading,
  before: unknown,
): Promise<RawReading> {
  const written = writtenBy(request)
  switch (shapeOf(request.endpoint.template)) {
    case 'TICKET':
      return ticketFacts(session, request, reading, written, before)
    case 'ACTION':
      return before === undefined
        ? actionFacts(session, request, reading, written)
        : changedAction(request, reading, written, before)
    default:
      return withPlace(session, reading, written.members, '')
  }
}

async function ticketFacts(
  session: VendorSession,
  request: RawRequest,
  reading: RawReading,
  { members }: Written,
  before: unknown,
): Promise<RawReading> {
  const { template } = request.endpoint
  const record = before ?? (await behindDoor(session, request, members))
  const typed = await otherTypes(session, request, reading, members, record)
  const placed = await withPlace(
    session,
    { ...reading, alsoDemands: [...reading.alsoDemands, ...typed] },
    members,
    '',
  )
  const named = await withNames(session, placed, members, '')
  const ended = await withStatus(
    session,
    named,
    keyOf(members.get('status_id')),
    keyOf(memberOf(record, 'status_id')),
  )
  const parsed = ticketShape.safeParse(record)
  return withRecipients(
    session,
    ended,
    parsed.success && /^\/tickets/i.test(template) ? parsed.data : null,
    members,
  )
}

/**
 * The record that is changed through the door of projects or of opportunities: the ids are those of tickets, so one
 * of another kind is no record here.
 */
async function behindDoor(
  session: VendorSession,
  { endpoint: { group, template } }: RawRequest,
  members: Members,
): Promise<unknown> {
  const id = keyOf(members.get('id'))
  if (id === undefined || /^\/tickets/i.test(template)) return undefined
  const access: VendorAccess = { group, kind: 'READ', fields: [] }
  const record = await readJson(session, { path: `${template}/${id}`, access })
  const type = keyOf(memberOf(record, 'tickettype_id'))
  if (type === undefined || (await groupOfType(session, type)) !== group)
    throw new GatewayError('NOT_FOUND', 'No such record.', { argument: 'id' })
  return record
}

const DOORS = ['Tickets', 'Projects', 'Opportunities'] as const

/** A type decides whether a record is a ticket, a project or an opportunity (side-effects.tsv). */
async function otherTypes(
  session: VendorSession,
  { endpoint: { group } }: RawRequest,
  { access }: RawReading,
  members: Members,
  record: unknown,
): Promise<readonly VendorAccess[]> {
  const named = [members.get('tickettype_id'), memberOf(record, 'tickettype_id')].filter(
    (one) => one !== undefined,
  )
  const found = await Promise.all(
    named.map(async (one) => {
      const type = keyOf(one)
      return type === undefined ? undefined : groupOfType(session, type)
    }),
  )
  const groups = new Set(found.flatMap((one) => (one === undefined ? DOORS : [one])))
  groups.delete(group)
  return [...groups].map((one) => ({ group: one, kind: access.kind, fields: access.fields }))
}

/** The company of a site, and the key of a team that is named. */
async function withPlace(
  session: VendorSession,
  reading: RawReading,
  members: Members,
  prefix: '' | 'new_',
  team = members.get(`${prefix}team`),
): Promise<RawReading> {
  const { becomes } = reading
  if (becomes === null && typeof team !== 'string') return reading
  const site = Number(keyOf(members.get(`${prefix}site_id`)))
  const home = Number.isInteger(site) ? (await companiesOfSites(session)).get(site) : undefined
  const board =
    typeof team === 'string'
      ? (await teams(session)).find(({ name }) => name.toLowerCase() === team.toLowerCase())
      : undefined
  return {
    ...reading,
    becomes: {
      ...becomes,
      ...(home !== undefined && { company: String(home) }),
      ...(typeof team === 'string' && { board: board === undefined ? undefined : String(board.id) }),
    },
  }
}

/** A policy knows priorities and types by their names. */
async function withNames(
  session: VendorSession,
  reading: RawReading,
  members: Members,
  prefix: '' | 'new_',
): Promise<RawReading> {
  const values = { ...reading.values }
  const priority = keyOf(members.get(prefix === '' ? 'priority_id' : 'new_priority'))
  const rank =
    priority === undefined ? undefined : (await priorities(session)).find(({ key }) => key === priority)
  if (rank !== undefined) values.priority = [rank.name]
  const type = keyOf(members.get(`${prefix}tickettype${prefix === '' ? '_id' : ''}`))
  const kind =
    type === undefined ? undefined : (await ticketTypes(session)).find(({ id }) => String(id) === type)
  if (kind !== undefined) values.type = [kind.name]
  const sets = members.has(prefix === '' ? 'priority_id' : 'new_priority')
  // One that the tenant does not have may be any.
  return { ...reading, values, priorityRank: sets ? (rank?.rank ?? 1) : null }
}

/** Whether the status that is reached ends the ticket; one that is not known may do either. */
async function withStatus(
  session: VendorSession,
  reading: RawReading,
  next: string | undefined,
  now: string | undefined,
): Promise<RawReading> {
  if (next === undefined) return reading
  const known = await statuses(session)
  const status = known.find(({ key }) => key === next)
  const current = known.find(({ key }) => key === now)
  if (status === undefined) return { ...reading, closes: true, reopens: true }
  const wasDone = current !== undefined && isDone(current)
  return {
    ...reading,
    values: { ...reading.values, status: [status.name] },
    closes: isDone(status) && !wasDone,
    reopens: !isDone(status) && wasDone,
    clientMail: joined(reading.clientMail, statusMail(session, status)),
  }
}

async function actionFacts(
  session: VendorSession,
  request: RawRequest,
  reading: RawReading,
  { members, bytes }: Written,
): Promise<RawReading> {
  const ticket = await ticketNow(session, keyOf(members.get('ticket_id')) ?? '')
  const body = outcomeIn(await outcomes(session, ticket.tickettype_id ?? 0), members)
  const outcome = body === undefined ? undefined : describeOutcome(body)
  const [access, ...others] = demandsNow(request, bytes, members, {
    ...(outcome !== undefined && { outcomeChanges: outcome.changes }),
  })
  const placed = await withPlace(
    session,
    { ...reading, access, alsoDemands: [...others, ...startedBy(body)] },
    members,
    'new_',
    members.get('new_team') ?? (body?.defaultteam || undefined),
  )
  const named = await withNames(session, placed, members, 'new_')
  const next = keyOf(members.get('new_status')) ?? keyOf(outcome?.newStatus)
  const ended = await withStatus(session, named, next, keyOf(ticket.status_id))
  const rate = members.has('chargerate')
    ? (await workTypes(session)).find(({ id }) => String(id) === String(members.get('chargerate')))
    : undefined
  const facts: RawReading = {
    ...ended,
    values: {
      ...ended.values,
      ...(outcome !== undefined && { outcome: [outcome.name] }),
      ...(rate !== undefined && { workType: [rate.name] }),
      ...(members.get('hiddenfromuser') !== true &&
        outcome !== undefined && { kind: [ended.closes ? 'RESOLUTION' : 'CLIENT_FACING'] }),
    },
    // An outcome that the type of the ticket does not have may do anything.
    ...(outcome === undefined && { closes: true, reopens: true }),
    sideEffects: [...ended.sideEffects, ...doneBy(outcome)],
  }
  return withRecipients(session, facts, ticket, members)
}

function outcomeIn(known: readonly OutcomeBody[], members: Members): OutcomeBody | undefined {
  const id = keyOf(members.get('outcome_id'))
  if (id !== undefined) return known.find((one) => String(one.id) === id)
  const name = members.get('outcome')
  if (typeof name !== 'string') return undefined
  return known.find(({ outcome }) => outcome?.toLowerCase() === name.toLowerCase())
}

/** Approvals and child tickets that an outcome starts by itself (API.md, "Outcome"). */
function startedBy(body: OutcomeBody | undefined): readonly VendorAccess[] {
  const starts = (id: number | null | undefined) => body === undefined || (id ?? 0) > 0
  return [
    ...(starts(body?.approval_process_id)
      ? [{ group: 'Approvals', kind: 'CREATE', fields: ['outcome'] } as const]
      : []),
    ...(starts(body?.child_template_id)
      ? [{ group: 'Tickets', kind: 'BUNDLE', fields: ['outcome'] } as const]
      : []),
  ]
}

function doneBy(outcome: Outcome | undefined): readonly string[] {
  if (outcome === undefined) return ['What its outcome does is not known.']
  const done = [
    ...outcome.changes.map((field) => `changes ${field}`),
    ...outcome.starts.map((what) => `starts ${what}`),
    ...(outcome.mails ? ['mails, unless the body says not to'] : []),
  ]
  return done.length === 0 ? [] : [`The outcome "${outcome.name}" by itself ${done.join(', ')}.`]
}

/** What it is decides whose it is, as long as it stays that. */
function changedAction(
  request: RawRequest,
  reading: RawReading,
  { members, bytes }: Written,
  before: unknown,
): RawReading {
  const existing = {
    visible: memberOf(before, 'hiddenfromuser') !== true,
    timed: Number(memberOf(before, 'timetaken') ?? 0) > 0,
  }
  const [access, ...alsoDemands] = demandsNow(request, bytes, members, { outcomeChanges: [], existing })
  return { ...reading, access, alsoDemands }
}

async function withRecipients(
  session: VendorSession,
  reading: RawReading,
  ticket: TicketBody | null,
  members: Members,
): Promise<RawReading> {
  const { clientMail: mail } = reading
  if (mail.verdict === 'NO') return reading
  const verdict = members.get('sendemail') === true ? 'YES' : mail.verdict
  const reasons = mail.reasons.map((reason): MailReason => ({ verdict, reason }))
  const told = await clientMail(
    session,
    reasons,
    [ticket?.user_email ?? null],
    ticket === null ? [] : [ticket],
  )
  // Whom the caller names itself is no secret to it.
  const named = ['emailto', 'emailcc'].flatMap((name) => String(members.get(name) ?? '').split(/[;,\s]+/))
  const recipients = [...named.filter((one) => one.includes('@')), ...told.recipients]
  return { ...reading, clientMail: { ...told, recipients: [...new Set(recipients)] } }
}

function joined(mail: ClientMail, more: readonly MailReason[]): ClientMail {
  if (!mayMail(more)) return mail
  return {
    verdict: mail.verdict === 'YES' ? 'YES' : 'MAY',
    recipients: mail.recipients,
    reasons: [...new Set([...mail.reasons, ...more.map(({ reason }) => reason)])],
  }
}
