import { type EntitySpec, plain, reference, someId } from '../projection.ts'
import { type SiteBody, site as shape } from '../schema.ts'

/** Empty texts stand for nothing. */
const line = (value: string | null | undefined) => (value === '' ? null : value)

export const siteSpec: EntitySpec<SiteBody> = {
  type: 'Site',
  group: 'Sites',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    name: plain(({ name }) => name ?? ''),
    phone: plain(({ phonenumber }) => line(phonenumber)),
    street: plain((body) => [lineOf(body, 1), lineOf(body, 2)].filter(Boolean).join('\n') || null),
    city: plain((body) => line(lineOf(body, 3))),
    state: plain((body) => line(lineOf(body, 4))),
    postalCode: plain((body) => line(body.delivery_address?.postcode ?? body.delivery_address_line5)),
    // The company names its main site, and no site says so of itself.
    primary: plain(() => null),
    active: plain(({ inactive }) => inactive !== true),
    company: reference('company', 'Company', ({ client_id }) => someId(client_id), {
      name: { group: 'Companies', value: ({ client_name }) => client_name },
    }),
  },
}

/** Lists tell the delivery address line by line, a site's own record as an object; lines 3 and 4 are city and region. */
function lineOf(body: SiteBody, number: 1 | 2 | 3 | 4): string | null {
  return body.delivery_address?.[`line${number}`] ?? body[`delivery_address_line${number}`]
}
