import type { VendorSession } from '../../../schema/source.ts'
import { type EntitySpec, type Extras, plain } from '../projection.ts'
import { type Choice, statuses, ticketTypes } from '../reference.ts'

/** There is no entity of queues: they are a picklist of tickets, and so is a status, which no queue has to itself. */
export const boardSpec: Omit<EntitySpec<Choice>, 'shape'> = {
  type: 'Board',
  entity: '',
  group: 'Boards & Ticket Setup',
  keyOf: ({ key }) => key,
  extras: readExtras,
  fields: {
    name: plain([], ({ name }) => name),
    active: plain([], ({ active }) => active),
    statuses: plain([], (_, extras) =>
      (extras.statuses ?? [])
        .filter(({ active }) => active)
        .map(({ key, name, category }) => ({ key, name, category })),
    ),
    types: plain([], (_, { types }) =>
      (types ?? []).filter(({ active }) => active).map(({ key, name }) => ({ key, name })),
    ),
  },
}

async function readExtras(
  session: VendorSession,
  _boards: readonly Choice[],
  wanted: ReadonlySet<string>,
): Promise<Partial<Extras>> {
  return {
    ...(wanted.has('statuses') ? { statuses: await statuses(session) } : {}),
    ...(wanted.has('types') ? { types: await ticketTypes(session) } : {}),
  }
}
