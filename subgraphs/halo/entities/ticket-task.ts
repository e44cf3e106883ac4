import { type EntitySpec, plain, reference } from '../projection.ts'
import { toDo as shape, type ToDoBody } from '../schema.ts'

/** A to-do of the ticket's own, named by the ticket and its own number. */
export const ticketTaskSpec: EntitySpec<ToDoBody> = {
  type: 'TicketTask',
  group: 'Ticket Tasks',
  shape,
  keyOf: ({ id }, { parent }) => `${parent}.${id}`,
  fields: {
    text: plain(({ text }) => text),
    done: plain(({ done }) => done === true),
    position: plain(({ sequence }) => sequence),
    // A to-do tells who did it, and nobody who is to.
    assignee: plain(() => null),
    ticket: reference('ticket', 'Ticket', (_body, { parent }) => parent ?? null, {
      number: { group: 'Tickets', value: (_body, { parent }) => parent },
    }),
  },
}
