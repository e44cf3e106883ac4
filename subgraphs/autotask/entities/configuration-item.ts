import { type EntitySpec, named, plain, reference, time } from '../projection.ts'
import { configurationItemTypes } from '../reference.ts'
import { type ConfigurationItemBody, configurationItem as shape } from '../schema.ts'

export const configurationItemSpec: EntitySpec<ConfigurationItemBody> = {
  type: 'ConfigurationItem',
  entity: 'ConfigurationItems',
  group: 'Configurations',
  shape,
  keyOf: ({ id }) => String(id),
  extras: async (session, _bodies, wanted) =>
    wanted.has('type') ? { types: await configurationItemTypes(session) } : {},
  fields: {
    name: plain(['referenceTitle'], ({ referenceTitle }) => referenceTitle),
    type: plain(['configurationItemType'], ({ configurationItemType }, { types }) =>
      named(configurationItemType, types),
    ),
    serialNumber: plain(['serialNumber'], ({ serialNumber }) => serialNumber),
    tag: plain(['referenceNumber'], ({ referenceNumber }) => referenceNumber),
    warrantyEndsOn: plain(
      ['warrantyExpirationDate'],
      ({ warrantyExpirationDate }) => time(warrantyExpirationDate)?.slice(0, 10) ?? null,
    ),
    active: plain(['isActive'], ({ isActive }) => isActive),
    company: reference('companyID', 'Company', ({ companyID }) => companyID),
    site: reference('companyLocationID', 'Site', ({ companyLocationID }) => companyLocationID),
    contact: reference('contactID', 'Contact', ({ contactID }) => contactID),
  },
}
