import type { VendorSession } from '../../schema/source.ts'
import { isSysId } from './rows.ts'

/** What a table of the task family calls the parts of a ticket (API.md 13, Ticket). */
export interface TicketTable {
  readonly table: string
  /** Beginning of its numbers; undefined where the instance alone knows. */
  readonly prefix?: string
  readonly company: string
  readonly contact?: string
  /** Ticket above this one; the generic `parent` may lead to any task. */
  readonly parent: string
  readonly type?: string
  readonly closeCode?: string
  /** State 3 comes with a reason. */
  readonly holdReason?: string
  /** The record that this one repeats. */
  readonly duplicateOf?: string
  /** Computed from impact and urgency by a lookup; elsewhere a field like any other. */
  readonly computedPriority: boolean
  /** A resolution may be published as a comment. */
  readonly publishesNotes?: string
}

const KNOWN: readonly TicketTable[] = [
  {
    table: 'incident',
    prefix: 'INC',
    company: 'company',
    contact: 'caller_id',
    parent: 'parent_incident',
    type: 'category',
    closeCode: 'close_code',
    holdReason: 'hold_reason',
    computedPriority: true,
  },
  {
    table: 'sn_customerservice_case',
    prefix: 'CS',
    company: 'account',
    contact: 'contact',
    parent: 'parent',
    type: 'category',
    closeCode: 'resolution_code',
    computedPriority: false,
    publishesNotes: 'notes_to_comments',
  },
  {
    table: 'problem',
    prefix: 'PRB',
    company: 'company',
    parent: 'parent',
    type: 'category',
    closeCode: 'resolution_code',
    duplicateOf: 'duplicate_of',
    computedPriority: false,
  },
  {
    table: 'sc_req_item',
    prefix: 'RITM',
    company: 'company',
    contact: 'requested_for',
    parent: 'parent',
    computedPriority: false,
  },
  // Changes have a group of their own in the catalogue: tickets only where an administrator mapped them.
  { table: 'change_request', prefix: 'CHG', company: 'company', parent: 'parent', computedPriority: false },
  { table: 'sc_task', prefix: 'SCTASK', company: 'company', parent: 'parent', computedPriority: false },
]

export const DEFAULT_TABLE = 'incident'

/** `task` holds every record of every group: reading it would cross all of them (groups.tsv). */
const REFUSED: ReadonlySet<string> = new Set(['task', 'sys_metadata'])
const TABLE = /^[a-z][a-z0-9_]{1,79}$/

/** The tables that the tenant counts as tickets, `incident` unless mapped. */
export function ticketTables(session: VendorSession): readonly TicketTable[] {
  const named = session.connection.mapping.taskTables ?? []
  const usable = [...new Set(named)].filter((name) => TABLE.test(name) && !REFUSED.has(name))
  return (usable.length === 0 ? [DEFAULT_TABLE] : usable).map(ticketTable)
}

/** A table as one of tickets, whether or not the tenant counts it as such. */
export function ticketTable(name: string): TicketTable {
  return (
    KNOWN.find(({ table }) => table === name) ?? {
      table: name,
      company: 'company',
      parent: 'parent',
      computedPriority: false,
    }
  )
}

export interface TicketKey {
  readonly table: TicketTable
  readonly sysId: string
}

/** `incident.<sys_id>`; undefined for a table that is no ticket here, or no id of the platform. */
export function ticketKey(session: VendorSession, key: string): TicketKey | undefined {
  const [name = '', sysId = '', ...rest] = key.split('.')
  const table = ticketTables(session).find((known) => known.table === name)
  return table === undefined || rest.length > 0 || !isSysId(sysId) ? undefined : { table, sysId }
}

export function formatTicketKey({ table }: Pick<TicketTable, 'table'>, sysId: string): string {
  return `${table}.${sysId}`
}
