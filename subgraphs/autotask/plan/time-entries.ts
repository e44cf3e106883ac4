import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { DeleteInput, FieldChange, PlanDraft, UpdateTimeEntryInput } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { comparable, comparableValues } from '../../planning/comparable.ts'
import { recordDraft } from '../../planning/draft.ts'
import { billableHours, enumerated } from '../../planning/facts.ts'
import { list, textOf } from '../../planning/texts.ts'
import { TIME_FIELDS, WHOLE } from '../../planning/whole.ts'
import { wholeSeconds } from '../../reading/times.ts'
import { instant } from '../conditions.ts'
import { workRoles, workTypes } from '../reference.ts'
import { pick } from './pick.ts'
import { keyIn, recordNow } from './record-now.ts'
import { deletionStep, MAX_NOTE, step } from './steps.ts'
import { billing, spanOf, stamp } from './time-step.ts'

type Field = (typeof TIME_FIELDS)[number]
const REFERS = ['ticket', 'member', 'company'] as const

interface Change {
  readonly field: Field
  readonly after: string
  readonly planned: unknown
  readonly members: Readonly<Record<string, unknown>>
  readonly enumerated?: boolean
}

/** Hours are the span between start and end, so either of them moves the end. */
export async function planUpdateTimeEntry(
  session: VendorSession,
  input: UpdateTimeEntryInput,
): Promise<PlanDraft> {
  const { key, record } = await recordNow(session, 'TimeEntry', input.id, [...TIME_FIELDS, ...REFERS])
  const now = (field: Field) => comparable(record.get(field))
  const hoursNow = record.get('hours') ?? 0
  const wanted: Change[] = [
    ...spanChanges(record.get('startedAt'), record.get('endedAt'), hoursNow, input),
    ...billingChange(input),
    ...(await setupChange('workType', 'billingCodeID', input.workType, () => workTypes(session))),
    ...(await setupChange('workRole', 'roleID', input.workRole, () => workRoles(session))),
    ...textChange('clientText', 'summaryNotes', input.clientText),
    ...textChange('internalText', 'internalNotes', input.internalText),
  ]
  const changes = wanted.filter(({ field, planned }) => now(field) !== planned)
  if (changes.length === 0) throw new GatewayError('NO_CHANGE', 'The time entry already is as asked.')
  const target = { type: 'TimeEntry', key } as const
  const compared = [...new Set<string>([...changes.map(({ field }) => field), 'hours', 'ticket', 'member'])]
  const hours = input.hours ?? hoursNow
  const billableOption = input.billableOption ?? record.get('billableOption') ?? undefined
  return recordDraft({
    steps: [
      step({
        method: 'PATCH',
        path: '/TimeEntries',
        body: { id: Number(key), ...Object.assign({}, ...changes.map(({ members }) => members)) },
        // A start that moves takes its end along.
        except: input.hours === undefined ? ['hours'] : [],
        target,
        creates: null,
        summary: `Changes ${list(changes.map(({ field }) => field))} of time entry #${key}.`,
        reconcile: {
          by: 'VALUES',
          target,
          planned: Object.fromEntries(changes.map(({ field, planned }) => [field, planned])),
        },
      }),
    ],
    changes: changes.map(
      ({ field, after }): FieldChange => ({ target, field, before: words(record.get(field)), after }),
    ),
    baseline: [
      {
        target,
        version: null,
        fields: Object.fromEntries(compared.map((field) => [field, comparable(record.get(field as Field))])),
        kind: 'UPDATE',
      },
    ],
    sideEffects: ['Autotask refuses when the timesheet is submitted or the time is posted.'],
    company: companyOf(record),
    billableHours: billableHours([{ hours, billableOption }]),
    enumerated: changes
      .filter((change) => change.enumerated === true)
      .map(({ field, after, planned }) => enumerated(field, after, String(planned))),
  })
}

export async function planDeleteTimeEntry(session: VendorSession, { id }: DeleteInput): Promise<PlanDraft> {
  const { key, record } = await recordNow(session, 'TimeEntry', id, WHOLE.TimeEntry)
  const target = { type: 'TimeEntry', key } as const
  return recordDraft({
    steps: [deletionStep(`/TimeEntries/${key}`, target, `Deletes time entry #${key}.`)],
    changes: [{ target, field: 'hours', before: words(record.get('hours')), after: null }],
    baseline: [{ target, version: null, fields: comparableValues(record, WHOLE.TimeEntry), kind: 'UPDATE' }],
    sideEffects: ['Contract balances and billing follow. Autotask refuses when the time is posted.'],
    company: companyOf(record),
  })
}

/** An entry's company is its ticket's: unknown when that one may not be read, none when there is no ticket. */
function companyOf(record: Parameters<typeof keyIn>[0]): string | null | undefined {
  const company = keyIn(record, 'company')
  if (company !== null) return company
  return record.has(['ticket']) && keyIn(record, 'ticket') === null ? null : undefined
}

function spanChanges(
  startNow: string | null,
  endNow: string | null,
  hoursNow: number,
  input: UpdateTimeEntryInput,
): readonly Change[] {
  if (input.hours === undefined && input.startedAt === undefined) return []
  const hours = input.hours ?? hoursNow
  const span = spanOf(hours)
  const begins = input.startedAt ?? startNow
  if (begins === null) {
    // Entered by the day, without a start: hours are all there is.
    return [{ field: 'hours', after: String(hours), planned: hours, members: { hoursWorked: hours } }]
  }
  const start = Math.floor(instant('startedAt', begins) / 1000) * 1000
  const end = wholeSeconds(start + span)
  return [
    {
      field: 'startedAt',
      after: wholeSeconds(start),
      planned: wholeSeconds(start),
      members: { startDateTime: stamp(start), endDateTime: stamp(start + span) },
    },
    ...(end === endNow
      ? []
      : [
          {
            field: 'endedAt' as const,
            after: end,
            planned: end,
            members: { endDateTime: stamp(start + span) },
          },
        ]),
    ...(hours === hoursNow
      ? []
      : [{ field: 'hours' as const, after: String(hours), planned: hours, members: { hoursWorked: hours } }]),
  ]
}

function billingChange({ billableOption }: UpdateTimeEntryInput): readonly Change[] {
  if (billableOption === undefined) return []
  if (billableOption === 'NO_DEFAULT')
    throw badInput(
      'billableOption',
      'BILLABLE, NO_CHARGE or DO_NOT_BILL: an entry has one of them',
      billableOption,
    )
  return [
    {
      field: 'billableOption',
      after: billableOption,
      planned: billableOption,
      members: billing(billableOption),
      enumerated: true,
    },
  ]
}

async function setupChange(
  field: 'workType' | 'workRole',
  member: string,
  wanted: string | undefined,
  choices: () => ReturnType<typeof workTypes>,
): Promise<readonly Change[]> {
  if (wanted === undefined) return []
  const found = pick(field, wanted, await choices())
  return [{ field, after: found.name, planned: found.key, members: { [member]: found.id }, enumerated: true }]
}

function textChange(
  field: 'clientText' | 'internalText',
  member: string,
  wanted: string | undefined,
): readonly Change[] {
  if (wanted === undefined) return []
  const text = textOf(wanted, field, MAX_NOTE)
  return [{ field, after: text, planned: text, members: { [member]: text } }]
}

function words(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'object' && 'name' in value ? String(value.name) : String(value)
}
