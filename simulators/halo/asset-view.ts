import type { Rec } from '../shared/json.ts'
import { ASSET_FIELDS } from './seed-setup.ts'
import { find, nameOf, type State, shown } from './state.ts'

/** The key fields are read off the type's own fields: writing them does nothing. */
export function assetRow(state: State, asset: Rec): Rec {
  const values = (asset.$values ?? []) as string[]
  const users = (asset.$users ?? []) as number[]
  return {
    ...shown(asset),
    client_name: nameOf(state, 'clients', asset.client_id),
    site_name: nameOf(state, 'sites', asset.site_id),
    assettype_name: nameOf(state, 'assetTypes', asset.assettype_id),
    status_name: asset.status_id === 1 ? 'Active' : 'Retired',
    key_field: values[0] ?? '',
    key_field2: values[1] ?? '',
    key_field3: values[2] ?? '',
    username: users.map((id) => nameOf(state, 'users', id)).join(', '),
    use: 'asset',
  }
}

export function assetDetail(state: State, asset: Rec): Rec {
  const values = (asset.$values ?? []) as string[]
  return {
    ...assetRow(state, asset),
    fields: ASSET_FIELDS.map((name, index) => ({ id: index + 1, name, value: values[index] ?? '' })),
    users: ((asset.$users ?? []) as number[]).map((id) => ({
      id,
      name: String(find(state, 'users', id)?.name ?? ''),
    })),
  }
}
