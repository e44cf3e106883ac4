import type { VendorSession } from '../../../schema/source.ts'
import { type EntitySpec, type Extras, plain } from '../projection.ts'
import { statuses, ticketTypes } from '../reference.ts'
import { team as shape, type TeamBody } from '../schema.ts'

/**
 * A team. Statuses and ticket types belong to no team: each team shows all of the tenant's (a ticket type then
 * says which statuses it takes).
 */
export const boardSpec: EntitySpec<TeamBody> = {
  type: 'Board',
  group: 'Boards & Ticket Setup',
  shape,
  keyOf: ({ id }) => String(id),
  extras: readExtras,
  fields: {
    name: plain(({ name }) => name),
    active: plain(({ inactive }) => inactive !== true),
    statuses: plain((_team, known) =>
      (known.statuses ?? []).map(({ key, name, category }) => ({ key, name, category })),
    ),
    types: plain((_team, { types }) => [...(types ?? [])].map(([id, name]) => ({ key: String(id), name }))),
  },
}

async function readExtras(
  session: VendorSession,
  _bodies: readonly TeamBody[],
  wanted: ReadonlySet<string>,
): Promise<Partial<Extras>> {
  const [known, types] = await Promise.all([
    wanted.has('statuses') ? statuses(session) : [],
    wanted.has('types') ? ticketTypes(session) : [],
  ])
  return { statuses: known, types: new Map(types.map(({ id, name }) => [id, name])) }
}
