import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { NamedValue } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { type ItemChange, itemPlans, plannedItem } from '../../planning/item-plans.ts'
import { UNSUPPORTED } from '../capabilities.ts'
import { objectOf, query } from '../client.ts'
import { compare, fieldName, integer, text } from '../conditions.ts'
import { isVendorId, readMany } from '../read-many.ts'
import { configurationItemTypes } from '../reference.ts'
import { referred } from './people.ts'
import { pick } from './pick.ts'
import { recordNow } from './record-now.ts'
import { step } from './steps.ts'
import { keyOf } from './ticket-now.ts'

export const configurationItems = itemPlans({
  vendor: 'Autotask',
  // Nothing documents the lengths; these are what the metadata of a tenant gives.
  max: { name: 255, serialNumber: 100, tag: 50 },
  refused: {},
  kept: {},
  // API.md 13; of a new one the service wants to know the product.
  required: ['name', 'product'],
  recordNow,
  readMany,
  keyOf,
  companyShown: async (session, key) => (await referred(session, 'Company', key, 'company')).after.shown,
  async type(session, wanted) {
    const { key, name } = pick('type', wanted, await configurationItemTypes(session))
    return { key, name }
  },
  product,
  create(_session, { company, type, product: productKey, change }, summary) {
    const parent = { type: 'Company', key: company } as const
    const body = {
      // Required; what is not said to be out of use is in use.
      isActive: true,
      ...Object.fromEntries(Object.entries(membersOf(change)).filter(([, value]) => value !== null)),
      companyID: Number(company),
      productID: Number(productKey),
      ...(type === null ? {} : { configurationItemType: Number(type.key) }),
    }
    const { referenceTitle, serialNumber, referenceNumber } = body as Readonly<Record<string, unknown>>
    const content = Object.fromEntries(
      Object.entries({ referenceTitle, serialNumber, referenceNumber }).filter(
        ([, value]) => value !== undefined,
      ),
    )
    return step({
      method: 'POST',
      path: '/ConfigurationItems',
      body,
      except: change.active === undefined ? ['active'] : [],
      target: parent,
      creates: 'ConfigurationItem',
      summary,
      reconcile: { by: 'FINGERPRINT', parent, content },
    })
  },
  update(_session, { key }, change, summary) {
    const target = { type: 'ConfigurationItem', key } as const
    return step({
      method: 'PATCH',
      path: '/ConfigurationItems',
      body: { id: Number(key), ...membersOf(change) },
      except: [],
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: plannedItem(change) },
    })
  },
  remove() {
    throw new GatewayError('NOT_SUPPORTED', UNSUPPORTED.deleteConfigurationItem)
  },
})

/** By id, or by its whole name where only one in use has it. */
async function product(session: VendorSession, wanted: string): Promise<NamedValue> {
  const { rows } = await query(session, {
    entity: 'Products',
    filter: [
      isVendorId(wanted)
        ? compare(fieldName('id'), 'eq', integer('product', wanted))
        : compare(fieldName('name'), 'eq', text('product', wanted.trim())),
    ],
    fields: ['id', 'name', 'isActive'],
    max: 2,
    access: { group: 'Products', kind: 'READ', fields: ['name'] },
  })
  const [only] = rows.map(objectOf).filter(({ isActive }) => isActive !== false)
  if (only === undefined || rows.length !== 1)
    throw badInput('product', 'the key of a product in use, or a name that only one has', wanted)
  return { key: String(only.id), name: String(only.name) }
}

function membersOf(change: ItemChange): Readonly<Record<string, unknown>> {
  const { name, serialNumber, tag, warrantyEndsOn, active, site, contact } = change
  const members = {
    referenceTitle: name,
    serialNumber,
    referenceNumber: tag,
    warrantyExpirationDate: warrantyEndsOn == null ? warrantyEndsOn : `${warrantyEndsOn}T00:00:00Z`,
    isActive: active,
    companyLocationID: site == null ? site : Number(site.key),
    contactID: contact == null ? contact : Number(contact.key),
  }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
