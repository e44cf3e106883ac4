import type { FoundEndpoint } from '../../../schema/passthrough.ts'
import type { EntityType } from '../../../schema/records.ts'
import type { TargetRef } from '../../../schema/source.ts'
import { isItem } from '../body-fields.ts'
import { isTicketTable } from './column-groups.ts'
import { rowsOf } from './shapes.ts'

/** What the unified schema calls the rows of a table. */
export function typeOfTable(table: string): EntityType | null {
  if (isTicketTable(table)) return 'Ticket'
  return isItem(table) ? 'ConfigurationItem' : (TYPES[table] ?? null)
}

const TYPES: Readonly<Record<string, EntityType>> = {
  sys_user: 'Contact',
  customer_contact: 'Contact',
  core_company: 'Company',
  customer_account: 'Company',
  cmn_location: 'Site',
  task_time_worked: 'TimeEntry',
  sys_user_group: 'Board',
}

export function refTo(table: string, id: string): TargetRef | null {
  const type = typeOfTable(table)
  if (type === null) return null
  return { type, key: type === 'Ticket' ? `${table}.${id}` : id }
}

/** The record that a path leads to or below, where the unified schema knows its type. */
export function targetOf(found: FoundEndpoint): TargetRef | null {
  const [id] = Object.values(found.parameters)
  const rows = rowsOf(found)
  if (rows !== undefined) return rows.shape === 'ONE' && id !== undefined ? refTo(rows.root.table, id) : null
  const isCase = /^\/api\/sn_customerservice\/case\/\{\w+\}\//i.test(found.endpoint.template)
  return isCase && id !== undefined ? refTo('sn_customerservice_case', id) : null
}

/** What a POST makes, where the unified schema knows it. */
export function createdBy(found: FoundEndpoint): EntityType | null {
  const rows = rowsOf(found)
  return found.endpoint.method === 'POST' && rows?.shape === 'LIST' ? typeOfTable(rows.root.table) : null
}
