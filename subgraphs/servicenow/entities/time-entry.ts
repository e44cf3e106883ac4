import type { VendorSession } from '../../../schema/source.ts'
import { workTypes } from '../choices.ts'
import {
  COMPANY_PARTS,
  type EntitySpec,
  type Extras,
  MEMBER_PARTS,
  plain,
  reference,
  textField,
} from '../projection.ts'
import { numberAt, type Row, valueAt } from '../rows.ts'
import { formatTicketKey } from '../ticket-tables.ts'
import { durationSeconds, isoTime } from '../times.ts'

/** Rows of task_time_worked: a day and a length. Time cards are a weekly sum of them (API.md 13). */
export const timeEntrySpec: EntitySpec = {
  type: 'TimeEntry',
  group: 'Time Entries',
  table: 'task_time_worked',
  keyOf: ({ sysId }) => sysId,
  extras: readExtras,
  fields: {
    // The day alone is kept: its midnight stands for it, and no end can be told.
    startedAt: plain(['work_date'], (row) => isoTime(valueAt(row, 'work_date'))),
    endedAt: plain([], () => null),
    hours: plain(['time_in_seconds', 'time_worked'], (row) => (secondsOf(row) ?? 0) / 3600),
    // None of these is in the base tables (API.md 13, TimeEntry).
    billableOption: plain([], () => null),
    clientText: plain([], () => null),
    workRole: plain([], () => null),
    internalText: textField('comments'),
    workType: plain(['category'], (row, { workTypes: known }) => {
      const value = valueAt(row, 'category')
      return value === null
        ? null
        : { key: value, name: known?.find((type) => type.value === value)?.name ?? value }
    }),
    member: reference('member', 'user', 'Member', MEMBER_PARTS),
    ticket: reference(
      'ticket',
      'task',
      'Ticket',
      {
        title: { group: 'Tickets', column: 'short_description' },
        number: { group: 'Tickets', column: 'number' },
      },
      (sysId, row, { ticketTables }) => {
        const name = valueAt(row, 'task.sys_class_name')
        const table = ticketTables.find((known) => known.table === name)
        // Time on a change or a project task is time spent elsewhere.
        return table === undefined ? null : formatTicketKey(table, sysId)
      },
      ['task.sys_class_name'],
    ),
    company: reference('company', 'task.company', 'Company', COMPANY_PARTS),
  },
}

/** Seconds by the plain column, else by the duration. */
export function secondsOf(row: Row): number | null {
  return numberAt(row, 'time_in_seconds') ?? durationSeconds(valueAt(row, 'time_worked'))
}

async function readExtras(session: VendorSession, wanted: ReadonlySet<string>): Promise<Partial<Extras>> {
  return wanted.has('workType') ? { workTypes: await workTypes(session) } : {}
}
