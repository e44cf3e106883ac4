import { catalogueOf } from '../../catalogue/index.ts'
import { columnOf, isTask, lineageOf } from '../columns.ts'

/** Nobody may read or write it through the gateway, whatever a policy says. */
export const CLOSED = 'CLOSED'
export type Closed = typeof CLOSED

/** Of columns whose table nobody knows: a permission group that a policy has to name. */
export const UNKNOWN_GROUP = 'System'

const PEOPLE = ['Contacts', 'Members'] as const

/** Whom a column of a task names, where that is settled; anybody else may be of the client or of the MSP. */
const PERSON: Readonly<Record<string, readonly string[]>> = {
  caller_id: ['Contacts'],
  contact: ['Contacts'],
  consumer: ['Contacts'],
  requested_for: ['Contacts'],
  assigned_to: ['Members'],
}

/** What a login may do, and how it is proved (API.md 13, Contact); and what opens a portal to an account. */
const LOGIN =
  /^(user_password|password_needs_reset|last_password|roles|accumulated_roles|locked_out|failed_attempts|last_login\w*|web_service_access_only|internal_integration_user|enable_multifactor_authn|hashed_user_id|federated_id|ldap_server|source|identity_type)$/
/** Passwords, code, and variables, which are hops into other tables (API.md 5, hazard 5). */
const CLOSED_TYPES = /^(password\w*|variables|user_input|user_roles|\w*script\w*)$/

/** Texts of a ticket that the client reads: notes, wherever they stand. */
const CLIENT_TEXTS: ReadonlySet<string> = new Set(['description', 'close_notes'])
const TICKETS: ReadonlySet<string> = new Set(['Tickets'])

/** The group of a table's rows; undefined for a table that is in no catalogue. */
export function groupOfTable(table: string): string | Closed | undefined {
  const endpoint = catalogueOf('servicenow').find('GET', `/api/now/table/${table}`)?.endpoint
  if (endpoint === undefined) return undefined
  return endpoint.denied === undefined ? endpoint.group : CLOSED
}

/** Where a ticket's texts are notes to the client. */
export function isTicketTable(table: string): boolean {
  return TICKETS.has(groupOfTable(table) ?? '') && isTask(table)
}

export function isClosed(table: string, column: string): boolean {
  const type = columnOf(table, column)?.type ?? ''
  if (CLOSED_TYPES.test(type)) return true
  const lineage = lineageOf(table)
  if (lineage.includes('sys_user') && LOGIN.test(column)) return true
  // A role that a group has, all of its members have.
  if (table === 'sys_user_group' && column === 'roles') return true
  return lineage.includes('core_company') && column === 'registration_code'
}

/** Groups that a column's own value belongs to besides the group of its record; docs/safety.md (a). */
export function groupsOfColumn(table: string, column: string): readonly string[] {
  switch (column) {
    case 'comments_and_work_notes':
      return ['Client-Facing Notes', 'Ticket Notes']
    case 'sys_created_by':
    case 'sys_updated_by':
      return ['Members']
  }
  const { type, reference } = columnOf(table, column) ?? {}
  if (type?.startsWith('journal') === true)
    return column === 'comments' ? ['Client-Facing Notes'] : ['Ticket Notes']
  if (CLIENT_TEXTS.has(column) && isTicketTable(table)) return ['Client-Facing Notes']
  // Mail addresses stand in such a list beside ids (API.md 14).
  if (type === 'glide_list' && reference === 'sys_user') return PEOPLE
  if (table === 'sys_audit' && column === 'user') return ['Members']
  return []
}

/** Groups of the record that a column refers to; undefined when it refers to none. */
export function groupsOfReference(table: string, column: string): readonly string[] | Closed | undefined {
  const found = columnOf(table, column)
  // One that only the instance knows may refer to any table.
  if (found === undefined) return CLOSED
  const { type, reference } = found
  // The record that such a column names may be of any table.
  if (type === 'document_id') return CLOSED
  if (type !== 'reference' && type !== 'glide_list') return undefined
  if (reference === undefined) return CLOSED
  if (reference === 'sys_user') return PERSON[column] ?? PEOPLE
  // What the schema calls a board.
  if (reference === 'sys_user_group' && column === 'assignment_group') return ['Boards & Ticket Setup']
  const group = groupOfTable(reference)
  return group === undefined || group === CLOSED ? CLOSED : [group]
}
