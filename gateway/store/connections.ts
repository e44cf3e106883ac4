import { sql } from 'kysely'
import { asJson, type Db, type Trx } from './index.ts'
import type { ConnectionRow, OnPremises, VendorBudgetChange } from './tables.ts'

export interface NewConnection {
  readonly slug: string
  readonly vendor: ConnectionRow['vendor']
  readonly name: string
  readonly baseUrl: string
  readonly onPremises?: OnPremises | null
  readonly settings?: ConnectionRow['settings']
  readonly mapping?: ConnectionRow['mapping']
  readonly enabled?: boolean
  readonly testMode?: boolean
}

/** Undefined: the slug is or was in use. */
export function createConnection(db: Db, connection: NewConnection): Promise<ConnectionRow | undefined> {
  return db
    .insertInto('connection')
    .values({
      slug: connection.slug,
      vendor: connection.vendor,
      name: connection.name,
      base_url: connection.baseUrl,
      on_premises: jsonOrNull(connection.onPremises),
      settings: asJson(connection.settings ?? {}),
      mapping: asJson(connection.mapping ?? {}),
      enabled: connection.enabled ?? false,
      test_mode: connection.testMode ?? true,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
}

export type ConnectionChange = Partial<
  Pick<
    ConnectionRow,
    | 'name'
    | 'base_url'
    | 'on_premises'
    | 'settings'
    | 'mapping'
    | 'budget'
    | 'enabled'
    | 'test_mode'
    | 'paused'
  >
>

export function saveConnection(
  db: Db,
  slug: string,
  change: ConnectionChange,
): Promise<ConnectionRow | undefined> {
  const { on_premises, settings, mapping, budget, ...plain } = change
  return db
    .updateTable('connection')
    .set({
      ...plain,
      ...(on_premises !== undefined && { on_premises: jsonOrNull(on_premises) }),
      ...(settings !== undefined && { settings: asJson(settings) }),
      ...(mapping !== undefined && { mapping: asJson(mapping) }),
      ...(budget !== undefined && { budget: jsonOrNull(budget) }),
      updated_at: sql<Date>`now()`,
    })
    .where('slug', '=', slug)
    .returningAll()
    .executeTakeFirst()
}

export function findConnection(db: Db, slug: string): Promise<ConnectionRow | undefined> {
  return db.selectFrom('connection').selectAll().where('slug', '=', slug).executeTakeFirst()
}

/** Makes other changes to what hangs on the connection wait until this transaction ends. */
export async function lockConnection(trx: Trx, slug: string): Promise<void> {
  await trx.selectFrom('connection').select('slug').where('slug', '=', slug).forUpdate().execute()
}

export function listConnections(db: Db): Promise<ConnectionRow[]> {
  return db.selectFrom('connection').selectAll().orderBy('slug').execute()
}

function jsonOrNull(value: OnPremises | VendorBudgetChange | null | undefined) {
  return value === undefined || value === null ? null : asJson(value)
}
