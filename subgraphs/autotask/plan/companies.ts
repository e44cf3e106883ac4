import { type CompanyChange, companyPlans, plannedValues } from '../../planning/company-plans.ts'
import { companyTypes } from '../reference.ts'
import { pick } from './pick.ts'
import { recordNow } from './record-now.ts'
import { step } from './steps.ts'
import { keyOf } from './ticket-now.ts'

/** The company type of a client (API.md 13). */
const CUSTOMER = 1

export const companies = companyPlans({
  vendor: 'Autotask',
  // API.md 13; of the number the metadata of a tenant tells.
  max: { name: 100, identifier: 50, phone: 25, website: 255 },
  refused: {},
  required: ['name', 'phone', 'accountManager'],
  recordNow,
  memberKey: (session, id) => keyOf(session, id, 'Member', 'accountManager'),
  async status(session, wanted) {
    const { id, name } = pick('status', wanted, await companyTypes(session))
    return { key: String(id), name }
  },
  create(_session, change) {
    return step({
      method: 'POST',
      path: '/Companies',
      // Required; whom nobody calls otherwise is a client.
      body: { companyType: CUSTOMER, ...membersOf(change) },
      except: change.status === undefined ? ['status'] : [],
      target: null,
      creates: 'Company',
      summary: `Adds the company ${change.name}.`,
      reconcile: { by: 'CORRELATION', field: 'companyName', value: change.name ?? '' },
    })
  },
  update(_session, key, change, summary) {
    const target = { type: 'Company', key } as const
    return step({
      method: 'PATCH',
      path: '/Companies',
      body: { id: Number(key), ...membersOf(change) },
      except: [],
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: plannedValues(change) },
    })
  },
})

function membersOf(change: CompanyChange): Readonly<Record<string, unknown>> {
  const { name, identifier, phone, website, status, active, accountManager } = change
  const members = {
    companyName: name,
    companyNumber: identifier,
    phone,
    webAddress: website,
    companyType: status === undefined ? undefined : Number(status.key),
    isActive: active,
    ownerResourceID: accountManager === undefined ? undefined : Number(accountManager),
  }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
