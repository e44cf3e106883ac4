import type { ListName, VendorCapabilities } from '../../schema/source.ts'
import { filterNames } from './lists/filters.ts'
import { ORDERS } from './lists/orders.ts'
import { NO_LINE_ITEMS } from './no-line-items.ts'
import { NO_OPPORTUNITIES } from './no-opportunities.ts'
import { NO_SCHEDULE } from './no-schedule.ts'
import { NO_TEMPLATES } from './no-templates.ts'
import { IDS_PER_URL } from './rows-by-id.ts'

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

/** Rewriting or removing a journal entry would change history past the audit (API.md 13, Ticket notes). */
const NO_NOTE_DELETE = 'ServiceNow has no way to take a note back: its journal is history.'
/** sys_user holds logins: a row that goes takes what refers to it along (API.md 13, Contact). */
const NO_CONTACT_DELETE =
  'Contacts of ServiceNow are rows of its user table, logins included; set the contact inactive instead.'

/** Only administrators may, and references to a row that goes are emptied without a word (API.md 13, Site). */
const NO_SITE_DELETE =
  'Tickets, people and devices of ServiceNow refer to a location and lose it without a word; rename it instead, or delete it there.'

/** As with locations; what an item went through stays with it when it is retired. */
const NO_ITEM_DELETE =
  'Tickets of ServiceNow refer to a configuration item and lose it without a word; set it inactive instead, or delete it there.'

export const NO_WORK_ROLES = 'Time of ServiceNow has no role.'

const NO_TASK_DELETE = 'ServiceNow lets administrators delete tasks only; check it off instead.'

export const servicenowCapabilities: VendorCapabilities = {
  maxIdsPerRead: {
    Ticket: IDS_PER_URL,
    Note: IDS_PER_URL,
    TimeEntry: IDS_PER_URL,
    Contact: IDS_PER_URL,
    Company: IDS_PER_URL,
    Site: IDS_PER_URL,
    ConfigurationItem: IDS_PER_URL,
    Agreement: IDS_PER_URL,
    Sla: IDS_PER_URL,
    Project: IDS_PER_URL,
    ProjectTask: IDS_PER_URL,
    Opportunity: IDS_PER_URL,
    TicketTemplate: IDS_PER_URL,
    Product: IDS_PER_URL,
    Article: IDS_PER_URL,
    TicketLineItem: IDS_PER_URL,
    TicketTask: IDS_PER_URL,
    Attachment: IDS_PER_URL,
    ScheduleEntry: IDS_PER_URL,
    Member: IDS_PER_URL,
    Board: IDS_PER_URL,
  },
  orderBy: perList((list) => Object.keys(ORDERS[list])),
  filters: perList(filterNames),
  noLists: {
    'Ticket.lineItems': NO_LINE_ITEMS,
    ScheduleEntry: NO_SCHEDULE,
    'Ticket.scheduleEntries': NO_SCHEDULE,
    Opportunity: NO_OPPORTUNITIES,
    TicketTemplate: NO_TEMPLATES,
  },
  embeds: {
    'Ticket.configurationItems': [],
    'Ticket.company': ['name'],
    'Ticket.contact': ['name', 'email', 'company'],
    'Ticket.site': ['name'],
    'Ticket.agreement': ['name'],
    'Ticket.assignee': ['name', 'identifier'],
    'Ticket.board': ['name'],
    'Ticket.mergedInto': ['number', 'title'],
    'Ticket.parent': ['number', 'title'],
    'TimeEntry.member': ['name', 'identifier'],
    'TimeEntry.ticket': ['number', 'title'],
    'TimeEntry.company': ['name'],
    'TicketTask.assignee': ['name', 'identifier'],
    'TicketTask.ticket': ['number', 'title'],
    'Contact.company': ['name'],
    'Contact.site': ['name'],
    'Site.company': ['name'],
    'Agreement.company': ['name'],
    'Project.company': ['name'],
    'Project.manager': ['name', 'identifier'],
    'ProjectTask.project': ['name'],
    'ProjectTask.company': ['name'],
    'ProjectTask.assignee': ['name', 'identifier'],
    'ConfigurationItem.company': ['name'],
    'ConfigurationItem.site': ['name'],
    'ConfigurationItem.contact': ['name', 'email', 'company'],
  },
  noSetup: { WORK_ROLES: NO_WORK_ROLES },
  noteKinds: ['INTERNAL', 'DESCRIPTION', 'RESOLUTION', 'CLIENT_FACING'],
  writes: {
    createTicket: true,
    createTicketFromTemplate: { unsupported: NO_TEMPLATES },
    updateTicket: true,
    addTicketNote: true,
    logTime: true,
    resolveTicket: true,
    workTicket: true,
    // Only as plain steps, where an administrator turned `emulateMerge` on; else the plan says why not.
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
    addTicketLineItem: { unsupported: NO_LINE_ITEMS },
    updateTicketLineItem: { unsupported: NO_LINE_ITEMS },
    addTicketTask: true,
    updateTicketTask: true,
    uploadAttachment: true,
    createScheduleEntry: { unsupported: NO_SCHEDULE },
    updateScheduleEntry: { unsupported: NO_SCHEDULE },
    updateTimeEntry: true,
    deleteTicket: true,
    deleteTicketNote: { unsupported: NO_NOTE_DELETE },
    deleteTimeEntry: true,
    deleteContact: { unsupported: NO_CONTACT_DELETE },
    deleteSite: { unsupported: NO_SITE_DELETE },
    deleteConfigurationItem: { unsupported: NO_ITEM_DELETE },
    deleteTicketLineItem: { unsupported: NO_LINE_ITEMS },
    deleteTicketTask: { unsupported: NO_TASK_DELETE },
    deleteTicketAttachment: true,
    deleteScheduleEntry: { unsupported: NO_SCHEDULE },
  },
}
