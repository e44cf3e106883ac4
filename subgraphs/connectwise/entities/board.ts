import type { VendorSession } from '../../../schema/source.ts'
import { type EntitySpec, type Extras, namedValue, plain } from '../projection.ts'
import { statusesOf, typesOf } from '../reference.ts'
import { type BoardBody, board as shape } from '../schema.ts'

export const boardSpec: EntitySpec<BoardBody> = {
  type: 'Board',
  group: 'Boards & Ticket Setup',
  shape,
  keyOf: ({ id }) => String(id),
  extras: readExtras,
  fields: {
    name: plain(['name'], ({ name }) => name ?? ''),
    active: plain(['inactiveFlag'], ({ inactiveFlag }) => inactiveFlag !== true),
    statuses: plain([], ({ id }, { statuses }) =>
      (statuses?.get(String(id)) ?? [])
        .filter(({ inactive }) => inactive !== true)
        .map(({ key, name, category }) => ({ key, name, category })),
    ),
    types: plain([], ({ id }, { types }) => (types?.get(String(id)) ?? []).map(namedValue)),
  },
}

/** Statuses and types are lists of their own, cached per board. */
async function readExtras(
  session: VendorSession,
  bodies: readonly BoardBody[],
  wanted: ReadonlySet<string>,
): Promise<Partial<Extras>> {
  const keys = bodies.map(({ id }) => String(id))
  const [statuses, types] = await Promise.all([
    wanted.has('statuses')
      ? Promise.all(keys.map(async (key) => [key, await statusesOf(session, key)] as const))
      : [],
    wanted.has('types')
      ? Promise.all(
          keys.map(
            async (key) =>
              [key, (await typesOf(session, key)).filter((type) => type.inactiveFlag !== true)] as const,
          ),
        )
      : [],
  ])
  return { statuses: new Map(statuses), types: new Map(types) }
}
