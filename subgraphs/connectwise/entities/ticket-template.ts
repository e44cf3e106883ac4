import { type EntitySpec, namedValue, plain, reference } from '../projection.ts'
import { prioritiesOf } from '../reference.ts'
import { type ServiceTemplateBody, serviceTemplate as shape } from '../schema.ts'

export const ticketTemplateSpec: EntitySpec<ServiceTemplateBody> = {
  type: 'TicketTemplate',
  // The catalogue's own group of them, beside that of the schema: an agent needs both.
  group: 'Service Templates',
  shape,
  keyOf: ({ id }) => String(id),
  extras: async (session, _bodies, wanted) =>
    wanted.has('priority') ? { priorities: await prioritiesOf(session) } : {},
  fields: {
    name: plain(['name'], ({ name }) => name ?? ''),
    title: plain(['summary'], ({ summary }) => summary),
    description: plain(['problem'], ({ problem }) => problem),
    type: plain(['type/id', 'type/name'], ({ type }) => namedValue(type)),
    priority: plain(['priority/id', 'priority/name'], ({ priority }, { priorities }) =>
      priority === null
        ? null
        : {
            key: String(priority.id),
            name: priority.name ?? '',
            rank: priorities?.all.find(({ id }) => id === priority.id)?.rank ?? priorities?.all.length ?? 0,
          },
    ),
    board: reference('board', 'board', 'Board', ({ board }) => board, {
      name: { group: 'Boards & Ticket Setup', member: 'name', value: ({ name }) => name },
    }),
    company: reference('company', 'company', 'Company', ({ company }) => company, {
      name: { group: 'Companies', member: 'name', value: ({ name }) => name },
    }),
    // When the next ticket is made is kept with schedules, which are not documented.
    nextAt: plain([], () => null),
  },
}
