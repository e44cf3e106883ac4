import { byName } from '../../reading/by-name.ts'
import { queuesOf } from '../member-queues.ts'
import { type EntitySpec, fullName, plain } from '../projection.ts'
import { type ResourceBody, resource as shape } from '../schema.ts'

export const memberSpec: EntitySpec<ResourceBody> = {
  type: 'Member',
  entity: 'Resources',
  group: 'Members',
  shape,
  keyOf: ({ id }) => String(id),
  extras: async (session, bodies, wanted) =>
    wanted.has('teams')
      ? {
          teams: await queuesOf(
            session,
            bodies.map(({ id }) => id),
          ),
        }
      : {},
  fields: {
    name: plain(['firstName', 'lastName', 'userName'], ({ firstName, lastName, userName }) => {
      const name = fullName(firstName, lastName)
      return name === '' ? userName : name
    }),
    identifier: plain(['userName'], ({ userName }) => userName),
    email: plain(['email'], ({ email }) => email),
    active: plain(['isActive'], ({ isActive }) => isActive),
    teams: {
      group: 'Boards & Ticket Setup',
      columns: [],
      value: ({ id }, { teams }) => byName(teams?.get(id) ?? []),
    },
  },
}
