import { byName } from '../../reading/by-name.ts'
import { type EntitySpec, plain } from '../projection.ts'
import { teamsOfAgents } from '../reference.ts'
import { type MemberBody, member as shape } from '../schema.ts'

export const memberSpec: EntitySpec<MemberBody> = {
  type: 'Member',
  group: 'Members',
  shape,
  keyOf: ({ id }) => String(id),
  extras: async (session, _bodies, wanted) =>
    wanted.has('teams') ? { agentTeams: await teamsOfAgents(session) } : {},
  fields: {
    name: plain(({ name, firstname, surname, email }) => {
      const whole = [firstname, surname].filter((part) => part !== null && part !== '').join(' ')
      return name ?? (whole === '' ? email : whole)
    }),
    // Agents sign in with their mail address; lists hold no other login.
    identifier: plain(({ email }) => (email === '' ? null : email)),
    email: plain(({ email }) => (email === '' ? null : email)),
    active: plain(({ isdisabled }) => isdisabled !== true),
    teams: {
      groups: ['Boards & Ticket Setup'],
      value: ({ id }, { agentTeams }) => byName(agentTeams?.get(id) ?? []),
    },
  },
}
