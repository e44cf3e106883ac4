import { type EntitySpec, fullName, plain } from '../projection.ts'
import { type ResourceBody, resource as shape } from '../schema.ts'

export const memberSpec: EntitySpec<ResourceBody> = {
  type: 'Member',
  entity: 'Resources',
  group: 'Members',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    name: plain(['firstName', 'lastName', 'userName'], ({ firstName, lastName, userName }) => {
      const name = fullName(firstName, lastName)
      return name === '' ? userName : name
    }),
    identifier: plain(['userName'], ({ userName }) => userName),
    email: plain(['email'], ({ email }) => email),
    active: plain(['isActive'], ({ isActive }) => isActive),
  },
}
