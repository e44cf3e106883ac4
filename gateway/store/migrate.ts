import { Kysely, PostgresDialect } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import pg from 'pg'
import { migrations } from './migrations/index.ts'
import { grantApp, refuseUnsafeAppRole } from './roles.ts'

/** Any number that nothing else in this database locks by. */
const MIGRATION_LOCK = 0x63_6f_75_6e

/**
 * Brings the database to the newest tables and gives the app role its rights. Gateways that start together
 * queue on an advisory lock of one session; the loser finds nothing left to do.
 */
export async function migrate(
  ownerUrl: string,
  options: { readonly appRole: string },
): Promise<{ readonly applied: readonly string[] }> {
  const lock = new pg.Client({ connectionString: ownerUrl, application_name: 'countersign-migrate' })
  await lock.connect()
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: ownerUrl, max: 2 }) }),
  })
  try {
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await refuseUnsafeAppRole(db, options.appRole)
    const provider = { getMigrations: async (): Promise<Record<string, Migration>> => ({ ...migrations }) }
    const { error, results } = await new Migrator({ db, provider }).migrateToLatest()
    if (error !== undefined) throw error
    await grantApp(db, options.appRole)
    return { applied: (results ?? []).map((result) => result.migrationName) }
  } finally {
    await db.destroy()
    // Ending the session gives the lock back, also when something above threw.
    await lock.end()
  }
}
