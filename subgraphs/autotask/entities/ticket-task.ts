import { type EntitySpec, plain, reference } from '../projection.ts'
import { type ChecklistItemBody, checklistItem as shape } from '../schema.ts'

export const ticketTaskSpec: EntitySpec<ChecklistItemBody> = {
  type: 'TicketTask',
  entity: 'TicketChecklistItems',
  group: 'Ticket Tasks',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    text: plain(['itemName'], ({ itemName }) => itemName),
    done: plain(['isCompleted'], ({ isCompleted }) => isCompleted === true),
    position: plain(['position'], ({ position }) => position),
    // An item tells who completed it, and nobody who is to.
    assignee: plain([], () => null),
    ticket: reference('ticketID', 'Ticket', ({ ticketID }) => ticketID),
  },
}
