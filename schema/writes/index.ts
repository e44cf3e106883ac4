import type { WriteName } from '../plan.ts'
import { uploadAttachment } from './attachments.ts'
import { createCompany, updateCompany } from './companies.ts'
import {
  attachConfigurationItem,
  createConfigurationItem,
  detachConfigurationItem,
  updateConfigurationItem,
} from './configuration-items.ts'
import { createContact, updateContact } from './contacts.ts'
import type { WriteDeclaration } from './declaration.ts'
import {
  deleteConfigurationItem,
  deleteContact,
  deleteScheduleEntry,
  deleteSite,
  deleteTicket,
  deleteTicketAttachment,
  deleteTicketLineItem,
  deleteTicketNote,
  deleteTicketTask,
  deleteTimeEntry,
} from './deletes.ts'
import { addTicketLineItem, updateTicketLineItem } from './line-items.ts'
import { addTicketNote, logTime } from './notes-and-time.ts'
import { createScheduleEntry, updateScheduleEntry } from './schedule-entries.ts'
import { createSite, updateSite } from './sites.ts'
import { addTicketTask, updateTicketTask } from './ticket-tasks.ts'
import {
  bundleTickets,
  createTicket,
  createTicketFromTemplate,
  mergeTickets,
  reopenTicket,
  resolveTicket,
  updateTicket,
  workTicket,
} from './tickets.ts'
import { updateTimeEntry } from './time-entries.ts'

/** Every write of the unified schema. A name without its declaration does not compile. */
export const writes: { readonly [W in WriteName]: WriteDeclaration<W> } = {
  createTicket,
  createTicketFromTemplate,
  updateTicket,
  addTicketNote,
  logTime,
  resolveTicket,
  workTicket,
  mergeTickets,
  bundleTickets,
  reopenTicket,
  createContact,
  updateContact,
  createCompany,
  updateCompany,
  createSite,
  updateSite,
  createConfigurationItem,
  updateConfigurationItem,
  attachConfigurationItem,
  detachConfigurationItem,
  addTicketLineItem,
  updateTicketLineItem,
  addTicketTask,
  updateTicketTask,
  uploadAttachment,
  createScheduleEntry,
  updateScheduleEntry,
  updateTimeEntry,
  deleteTicket,
  deleteTicketNote,
  deleteTimeEntry,
  deleteContact,
  deleteSite,
  deleteConfigurationItem,
  deleteTicketLineItem,
  deleteTicketTask,
  deleteTicketAttachment,
  deleteScheduleEntry,
}
