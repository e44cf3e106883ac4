import type { Endpoint, FoundEndpoint } from '../../../schema/passthrough.ts'
import { isItem } from '../body-fields.ts'
import type { Body } from '../field-names.ts'
import { isTicketTable } from './column-groups.ts'

/** A table that a request is about, and the groups of its rows. */
export interface Root {
  readonly table: string
  readonly groups: readonly string[]
  /** An administrator's own entry, whose columns nobody has told: they are read by themselves only. */
  readonly open: boolean
}

export interface Rows {
  readonly root: Root
  readonly shape: 'LIST' | 'ONE' | 'STATS'
  /** Whether the endpoint knows the parameters of the Table API, or a query and a page alone. */
  readonly selects: boolean
}

/** Endpoints beside the Table API that answer rows of one table. */
const ROWS: Readonly<Record<string, string>> = {
  account: 'customer_account',
  contact: 'customer_contact',
  consumer: 'csm_consumer',
  case: 'sn_customerservice_case',
}

/** Rows that hang on a record of any table, and hold nothing of it but its id. */
const LINKS: ReadonlySet<string> = new Set(['task_sla', 'task_ci', 'task_rel_task', 'sysapproval_approver'])

/** Rows that belong to the record that the query names. */
const ANCHORED: ReadonlySet<string> = new Set([
  'sys_journal_field',
  'sys_attachment',
  'sys_audit',
  'sys_user',
])

/** What of a table an endpoint reads or writes; undefined for one that is about something else. */
export function rowsOf({ endpoint }: Pick<FoundEndpoint, 'endpoint'>): Rows | undefined {
  const { template } = endpoint
  const [, api, name = '', id] = /^\/api\/now\/(table|stats)\/([a-z0-9_]+)(\/\{\w+\})?$/i.exec(template) ?? []
  if (api !== undefined) {
    const shape = api.toLowerCase() === 'stats' ? 'STATS' : id === undefined ? 'LIST' : 'ONE'
    return { root: rootOf(endpoint, name), shape, selects: true }
  }
  if (/^\/api\/now\/attachment(_csm)?$/i.test(template))
    return { root: rootOf(endpoint, 'sys_attachment'), shape: 'LIST', selects: false }
  const [, entity = '', one] =
    /^\/api\/(?:now\/(?=account|contact|consumer)|sn_customerservice\/(?=case))(\w+)(\/\{\w+\})?$/i.exec(
      template,
    ) ?? []
  const table = ROWS[entity.toLowerCase()]
  if (table === undefined) return undefined
  return { root: rootOf(endpoint, table), shape: one === undefined ? 'LIST' : 'ONE', selects: false }
}

/** Where the catalogue's group is not the rows' own. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  // Contacts and technicians are rows of one table (API.md 13, Contact).
  sys_user: ['Contacts', 'Members'],
  // The kind of an entry is told by its element: see `anchorOf`.
  sys_journal_field: [],
}

function rootOf(endpoint: Endpoint, table: string): Root {
  return {
    table,
    groups: GROUPS[table] ?? [endpoint.group],
    open: endpoint.own !== undefined,
  }
}

/** The reader can tell whose rows of a generic endpoint are asked for. */
export function isReadable({ endpoint }: FoundEndpoint): boolean {
  if (endpoint.generic !== true) return !/^\/api\/now\/attachment_csm\/./i.test(endpoint.template)
  const rows = rowsOf({ endpoint })
  if (rows === undefined) return false
  const { table } = rows.root
  return LINKS.has(table) || table === 'sys_user' || (ANCHORED.has(table) && rows.shape !== 'ONE')
}

/** By which names a policy lists the columns of a table. */
export function bodyOfTable(table: string): Body {
  if (isTicketTable(table)) return 'TICKET'
  if (table === 'task_time_worked') return 'TIME_ENTRY'
  if (table === 'core_company') return 'COMPANY'
  if (table === 'cmn_location') return 'SITE'
  if (isItem(table)) return 'ITEM'
  return table === 'sys_user' || table === 'customer_contact' ? 'CONTACT' : 'OTHER'
}
