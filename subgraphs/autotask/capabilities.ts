import type { WriteName } from '../../schema/plan.ts'
import type { VendorCapabilities } from '../../schema/source.ts'
import { filterNames } from './lists/filters.ts'
import { ORDERS } from './lists/orders.ts'
import { NO_TEMPLATES } from './no-templates.ts'
import { IDS_PER_READ } from './read-many.ts'

const LISTS = [
  'Ticket',
  'TimeEntry',
  'Contact',
  'Company',
  'Site',
  'ConfigurationItem',
  'Agreement',
  'Sla',
  'Project',
  'ProjectTask',
  'Opportunity',
  'TicketTemplate',
  'Product',
  'Article',
  'Member',
  'Board',
  'Ticket.notes',
  'Ticket.timeEntries',
  'Ticket.configurationItems',
  'Company.sites',
  'Ticket.lineItems',
  'Ticket.tasks',
  'Ticket.attachments',
  'ScheduleEntry',
  'Ticket.scheduleEntries',
] as const
type Lists<T> = Record<(typeof LISTS)[number], T>

function perList<T>(of: (list: (typeof LISTS)[number]) => T): Lists<T> {
  return Object.fromEntries(LISTS.map((list) => [list, of(list)])) as Lists<T>
}

/** API.md 6 and 13: these have no DELETE. */
export const UNSUPPORTED = {
  createTicketFromTemplate: NO_TEMPLATES,
  deleteTicket: 'Autotask has no way to delete a ticket by its API; set a status instead.',
  deleteTicketNote: 'Autotask has no way to delete a ticket note by its API; correct it in Autotask.',
  deleteConfigurationItem:
    'Autotask has no way to delete a configuration item by its API; set it inactive instead.',
} as const satisfies Partial<Record<WriteName, string>>

export const autotaskCapabilities: VendorCapabilities = {
  maxIdsPerRead: {
    Ticket: IDS_PER_READ,
    Note: IDS_PER_READ,
    TimeEntry: IDS_PER_READ,
    Contact: IDS_PER_READ,
    Company: IDS_PER_READ,
    Site: IDS_PER_READ,
    ConfigurationItem: IDS_PER_READ,
    Agreement: IDS_PER_READ,
    Sla: IDS_PER_READ,
    Project: IDS_PER_READ,
    ProjectTask: IDS_PER_READ,
    Opportunity: IDS_PER_READ,
    TicketTemplate: IDS_PER_READ,
    Product: IDS_PER_READ,
    Article: IDS_PER_READ,
    TicketLineItem: IDS_PER_READ,
    TicketTask: IDS_PER_READ,
    Attachment: IDS_PER_READ,
    ScheduleEntry: IDS_PER_READ,
    Member: IDS_PER_READ,
    Board: IDS_PER_READ,
  },
  orderBy: perList((list) => Object.keys(ORDERS[list])),
  filters: perList(filterNames),
  // Records hold ids and nothing else of what they refer to; a queue's name is reference data. Description and
  // resolution are notes that stand on the ticket and come with it.
  noLists: { TicketTemplate: NO_TEMPLATES },
  embeds: {
    'Ticket.configurationItems': [],
    'Ticket.board': ['name'],
    'Ticket.notes': ['text'],
  },
  noteKinds: ['INTERNAL', 'DESCRIPTION', 'RESOLUTION', 'CLIENT_FACING'],
  writes: {
    createTicket: true,
    createTicketFromTemplate: { unsupported: UNSUPPORTED.createTicketFromTemplate },
    updateTicket: true,
    addTicketNote: true,
    logTime: true,
    resolveTicket: true,
    workTicket: true,
    // Only where `emulateMerge` is on: the plan refuses it elsewhere, with the reason.
    mergeTickets: true,
    bundleTickets: true,
    reopenTicket: true,
    createContact: true,
    updateContact: true,
    createCompany: true,
    updateCompany: true,
    createSite: true,
    updateSite: true,
    createConfigurationItem: true,
    updateConfigurationItem: true,
    attachConfigurationItem: true,
    detachConfigurationItem: true,
    addTicketLineItem: true,
    updateTicketLineItem: true,
    addTicketTask: true,
    updateTicketTask: true,
    uploadAttachment: true,
    createScheduleEntry: true,
    updateScheduleEntry: true,
    updateTimeEntry: true,
    deleteTicket: { unsupported: UNSUPPORTED.deleteTicket },
    deleteTicketNote: { unsupported: UNSUPPORTED.deleteTicketNote },
    deleteTimeEntry: true,
    deleteContact: true,
    deleteSite: true,
    deleteConfigurationItem: { unsupported: UNSUPPORTED.deleteConfigurationItem },
    deleteTicketLineItem: true,
    deleteTicketTask: true,
    deleteTicketAttachment: true,
    deleteScheduleEntry: true,
  },
}
