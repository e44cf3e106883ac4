import { COMPANY_PARTS, type EntitySpec, plain, reference, SITE_PARTS, textField } from '../projection.ts'
import { flagAt, valueAt } from '../rows.ts'

/** People of client companies; the same table holds staff and logins, so the columns are a fixed list. */
export const contactSpec: EntitySpec = {
  type: 'Contact',
  group: 'Contacts',
  table: 'sys_user',
  keyOf: ({ sysId }) => sysId,
  fields: {
    name: textField('name'),
    firstName: textField('first_name'),
    lastName: textField('last_name'),
    email: textField('email'),
    phone: plain(['phone', 'mobile_phone'], (row) => valueAt(row, 'phone') ?? valueAt(row, 'mobile_phone')),
    title: textField('title'),
    active: plain(['active'], (row) => flagAt(row, 'active')),
    company: reference('company', 'company', 'Company', COMPANY_PARTS),
    site: reference('site', 'location', 'Site', SITE_PARTS),
  },
}
