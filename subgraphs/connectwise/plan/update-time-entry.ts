import { badInput, GatewayError } from '../../../schema/errors.ts'
import { parseId } from '../../../schema/ids.ts'
import type { FieldChange, PlanDraft, UpdateTimeEntryInput } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { comparable } from '../../planning/comparable.ts'
import { recordDraft } from '../../planning/draft.ts'
import { billableHours, type Enumerated, enumerated } from '../../planning/facts.ts'
import { textOf } from '../../planning/texts.ts'
import { TIME_FIELDS } from '../../planning/whole.ts'
import { wholeSeconds } from '../../reading/times.ts'
import { datetime } from '../conditions.ts'
import { BILLABLE } from '../entities/time-entry.ts'
import { workRoles, workTypes } from '../reference.ts'
import { pick } from './pick.ts'
import { recordNow } from './record-now.ts'
import { step } from './steps.ts'
import { MAX_HOURS } from './time-step.ts'

const REFERS = ['ticket', 'company', 'member'] as const

/** ConnectWise ignores written hours where a span is known, so hours move the end (API.md 8). */
export async function planUpdateTimeEntry(
  session: VendorSession,
  input: UpdateTimeEntryInput,
): Promise<PlanDraft> {
  const { key, record } = await recordNow(session, 'TimeEntry', input.id, [...TIME_FIELDS, ...REFERS])
  const changes: FieldChange[] = []
  const operations: object[] = []
  const planned: Record<string, unknown> = {}
  const values: Enumerated[] = []
  const target = { type: 'TimeEntry', key } as const
  const set = (
    field: string,
    member: string,
    before: string | null,
    after: string | null,
    value: unknown,
    compared: unknown,
  ) => {
    if (before === after) return
    changes.push({ target, field, before, after })
    operations.push(value === null ? { op: 'remove', path: member } : { op: 'replace', path: member, value })
    planned[field] = compared
  }
  const startNow = record.get('startedAt')
  const hoursNow = record.get('hours')
  const start = input.startedAt === undefined ? startNow : datetime('startedAt', input.startedAt).slice(1, -1)
  const hours = input.hours ?? hoursNow
  if (hours === null || start === null || !(hours > 0 && hours <= MAX_HOURS)) {
    throw badInput('hours', `hours from 0 to ${MAX_HOURS}`, hours)
  }
  set('startedAt', 'timeStart', startNow, start, start, start)
  if (input.hours !== undefined || input.startedAt !== undefined) {
    const end = wholeSeconds(Date.parse(start) + Math.round(hours * 3600) * 1000)
    if (end !== record.get('endedAt')) {
      operations.push({ op: 'replace', path: 'timeEnd', value: end })
      if (hours !== hoursNow)
        changes.push({
          target,
          field: 'hours',
          before: hoursNow === null ? null : String(hoursNow),
          after: String(hours),
        })
      planned.endedAt = end
    }
  }
  if (input.billableOption !== undefined) {
    const value = BILLABLE[input.billableOption]
    set(
      'billableOption',
      'billableOption',
      record.get('billableOption'),
      input.billableOption,
      value,
      input.billableOption,
    )
    values.push(enumerated('billableOption', input.billableOption, input.billableOption))
  }
  if (input.workType !== undefined) {
    const found = pick('workType', input.workType, await workTypes(session))
    set(
      'workType',
      'workType',
      record.get('workType')?.name ?? null,
      found.name,
      { id: found.id },
      String(found.id),
    )
    values.push(enumerated('workType', found.name, String(found.id)))
  }
  if (input.workRole !== undefined) {
    const found = pick('workRole', input.workRole, await workRoles(session))
    set(
      'workRole',
      'workRole',
      record.get('workRole')?.name ?? null,
      found.name,
      { id: found.id },
      String(found.id),
    )
    values.push(enumerated('workRole', found.name, String(found.id)))
  }
  for (const [field, member] of [
    ['clientText', 'notes'],
    ['internalText', 'internalNotes'],
  ] as const) {
    const given = input[field]
    if (given !== undefined) {
      const after = given === null ? null : textOf(given, field)
      set(field, member, record.get(field), after, after, after)
    }
  }
  if (operations.length === 0) throw new GatewayError('NO_CHANGE', 'The time entry already is as asked.')
  const company = record.get('company')
  const baseline = new Set([...Object.keys(planned), 'hours', ...REFERS])
  return recordDraft({
    steps: [
      step(session, {
        method: 'PATCH',
        path: `/time/entries/${key}`,
        body: operations,
        // A start that moves takes its end along.
        except: input.hours === undefined ? ['hours'] : [],
        target,
        creates: null,
        summary: `Changes ${changes.map(({ field }) => field).join(', ')} of time entry #${key}.`,
        reconcile: { by: 'VALUES', target, planned },
      }),
    ],
    changes,
    baseline: [
      {
        target,
        version: null,
        fields: Object.fromEntries(
          [...baseline].map((field) => [field, comparable(record.get(field as 'hours'))]),
        ),
        kind: 'UPDATE',
      },
    ],
    company: company === null ? null : (parseId(company.id)?.key ?? null),
    enumerated: values,
    billableHours: billableHours([
      { hours, billableOption: input.billableOption ?? record.get('billableOption') ?? undefined },
    ]),
  })
}
