import { type EntitySpec, plain, textField } from '../projection.ts'

export const companySpec: EntitySpec = {
  type: 'Company',
  group: 'Companies',
  table: 'core_company',
  keyOf: ({ sysId }) => sysId,
  fields: {
    name: textField('name'),
    // Companies have no short text, no status and no active flag (tables.json, core_company).
    identifier: plain([], () => null),
    phone: textField('phone'),
    website: textField('website'),
    status: plain([], () => null),
    active: plain([], () => null),
  },
}
