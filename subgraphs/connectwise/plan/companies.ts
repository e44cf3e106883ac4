import { badInput } from '../../../schema/errors.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { type CompanyChange, companyPlans, plannedValues } from '../../planning/company-plans.ts'
import { readList } from '../client.ts'
import { compare, fieldPath, text } from '../conditions.ts'
import { companyStatuses } from '../reference.ts'
import { pick } from './pick.ts'
import { recordNow } from './record-now.ts'
import { step } from './steps.ts'
import { keyOf } from './ticket-now.ts'

export const companies = companyPlans({
  vendor: 'ConnectWise',
  // Its API description, Company; the short text is what people type.
  max: { name: 50, identifier: 25, phone: 30, website: 255 },
  refused: {
    active: 'ConnectWise has no such flag but the one of a deleted company: give a status.',
    accountManager: 'ConnectWise keeps the people who look after a company in its team, not on it.',
  },
  required: ['name', 'identifier'],
  recordNow,
  memberKey: (session, id) => keyOf(session, id, 'Member', 'accountManager'),
  async status(session, wanted) {
    const { id, name } = pick('status', wanted, await companyStatuses(session))
    return { key: String(id), name }
  },
  async create(session, change) {
    await expectFree(session, change.identifier ?? '')
    return step(session, {
      method: 'POST',
      path: '/company/companies',
      body: Object.fromEntries(membersOf(change)),
      except: [],
      target: null,
      creates: 'Company',
      summary: `Adds the company ${change.name}.`,
      reconcile: { by: 'CORRELATION', field: 'identifier', value: change.identifier ?? '' },
    })
  },
  async update(session, key, change, summary) {
    if (typeof change.identifier === 'string') await expectFree(session, change.identifier)
    const target = { type: 'Company', key } as const
    return step(session, {
      method: 'PATCH',
      path: `/company/companies/${key}`,
      body: membersOf(change).map(([path, value]) =>
        value === null ? { op: 'remove', path } : { op: 'replace', path, value },
      ),
      except: [],
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: plannedValues(change) },
    })
  },
})

/** The vendor refuses a second one; a new company is found again by it, which is why none may have it yet. */
async function expectFree(session: VendorSession, identifier: string): Promise<void> {
  const rows = await readList(session, {
    path: '/company/companies',
    query: [
      ['conditions', compare(fieldPath('identifier'), '=', text('identifier', identifier))],
      ['fields', 'id'],
      ['pageSize', '1'],
    ],
    access: { group: 'Companies', kind: 'READ', fields: ['identifier'] },
  })
  if (rows.length > 0) throw badInput('identifier', 'a short text that no other company has', identifier)
}

function membersOf(change: CompanyChange): readonly (readonly [member: string, value: unknown])[] {
  const { name, identifier, phone, website, status } = change
  return [
    ['name', name],
    ['identifier', identifier],
    ['phoneNumber', phone],
    ['website', website],
    ['status', status === undefined ? undefined : { id: Number(status.key) }],
  ].filter(([, value]) => value !== undefined) as [string, unknown][]
}
