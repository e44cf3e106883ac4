import { GatewayError } from '../../schema/errors.ts'
import { findConnection } from '../store/connections.ts'
import type { Db } from '../store/index.ts'
import type { ConnectionRow } from '../store/tables.ts'

/** @throws GatewayError NOT_FOUND */
export async function expectConnection(db: Db, slug: string): Promise<ConnectionRow> {
  return (await findConnection(db, slug)) ?? noConnection(slug)
}

export function noConnection(slug: string): never {
  throw new GatewayError('NOT_FOUND', 'There is no connection with this slug.', {
    connection: slug.slice(0, 60),
  })
}
