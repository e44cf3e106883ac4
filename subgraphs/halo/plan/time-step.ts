import { badInput } from '../../../schema/errors.ts'
import type { NoteInput, TimeInput } from '../../../schema/plan.ts'
import type { BillableOption } from '../../../schema/records.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { namedInTime } from '../../planning/facts.ts'
import { expectMapped } from '../../planning/mapped.ts'
import { textOf } from '../../planning/texts.ts'
import { timeOf } from '../query.ts'
import { workTypes } from '../reference.ts'
import type { LookupBody, TicketBody } from '../schema.ts'
import { visibleMail } from './mail.ts'
import { type ActionPlan, reachOf } from './note-step.ts'
import { outcomeFor } from './outcomes.ts'
import { asAgent, ownerOf } from './people.ts'
import { pick } from './pick.ts'
import { step, ticketRef } from './steps.ts'

/** A day; more is a slip of the hand. */
export const MAX_HOURS = 24

/** A lookup of this number is "none" (API.md, "TimeEntry"). */
const NO_CHARGE = 0

export async function timePlan(
  session: VendorSession,
  now: TicketBody,
  time: TimeInput,
  actor: PlanActor,
): Promise<ActionPlan> {
  expectHours(time.hours)
  refuseRole(time.workRole)
  const span = Math.round(time.hours * 3600) * 1000
  // Time without a start was just spent.
  const start =
    time.startedAt === undefined
      ? Math.floor(Date.now() / 1000) * 1000 - span
      : timeOf('startedAt', time.startedAt)
  const outcome = await outcomeFor(session, now, 'TIME')
  const text = time.clientText ?? time.internalText
  if (text === undefined && outcome.mustAddNote)
    throw badInput('internalText', 'a text: the outcome for time demands one', undefined)
  const visible = time.clientText !== undefined
  const { defaultWorkType } = session.connection.mapping
  const usesDefault = time.workType === undefined && time.billableOption !== 'NO_CHARGE'
  const workType =
    time.workType !== undefined
      ? await workTypeOf(session, time.workType)
      : usesDefault && defaultWorkType !== undefined
        ? await mappedWorkType(session, defaultWorkType)
        : undefined
  const content = {
    timetaken: time.hours,
    ...(text === undefined ? {} : { note: textOf(text, visible ? 'clientText' : 'internalText') }),
    hiddenfromuser: !visible,
  }
  const kind = visible ? [] : ['kind']
  return {
    outcome,
    mail: visible ? visibleMail(session, outcome) : [],
    step: step({
      path: '/Actions',
      element: {
        ticket_id: now.id,
        outcome_id: outcome.id,
        ...content,
        actionarrivaldate: stamp(start),
        actioncompletiondate: stamp(start + span),
        ...billing(time.billableOption, workType),
        sendemail: false,
        ...asAgent(await ownerOf(session, now, actor)),
        ...(outcome.newStatus === null ? {} : { new_status: outcome.newStatus }),
      },
      demands: { outcomeChanges: outcome.changes },
      // The end follows from start and hours, a start that nobody named from the hours.
      except: [
        'member',
        'outcome',
        'endedAt',
        'mailClient',
        ...(text === undefined ? kind : []),
        ...(time.startedAt === undefined ? ['startedAt'] : []),
        ...(time.workType === undefined ? ['workType'] : []),
      ],
      target: ticketRef(now.id),
      creates: 'TimeEntry',
      ...(visible ? { clientReach: reachOf(session, outcome, false) } : {}),
      summary: `Logs ${time.hours} h on ticket #${now.id}${visible ? ', with a text that the client can see' : ''}.`,
      reconcile: {
        by: 'FINGERPRINT',
        parent: ticketRef(now.id),
        content: { ...content, outcome_id: outcome.id },
      },
    }),
  }
}

/** An action has one text: where both are given, the internal one becomes a note of its own. */
export function secondText(time: TimeInput): (NoteInput & { readonly kind: 'INTERNAL' }) | null {
  return time.clientText === undefined || time.internalText === undefined
    ? null
    : { kind: 'INTERNAL', text: time.internalText }
}

/** `actisbillable`, and no charge as the charge rate that is none. */
export function billing(
  option: BillableOption | undefined,
  workType: LookupBody | undefined,
): Readonly<Record<string, unknown>> {
  const rate = workType === undefined ? {} : { chargerate: workType.id }
  switch (option) {
    case 'BILLABLE':
      return { actisbillable: true, ...rate }
    case 'DO_NOT_BILL':
      return { actisbillable: false, ...rate }
    case 'NO_CHARGE':
      if (workType !== undefined && workType.id !== NO_CHARGE)
        throw badInput(
          'workType',
          'no work type with NO_CHARGE: in HaloPSA both are the charge rate',
          workType.name,
        )
      return { actisbillable: false, chargerate: NO_CHARGE }
    default:
      return rate
  }
}

export async function workTypeOf(session: VendorSession, wanted: string): Promise<LookupBody> {
  return pick('workType', wanted, await usableWorkTypes(session))
}

export function valuesInTime(session: VendorSession, time: readonly TimeInput[]) {
  return namedInTime(time, {
    async workType(wanted) {
      const { id, name } = await workTypeOf(session, wanted)
      return { key: String(id), name }
    },
  })
}

async function mappedWorkType(session: VendorSession, key: string): Promise<LookupBody> {
  return expectMapped('defaultWorkType', await usableWorkTypes(session), ({ id }) => String(id) === key)
}

async function usableWorkTypes(session: VendorSession): Promise<readonly LookupBody[]> {
  return (await workTypes(session)).filter(({ inactive }) => inactive !== true)
}

export function expectHours(hours: number): void {
  if (!(hours > 0 && hours <= MAX_HOURS)) throw badInput('hours', `hours from 0 to ${MAX_HOURS}`, hours)
}

export function refuseRole(role: string | undefined): void {
  if (role !== undefined) throw badInput('workRole', 'no work role: HaloPSA has none', role)
}

/** As API.md 6 writes dates. */
export function stamp(time: number): string {
  return new Date(time).toISOString()
}
