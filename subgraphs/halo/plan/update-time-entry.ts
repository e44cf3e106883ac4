import { GatewayError } from '../../../schema/errors.ts'
import { parseId } from '../../../schema/ids.ts'
import type { FieldChange, PlanDraft, UpdateTimeEntryInput } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { comparable } from '../../planning/comparable.ts'
import { recordDraft } from '../../planning/draft.ts'
import { billableHours, type Enumerated, enumerated } from '../../planning/facts.ts'
import { textOf } from '../../planning/texts.ts'
import { time } from '../projection.ts'
import { timeOf } from '../query.ts'
import { recordNow } from './record-now.ts'
import { step } from './steps.ts'
import { billing, expectHours, refuseRole, stamp, workTypeOf } from './time-step.ts'

const FIELDS = [
  'startedAt',
  'endedAt',
  'hours',
  'billableOption',
  'workType',
  'clientText',
  'internalText',
] as const
const REFERS = ['ticket', 'company', 'member'] as const

/** The text of a time entry stays where it is: what the client could not see does not become visible by a correction. */
export async function planUpdateTimeEntry(
  session: VendorSession,
  input: UpdateTimeEntryInput,
): Promise<PlanDraft> {
  refuseRole(input.workRole)
  const { key, record } = await recordNow(session, 'TimeEntry', input.id, [...FIELDS, ...REFERS])
  const [ticket = '', action = ''] = key.split('.')
  const target = { type: 'TimeEntry', key } as const
  const changes: FieldChange[] = []
  const members: Record<string, unknown> = {}
  const planned: Record<string, unknown> = {}
  const values: Enumerated[] = []
  const set = (
    field: string,
    before: string | null,
    after: string,
    compared: unknown,
    write: Record<string, unknown>,
  ) => {
    if (before === after) return
    changes.push({ target, field, before, after })
    Object.assign(members, write)
    planned[field] = compared
  }

  const hoursNow = record.get('hours')
  const hours = input.hours ?? hoursNow ?? 0
  if (input.hours !== undefined) {
    expectHours(hours)
    set('hours', hoursNow === null ? null : String(hoursNow), String(hours), hours, { timetaken: hours })
  }
  const startNow = record.get('startedAt')
  const start =
    input.startedAt === undefined
      ? startNow
      : time(new Date(timeOf('startedAt', input.startedAt)).toISOString())
  if (start !== null && input.startedAt !== undefined)
    set('startedAt', startNow, start, start, { actionarrivaldate: stamp(Date.parse(start)) })
  // The end follows from start and hours.
  if (start !== null && changes.length > 0)
    members.actioncompletiondate = stamp(Date.parse(start) + Math.round(hours * 3600) * 1000)
  if (input.workType !== undefined || input.billableOption !== undefined) {
    const workType = input.workType === undefined ? undefined : await workTypeOf(session, input.workType)
    const write = billing(input.billableOption, workType)
    if (input.billableOption !== undefined && input.billableOption !== 'NO_DEFAULT')
      set('billableOption', record.get('billableOption'), input.billableOption, input.billableOption, write)
    if (input.billableOption !== undefined)
      values.push(enumerated('billableOption', input.billableOption, input.billableOption))
    if (workType !== undefined) {
      set('workType', record.get('workType')?.name ?? null, workType.name, String(workType.id), write)
      values.push(enumerated('workType', workType.name, String(workType.id)))
    }
  }
  const visible = record.get('clientText') !== null
  for (const field of ['clientText', 'internalText'] as const) {
    const given = input[field]
    if (given === undefined) continue
    if (visible !== (field === 'clientText')) {
      throw new GatewayError(
        'NOT_SUPPORTED',
        visible
          ? 'HaloPSA keeps one text with time, and the client can see this one: add an internal note instead.'
          : 'HaloPSA keeps one text with time, and this one is internal: add a note for the client instead.',
        { argument: field },
      )
    }
    const text = textOf(given, field)
    set(field, record.get(field), text, text, { note: text })
  }
  if (changes.length === 0) throw new GatewayError('NO_CHANGE', 'The time entry already is as asked.')
  const company = record.get('company')
  const compared = new Set([...Object.keys(planned), 'hours', ...REFERS])
  return recordDraft({
    steps: [
      step({
        path: '/Actions',
        element: { id: Number(action), ticket_id: Number(ticket), ...members, sendemail: false },
        demands: { existing: { visible, timed: true } },
        except: [
          'endedAt',
          'mailClient',
          ...(input.workType === undefined ? ['workType'] : []),
          ...(input.billableOption === undefined ? ['billableOption'] : []),
        ],
        target,
        creates: null,
        summary: `Changes ${changes.map(({ field }) => field).join(', ')} of a time entry on ticket #${ticket}.`,
        reconcile: { by: 'VALUES', target, planned },
      }),
    ],
    changes,
    baseline: [
      {
        target,
        version: null,
        fields: Object.fromEntries(
          [...compared].map((field) => [field, comparable(record.get(field as 'hours'))]),
        ),
        kind: 'UPDATE',
      },
    ],
    company: company === null ? null : (parseId(company.id)?.key ?? null),
    enumerated: values,
    billableHours: billableHours([
      { hours, billableOption: input.billableOption ?? record.get('billableOption') ?? 'NO_DEFAULT' },
    ]),
  })
}
