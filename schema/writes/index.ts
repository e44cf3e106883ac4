import type { WriteName } from '../plan.ts'
import type { WriteDeclaration } from './declaration.ts'
import { addTicketNote, logTime } from './notes-and-time.ts'
import { createTicket, mergeTickets, resolveTicket, updateTicket, workTicket } from './tickets.ts'

/** Every write of the unified schema. A name without its declaration does not compile. */
export const writes: { readonly [W in WriteName]: WriteDeclaration<W> } = {
  createTicket,
  updateTicket,
  addTicketNote,
  logTime,
  resolveTicket,
  workTicket,
  mergeTickets,
}
