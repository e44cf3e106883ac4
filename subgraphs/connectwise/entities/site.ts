import { toldRecord } from '../../../schema/records.ts'
import { type EntitySpec, type FieldSpec, plain, reference } from '../projection.ts'
import { type SiteBody, site as shape } from '../schema.ts'

export const siteSpec: EntitySpec<SiteBody> = {
  type: 'Site',
  group: 'Sites',
  shape,
  // A site can only be read below its company.
  keyOf: ({ id }, { parent }) => `${parent}.${id}`,
  fields: {
    name: plain(['name'], ({ name }) => name ?? ''),
    phone: plain(['phoneNumber'], ({ phoneNumber }) => phoneNumber),
    // The list answers the second line and refuses its name among the fields: then the whole record is asked for.
    street: {
      paths: [],
      whole: true,
      value: ({ addressLine1, addressLine2 }) =>
        [addressLine1, addressLine2].filter(Boolean).join('\n') || null,
    },
    city: plain(['city'], ({ city }) => city),
    state: plain(
      ['stateReference/identifier', 'stateReference/name'],
      ({ stateReference }) => stateReference?.identifier ?? stateReference?.name,
    ),
    postalCode: plain(['zip'], ({ zip }) => zip),
    primary: plain(['primaryAddressFlag'], ({ primaryAddressFlag }) => primaryAddressFlag === true),
    active: plain(['inactiveFlag'], ({ inactiveFlag }) => inactiveFlag !== true),
    company: reference('company', 'company', 'Company', ({ company }) => company, {
      name: { group: 'Companies', member: 'name', value: ({ name }) => name },
      identifier: { group: 'Companies', member: 'identifier', value: ({ identifier }) => identifier },
    }),
  },
}

interface AtSite {
  readonly site: { readonly id: number; readonly name?: string | undefined } | null
  readonly company: { readonly id: number } | null
}

/** A site is named by its company and its own id. */
export function siteReference<Body extends AtSite>(): FieldSpec<Body> {
  return {
    paths: ['site/id', 'company/id'],
    parts: { name: { group: 'Sites', paths: ['site/name'] } },
    closed: true,
    value({ site, company }, { connection, wanted }) {
      if (site === null || company === null) return null
      const values = wanted.has('site.name') ? { name: site.name } : {}
      return toldRecord(connection, 'Site', `${company.id}.${site.id}`, values)
    },
  }
}
