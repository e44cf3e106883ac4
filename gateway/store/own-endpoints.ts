import { sql } from 'kysely'
import type { EndpointMethod } from '../../schema/passthrough.ts'
import type { OwnEndpoint } from '../../subgraphs/catalogue/own.ts'
import { asJson, type Db } from './index.ts'
import type { OwnEndpointRow } from './tables.ts'

/** Makes an own entry or changes the one with the same method and path. */
export function saveOwnEndpoint(
  db: Db,
  connection: string,
  endpoint: OwnEndpoint,
  savedBy: string | null,
): Promise<OwnEndpointRow> {
  const changing = {
    permission_group: endpoint.group,
    kind: endpoint.kind,
    parameters: asJson(endpoint.parameters),
    query: asJson(endpoint.query),
    fields: asJson(endpoint.own.fields),
    saved_by: savedBy,
  }
  return db
    .insertInto('own_endpoint')
    .values({ connection, method: endpoint.method, template: endpoint.template, ...changing })
    .onConflict((conflict) =>
      conflict
        .columns(['connection', 'method', 'template'])
        .doUpdateSet({ ...changing, saved_at: sql<Date>`now()` }),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** In the order of the catalogue: by path, then by method. */
export function listOwnEndpoints(db: Db, connection: string): Promise<OwnEndpointRow[]> {
  return db
    .selectFrom('own_endpoint')
    .selectAll()
    .where('connection', '=', connection)
    .orderBy('template')
    .orderBy('method')
    .execute()
}

export function removeOwnEndpoints(
  db: Db,
  connection: string,
  endpoints: readonly { readonly method: EndpointMethod; readonly template: string }[],
): Promise<OwnEndpointRow[]> {
  return db
    .deleteFrom('own_endpoint')
    .where('connection', '=', connection)
    .where((where) => where.or(endpoints.map(({ method, template }) => where.and({ method, template }))))
    .returningAll()
    .execute()
}
