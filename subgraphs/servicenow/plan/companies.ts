import { badInput } from '../../../schema/errors.ts'
import { type CompanyChange, companyPlans, plannedValues } from '../../planning/company-plans.ts'
import { recordReader } from '../../planning/record-now.ts'
import { readMany } from '../read-many.ts'
import { expectClient } from './contacts.ts'
import { step } from './steps.ts'
import { keyOf } from './ticket-now.ts'

export const companies = companyPlans({
  vendor: 'ServiceNow',
  // tables.json, core_company.
  max: { name: 80, phone: 40, website: 1024 },
  refused: {
    identifier: 'Companies of ServiceNow have no short text.',
    status: 'Companies of ServiceNow have no status.',
    active: 'Companies of ServiceNow have no such column.',
    accountManager: 'Companies of ServiceNow name nobody of the MSP.',
  },
  required: ['name'],
  recordNow: recordReader({ readMany, keyOf }),
  memberKey: (session, id) => keyOf(session, id, 'Member', 'accountManager'),
  status: (_session, wanted) => Promise.reject(badInput('status', 'no status', wanted)),
  create(session, change) {
    return step(session, {
      method: 'POST',
      table: 'core_company',
      // Vendors and manufacturers are rows of the same table.
      body: { ...columnsOf(change), customer: 'true' },
      except: ['customer'],
      target: null,
      creates: 'Company',
      summary: `Adds the company ${change.name}.`,
      reconcile: { by: 'CORRELATION', field: 'name', value: change.name ?? '' },
    })
  },
  async update(session, key, change, summary) {
    await expectClient(session, key)
    const target = { type: 'Company', key } as const
    return step(session, {
      method: 'PATCH',
      table: 'core_company',
      sysId: key,
      body: columnsOf(change),
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: plannedValues(change) },
    })
  },
})

/** "" clears a text. */
function columnsOf({ name, phone, website }: CompanyChange): Readonly<Record<string, string>> {
  return {
    ...(name == null ? {} : { name }),
    ...(phone === undefined ? {} : { phone: phone ?? '' }),
    ...(website === undefined ? {} : { website: website ?? '' }),
  }
}
