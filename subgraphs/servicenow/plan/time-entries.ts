import { GatewayError } from '../../../schema/errors.ts'
import type { FieldChange, PlanDraft, UpdateTimeEntryInput } from '../../../schema/plan.ts'
import type { TargetRef, VendorSession } from '../../../schema/source.ts'
import { enumerated, factKeys, factValues } from '../../planning/facts.ts'
import { NO_MAIL } from '../../planning/mail.ts'
import { list } from '../../planning/texts.ts'
import { readRow } from '../client.ts'
import { secondsOf } from '../entities/time-entry.ts'
import { type Row, valueAt } from '../rows.ts'
import { ticketTables } from '../ticket-tables.ts'
import { isoTime } from '../times.ts'
import { step } from './steps.ts'
import { keyOf, versionOf } from './ticket-now.ts'
import { timeColumns, timeWarnings } from './time-step.ts'

/** Booked: expense lines may follow (API.md 13, TimeEntry). */
const BOOKED: ReadonlySet<string> = new Set(['Approved', 'Processed'])

export async function planUpdateTimeEntry(
  session: VendorSession,
  { id, ...time }: UpdateTimeEntryInput,
): Promise<PlanDraft> {
  const key = keyOf(session, id, 'TimeEntry', 'id')
  const now = await timeNow(session, key)
  expectOpenCard(now)
  const { columns: wanted, workType } = await timeColumns(session, time)
  const same = (column: string, value: string) =>
    column === 'time_worked' || column === 'time_in_seconds'
      ? secondsOf(now) === Number(wanted.time_in_seconds)
      : (now.values[column] ?? '') === value
  const columns = Object.fromEntries(Object.entries(wanted).filter(([column, value]) => !same(column, value)))
  if (Object.keys(columns).length === 0)
    throw new GatewayError('NO_CHANGE', 'The time entry already is as asked.')
  const target: TargetRef = { type: 'TimeEntry', key }
  const planned: Record<string, unknown> = {}
  if (columns.time_in_seconds !== undefined) planned.hours = Number(columns.time_in_seconds) / 3600
  if (columns.work_date !== undefined) planned.startedAt = isoTime(columns.work_date)
  if (columns.comments !== undefined) planned.internalText = columns.comments
  if (columns.category !== undefined) planned.workType = columns.category
  const before = timeValues(now)
  const values =
    workType === null || wanted.category === undefined
      ? []
      : [enumerated('workType', workType, wanted.category)]
  const company = valueAt(now, 'task.company')
  return {
    steps: [
      step(session, {
        method: 'PATCH',
        table: 'task_time_worked',
        sysId: key,
        body: columns,
        target,
        creates: null,
        summary: `Changes ${list(Object.keys(planned))} of a time entry.`,
        reconcile: { by: 'VALUES', target, planned },
      }),
    ],
    changes: Object.entries(planned).map(
      ([field, value]): FieldChange => ({
        target,
        field,
        before: before[field] == null ? null : String(before[field]),
        after: field === 'workType' ? workType : String(value),
      }),
    ),
    baseline: [
      {
        target,
        version: versionOf(now),
        fields: Object.fromEntries(
          [...Object.keys(planned), 'ticket', 'member'].map((field) => [field, before[field] ?? null]),
        ),
        kind: 'UPDATE',
      },
    ],
    sideEffects: ['The timer on the ticket does not follow; a time card may.'],
    warnings: timeWarnings([time]),
    clientMail: NO_MAIL,
    facts: {
      company,
      companies: company === null ? [] : [company],
      board: null,
      // Time stands on no board.
      reaches: [{ company, notApplicable: ['board'] }],
      priorityRank: null,
      closes: false,
      reopens: false,
      clientMail: 'NO',
      billableHours: time.hours ?? (secondsOf(now) ?? 0) / 3600,
      valueKeys: factKeys(values),
      values: factValues(values),
    },
    ticket: ticketOf(session, now),
  }
}

export function ticketOf(session: VendorSession, now: Row): PlanDraft['ticket'] {
  const table = ticketTables(session).find((known) => known.table === valueAt(now, 'task.sys_class_name'))
  const task = valueAt(now, 'task')
  return table === undefined || task === null
    ? null
    : {
        key: `${table.table}.${task}`,
        number: valueAt(now, 'task.number') ?? '',
        title: valueAt(now, 'task.short_description') ?? '',
        owner: valueAt(now, 'task.assigned_to'),
        dueAt: isoTime(valueAt(now, 'task.due_date')),
      }
}

export function expectOpenCard(now: Row): void {
  if (!BOOKED.has(valueAt(now, 'time_card.state') ?? '')) return
  throw new GatewayError('BAD_USER_INPUT', 'The time card of this entry is approved: it is booked already.', {
    argument: 'id',
  })
}

export async function timeNow(session: VendorSession, key: string): Promise<Row> {
  const row = await readRow(
    session,
    'task_time_worked',
    key,
    [
      'task',
      'task.number',
      // Another group's: an agent without it gets no title in the plan either.
      ...(session.mayRead('Tickets', 'title')
        ? ['task.short_description', 'task.assigned_to', 'task.due_date']
        : []),
      'task.company',
      'task.sys_class_name',
      'user',
      'work_date',
      'time_in_seconds',
      'time_worked',
      'comments',
      'category',
      'time_card.state',
      'sys_mod_count',
      'sys_updated_on',
    ],
    {
      group: 'Time Entries',
      kind: 'READ',
      fields: ['hours', 'internalText', 'member', 'startedAt', 'ticket', 'workType'],
    },
  )
  if (row === undefined) throw new GatewayError('NOT_FOUND', 'No such time entry.', { argument: 'id' })
  return row
}

/** Values under the schema's names, as baselines and reconciliation compare them. */
export function timeValues(row: Row): Readonly<Record<string, unknown>> {
  const seconds = secondsOf(row)
  return {
    hours: seconds === null ? null : seconds / 3600,
    startedAt: isoTime(valueAt(row, 'work_date')),
    internalText: valueAt(row, 'comments'),
    workType: valueAt(row, 'category'),
    member: valueAt(row, 'user'),
    ticket: valueAt(row, 'task'),
  }
}
