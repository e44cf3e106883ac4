import { type EntitySpec, namedValue, plain } from '../projection.ts'
import { type CompanyBody, company as shape } from '../schema.ts'

export const companySpec: EntitySpec<CompanyBody> = {
  type: 'Company',
  group: 'Companies',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    name: plain(['name'], ({ name }) => name ?? ''),
    identifier: plain(['identifier'], ({ identifier }) => identifier),
    phone: plain(['phoneNumber'], ({ phoneNumber }) => phoneNumber),
    website: plain(['website'], ({ website }) => website),
    status: plain(['status/id', 'status/name'], ({ status }) => namedValue(status)),
    // "Inactive" is a status that each tenant names; the flag is all that is the same everywhere.
    active: plain(['deletedFlag'], ({ deletedFlag }) => deletedFlag !== true),
  },
}
