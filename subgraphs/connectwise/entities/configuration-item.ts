import { type EntitySpec, namedValue, plain, reference, time } from '../projection.ts'
import { type ConfigurationBody, configuration as shape } from '../schema.ts'
import { siteReference } from './site.ts'

export const configurationItemSpec: EntitySpec<ConfigurationBody> = {
  type: 'ConfigurationItem',
  group: 'Configurations',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    name: plain(['name'], ({ name }) => name),
    type: plain(['type/id', 'type/name'], ({ type }) => namedValue(type)),
    serialNumber: plain(['serialNumber'], ({ serialNumber }) => serialNumber),
    tag: plain(['tagNumber'], ({ tagNumber }) => tagNumber),
    // Days are told as their midnight in UTC.
    warrantyEndsOn: plain(
      ['warrantyExpirationDate'],
      ({ warrantyExpirationDate }) => time(warrantyExpirationDate)?.slice(0, 10) ?? null,
    ),
    active: plain(['activeFlag'], ({ activeFlag }) => activeFlag === true),
    company: reference('company', 'company', 'Company', ({ company }) => company, {
      name: { group: 'Companies', member: 'name', value: ({ name }) => name },
      identifier: { group: 'Companies', member: 'identifier', value: ({ identifier }) => identifier },
    }),
    site: siteReference(),
    contact: reference('contact', 'contact', 'Contact', ({ contact }) => contact, {
      name: { group: 'Contacts', member: 'name', value: ({ name }) => name },
    }),
  },
}
