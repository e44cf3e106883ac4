import type { PlanDraft, WriteInputs, WriteName } from '../../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { expectWork, planWork, type Work } from './compose.ts'
import { planCreateTicket } from './create-ticket.ts'
import { planMergeTickets } from './merge-tickets.ts'
import { resolutionWork } from './resolve-ticket.ts'
import { keyOf } from './ticket-now.ts'

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
  mergeTickets: (session, input) => planMergeTickets(session, input),
}

export function plan<W extends WriteName>(
  session: VendorSession,
  write: W,
  input: WriteInputs[W],
  actor: PlanActor,
): Promise<PlanDraft> {
  return planners[write](session, input, actor)
}
