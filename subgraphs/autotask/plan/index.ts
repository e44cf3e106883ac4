import { GatewayError } from '../../../schema/errors.ts'
import type { PlanDraft, WriteInputs, WriteName } from '../../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { expectWork, type Work } from '../../planning/work.ts'
import { UNSUPPORTED } from '../capabilities.ts'
import { attachments } from './attachments.ts'
import { planBundleTickets } from './bundle-tickets.ts'
import { companies } from './companies.ts'
import { planWork } from './compose.ts'
import { configurationItems } from './configuration-items.ts'
import { planCreateContact, planDeleteContact, planUpdateContact } from './contacts.ts'
import { planCreateTicket } from './create-ticket.ts'
import { files } from './files.ts'
import { lineItems } from './line-items.ts'
import { planMergeTickets } from './merge-tickets.ts'
import { reopenWork, resolutionWork } from './outcomes.ts'
import { scheduleEntries } from './schedule-entries.ts'
import { sites } from './sites.ts'
import { keyOf } from './ticket-now.ts'
import { ticketTasks } from './ticket-tasks.ts'
import { planDeleteTimeEntry, planUpdateTimeEntry } from './time-entries.ts'

type Planners = {
  readonly [W in WriteName]: (
    session: VendorSession,
    input: WriteInputs[W],
    actor: PlanActor,
  ) => Promise<PlanDraft>
}

const NOTHING: Work = { update: {}, notes: [], time: [] }
const RESOLUTION = new Set(['resolution'] as const)

const planners: Planners = {
  createTicket: planCreateTicket,
  createTicketFromTemplate: unsupported('createTicketFromTemplate'),
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
      { texts: RESOLUTION },
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
  deleteTicket: unsupported('deleteTicket'),
  deleteTicketNote: unsupported('deleteTicketNote'),
  deleteTimeEntry: planDeleteTimeEntry,
  deleteContact: planDeleteContact,
  deleteSite: sites.deleteSite,
  deleteConfigurationItem: unsupported('deleteConfigurationItem'),
  deleteTicketLineItem: lineItems.deleteTicketLineItem,
  deleteTicketTask: ticketTasks.deleteTicketTask,
  deleteTicketAttachment: files.deleteTicketAttachment,
  deleteScheduleEntry: scheduleEntries.deleteScheduleEntry,
}

function unsupported(write: keyof typeof UNSUPPORTED): () => Promise<PlanDraft> {
  return () => Promise.reject(new GatewayError('NOT_SUPPORTED', UNSUPPORTED[write]))
}

export function plan<W extends WriteName>(
  session: VendorSession,
  write: W,
  input: WriteInputs[W],
  actor: PlanActor,
): Promise<PlanDraft> {
  return planners[write](session, input, actor)
}
