import type { ListName } from '../../../schema/source.ts'
import type { Row } from '../client.ts'
import { instant } from '../projection.ts'

/** What a record is ordered by: milliseconds for times, so that any spelling of a time compares. */
export type Key = string | number | null

export interface OrderSpec {
  /** The vendor's name of the field. */
  readonly field: string
  readonly type: 'time' | 'number' | 'id' | 'text'
  read(row: Row): Key
  /**
   * For a key that only some records have: a list first goes through those that have it, then, by id, through
   * the others. Null comes last in both directions.
   */
  readonly split?: 'OPEN_THEN_CLOSED'
}

function at(row: Row, name: string): Key {
  const value = row[name]
  return typeof value === 'string' || typeof value === 'number' ? value : null
}

const byId: OrderSpec = { field: 'id', type: 'id', read: (row) => at(row, 'id') }

function byTime(field: string): OrderSpec {
  return { field, type: 'time', read: (row) => instant(row[field]) }
}

/** How a text compares is the server's collation: such a list is followed by its records and not by its keys. */
const byName: OrderSpec = { field: 'name', type: 'text', read: (row) => at(row, 'name') }

const bySummary: OrderSpec = { field: 'summary', type: 'text', read: (row) => at(row, 'summary') }

/**
 * The lists that the server pages. By due date there is none: where Halo sorts empty dates is not documented,
 * and nothing asks for those that have one.
 */
export const PAGED_ORDERS = {
  Ticket: {
    CREATED_AT: byTime('dateoccurred'),
    UPDATED_AT: byTime('last_update'),
    WAITING_SINCE: { ...byTime('last_update'), split: 'OPEN_THEN_CLOSED' },
    PRIORITY: { field: 'priority_id', type: 'number', read: (row: Row) => at(row, 'priority_id') },
    NUMBER: byId,
  },
  Contact: { NAME: byName, NUMBER: byId },
  Company: { NAME: byName, NUMBER: byId },
  Site: { NAME: byName },
  ConfigurationItem: {
    NAME: { field: 'key_field', type: 'text', read: (row: Row) => at(row, 'key_field') },
  },
  Agreement: { NAME: { field: 'ref', type: 'text', read: (row: Row) => at(row, 'ref') } },
  Product: { NAME: byName },
  Article: { NAME: byName },
  Project: { NAME: bySummary },
  ProjectTask: { NAME: bySummary },
  Opportunity: { NAME: bySummary },
  TicketTemplate: { NAME: byName },
} as const satisfies Partial<Record<ListName, Readonly<Record<string, OrderSpec>>>>

/** The lists that come whole and are sorted here. */
export const WHOLE_ORDERS = {
  Member: ['NAME', 'NUMBER'],
  Board: ['NAME', 'NUMBER'],
  Sla: ['NAME'],
  'Ticket.lineItems': ['NUMBER'],
  'Ticket.tasks': ['POSITION'],
  'Ticket.attachments': ['CREATED_AT'],
  'Ticket.notes': ['CREATED_AT'],
  'Ticket.timeEntries': ['STARTED_AT', 'CREATED_AT'],
} as const satisfies Partial<Record<ListName, readonly string[]>>

export function orderNames(list: ListName): readonly string[] {
  if (list === 'TimeEntry') return ['STARTED_AT']
  if (list === 'ScheduleEntry' || list === 'Ticket.scheduleEntries') return ['STARTS_AT']
  if (list === 'Company.sites' || list === 'Ticket.configurationItems') return ['NAME']
  return list in WHOLE_ORDERS
    ? WHOLE_ORDERS[list as keyof typeof WHOLE_ORDERS]
    : Object.keys(PAGED_ORDERS[list as keyof typeof PAGED_ORDERS])
}
