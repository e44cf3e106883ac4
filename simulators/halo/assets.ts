import type { Rec } from '../shared/json.ts'
import { schemaOf } from './allowlists.ts'
import { assetDetail, assetRow } from './asset-view.ts'
import type { Call, Route } from './call.ts'
import { stamp } from './dates.ts'
import { sentence } from './errors.ts'
import { ACTIVITY, activity, equalsAll, resourceRoutes } from './resource.ts'
import { ASSET_FIELDS } from './seed-setup.ts'
import { find } from './state.ts'

function keep(call: Call, row: Rec): boolean {
  const { query, state } = call
  const ticket = query.int('ticket_id')
  const user = query.int('user_id')
  const ids = query.ints('assets')
  const tag = query.text('inventory_number')?.toLowerCase()
  return (
    activity(call, row) &&
    equalsAll(call, row, ['client_id', 'site_id', 'assettype_id', 'contract_id']) &&
    (ids === undefined || ids.includes(Number(row.id))) &&
    (tag === undefined || String(row.inventory_number).toLowerCase() === tag) &&
    (user === undefined || ((row.$users ?? []) as number[]).includes(user)) &&
    (ticket === undefined ||
      ((find(state, 'tickets', ticket)?.$assets ?? []) as number[]).includes(Number(row.id)))
  )
}

function save(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void {
  const { state } = call
  if (!draft.inventory_number) throw sentence(400, 'An Asset Tag must be entered for this Asset.')
  if (!find(state, 'assetTypes', draft.assettype_id))
    throw sentence(400, 'An Asset Type must be chosen for this Asset.')
  const site = find(state, 'sites', draft.site_id)
  if (!site) throw sentence(400, 'A Site must be chosen for this Asset.')
  draft.client_id = site.client_id
  const values = [...((previous?.$values ?? ASSET_FIELDS.map(() => '')) as string[])]
  for (const field of (change.fields ?? []) as Rec[]) {
    const index = Number(field.id) - 1
    if (!(index in ASSET_FIELDS)) throw sentence(400, `The Field ${field.id} does not exist on this Asset.`)
    values[index] = String(field.value ?? '')
  }
  draft.$values = values
  if (change.users !== undefined) draft.$users = (change.users as Rec[]).map((user) => Number(user.id))
  delete draft.fields
  delete draft.users
  draft.inactive ??= false
  draft.status_id ??= 1
  draft.notes ??= ''
  draft.customfields ??= []
  draft.dlastupdate = stamp(call.now)
}

export const assetRoutes: Route[] = resourceRoutes({
  path: 'Asset',
  table: 'assets',
  key: 'assets',
  scope: 'assets',
  schema: schemaOf('Device'),
  plays: `client_id site_id assettype_id contract_id ticket_id user_id inventory_number assets ${ACTIVITY}`,
  keep,
  searched: () => ['inventory_number', 'key_field', 'key_field2', 'key_field3', 'username'],
  advanced: ['inventory_number', 'key_field', 'key_field2', 'key_field3', 'client_name', 'site_name'],
  idOnly: true,
  show: assetRow,
  details: ['customfields', 'notes'],
  detail: (call, row) => assetDetail(call.state, row),
  body: {
    schema: 'Device',
    plays:
      'inventory_number assettype_id site_id client_id fields inactive status_id users notes warranty_end contract_id ' +
      'item_id supplier_id',
    // Computed from the fields of the type: a client that writes them sees nothing happen.
    computed:
      'key_field key_field2 key_field3 client_name site_name assettype_name status_name username dlastupdate',
  },
  save,
  removes: true,
})
