import type { VendorSession } from '../../schema/source.ts'
import { ticketTables } from './ticket-tables.ts'

/** Where the tasks of one table's tickets are kept. */
export interface TaskTable {
  readonly table: string
  /** The table of the tickets, and the column of a task that names its ticket. */
  readonly ticketTable: string
  readonly column: string
}

/** Tables of their own, each below one (API.md 13, Ticket); other tables have tasks in general at most. */
const TASK_TABLES: readonly TaskTable[] = [
  { table: 'incident_task', ticketTable: 'incident', column: 'incident' },
  { table: 'problem_task', ticketTable: 'problem', column: 'problem' },
  { table: 'sc_task', ticketTable: 'sc_req_item', column: 'request_item' },
  { table: 'change_task', ticketTable: 'change_request', column: 'change_request' },
]

export const NO_TASKS = 'Tickets of this table of ServiceNow have no table of tasks below them.'

export function taskTableOf(ticketTable: string): TaskTable | undefined {
  return TASK_TABLES.find((known) => known.ticketTable === ticketTable)
}

/** Those below tables that the tenant counts as tickets. */
export function taskTables(session: VendorSession): readonly TaskTable[] {
  return ticketTables(session).flatMap(({ table }) => taskTableOf(table) ?? [])
}
