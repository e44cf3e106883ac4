import { recordReader } from '../../planning/record-now.ts'
import { type SiteChange, sitePlans } from '../../planning/site-plans.ts'
import { readMany } from '../read-many.ts'
import { refuse } from './deletes.ts'
import { referred } from './people.ts'
import { step } from './steps.ts'
import { keyOf } from './ticket-now.ts'

/** tables.json, cmn_location: 40 where it gives no length. */
const MAX = { name: 100, phone: 40, street: 255, city: 40, state: 40, postalCode: 40 } as const

export const sites = sitePlans({
  vendor: 'ServiceNow',
  max: MAX,
  keepsActive: false,
  streetLines: 2,
  recordNow: recordReader({ readMany, keyOf }),
  companyKey: (session, id) => keyOf(session, id, 'Company', 'company'),
  companyShown: async (session, key) => (await referred(session, 'Company', key, 'company')).shown,
  create(session, company, change, summary) {
    const parent = { type: 'Company', key: company } as const
    const content = { ...columnsOf(change), company }
    return step(session, {
      method: 'POST',
      table: 'cmn_location',
      body: content,
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
      table: 'cmn_location',
      sysId: key,
      body: columnsOf(change),
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: change },
    })
  },
  remove: () => refuse('deleteSite'),
})

function columnsOf(change: SiteChange): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(change).map(([field, value]) => [
      field === 'postalCode' ? 'zip' : field,
      // "" clears a text.
      value === null ? '' : String(value),
    ]),
  )
}
