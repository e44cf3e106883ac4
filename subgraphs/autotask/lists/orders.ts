import type { ListName } from '../../../schema/source.ts'
import { type Condition, exists, fieldName } from '../conditions.ts'
import { CLOSED, OPEN } from './filters.ts'

/**
 * The vendor sorts by id and nothing else (API.md 4), so an order is one of these:
 * - TIME: windows of time, each read whole and sorted here;
 * - RANK: one value of a picklist after the other, by id within each;
 * - WHOLE: a list short enough to be read whole and sorted here.
 * A ticket's number is none of them: it is a text that follows neither id nor time exactly.
 */
export type OrderSpec =
  | {
      readonly by: 'TIME'
      readonly column: string
      /** For a time that can be missing: which rows have it, and which come last, by id. */
      readonly split?: {
        readonly valued: Condition
        readonly empty: Condition
        readonly columns: readonly string[]
      }
    }
  | { readonly by: 'RANK'; readonly column: string }
  | { readonly by: 'WHOLE'; readonly columns: readonly string[] }

const created: OrderSpec = { by: 'TIME', column: 'createDate' }
const starts: OrderSpec = { by: 'WHOLE', columns: ['startDateTime'] }
const byId: OrderSpec = { by: 'WHOLE', columns: [] }
const due = fieldName('dueDateTime')
const slaDue = fieldName('resolvedDueDateTime')
const started = fieldName('startDateTime')

export const ORDERS: Readonly<Record<ListName, Readonly<Record<string, OrderSpec>>>> = {
  Ticket: {
    CREATED_AT: created,
    UPDATED_AT: { by: 'TIME', column: 'lastActivityDate' },
    // Only an open ticket waits: closed ones have no value and come last.
    WAITING_SINCE: {
      by: 'TIME',
      column: 'lastActivityDate',
      split: { valued: OPEN, empty: CLOSED, columns: ['status'] },
    },
    DUE_AT: {
      by: 'TIME',
      column: 'dueDateTime',
      split: { valued: exists(due), empty: exists(due, false), columns: [] },
    },
    SLA_DUE_AT: {
      by: 'TIME',
      column: 'resolvedDueDateTime',
      split: { valued: exists(slaDue), empty: exists(slaDue, false), columns: [] },
    },
    PRIORITY: { by: 'RANK', column: 'priority' },
  },
  TimeEntry: {
    // Time may be entered by the day alone, with hours and without a start.
    STARTED_AT: {
      by: 'TIME',
      column: 'startDateTime',
      split: { valued: exists(started), empty: exists(started, false), columns: [] },
    },
  },
  Contact: { NAME: { by: 'WHOLE', columns: ['lastName', 'firstName'] }, NUMBER: byId },
  Company: { NAME: { by: 'WHOLE', columns: ['companyName'] }, NUMBER: byId },
  Site: { NAME: { by: 'WHOLE', columns: ['name'] } },
  ConfigurationItem: { NAME: { by: 'WHOLE', columns: ['referenceTitle'] } },
  Agreement: { NAME: { by: 'WHOLE', columns: ['contractName'] } },
  Product: { NAME: { by: 'WHOLE', columns: ['name'] } },
  Article: { NAME: { by: 'WHOLE', columns: ['title'] } },
  Member: { NAME: { by: 'WHOLE', columns: ['lastName', 'firstName'] }, NUMBER: byId },
  Sla: { NAME: byId },
  Project: { NAME: { by: 'WHOLE', columns: ['projectName'] } },
  ProjectTask: { NAME: { by: 'WHOLE', columns: ['title'] } },
  Opportunity: { NAME: { by: 'WHOLE', columns: ['title'] } },
  TicketTemplate: {},
  Board: { NAME: byId, NUMBER: byId },
  'Ticket.notes': { CREATED_AT: { by: 'WHOLE', columns: ['createDateTime'] } },
  'Ticket.lineItems': { NUMBER: byId },
  'Ticket.tasks': { POSITION: { by: 'WHOLE', columns: ['position'] } },
  'Ticket.attachments': { CREATED_AT: { by: 'WHOLE', columns: ['attachDate'] } },
  ScheduleEntry: { STARTS_AT: starts },
  'Ticket.scheduleEntries': { STARTS_AT: starts },
  'Company.sites': { NAME: { by: 'WHOLE', columns: ['name'] } },
  'Ticket.configurationItems': { NAME: { by: 'WHOLE', columns: ['referenceTitle'] } },
  'Ticket.timeEntries': {
    STARTED_AT: { by: 'WHOLE', columns: ['startDateTime'] },
    CREATED_AT: { by: 'WHOLE', columns: ['createDateTime'] },
  },
}
