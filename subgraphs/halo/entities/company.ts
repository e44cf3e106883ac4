import { type EntitySpec, plain } from '../projection.ts'
import { type CompanyBody, company as shape } from '../schema.ts'

export const companySpec: EntitySpec<CompanyBody> = {
  type: 'Company',
  group: 'Companies',
  shape,
  keyOf: ({ id }) => String(id),
  detailOnly: new Set(['phone', 'website']),
  fields: {
    name: plain(({ name }) => name ?? ''),
    // Clients have no short text that people type.
    identifier: plain(() => null),
    phone: plain(({ main_phonenumber }) => (main_phonenumber === '' ? null : main_phonenumber)),
    website: plain(({ website }) => (website === '' ? null : website)),
    // Being inactive is all the status there is (API.md, "Company").
    status: plain(({ inactive }) =>
      inactive === true ? { key: 'inactive', name: 'Inactive' } : { key: 'active', name: 'Active' },
    ),
    active: plain(({ inactive }) => inactive !== true),
  },
}
