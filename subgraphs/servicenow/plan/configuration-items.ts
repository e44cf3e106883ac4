import { GatewayError } from '../../../schema/errors.ts'
import { type ItemChange, itemPlans, plannedItem } from '../../planning/item-plans.ts'
import { recordReader } from '../../planning/record-now.ts'
import { INSTALLED, RETIRED } from '../entities/configuration-item.ts'
import { readMany } from '../read-many.ts'
import { refuse } from './deletes.ts'
import { referred } from './people.ts'
import { step } from './steps.ts'
import { keyOf } from './ticket-now.ts'

/** Classes whose tables the catalogue of endpoints lists; any other is made in ServiceNow. */
const CLASSES = ['cmdb_ci', 'cmdb_ci_business_app', 'cmdb_ci_computer', 'cmdb_ci_server', 'cmdb_ci_service']

export const configurationItems = itemPlans({
  vendor: 'ServiceNow',
  // tables.json, cmdb_ci: 40 where it gives no length.
  max: { name: 255, serialNumber: 255, tag: 40 },
  refused: { product: 'ServiceNow keeps models of its own, and no product of the catalogue, on an item.' },
  kept: {},
  required: ['name'],
  recordNow: recordReader({ readMany, keyOf }),
  readMany,
  keyOf,
  companyShown: async (session, key) => (await referred(session, 'Company', key, 'company')).shown,
  async type(_session, wanted) {
    const name = wanted.trim().toLowerCase()
    if (CLASSES.includes(name)) return { key: name, name }
    throw new GatewayError('BAD_USER_INPUT', '"type": ServiceNow has no such class that can be written.', {
      argument: 'type',
      allowed: CLASSES,
    })
  },
  create(session, { company, type, change }, summary) {
    const parent = { type: 'Company', key: company } as const
    const content = { ...columnsOf(change), company }
    return step(session, {
      method: 'POST',
      table: type?.key ?? 'cmdb_ci',
      body: content,
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
      table: 'cmdb_ci',
      sysId: key,
      body: columnsOf(change),
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: plannedItem(change) },
    })
  },
  remove: () => refuse('deleteConfigurationItem'),
  onCreate: [
    'It is written to its table without the rules by which ServiceNow tells whether it knows the item already.',
  ],
  onUpdate: ['The asset that ServiceNow may keep for the item follows it.'],
})

/** "" clears. */
function columnsOf(change: ItemChange): Readonly<Record<string, string>> {
  const { name, serialNumber, tag, warrantyEndsOn, active, site, contact } = change
  const columns = {
    name,
    serial_number: serialNumber,
    asset_tag: tag,
    warranty_expiration: warrantyEndsOn,
    install_status: active === undefined ? undefined : active ? INSTALLED : RETIRED,
    location: site === null ? null : site?.key,
    assigned_to: contact === null ? null : contact?.key,
  }
  return Object.fromEntries(
    Object.entries(columns).flatMap(([column, value]) =>
      value === undefined ? [] : [[column, value ?? '']],
    ),
  )
}
