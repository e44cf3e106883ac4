import type { Call } from './call.ts'
import { aclException, failure } from './errors.ts'
import { extendsTable } from './schema.ts'
import type { Row } from './store.ts'

/** Tables that an agent's roles open for writing; the rest belongs to administrators and to engines. */
const WRITABLE = [
  'task',
  'task_ci',
  'task_rel_task',
  'task_time_worked',
  'time_card',
  'time_sheet',
  'core_company',
  'cmn_location',
  'sys_user',
  'cmdb_ci',
  'ast_contract',
]
const DELETABLE = ['task_ci', 'task_rel_task', 'task_time_worked', 'time_card']

/** Nobody gives himself roles by way of the user's row. */
const GRANTS = ['sys_user.roles', 'sys_user.accumulated_roles']

const within = (table: string, list: readonly string[]) => list.some((base) => extendsTable(table, base))

export function checkRead(call: Call, table: string): void {
  if (!call.caller.admin && call.state.acl.closedTables.has(table))
    throw failure(403, 'User Not Authorized', 'Failed API level ACL Validation')
}

export function checkWrite(call: Call, table: string, verb: 'Insert' | 'Update' | 'Delete'): void {
  checkRead(call, table)
  if (call.caller.admin) return
  if (!within(table, verb === 'Delete' ? DELETABLE : WRITABLE)) throw aclException(verb)
}

/** Columns that a write names in vain: the platform answers as if all were well. */
export function isReadOnly(call: Call, table: string, name: string): boolean {
  if (call.caller.admin) return false
  return GRANTS.includes(`${table}.${name}`) || call.state.acl.readOnlyColumns.has(`${table}.${name}`)
}

export const isAdmin = (user: Row): boolean => (user.roles ?? '').split(',').includes('admin')
