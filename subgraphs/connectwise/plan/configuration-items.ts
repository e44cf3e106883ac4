import { type ItemChange, itemPlans, plannedItem } from '../../planning/item-plans.ts'
import { readMany } from '../read-many.ts'
import { configurationTypes } from '../reference.ts'
import { referred } from './people.ts'
import { pick } from './pick.ts'
import { recordNow } from './record-now.ts'
import { deletionStep, step } from './steps.ts'
import { keyOf } from './ticket-now.ts'

/** What tells a new configuration from others and can be asked for by name. */
const TOLD = ['name', 'serialNumber', 'tagNumber'] as const

export const configurationItems = itemPlans({
  vendor: 'ConnectWise',
  // Its API description, CompanyConfiguration.
  max: { name: 100, serialNumber: 250, tag: 50 },
  refused: { product: 'ConnectWise keeps no product of its catalogue on a configuration.' },
  kept: {},
  required: ['name', 'type'],
  recordNow,
  readMany,
  keyOf,
  companyShown: async (session, key) => (await referred(session, 'Company', key, 'company')).shown,
  async type(session, wanted) {
    const { id, name } = pick('type', wanted, await configurationTypes(session))
    return { key: String(id), name }
  },
  create(session, { company, type, change }, summary) {
    const parent = { type: 'Company', key: company } as const
    const body = {
      ...Object.fromEntries(membersOf(change).filter(([, value]) => value !== null)),
      type: { id: Number(type?.key) },
      company: { id: Number(company) },
    } as Readonly<Record<string, unknown>>
    const content = Object.fromEntries(TOLD.flatMap((name) => (name in body ? [[name, body[name]]] : [])))
    return step(session, {
      method: 'POST',
      path: '/company/configurations',
      body,
      except: [],
      target: parent,
      creates: 'ConfigurationItem',
      summary,
      reconcile: { by: 'FINGERPRINT', parent, content },
    })
  },
  update(session, { key }, change, summary) {
    const target = { type: 'ConfigurationItem', key } as const
    return step(session, {
      method: 'PATCH',
      path: `/company/configurations/${key}`,
      body: membersOf(change).map(([path, value]) =>
        value === null ? { op: 'remove', path } : { op: 'replace', path, value },
      ),
      except: [],
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: plannedItem(change) },
    })
  },
  remove: (session, { key }, summary) =>
    deletionStep(session, `/company/configurations/${key}`, { type: 'ConfigurationItem', key }, summary),
})

function membersOf(change: ItemChange): readonly (readonly [member: string, value: unknown])[] {
  const { name, serialNumber, tag, warrantyEndsOn, active, site, contact } = change
  const members: readonly (readonly [string, unknown])[] = [
    ['name', name],
    ['serialNumber', serialNumber],
    ['tagNumber', tag],
    // Days are kept as their midnight in UTC.
    ['warrantyExpirationDate', warrantyEndsOn == null ? warrantyEndsOn : `${warrantyEndsOn}T00:00:00Z`],
    ['activeFlag', active],
    // `company.site`
    ['site', site == null ? site : { id: Number(site.key.split('.')[1]) }],
    ['contact', contact == null ? contact : { id: Number(contact.key) }],
  ]
  return members.filter(([, value]) => value !== undefined)
}
