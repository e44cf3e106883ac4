import { type EntitySpec, plain, reference, someId, time } from '../projection.ts'
import { type AssetBody, asset as shape } from '../schema.ts'

export const configurationItemSpec: EntitySpec<AssetBody> = {
  type: 'ConfigurationItem',
  group: 'Configurations',
  shape,
  // Lists name the people of an asset and do not say who they are.
  detailOnly: new Set(['contact']),
  keyOf: ({ id }) => String(id),
  fields: {
    name: plain(({ key_field, inventory_number }) => key_field || inventory_number),
    type: plain(({ assettype_id, assettype_name }) =>
      assettype_id === null ? null : { key: String(assettype_id), name: assettype_name ?? '' },
    ),
    // Each asset type defines its own fields, and none of all types is a serial number (API.md, ConfigurationItem).
    serialNumber: plain(() => null),
    tag: plain(({ inventory_number }) => inventory_number || null),
    warrantyEndsOn: plain(({ warranty_end }) => time(warranty_end)?.slice(0, 10) ?? null),
    active: plain(({ inactive }) => inactive !== true),
    company: reference('company', 'Company', ({ client_id }) => someId(client_id), {
      name: { group: 'Companies', value: ({ client_name }) => client_name },
    }),
    site: reference('site', 'Site', ({ site_id }) => someId(site_id), {
      name: { group: 'Sites', value: ({ site_name }) => site_name },
    }),
    contact: reference('contact', 'Contact', ({ users }) => someId(users?.[0]?.id ?? null)),
  },
}
