import { type EntitySpec, plain, reference } from '../projection.ts'
import { type ContactBody, contact as shape } from '../schema.ts'
import { siteReference } from './site.ts'

export const contactSpec: EntitySpec<ContactBody> = {
  type: 'Contact',
  group: 'Contacts',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    // Contacts have no name of their own (API.md 8).
    name: plain(['firstName', 'lastName'], ({ firstName, lastName }) =>
      [firstName, lastName].filter((part) => part !== null && part !== '').join(' '),
    ),
    firstName: plain(['firstName'], ({ firstName }) => firstName),
    lastName: plain(['lastName'], ({ lastName }) => lastName),
    email: plain(['communicationItems'], (body) => communication(body, 'Email')),
    phone: plain(['communicationItems'], (body) => communication(body, 'Phone')),
    title: plain(['title'], ({ title }) => title),
    active: plain(['inactiveFlag'], ({ inactiveFlag }) => inactiveFlag !== true),
    company: reference('company', 'company', 'Company', ({ company }) => company, {
      name: { group: 'Companies', member: 'name', value: ({ name }) => name },
      identifier: { group: 'Companies', member: 'identifier', value: ({ identifier }) => identifier },
    }),
    site: siteReference(),
  },
}

/** The default one, else the first. */
export function communication({ communicationItems }: ContactBody, type: 'Email' | 'Phone'): string | null {
  const found = (communicationItems ?? []).filter((item) => item.communicationType === type)
  return (found.find((item) => item.defaultFlag === true) ?? found[0])?.value ?? null
}
