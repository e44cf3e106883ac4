import { badInput } from '../../../schema/errors.ts'
import { type CompanyChange, companyPlans, plannedValues } from '../../planning/company-plans.ts'
import { recordNow } from './record-now.ts'
import { step } from './steps.ts'
import { keyOf } from './ticket-now.ts'

export const companies = companyPlans({
  vendor: 'HaloPSA',
  max: { name: 255 },
  refused: {
    identifier: 'Clients of HaloPSA have no short text that people type.',
    phone: 'The phone number of a client of HaloPSA is that of its main site: write it there.',
    website: 'How HaloPSA takes a web address is not documented.',
    status: 'Being inactive is all the status that a client of HaloPSA has: write "active".',
  },
  required: ['name'],
  recordNow,
  memberKey: (session, id) => keyOf(session, id, 'Member', 'accountManager'),
  status: (_session, wanted) => Promise.reject(badInput('status', 'no status', wanted)),
  create(_session, change) {
    return step({
      path: '/Client',
      element: membersOf(change),
      except: [],
      target: null,
      creates: 'Company',
      summary: `Adds the company ${change.name}.`,
      reconcile: { by: 'CORRELATION', field: 'name', value: change.name ?? '' },
    })
  },
  update(_session, key, change, summary) {
    const target = { type: 'Company', key } as const
    return step({
      path: '/Client',
      element: { id: Number(key), ...membersOf(change) },
      except: [],
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: plannedValues(change) },
    })
  },
  onCreate: [
    'HaloPSA makes a first site for the new client, with a general user who is nobody in particular.',
  ],
})

function membersOf({ name, active, accountManager }: CompanyChange): Readonly<Record<string, unknown>> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(active === undefined ? {} : { inactive: !active }),
    ...(accountManager === undefined ? {} : { accountmanagertech: Number(accountManager) }),
  }
}
