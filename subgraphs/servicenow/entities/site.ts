import { COMPANY_PARTS, type EntitySpec, plain, reference, textField } from '../projection.ts'

export const siteSpec: EntitySpec = {
  type: 'Site',
  group: 'Sites',
  table: 'cmn_location',
  keyOf: ({ sysId }) => sysId,
  fields: {
    name: textField('name'),
    phone: textField('phone'),
    street: textField('street'),
    city: textField('city'),
    state: textField('state'),
    postalCode: textField('zip'),
    // Locations have neither (tables.json, cmn_location).
    primary: plain([], () => null),
    active: plain([], () => null),
    company: reference('company', 'company', 'Company', COMPANY_PARTS),
  },
}
