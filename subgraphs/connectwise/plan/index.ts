import type { PlanDraft, WriteInputs, WriteName } from '../../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { fromTemplate } from '../../planning/template-plans.ts'
import { expectWork, type Work } from '../../planning/work.ts'
import { attachments } from './attachments.ts'
import { planBundleTickets } from './bundle-tickets.ts'
import { companies } from './companies.ts'
import { planWork } from './compose.ts'
import { configurationItems } from './configuration-items.ts'
import { planCreateContact, planUpdateContact } from './contacts.ts'
import { planCreateTicket } from './create-ticket.ts'
import { planDeleteContact, planDeleteNote, planDeleteTicket, planDeleteTimeEntry } from './deletes.ts'
import { files } from './files.ts'
import { lineItems } from './line-items.ts'
import { planMergeTickets } from './merge-tickets.ts'
import { recordNow } from './record-now.ts'
import { reopenWork } from './reopen-ticket.ts'
import { resolutionWork } from './resolve-ticket.ts'
import { scheduleEntries } from './schedule-entries.ts'
import { sites } from './sites.ts'
import { keyOf } from './ticket-now.ts'
import { ticketTasks } from './ticket-tasks.ts'
import { planUpdateTimeEntry } from './update-time-entry.ts'

type Planners = {
  readonly [W in WriteName]: (
    session: VendorSession,
    input: WriteInputs[W],
    actor: PlanActor,
  ) => Promise<PlanDraft>
}

const NOTHING: Work = { update: {}, notes: [], time: [] }

const planners: Planners = {
  createTicket: planCreateTicket,
  createTicketFromTemplate: fromTemplate({ recordNow, createTicket: planCreateTicket }),
  updateTicket: (session, { id, ...update }, actor) =>
    planWork(session, keyOf(session, id, 'Ticket', 'id'), expectWork({ ...NOTHING, update }), actor),
  addTicketNote: (session, { ticket, ...note }, actor) =>
    planWork(session, keyOf(session, ticket, 'Ticket', 'ticket'), { ...NOTHING, notes: [note] }, actor),
  logTime: (session, { ticket, ...time }, actor) =>
    planWork(session, keyOf(session, ticket, 'Ticket', 'ticket'), { ...NOTHING, time: [time] }, actor),
  resolveTicket: (session, input, actor) =>
    planWork(
      session,
      keyOf(session, input.id, 'Ticket', 'id'),
      (now) => resolutionWork(session, now, input),
      actor,
    ),
  workTicket: (session, { id, update = {}, notes = [], time = [] }, actor) =>
    planWork(session, keyOf(session, id, 'Ticket', 'id'), expectWork({ update, notes, time }), actor),
  mergeTickets: planMergeTickets,
  bundleTickets: planBundleTickets,
  reopenTicket: (session, input, actor) =>
    planWork(
      session,
      keyOf(session, input.id, 'Ticket', 'id'),
      (now) => reopenWork(session, now, input),
      actor,
    ),
  createContact: planCreateContact,
  updateContact: planUpdateContact,
  createCompany: companies.createCompany,
  updateCompany: companies.updateCompany,
  createSite: sites.createSite,
  updateSite: sites.updateSite,
  createConfigurationItem: configurationItems.createConfigurationItem,
  updateConfigurationItem: configurationItems.updateConfigurationItem,
  attachConfigurationItem: attachments.attachConfigurationItem,
  detachConfigurationItem: attachments.detachConfigurationItem,
  addTicketLineItem: lineItems.addTicketLineItem,
  updateTicketLineItem: lineItems.updateTicketLineItem,
  addTicketTask: ticketTasks.addTicketTask,
  updateTicketTask: ticketTasks.updateTicketTask,
  uploadAttachment: files.uploadAttachment,
  createScheduleEntry: scheduleEntries.createScheduleEntry,
  updateScheduleEntry: scheduleEntries.updateScheduleEntry,
  updateTimeEntry: planUpdateTimeEntry,
  deleteTicket: planDeleteTicket,
  deleteTicketNote: planDeleteNote,
  deleteTimeEntry: planDeleteTimeEntry,
  deleteContact: planDeleteContact,
  deleteSite: sites.deleteSite,
  deleteConfigurationItem: configurationItems.deleteConfigurationItem,
  deleteTicketLineItem: lineItems.deleteTicketLineItem,
  deleteTicketTask: ticketTasks.deleteTicketTask,
  deleteTicketAttachment: files.deleteTicketAttachment,
  deleteScheduleEntry: scheduleEntries.deleteScheduleEntry,
}

export function plan<W extends WriteName>(
  session: VendorSession,
  write: W,
  input: WriteInputs[W],
  actor: PlanActor,
): Promise<PlanDraft> {
  return planners[write](session, input, actor)
}
