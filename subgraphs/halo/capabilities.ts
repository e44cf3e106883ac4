import type { ListName, VendorCapabilities } from '../../schema/source.ts'
import { filterNames } from './lists/filters.ts'
import { orderNames } from './lists/orders.ts'
import { TICKETS_PER_READ } from './read-tickets.ts'

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
] as const satisfies readonly ListName[]

function perList<T>(of: (list: ListName) => T): Record<ListName, T> {
  return Object.fromEntries(LISTS.map((list) => [list, of(list)])) as Record<ListName, T>
}

/** Nothing but tickets can be asked for by several ids (API.md 3): these go through lists or one by one. */
const BATCH = 100

/** API.md, TicketLineItem: how a row is taken off a ticket is not documented. */
export const NO_LINE_ITEM_DELETE =
  'How HaloPSA takes an item off a ticket is not documented: take it off there.'

export const NO_WORK_ROLES = 'HaloPSA has no work roles: its charge rates are the work types.'

/** openapi.json, ToDo: there is no DELETE, and a row that is left out stays. */
export const NO_TASK_DELETE =
  'How HaloPSA takes a to-do off a ticket is not documented: check it off, or take it off there.'

export const haloCapabilities: VendorCapabilities = {
  maxIdsPerRead: {
    Ticket: TICKETS_PER_READ,
    Note: BATCH,
    TimeEntry: BATCH,
    Contact: BATCH,
    Company: BATCH,
    Site: BATCH,
    ConfigurationItem: BATCH,
    Agreement: BATCH,
    Sla: BATCH,
    Project: BATCH,
    ProjectTask: BATCH,
    Opportunity: BATCH,
    TicketTemplate: BATCH,
    Product: BATCH,
    Article: BATCH,
    TicketLineItem: BATCH,
    TicketTask: BATCH,
    Attachment: BATCH,
    ScheduleEntry: BATCH,
    Member: BATCH,
    Board: BATCH,
  },
  orderBy: perList(orderNames),
  filters: perList(filterNames),
  embeds: {
    'Ticket.company': ['name'],
    'Ticket.contact': ['name', 'email'],
    'Ticket.site': ['name'],
    'Ticket.board': ['name'],
    'Ticket.mergedInto': ['number'],
    'Ticket.parent': ['number'],
    'Ticket.lastNote': ['text'],
    'Note.author': ['name'],
    'Note.ticket': ['number'],
    'TimeEntry.member': ['name'],
    'TimeEntry.ticket': ['number'],
    'TimeEntry.company': ['name'],
    'Contact.company': ['name'],
    'Contact.site': ['name'],
    'Site.company': ['name'],
    'Agreement.company': ['name'],
    'Project.company': ['name'],
    'ProjectTask.company': ['name'],
    'Opportunity.company': ['name'],
    'Opportunity.contact': ['name'],
    'TicketTemplate.board': ['name'],
    'TicketLineItem.product': ['name'],
    'TicketLineItem.ticket': ['number'],
    'TicketTask.ticket': ['number'],
    'Attachment.ticket': ['number'],
    'ScheduleEntry.members': ['name'],
    'ScheduleEntry.ticket': ['number'],
    'ConfigurationItem.company': ['name'],
    'ConfigurationItem.site': ['name'],
  },
  noSetup: { WORK_ROLES: NO_WORK_ROLES },
  noteKinds: ['INTERNAL', 'DESCRIPTION', 'RESOLUTION', 'CLIENT_FACING'],
  writes: {
    createTicket: true,
    createTicketFromTemplate: true,
    updateTicket: true,
    addTicketNote: true,
    logTime: true,
    resolveTicket: true,
    workTicket: true,
    // By plain steps, where the connection allows it; else the plan says NOT_SUPPORTED with the reason.
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
    deleteTicket: true,
    deleteTicketNote: true,
    deleteTimeEntry: true,
    deleteContact: true,
    deleteSite: true,
    deleteConfigurationItem: true,
    deleteTicketLineItem: { unsupported: NO_LINE_ITEM_DELETE },
    deleteTicketTask: { unsupported: NO_TASK_DELETE },
    deleteTicketAttachment: true,
    deleteScheduleEntry: true,
  },
}
