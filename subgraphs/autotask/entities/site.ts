import { type EntitySpec, plain, reference } from '../projection.ts'
import { type SiteBody, site as shape } from '../schema.ts'

export const siteSpec: EntitySpec<SiteBody> = {
  type: 'Site',
  entity: 'CompanyLocations',
  group: 'Sites',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    name: plain(['name'], ({ name }) => name ?? ''),
    phone: plain(['phone'], ({ phone }) => phone),
    street: plain(
      ['address1', 'address2'],
      ({ address1, address2 }) => [address1, address2].filter(Boolean).join('\n') || null,
    ),
    city: plain(['city'], ({ city }) => city),
    state: plain(['state'], ({ state }) => state),
    postalCode: plain(['postalCode'], ({ postalCode }) => postalCode),
    primary: plain(['isPrimary'], ({ isPrimary }) => isPrimary === true),
    active: plain(['isActive'], ({ isActive }) => isActive),
    company: reference('companyID', 'Company', ({ companyID }) => companyID),
  },
}
