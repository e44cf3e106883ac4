import { byName } from '../../reading/by-name.ts'
import { groupsOfPeople } from '../member-groups.ts'
import { type EntitySpec, plain, textField } from '../projection.ts'
import { flagAt } from '../rows.ts'

export const memberSpec: EntitySpec = {
  type: 'Member',
  group: 'Members',
  table: 'sys_user',
  keyOf: ({ sysId }) => sysId,
  below: async (session, rows, wanted) =>
    wanted.has('teams')
      ? {
          teams: await groupsOfPeople(
            session,
            rows.map(({ sysId }) => sysId),
          ),
        }
      : {},
  fields: {
    name: textField('name'),
    identifier: textField('user_name'),
    email: textField('email'),
    active: plain(['active'], (row) => flagAt(row, 'active')),
    teams: {
      group: 'Boards & Ticket Setup',
      paths: [],
      value: ({ sysId }, { teams }) => byName(teams?.get(sysId) ?? []),
    },
  },
}
