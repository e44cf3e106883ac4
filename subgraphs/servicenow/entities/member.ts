import { type EntitySpec, plain, textField } from '../projection.ts'
import { flagAt } from '../rows.ts'

export const memberSpec: EntitySpec = {
  type: 'Member',
  group: 'Members',
  table: 'sys_user',
  keyOf: ({ sysId }) => sysId,
  fields: {
    name: textField('name'),
    identifier: textField('user_name'),
    email: textField('email'),
    active: plain(['active'], (row) => flagAt(row, 'active')),
  },
}
