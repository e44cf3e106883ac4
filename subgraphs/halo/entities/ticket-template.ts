import { type EntitySpec, plain, reference, someId, time } from '../projection.ts'
import { priorities, teams, ticketTypes } from '../reference.ts'
import { template as shape, type TemplateBody } from '../schema.ts'

/** A standard request: filled in by an agent, or made by the product at set times. */
export const ticketTemplateSpec: EntitySpec<TemplateBody> = {
  type: 'TicketTemplate',
  // The catalogue's own group of them, beside that of the schema: an agent needs both.
  group: 'Ticket Setup',
  shape,
  // What a row of the list tells besides the name is not documented.
  detailOnly: new Set(['title', 'description', 'type', 'priority', 'board', 'nextAt']),
  keyOf: ({ id }) => String(id),
  extras: async (session, _bodies, wanted) => ({
    ...(wanted.has('type')
      ? { types: new Map((await ticketTypes(session)).map(({ id, name }) => [id, name])) }
      : {}),
    ...(wanted.has('priority') ? { priorities: await priorities(session) } : {}),
    ...(wanted.has('board')
      ? { teams: new Map((await teams(session)).map(({ id, name }) => [name, id])) }
      : {}),
  }),
  fields: {
    name: plain(({ name }) => name ?? ''),
    title: plain(({ summary }) => summary),
    description: plain(({ details }) => details),
    type: plain(({ tickettype_id }, { types }) => {
      const key = someId(tickettype_id)
      return key === null ? null : { key: String(key), name: types?.get(key) ?? String(key) }
    }),
    priority: plain(({ priority_id }, { priorities: known }) => {
      const key = someId(priority_id)
      if (key === null) return null
      const name = known?.find(({ id }) => id === key)?.name ?? String(key)
      return { key: String(key), name, rank: key }
    }),
    board: reference('board', 'Board', ({ team }, known) => known.teams?.get(team ?? '') ?? null, {
      name: { group: 'Boards & Ticket Setup', value: ({ team }) => team },
    }),
    company: { closed: true, value: () => null },
    nextAt: plain(({ nextcreationdate }) => time(nextcreationdate)),
  },
}
