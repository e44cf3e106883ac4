import type { ListName } from '../../../schema/source.ts'
import { boolean, compare } from '../encoded-query.ts'
import { flagAt, valueAt } from '../rows.ts'
import { type OrderSpec, split } from './keyset.ts'

/** Set by the platform on every record, so that none is empty. */
const updated: OrderSpec = { field: 'sys_updated_on', type: 'time' }
/** The dictionary fills it by a script (tables.json, task). */
const number: OrderSpec = { field: 'number', type: 'text' }
const name: OrderSpec = { field: 'name', type: 'text', split: split('name') }

const title: OrderSpec = { field: 'short_description', type: 'text', split: split('short_description') }

export const ORDERS: Readonly<Record<ListName, Readonly<Record<string, OrderSpec>>>> = {
  Ticket: {
    // Filled by a script as well; when a ticket was opened, not when an import wrote it.
    CREATED_AT: { field: 'opened_at', type: 'time' },
    UPDATED_AT: updated,
    // Only an open ticket waits: closed ones have no value and come last.
    WAITING_SINCE: {
      ...updated,
      paths: ['active'],
      read: (row) => (flagAt(row, 'active') === false ? null : valueAt(row, 'sys_updated_on')),
      split: {
        valued: compare('active', '=', boolean(true)),
        empty: compare('active', '=', boolean(false)),
      },
    },
    DUE_AT: { field: 'due_date', type: 'time', split: split('due_date') },
    // 1 is the most urgent.
    PRIORITY: { field: 'priority', type: 'number', split: split('priority') },
    NUMBER: number,
  },
  TimeEntry: { STARTED_AT: { field: 'work_date', type: 'time', split: split('work_date') } },
  Contact: { NAME: name, UPDATED_AT: updated },
  Company: { NAME: name, UPDATED_AT: updated },
  Site: { NAME: name },
  ConfigurationItem: { NAME: name },
  Agreement: { NAME: title },
  Sla: { NAME: name },
  Project: { NAME: title },
  ProjectTask: { NAME: title },
  Opportunity: {},
  TicketTemplate: {},
  Product: { NAME: name },
  Article: { NAME: { field: 'short_description', type: 'text', split: split('short_description') } },
  Member: { NAME: name },
  Board: { NAME: name },
  'Ticket.notes': { CREATED_AT: { field: 'sys_created_on', type: 'time' } },
  'Company.sites': { NAME: name },
  'Ticket.configurationItems': { NAME: name },
  'Ticket.lineItems': {},
  // Those of many tickets are read whole and sorted here.
  'Ticket.tasks': { POSITION: { field: 'order', type: 'number' } },
  'Ticket.attachments': { CREATED_AT: { field: 'sys_created_on', type: 'time' } },
  ScheduleEntry: {},
  'Ticket.scheduleEntries': {},
  'Ticket.timeEntries': {
    CREATED_AT: { field: 'sys_created_on', type: 'time' },
    STARTED_AT: { field: 'work_date', type: 'time', split: split('work_date') },
  },
}
