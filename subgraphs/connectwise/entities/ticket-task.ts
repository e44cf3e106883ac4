import { type EntitySpec, plain, reference } from '../projection.ts'
import { type ServiceTaskBody, serviceTask as shape } from '../schema.ts'
import { parentTicket } from './parent-ticket.ts'

/** Named by its ticket and its own number, since it is read below its ticket alone. */
export const ticketTaskSpec: EntitySpec<ServiceTaskBody> = {
  type: 'TicketTask',
  group: 'Ticket Tasks',
  shape,
  keyOf: ({ id }, { parent }) => `${parent}.${id}`,
  fields: {
    // A summary is all that there is of a task that is a ticket of its own.
    text: plain(['notes', 'summary'], ({ notes, summary }) => notes ?? summary),
    done: plain(['closedFlag'], ({ closedFlag }) => closedFlag === true),
    position: plain(['priority'], ({ priority }) => priority),
    assignee: reference('assignee', 'member', 'Member', ({ member }) => member, {
      name: { group: 'Members', member: 'name', value: ({ name }) => name },
      identifier: { group: 'Members', member: 'identifier', value: ({ identifier }) => identifier },
    }),
    ticket: parentTicket(),
  },
}
