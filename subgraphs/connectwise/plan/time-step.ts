import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { PlannedStep, TimeInput } from '../../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { namedInTime } from '../../planning/facts.ts'
import { expectMapped } from '../../planning/mapped.ts'
import { textOf } from '../../planning/texts.ts'
import { wholeSeconds } from '../../reading/times.ts'
import { datetime } from '../conditions.ts'
import { BILLABLE } from '../entities/time-entry.ts'
import { workRoles, workTypes } from '../reference.ts'
import type { SetupValue, TicketBody } from '../schema.ts'
import { pick } from './pick.ts'
import { type MemberReference, memberReference, step, ticketRef } from './steps.ts'

/** A day; more is a slip of the hand. */
export const MAX_HOURS = 24

/** Flags that mail or post at once, all said to be off: left out, the board's defaults decide (API.md 9). */
const SILENT = {
  addToDetailDescriptionFlag: false,
  addToInternalAnalysisFlag: false,
  addToResolutionFlag: false,
  emailResourceFlag: false,
  emailContactFlag: false,
  emailCcFlag: false,
} as const

export async function timeStep(
  session: VendorSession,
  ticket: TicketBody,
  time: TimeInput,
  actor: PlanActor,
): Promise<PlannedStep> {
  if (!(time.hours > 0 && time.hours <= MAX_HOURS))
    throw badInput('hours', `hours from 0 to ${MAX_HOURS}`, time.hours)
  const span = Math.round(time.hours * 3600) * 1000
  // Time without a start was just spent.
  const start =
    time.startedAt === undefined ? Math.floor(Date.now() / 1000) * 1000 - span : startOf(time.startedAt)
  const workType = await workTypeFor(session, time.workType)
  const workRole = time.workRole === undefined ? null : await workRoleOf(session, time.workRole)
  const member = ownerOf(ticket, actor)
  const content = {
    chargeToId: ticket.id,
    chargeToType: 'ServiceTicket',
    timeStart: wholeSeconds(start),
    timeEnd: wholeSeconds(start + span),
    ...(time.clientText === undefined ? {} : { notes: textOf(time.clientText, 'clientText') }),
    ...(time.internalText === undefined ? {} : { internalNotes: textOf(time.internalText, 'internalText') }),
  }
  return step(session, {
    method: 'POST',
    path: '/time/entries',
    body: {
      ...content,
      ...(time.billableOption === undefined ? {} : { billableOption: BILLABLE[time.billableOption] }),
      ...(workType === null ? {} : { workType: { id: workType.id } }),
      ...(workRole === null ? {} : { workRole: { id: workRole.id } }),
      ...(member === null ? {} : { member }),
      ...SILENT,
    },
    // The ticket is the step's target; a start that nobody named follows from the hours.
    except: [
      'member',
      'ticket',
      ...(time.startedAt === undefined ? ['startedAt'] : []),
      ...(time.workType === undefined ? ['workType'] : []),
      ...Object.keys(SILENT),
    ],
    target: ticketRef(ticket.id),
    creates: 'TimeEntry',
    summary: `Logs ${time.hours} h on ticket #${ticket.id}.`,
    reconcile: { by: 'FINGERPRINT', parent: ticketRef(ticket.id), content },
  })
}

/** The one that was named, else the mapped one; without either ConnectWise takes the member's or its own default. */
async function workTypeFor(session: VendorSession, wanted: string | undefined): Promise<SetupValue | null> {
  const { defaultWorkType } = session.connection.mapping
  if (wanted === undefined && defaultWorkType === undefined) return null
  if (wanted !== undefined) return workTypeOf(session, wanted)
  const usable = active(await workTypes(session))
  return expectMapped('defaultWorkType', usable, ({ id }) => String(id) === defaultWorkType)
}

async function workTypeOf(session: VendorSession, wanted: string): Promise<SetupValue> {
  return pick('workType', wanted, active(await workTypes(session)))
}

async function workRoleOf(session: VendorSession, wanted: string): Promise<SetupValue> {
  return pick('workRole', wanted, active(await workRoles(session)))
}

export function valuesInTime(session: VendorSession, time: readonly TimeInput[]) {
  const keyed = ({ id, name }: SetupValue) => ({ key: String(id), name })
  return namedInTime(time, {
    workType: async (wanted) => keyed(await workTypeOf(session, wanted)),
    workRole: async (wanted) => keyed(await workRoleOf(session, wanted)),
  })
}

/** The policy says whose time it is, never the agent. */
function ownerOf(ticket: TicketBody, actor: PlanActor): MemberReference | null {
  if (actor.timeOwner === 'APPROVER') {
    throw new GatewayError(
      'NOT_SUPPORTED',
      'Time goes to the approver by policy, but the bytes that are approved name the member.',
    )
  }
  if (actor.timeOwner !== 'TICKET_OWNER') {
    if (actor.member !== null) return memberReference(actor.member)
    // Left out, the vendor would book it on the API user.
    throw new GatewayError(
      'NOT_CONFIGURED',
      'It is not known whose time this is: nobody at the PSA is named.',
      {
        missing: actor.timeOwner === 'MEMBER' ? 'timeOwner.member' : 'onBehalfOf',
      },
    )
  }
  if (ticket.owner !== null) return { id: ticket.owner.id }
  throw new GatewayError(
    'NOT_CONFIGURED',
    'Time goes to the owner of the ticket by policy, and this ticket has none.',
    {
      missing: 'assignee',
    },
  )
}

function startOf(value: string): number {
  // The same check as in filters; milliseconds are a 400 to the vendor (API.md 5).
  return Date.parse(datetime('startedAt', value).slice(1, -1))
}

function active<T extends { readonly inactiveFlag: boolean | null }>(values: readonly T[]): readonly T[] {
  return values.filter(({ inactiveFlag }) => inactiveFlag !== true)
}
