import type { VendorCapabilities } from '../../schema/source.ts'
import { filterNames } from './lists/filters.ts'
import { ORDERS } from './lists/orders.ts'
import { IDS_PER_SEARCH, IDS_PER_URL } from './read-many.ts'

const LISTS = [
  'Ticket',
  'TimeEntry',
  'Contact',
  'Company',
  'Site',
  'ConfigurationItem',
  'Product',
  'Member',
  'Board',
  'Ticket.notes',
  'Ticket.timeEntries',
  'Company.sites',
  'Ticket.lineItems',
] as const
type Lists<T> = Record<(typeof LISTS)[number], T>

function perList<T>(of: (list: (typeof LISTS)[number]) => T): Lists<T> {
  return Object.fromEntries(LISTS.map((list) => [list, of(list)])) as Lists<T>
}

export const connectwiseCapabilities: VendorCapabilities = {
  maxIdsPerRead: {
    Ticket: IDS_PER_SEARCH,
    Note: IDS_PER_URL,
    TimeEntry: IDS_PER_URL,
    Contact: IDS_PER_URL,
    Company: IDS_PER_URL,
    Site: IDS_PER_URL,
    ConfigurationItem: IDS_PER_URL,
    Product: IDS_PER_URL,
    TicketLineItem: IDS_PER_URL,
    Member: IDS_PER_URL,
    Board: IDS_PER_URL,
  },
  orderBy: perList((list) => Object.keys(ORDERS[list])),
  filters: perList(filterNames),
  embeds: {
    'Ticket.company': ['name', 'identifier'],
    'Ticket.contact': ['name'],
    'Ticket.site': ['name'],
    'Ticket.assignee': ['name', 'identifier'],
    'Ticket.board': ['name'],
    'Ticket.mergedInto': ['title', 'number'],
    'Ticket.parent': ['number'],
    'Note.author': ['name', 'identifier'],
    'Note.contact': ['name'],
    'Note.ticket': ['number'],
    'TimeEntry.member': ['name', 'identifier'],
    'TimeEntry.ticket': ['number'],
    'TimeEntry.company': ['name', 'identifier'],
    'Contact.company': ['name', 'identifier'],
    'Contact.site': ['name'],
    'Site.company': ['name', 'identifier'],
    'TicketLineItem.product': ['identifier'],
    'TicketLineItem.ticket': ['number'],
    'ConfigurationItem.company': ['name', 'identifier'],
    'ConfigurationItem.site': ['name'],
    'ConfigurationItem.contact': ['name'],
  },
  noteKinds: ['INTERNAL', 'DESCRIPTION', 'RESOLUTION', 'CLIENT_FACING'],
  writes: {
    createTicket: true,
    updateTicket: true,
    addTicketNote: true,
    logTime: true,
    resolveTicket: true,
    workTicket: true,
    mergeTickets: true,
    bundleTickets: true,
    reopenTicket: true,
    createContact: true,
    updateContact: true,
    createCompany: true,
    updateCompany: true,
    createSite: true,
    updateSite: true,
    addTicketLineItem: true,
    updateTicketLineItem: true,
    updateTimeEntry: true,
    deleteTicket: true,
    deleteTicketNote: true,
    deleteTimeEntry: true,
    deleteContact: true,
    deleteSite: true,
    deleteTicketLineItem: true,
  },
}
