import { GatewayError } from '../../../schema/errors.ts'
import type { PlanDraft, WriteInputs, WriteName } from '../../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { expectWork, type Work } from '../../planning/work.ts'
import { isDone } from '../choices.ts'
import { attachments } from './attachments.ts'
import { planBundleTickets } from './bundle-tickets.ts'
import { reopenStatus, resolvedStatus } from './closing.ts'
import { companies } from './companies.ts'
import { planWork } from './compose.ts'
import { configurationItems } from './configuration-items.ts'
import { planCreateContact, planUpdateContact } from './contacts.ts'
import { planCreateTicket } from './create-ticket.ts'
import { planDeleteTicket, planDeleteTimeEntry, refuse } from './deletes.ts'
import { files } from './files.ts'
import { planMergeTickets } from './merge-tickets.ts'
import { sites } from './sites.ts'
import { keyOf } from './ticket-now.ts'
import { ticketTasks } from './ticket-tasks.ts'
import { planUpdateTimeEntry } from './time-entries.ts'

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
  createTicketFromTemplate: async () => refuse('createTicketFromTemplate'),
  updateTicket: (session, { id, ...update }, actor) =>
    planWork(session, keyOf(session, id, 'Ticket', 'id'), expectWork({ ...NOTHING, update }), actor),
  addTicketNote: (session, { ticket, ...note }, actor) =>
    planWork(session, keyOf(session, ticket, 'Ticket', 'ticket'), { ...NOTHING, notes: [note] }, actor),
  logTime: (session, { ticket, ...time }, actor) =>
    planWork(session, keyOf(session, ticket, 'Ticket', 'ticket'), { ...NOTHING, time: [time] }, actor),
  resolveTicket: (session, { id, status, resolution, time }, actor) =>
    planWork(
      session,
      keyOf(session, id, 'Ticket', 'id'),
      (now) => ({
        update: { status: status ?? resolvedStatus(session, now) },
        notes: [{ kind: 'RESOLUTION', text: resolution }],
        time: time === undefined ? [] : [time],
      }),
      actor,
    ),
  workTicket: (session, { id, update = {}, notes = [], time = [] }, actor) =>
    planWork(session, keyOf(session, id, 'Ticket', 'id'), expectWork({ update, notes, time }), actor),
  mergeTickets: (session, input) => planMergeTickets(session, input),
  bundleTickets: (session, input) => planBundleTickets(session, input),
  reopenTicket: (session, { id, status, note }, actor) =>
    planWork(
      session,
      keyOf(session, id, 'Ticket', 'id'),
      (now) => {
        if (now.status !== null && !isDone(now.status))
          throw new GatewayError('NO_CHANGE', 'The ticket is open.')
        return {
          update: { status: status ?? reopenStatus(session, now) },
          notes: note === undefined ? [] : [{ kind: 'INTERNAL', text: note }],
          time: [],
        }
      },
      actor,
    ),
  createContact: (session, input) => planCreateContact(session, input),
  updateContact: (session, input) => planUpdateContact(session, input),
  createCompany: companies.createCompany,
  updateCompany: companies.updateCompany,
  createSite: sites.createSite,
  updateSite: sites.updateSite,
  createConfigurationItem: configurationItems.createConfigurationItem,
  updateConfigurationItem: configurationItems.updateConfigurationItem,
  attachConfigurationItem: attachments.attachConfigurationItem,
  detachConfigurationItem: attachments.detachConfigurationItem,
  addTicketLineItem: async () => refuse('addTicketLineItem'),
  updateTicketLineItem: async () => refuse('updateTicketLineItem'),
  addTicketTask: ticketTasks.addTicketTask,
  updateTicketTask: ticketTasks.updateTicketTask,
  uploadAttachment: files.uploadAttachment,
  createScheduleEntry: async () => refuse('createScheduleEntry'),
  updateScheduleEntry: async () => refuse('updateScheduleEntry'),
  updateTimeEntry: (session, input) => planUpdateTimeEntry(session, input),
  deleteTicket: (session, input) => planDeleteTicket(session, input),
  deleteTicketNote: async () => refuse('deleteTicketNote'),
  deleteTimeEntry: (session, input) => planDeleteTimeEntry(session, input),
  deleteContact: async () => refuse('deleteContact'),
  deleteSite: async () => refuse('deleteSite'),
  deleteConfigurationItem: async () => refuse('deleteConfigurationItem'),
  deleteTicketLineItem: async () => refuse('deleteTicketLineItem'),
  deleteTicketTask: async () => refuse('deleteTicketTask'),
  deleteTicketAttachment: files.deleteTicketAttachment,
  deleteScheduleEntry: async () => refuse('deleteScheduleEntry'),
}

export async function plan<W extends WriteName>(
  session: VendorSession,
  write: W,
  input: WriteInputs[W],
  actor: PlanActor,
): Promise<PlanDraft> {
  return planners[write](session, input, actor)
}
