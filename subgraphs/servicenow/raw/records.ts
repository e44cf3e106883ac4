import { GatewayError } from '../../../schema/errors.ts'
import type { RawRecords, RecordsRead } from '../../../schema/passthrough.ts'
import type { EntityType } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { chunks } from '../../reading/chunks.ts'
import { recordsById } from '../../reading/raw-records.ts'
import { columnsOf, isJournal } from '../columns.ts'
import { any, type Clause, compare, encode, isIn, sysId, text } from '../encoded-query.ts'
import { NO_LINE_ITEMS } from '../no-line-items.ts'
import { NO_OPPORTUNITIES } from '../no-opportunities.ts'
import { NO_SCHEDULE } from '../no-schedule.ts'
import { NO_TEMPLATES } from '../no-templates.ts'
import { CONTACTS_ONLY } from '../people.ts'
import { isSysId } from '../rows.ts'
import { IDS_PER_URL } from '../rows-by-id.ts'
import { ticketTables } from '../ticket-tables.ts'
import { isClosed } from './column-groups.ts'
import { customColumns } from './custom-columns.ts'

/** `KEY`: the key begins with the name of the table. */
const TABLES: Readonly<Partial<Record<EntityType, string>>> = {
  Ticket: 'KEY',
  Note: 'sys_journal_field',
  TimeEntry: 'task_time_worked',
  Contact: 'sys_user',
  Company: 'core_company',
  Site: 'cmn_location',
  ConfigurationItem: 'cmdb_ci',
  Agreement: 'ast_contract',
  Sla: 'contract_sla',
  Project: 'pm_project',
  ProjectTask: 'pm_project_task',
  Product: 'sc_cat_item',
  Article: 'kb_knowledge',
  TicketTask: 'KEY',
  Attachment: 'sys_attachment',
  Member: 'sys_user',
  Board: 'sys_user_group',
}

/** A text of the ticket itself has no row. */
const ON_TICKET =
  'This note stands on its ticket on ServiceNow: ask the ticket for "description" or "close_notes".'

/** What one query asks for, and how its rows are called. */
interface Part {
  readonly table: string
  readonly clauses: readonly Clause[]
  readonly prefix: string
  readonly ids: readonly string[]
}

export const records: RawRecords = {
  none: {
    Opportunity: NO_OPPORTUNITIES,
    TicketTemplate: NO_TEMPLATES,
    TicketLineItem: NO_LINE_ITEMS,
    ScheduleEntry: NO_SCHEDULE,
  },

  async fieldsOf(session, type, key, wanted) {
    const said = TABLES[type] ?? ''
    if (type === 'Note' && !isSysId(key.split('.')[2] ?? ''))
      throw new GatewayError('NOT_SUPPORTED', ON_TICKET)
    const table = said === 'KEY' ? (key.split('.')[0] ?? '') : said
    const known = new Set(
      [...columnsOf(table).keys()].filter(
        // A journal's own column tells nothing: its entries are notes (API.md 13).
        (column) => !isClosed(table, column) && !isJournal(table, column),
      ),
    )
    if (wanted.every((column) => known.has(column))) return known
    return new Set([...known, ...(await customColumns(session, table)).map((one) => one.key)])
  },

  reads: (session, type, keys) =>
    partsOf(session, type, keys).flatMap((part) =>
      chunks(part.ids, IDS_PER_URL).map((ids) => readOf({ ...part, ids })),
    ),
}

function partsOf(session: VendorSession, type: EntityType, keys: readonly string[]): readonly Part[] {
  const said = TABLES[type]
  if (said === undefined) return []
  if (type !== 'Note' && said !== 'KEY')
    return [{ table: said, clauses: guards(session, type), prefix: '', ids: keys.filter(isSysId) }]
  const byPrefix = Map.groupBy(keys, (key) => key.slice(0, key.lastIndexOf('.') + 1))
  return [...byPrefix].flatMap(([prefix, own]) => {
    const ids = own.map((key) => key.slice(prefix.length)).filter(isSysId)
    const [table = '', ticket = ''] = prefix.split('.')
    if (said === 'KEY') return [{ table, clauses: [], prefix, ids }]
    return isSysId(ticket) ? [{ table: said, clauses: entriesOf(table, ticket), prefix, ids }] : []
  })
}

/** Which ticket's entries are asked for, the query must say. */
function entriesOf(table: string, ticket: string): readonly Clause[] {
  return [compare('name', '=', text('id', table)), compare('element_id', '=', sysId('id', ticket))]
}

/** Contacts and members are rows of one table, and files hang on records of any. */
function guards(session: VendorSession, type: EntityType): readonly Clause[] {
  if (type === 'Contact') return CONTACTS_ONLY.clauses.filter((clause) => clause.includes('customer'))
  if (type !== 'Attachment') return []
  return [any(ticketTables(session).map(({ table }) => compare('table_name', '=', text('id', table))))]
}

function readOf({ table, clauses, prefix, ids }: Part): RecordsRead {
  const only = isIn(
    'sys_id',
    ids.map((id) => sysId('id', id)),
  )
  return {
    selects: true,
    keys: ids.map((id) => `${prefix}${id}`),
    asking: (fields) => ({
      method: 'GET',
      path: `/api/now/table/${table}`,
      query: [
        ['sysparm_query', encode([...clauses, only])],
        ['sysparm_fields', [...new Set(['sys_id', ...fields])].join(',')],
        ['sysparm_limit', String(ids.length)],
      ],
      body: null,
    }),
    recordsOf: (answer) => recordsById(jsonOf(answer), 'sys_id', (row) => `${prefix}${String(row.sys_id)}`),
  }
}

function jsonOf(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null
    ? (answer as { readonly result?: unknown }).result
    : undefined
}
