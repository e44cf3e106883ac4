import type { SiteValues, VendorRecord } from '../../../schema/records.ts'
import { type SiteChange, type SiteField, sitePlans, streetLines } from '../../planning/site-plans.ts'
import { companyNow } from './people.ts'
import { recordNow } from './record-now.ts'
import { deletionStep, step } from './steps.ts'
import { keyOf } from './ticket-now.ts'

const MAX_LINE = 255
const ADDRESS = ['street', 'city', 'state', 'postalCode'] as const satisfies readonly SiteField[]

export const sites = sitePlans({
  vendor: 'HaloPSA',
  max: Object.fromEntries(['name', 'phone', ...ADDRESS].map((field) => [field, MAX_LINE])),
  keepsActive: true,
  streetLines: 2,
  recordNow,
  companyKey: (session, id) => keyOf(session, id, 'Company', 'company'),
  companyShown: async (session, key) => (await companyNow(session, key)).shown,
  create(_session, company, change, summary) {
    const parent = { type: 'Company', key: company } as const
    return step({
      path: '/Site',
      element: { ...membersOf(change, null), client_id: Number(company) },
      except: ADDRESS.filter((field) => change[field] === undefined),
      target: parent,
      creates: 'Site',
      summary,
      reconcile: {
        by: 'FINGERPRINT',
        parent,
        content: { name: change.name, ...(change.phone == null ? {} : { phonenumber: change.phone }) },
      },
    })
  },
  update(_session, { key, record }, change, summary) {
    const target = { type: 'Site', key } as const
    return step({
      path: '/Site',
      element: { id: Number(key), ...membersOf(change, record) },
      // The address goes whole, and repeats what it does not change.
      except: ADDRESS.filter((field) => change[field] === undefined),
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: change },
    })
  },
  remove: (_session, { key }, summary) => deletionStep(`/Site/${key}`, { type: 'Site', key }, summary),
  onCreate: ['HaloPSA adds a general user, who stands in for nobody in particular, to the new site.'],
})

function membersOf(
  change: SiteChange,
  now: VendorRecord<SiteValues> | null,
): Readonly<Record<string, unknown>> {
  const { name, phone, active } = change
  return {
    ...(name === undefined ? {} : { name }),
    ...(phone === undefined ? {} : { phonenumber: phone ?? '' }),
    ...(active === undefined ? {} : { inactive: active !== true }),
    ...(ADDRESS.some((field) => change[field] !== undefined)
      ? { delivery_address: addressOf(change, now) }
      : {}),
  }
}

/** Lines 1 and 2 are the street, 3 the city, 4 the region. */
function addressOf(change: SiteChange, now: VendorRecord<SiteValues> | null) {
  const after = (field: (typeof ADDRESS)[number]) =>
    change[field] === undefined ? (now?.get(field) ?? null) : change[field]
  const [line1, line2] = streetLines(after('street'))
  return {
    line1: line1 ?? '',
    line2: line2 ?? '',
    line3: after('city') ?? '',
    line4: after('state') ?? '',
    postcode: after('postalCode') ?? '',
  }
}
