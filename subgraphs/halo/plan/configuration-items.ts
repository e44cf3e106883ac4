import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { type ItemChange, itemPlans, plannedItem } from '../../planning/item-plans.ts'
import { readRows } from '../client.ts'
import { checkedText } from '../query.ts'
import { ASSETS } from '../read-by-id.ts'
import { readMany } from '../read-many.ts'
import { assetTypes } from '../reference.ts'
import { asset } from '../schema.ts'
import { companyNow } from './people.ts'
import { pick } from './pick.ts'
import { recordNow } from './record-now.ts'
import { deletionStep, step } from './steps.ts'
import { keyOf } from './ticket-now.ts'

const MAX = 255

export const configurationItems = itemPlans({
  vendor: 'HaloPSA',
  max: { name: MAX, tag: MAX },
  refused: {
    serialNumber: 'HaloPSA keeps serial numbers among fields that each asset type defines for itself.',
    product: 'An asset of HaloPSA is of a type, and needs no item of the catalogue.',
  },
  kept: {
    tag: 'HaloPSA requires an asset tag.',
    site: 'HaloPSA requires a site.',
    warrantyEndsOn: 'How HaloPSA clears a date is not documented.',
  },
  required: ['name', 'type', 'tag', 'site'],
  recordNow,
  readMany,
  keyOf,
  companyShown: async (session, key) => (await companyNow(session, key)).shown,
  async type(session, wanted) {
    const { id, name } = pick('type', wanted, await assetTypes(session))
    return { key: String(id), name }
  },
  async create(session, { company, type, change }, summary) {
    const { tag } = change
    await expectFree(session, tag ?? '')
    const keyField = await keyFieldOf(session, type?.key)
    return step({
      path: '/Asset',
      element: {
        ...membersOf(change, keyField),
        assettype_id: Number(type?.key),
        client_id: Number(company),
      },
      demands: { keyField },
      except: [],
      target: { type: 'Company', key: company },
      creates: 'ConfigurationItem',
      summary,
      reconcile: { by: 'CORRELATION', field: 'inventory_number', value: tag ?? '' },
    })
  },
  async update(session, { key, record }, change, summary) {
    const target = { type: 'ConfigurationItem', key } as const
    if (typeof change.tag === 'string') await expectFree(session, change.tag)
    const keyField =
      change.name === undefined ? null : await keyFieldOf(session, record.get('type')?.key ?? undefined)
    return step({
      path: '/Asset',
      element: { id: Number(key), ...membersOf(change, keyField) },
      demands: keyField === null ? {} : { keyField },
      except: [],
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: plannedItem(change) },
    })
  },
  remove: (_session, { key }, summary) =>
    deletionStep(`/Asset/${key}`, { type: 'ConfigurationItem', key }, summary),
  onUpdate: ['A person who is named takes the place of everybody whom HaloPSA lists as a user of the asset.'],
})

/** A name is the first key field of the asset's type, which is written among the fields of the type (API.md, ConfigurationItem). */
async function keyFieldOf(session: VendorSession, type: string | undefined): Promise<number> {
  const found = (await assetTypes(session)).find(({ id }) => String(id) === type)?.keyfield_id
  if (found == null || found <= 0)
    throw new GatewayError('NOT_SUPPORTED', 'Assets of this type have no key field that would be a name.', {
      argument: 'name',
    })
  return found
}

/** A tag is what people find an asset by, and what a new one is found again by: no other may have it. */
async function expectFree(session: VendorSession, tag: string): Promise<void> {
  const { rows } = await readRows(
    session,
    {
      path: ASSETS.path,
      query: [...ASSETS.query, ['inventory_number', checkedText('tag', tag)]],
      access: { group: 'Configurations', kind: 'READ', fields: ['tag'] },
    },
    ASSETS.envelope,
  )
  // A parameter that the server does not know is ignored (API.md 3).
  const taken = rows.some((row) => {
    const known = asset.safeParse(row).data?.inventory_number
    return known?.toLowerCase() === tag.toLowerCase()
  })
  if (taken) throw badInput('tag', 'an asset tag that no other asset has', tag)
}

function membersOf(change: ItemChange, keyField: number | null): Readonly<Record<string, unknown>> {
  const { name, tag, warrantyEndsOn, active, site, contact } = change
  const members = {
    fields: name === undefined ? undefined : [{ id: keyField, value: name }],
    inventory_number: tag,
    warranty_end: warrantyEndsOn == null ? undefined : `${warrantyEndsOn}T00:00:00`,
    inactive: active === undefined ? undefined : !active,
    site_id: site == null ? undefined : Number(site.key),
    users: contact === undefined ? undefined : contact === null ? [] : [{ id: Number(contact.key) }],
  }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
