import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { PlannedStep, TimeInput } from '../../../schema/plan.ts'
import type { BillableOption } from '../../../schema/records.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { namedInTime } from '../../planning/facts.ts'
import { expectMapped } from '../../planning/mapped.ts'
import { textOf } from '../../planning/texts.ts'
import { objectOf, query } from '../client.ts'
import { compare, fieldName, instant, text } from '../conditions.ts'
import { BILLABLE } from '../entities/time-entry.ts'
import { workRoles, workTypes } from '../reference.ts'
import { pick } from './pick.ts'
import { roleOf } from './roles.ts'
import { step, ticketRef } from './steps.ts'
import { numberOf, type TicketNow } from './ticket-now.ts'

/** API.md 13: more than 24 hours are refused. */
const MAX_HOURS = 24
/** API.md 15 gives no length for the two texts; a note's is the smallest that is known. */
const MAX_TEXT = 32_000

export async function timeStep(
  session: VendorSession,
  ticket: TicketNow,
  time: TimeInput,
  actor: PlanActor,
): Promise<PlannedStep> {
  const span = spanOf(time.hours)
  // Time without a start was just spent.
  const start =
    time.startedAt === undefined
      ? wholeSecond(Date.now()) - span
      : wholeSecond(instant('startedAt', time.startedAt))
  if (time.clientText === undefined) {
    throw badInput(
      'clientText',
      'a text: Autotask requires one on time, and the client may read it',
      undefined,
    )
  }
  const resource = await ownerOf(session, ticket, actor)
  const content = {
    ticketID: ticket.id,
    resourceID: Number(resource),
    startDateTime: stamp(start),
    endDateTime: stamp(start + span),
    summaryNotes: textOf(time.clientText, 'clientText', MAX_TEXT),
    ...(time.internalText === undefined
      ? {}
      : { internalNotes: textOf(time.internalText, 'internalText', MAX_TEXT) }),
  }
  return step({
    method: 'POST',
    path: '/TimeEntries',
    body: {
      ...content,
      roleID: await roleFor(session, ticket, resource, time.workRole),
      billingCodeID: await workTypeFor(session, ticket, time.workType),
      ...billing(time.billableOption),
    },
    // The ticket is the step's target; what nobody named is required and follows from the tenant's setup.
    except: [
      'member',
      'ticket',
      ...(time.startedAt === undefined ? ['startedAt'] : []),
      ...(time.workRole === undefined ? ['workRole'] : []),
      ...(time.workType === undefined ? ['workType'] : []),
    ],
    target: ticketRef(ticket.id),
    creates: 'TimeEntry',
    summary: `Logs ${time.hours} h on ticket ${numberOf(ticket)}.`,
    reconcile: { by: 'FINGERPRINT', parent: ticketRef(ticket.id), content },
  })
}

/** The policy says whose time it is, never the agent. */
async function ownerOf(session: VendorSession, ticket: TicketNow, actor: PlanActor): Promise<string> {
  if (actor.timeOwner === 'APPROVER') {
    throw new GatewayError(
      'NOT_SUPPORTED',
      'Time goes to the approver by policy, but the bytes that are approved name the member.',
    )
  }
  if (actor.timeOwner !== 'TICKET_OWNER') {
    if (actor.member !== null) return resourceKey(session, actor.member)
    // An API user works on no ticket: time is always somebody's.
    throw new GatewayError(
      'NOT_CONFIGURED',
      'It is not known whose time this is: nobody at the PSA is named.',
      { missing: actor.timeOwner === 'MEMBER' ? 'timeOwner.member' : 'onBehalfOf' },
    )
  }
  if (ticket.assignedResourceID !== null) return String(ticket.assignedResourceID)
  throw new GatewayError(
    'NOT_CONFIGURED',
    'Time goes to the owner of the ticket by policy, and this ticket has none.',
    { missing: 'assignee' },
  )
}

/** By id where it is known, else by login. */
async function resourceKey(session: VendorSession, member: string): Promise<string> {
  if (/^\d+$/.test(member)) return member
  const login = text('member', member)
  const found = await session.cached(`resource ${member}`, 600, async () => {
    const { rows } = await query(session, {
      entity: 'Resources',
      filter: [compare(fieldName('userName'), 'eq', login)],
      fields: ['id', 'userName'],
      max: 2,
      access: { group: 'Members', kind: 'READ', fields: [], reference: true },
    })
    return rows.map((row) => objectOf(row).id)
  })
  if (found.length === 1 && typeof found[0] === 'number') return String(found[0])
  throw new GatewayError('NOT_CONFIGURED', 'Autotask has no resource with the login whose time this is.', {
    missing: 'timeOwner',
  })
}

async function roleFor(
  session: VendorSession,
  ticket: TicketNow,
  resource: string,
  wanted: string | undefined,
): Promise<number> {
  if (wanted !== undefined) return (await workRoleOf(session, wanted)).id
  // The owner of a ticket works on it in the role that it was assigned in.
  const own = ticket.assignedResourceRoleID
  if (String(ticket.assignedResourceID) === resource && own !== null) return own
  return roleOf(session, resource, 'workRole')
}

/** The ticket's own work type is what Autotask itself proposes; then the tenant's, then the only one. */
async function workTypeFor(
  session: VendorSession,
  ticket: TicketNow,
  wanted: string | undefined,
): Promise<number> {
  if (wanted !== undefined) return (await workTypeOf(session, wanted)).id
  const usable = (await workTypes(session)).filter(({ active }) => active)
  const mapped = session.connection.mapping.defaultWorkType
  const own = usable.find(({ id }) => id === ticket.billingCodeID)
  const found =
    own ??
    (mapped === undefined
      ? undefined
      : expectMapped('defaultWorkType', usable, ({ key }) => key === mapped)) ??
    (usable.length === 1 ? usable[0] : undefined)
  if (found !== undefined) return found.id
  throw new GatewayError('NOT_CONFIGURED', 'Time needs a work type: name one, or map the default one.', {
    missing: 'defaultWorkType',
    allowed: usable.map(({ name }) => name),
  })
}

async function workTypeOf(session: VendorSession, wanted: string) {
  return pick('workType', wanted, await workTypes(session))
}

async function workRoleOf(session: VendorSession, wanted: string) {
  return pick('workRole', wanted, await workRoles(session))
}

export function valuesInTime(session: VendorSession, time: readonly TimeInput[]) {
  return namedInTime(time, {
    workType: (wanted) => workTypeOf(session, wanted),
    workRole: (wanted) => workRoleOf(session, wanted),
  })
}

export function billing(option: BillableOption | undefined): Readonly<Record<string, boolean>> {
  // NO_DEFAULT leaves it to the contract and the work type.
  return option === undefined || option === 'NO_DEFAULT' ? {} : BILLABLE[option]
}

/** @returns milliseconds */
export function spanOf(hours: number): number {
  if (!(hours > 0 && hours <= MAX_HOURS)) throw badInput('hours', `hours from 0 to ${MAX_HOURS}`, hours)
  return Math.round(hours * 3600) * 1000
}

/** UTC without a suffix: entries with one have been refused (API.md 7). */
export function stamp(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}.000`
}

export function wholeSecond(time: number): number {
  return Math.floor(time / 1000) * 1000
}
