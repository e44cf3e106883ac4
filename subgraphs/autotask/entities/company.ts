import { type EntitySpec, named, plain } from '../projection.ts'
import { companyTypes } from '../reference.ts'
import { type CompanyBody, company as shape } from '../schema.ts'

export const companySpec: EntitySpec<CompanyBody> = {
  type: 'Company',
  entity: 'Companies',
  group: 'Companies',
  shape,
  keyOf: ({ id }) => String(id),
  extras: async (session, _bodies, wanted) =>
    wanted.has('status') ? { companyTypes: await companyTypes(session) } : {},
  fields: {
    name: plain(['companyName'], ({ companyName }) => companyName ?? ''),
    identifier: plain(['companyNumber'], ({ companyNumber }) => companyNumber),
    phone: plain(['phone'], ({ phone }) => phone),
    website: plain(['webAddress'], ({ webAddress }) => webAddress),
    // Customer, lead, prospect, canceled: the nearest to a standing that the vendor has.
    status: plain(['companyType'], ({ companyType }, extras) => named(companyType, extras.companyTypes)),
    active: plain(['isActive'], ({ isActive }) => isActive),
  },
}
