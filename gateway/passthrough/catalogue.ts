import type { EndpointCatalogue } from '../../schema/passthrough.ts'
import type { Vendor } from '../../schema/source.ts'
import { type OwnEndpoint, withOwn } from '../../subgraphs/catalogue/own.ts'
import type { Db } from '../store/index.ts'
import { listOwnEndpoints } from '../store/own-endpoints.ts'
import type { OwnEndpointRow } from '../store/tables.ts'

/** What a connection's raw calls are looked up in: the vendor's catalogue and the connection's own entries. */
export async function catalogueOfConnection(
  db: Db,
  { slug, vendor }: { readonly slug: string; readonly vendor: Vendor },
): Promise<EndpointCatalogue> {
  return withOwn(vendor, (await listOwnEndpoints(db, slug)).map(ownOf))
}

export function ownOf(row: OwnEndpointRow): OwnEndpoint {
  const { method, template, permission_group: group, kind, parameters, query, fields } = row
  return { method, template, group, kind, parameters, query, own: { fields } }
}

/** Groups that a policy of this connection may name besides the vendor's. */
export async function ownGroups(db: Db, slug: string): Promise<readonly string[]> {
  const rows = await listOwnEndpoints(db, slug)
  return [...new Set(rows.map(({ permission_group }) => permission_group))]
}
