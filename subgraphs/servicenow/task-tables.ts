import type { VendorSession } from '../../schema/source.ts'
import { isSysId } from './rows.ts'
import { ticketTables } from './ticket-tables.ts'

/** Where the tasks of one table's tickets are kept. */
export interface TaskTable {
  readonly table: string
  /** The table of the tickets, and the column of a task that names its ticket. */
  readonly ticketTable: string
  readonly column: string
  /** Values of `state` that say that it is done, and that it is not; absent where the class has more than these. */
  readonly states?: { readonly done: string; readonly open: string }
}

/** Of the family: closed complete, and open (tables.json, task). */
const TASK_STATES = { done: '3', open: '1' } as const

/** Tables of their own, each below one (API.md 13, Ticket); other tables have tasks in general at most. */
const TASK_TABLES: readonly TaskTable[] = [
  { table: 'incident_task', ticketTable: 'incident', column: 'incident', states: TASK_STATES },
  { table: 'problem_task', ticketTable: 'problem', column: 'problem' },
  { table: 'sc_task', ticketTable: 'sc_req_item', column: 'request_item', states: TASK_STATES },
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

export interface TaskKey {
  readonly tasks: TaskTable
  readonly sysId: string
}

/** `incident_task.<sys_id>`; undefined for a table that holds no tasks of tickets here, or no id of the platform. */
export function taskKey(session: VendorSession, key: string): TaskKey | undefined {
  const [name = '', sysId = '', ...rest] = key.split('.')
  const tasks = taskTables(session).find(({ table }) => table === name)
  return tasks === undefined || rest.length > 0 || !isSysId(sysId) ? undefined : { tasks, sysId }
}
