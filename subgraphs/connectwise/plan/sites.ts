import { type SiteChange, sitePlans, streetLines } from '../../planning/site-plans.ts'
import { referred } from './people.ts'
import { recordNow } from './record-now.ts'
import { deletionStep, step } from './steps.ts'
import { keyOf } from './ticket-now.ts'

/** What tells a new site from others and can be asked for by name; the second line of an address can't. */
const TOLD = ['name', 'phoneNumber', 'city', 'zip'] as const

export const sites = sitePlans({
  vendor: 'ConnectWise',
  // Its API description, CompanySite.
  max: { name: 156, phone: 30, street: 50, city: 50, postalCode: 12 },
  keepsActive: true,
  streetLines: 2,
  recordNow,
  companyKey: (session, id) => keyOf(session, id, 'Company', 'company'),
  companyShown: async (session, key) => (await referred(session, 'Company', key, 'company')).shown,
  create(session, company, change, summary) {
    const parent = { type: 'Company', key: company } as const
    const body = Object.fromEntries(membersOf(change).filter(([, value]) => value !== null))
    const content = Object.fromEntries(TOLD.flatMap((name) => (name in body ? [[name, body[name]]] : [])))
    return step(session, {
      method: 'POST',
      path: `/company/companies/${company}/sites`,
      body,
      except: [],
      target: parent,
      creates: 'Site',
      summary,
      reconcile: { by: 'FINGERPRINT', parent, content },
    })
  },
  update(session, { key }, change, summary) {
    const target = { type: 'Site', key } as const
    return step(session, {
      method: 'PATCH',
      path: pathOf(key),
      body: membersOf(change).map(([path, value]) =>
        value === null ? { op: 'remove', path } : { op: 'replace', path, value },
      ),
      except: [],
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: change },
    })
  },
  remove: (session, { key }, summary) => deletionStep(session, pathOf(key), { type: 'Site', key }, summary),
})

/** `company.site` */
function pathOf(key: string): string {
  const [company = '', site = ''] = key.split('.')
  return `/company/companies/${company}/sites/${site}`
}

function membersOf(change: SiteChange): readonly (readonly [member: string, value: unknown])[] {
  return Object.entries(change).flatMap(([field, value]): (readonly [string, unknown])[] => {
    switch (field) {
      case 'phone':
        return [['phoneNumber', value]]
      case 'street': {
        const [first, second] = streetLines(value)
        return [
          ['addressLine1', first],
          ['addressLine2', second],
        ]
      }
      case 'state':
        // A setup value: the vendor refuses one that it does not know.
        return [['stateReference', value === null ? null : { identifier: value }]]
      case 'postalCode':
        return [['zip', value]]
      case 'active':
        return [['inactiveFlag', value !== true]]
      default:
        return [[field, value]]
    }
  })
}
