import { sql } from 'kysely'
import type { Db } from './index.ts'
import type { InstallationRow } from './tables.ts'

export function readInstallation(db: Db): Promise<InstallationRow> {
  return db.selectFrom('installation').selectAll().executeTakeFirstOrThrow()
}

export function saveInstallation(
  db: Db,
  change: Partial<Pick<InstallationRow, 'test_mode' | 'paused' | 'sandbox'>>,
): Promise<InstallationRow> {
  return db.updateTable('installation').set(change).returningAll().executeTakeFirstOrThrow()
}

/** Undefined: the installation has its owner already. */
export function setSetupCode(db: Db, hash: Buffer): Promise<InstallationRow | undefined> {
  return db
    .updateTable('installation')
    .set({ setup_code_hash: hash })
    .where('setup_claimed_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

/** Works once, whoever comes first. Undefined: wrong code, or claimed before. */
export function claimSetup(db: Db, hash: Buffer): Promise<InstallationRow | undefined> {
  return db
    .updateTable('installation')
    .set({ setup_claimed_at: sql<Date>`now()`, setup_code_hash: null })
    .where('setup_claimed_at', 'is', null)
    .where('setup_code_hash', '=', hash)
    .returningAll()
    .executeTakeFirst()
}
