import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { PlannedStep, TimeInput } from '../../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { namedInTime } from '../../planning/facts.ts'
import { expectMapped } from '../../planning/mapped.ts'
import { active, workTypes } from '../choices.ts'
import { valueAt } from '../rows.ts'
import { instant, rawDate, rawTime } from '../times.ts'
import { memberId } from './people.ts'
import { pick } from './pick.ts'
import { step, ticketRef } from './steps.ts'
import { textOf } from './texts.ts'
import type { TicketNow } from './ticket-now.ts'

/** A day; more is a slip of the hand. */
const MAX_HOURS = 24

/** What task_time_worked has no column for (API.md 13, TimeEntry): refused, never dropped. */
export function expectTimeFits(time: Partial<TimeInput>): void {
  const refuse = (argument: string, why: string) => {
    throw new GatewayError('NOT_SUPPORTED', `"${argument}": ${why}`, { argument })
  }
  if (time.billableOption !== undefined && time.billableOption !== 'NO_DEFAULT')
    refuse('billableOption', "ServiceNow's base tables do not say whether time is billed.")
  if (time.workRole !== undefined) refuse('workRole', 'time of ServiceNow has no role.')
  if (time.clientText !== undefined)
    refuse('clientText', 'time of ServiceNow has one text, which is internal: give "internalText".')
}

export interface TimeColumns {
  readonly columns: Readonly<Record<string, string>>
  readonly workType: string | null
}

/** Columns of a length, a day, a text and a category; what is not given is left out. */
export async function timeColumns(session: VendorSession, time: Partial<TimeInput>): Promise<TimeColumns> {
  expectTimeFits(time)
  const columns: Record<string, string> = {}
  if (time.startedAt !== undefined) columns.work_date = rawDate(instant('startedAt', time.startedAt))
  if (time.hours !== undefined) {
    if (!(time.hours > 0 && time.hours <= MAX_HOURS))
      throw badInput('hours', `hours from 0 to ${MAX_HOURS}`, time.hours)
    const seconds = Math.round(time.hours * 3600)
    // Both spellings of one length: which of them an instance computes from the other is not documented.
    columns.time_worked = rawTime(seconds * 1000)
    columns.time_in_seconds = String(seconds)
  }
  if (time.internalText !== undefined) columns.comments = textOf(time.internalText, 'internalText')
  const workType = time.workType === undefined ? null : await workTypeOf(session, time.workType)
  if (workType !== null) columns.category = workType.value
  return { columns, workType: workType?.name ?? null }
}

async function workTypeOf(session: VendorSession, wanted: string) {
  return pick('workType', wanted, active(await workTypes(session)), ({ value }) => [value])
}

export function valuesInTime(session: VendorSession, time: readonly TimeInput[]) {
  return namedInTime(time, {
    async workType(wanted) {
      const { value, name } = await workTypeOf(session, wanted)
      return { key: value, name }
    },
  })
}

export async function timeStep(
  session: VendorSession,
  now: TicketNow,
  time: TimeInput,
  actor: PlanActor,
): Promise<PlannedStep> {
  const { defaultWorkType } = session.connection.mapping
  const category =
    time.workType !== undefined || defaultWorkType === undefined
      ? undefined
      : expectMapped(
          'defaultWorkType',
          active(await workTypes(session)),
          ({ value }) => value === defaultWorkType,
        ).value
  const given = await timeColumns(session, time)
  const columns: TimeColumns['columns'] = {
    ...given.columns,
    ...(category === undefined ? {} : { category }),
  }
  const user = await ownerOf(session, now, actor)
  const body = {
    task: now.sysId,
    ...(user === null ? {} : { user }),
    // Time without a day was just spent.
    ...(columns.work_date === undefined ? { work_date: rawDate(Date.now()) } : {}),
    ...columns,
  }
  const { time_worked: _spelling, ...content } = body as Record<string, string>
  return step(session, {
    method: 'POST',
    table: 'task_time_worked',
    body,
    // The ticket is the step's target; whose time it is says the policy.
    except: [
      'member',
      'ticket',
      ...(time.startedAt === undefined ? ['startedAt'] : []),
      ...(time.workType === undefined ? ['workType'] : []),
    ],
    target: ticketRef(now.key),
    creates: 'TimeEntry',
    summary: `Logs ${time.hours} h on ticket ${now.number}.`,
    reconcile: { by: 'FINGERPRINT', parent: ticketRef(now.key), content },
  })
}

/** The policy says whose time it is, never the agent. */
async function ownerOf(session: VendorSession, now: TicketNow, actor: PlanActor): Promise<string | null> {
  if (actor.timeOwner !== 'TICKET_OWNER')
    return actor.member === null ? null : memberId(session, actor.member)
  const owner = valueAt(now.row, 'assigned_to')
  if (owner !== null) return owner
  throw new GatewayError(
    'NOT_CONFIGURED',
    'Time goes to the owner of the ticket by policy, and this ticket has none.',
    { missing: 'assignee' },
  )
}

/** Nothing in the base tables says that time is free: all of it may be billed. */
export function billableHours(times: readonly TimeInput[]): number {
  return times.reduce((sum, { hours }) => sum + hours, 0)
}

export function timeWarnings(times: readonly Partial<TimeInput>[]): readonly string[] {
  const inDay = times.some(
    ({ startedAt }) => startedAt !== undefined && instant('startedAt', startedAt) % 86_400_000 !== 0,
  )
  return inDay ? ['ServiceNow keeps the day of the work (in UTC), not the time of the day.'] : []
}
