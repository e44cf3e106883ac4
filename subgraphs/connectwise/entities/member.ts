import { byName } from '../../reading/by-name.ts'
import { type EntitySpec, plain } from '../projection.ts'
import { teamsOfMembers } from '../reference.ts'
import { type MemberBody, member as shape } from '../schema.ts'

export const memberSpec: EntitySpec<MemberBody> = {
  type: 'Member',
  group: 'Members',
  shape,
  keyOf: ({ id }) => String(id),
  extras: async (session, _bodies, wanted) =>
    wanted.has('teams') ? { teams: await teamsOfMembers(session) } : {},
  fields: {
    name: plain(['firstName', 'lastName', 'identifier'], ({ firstName, lastName, identifier }) => {
      const name = [firstName, lastName].filter((part) => part !== null && part !== '').join(' ')
      return name === '' ? identifier : name
    }),
    identifier: plain(['identifier'], ({ identifier }) => identifier),
    email: plain(
      ['primaryEmail', 'officeEmail'],
      ({ primaryEmail, officeEmail }) => primaryEmail ?? officeEmail,
    ),
    active: plain(['inactiveFlag'], ({ inactiveFlag }) => inactiveFlag !== true),
    teams: {
      group: 'Boards & Ticket Setup',
      paths: [],
      value: ({ id }, { teams }) => byName(teams?.get(id) ?? []),
    },
  },
}
