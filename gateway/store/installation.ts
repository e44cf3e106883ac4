import { sql } from 'kysely'
import type { BusinessCalendar } from '../../policy/calendar.ts'
import { clock } from './clock.ts'
import { asJson, type Db, type Trx } from './index.ts'
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

/** null: nobody set one. With the store's time, which is the one that a calendar is held against. */
export function readBusinessCalendar(
  db: Db,
): Promise<{ readonly calendar: BusinessCalendar | null; readonly now: Date }> {
  return db
    .selectFrom('installation')
    .select(['business_calendar as calendar', clock.as('now')])
    .executeTakeFirstOrThrow()
}

export async function saveBusinessCalendar(db: Db, calendar: BusinessCalendar): Promise<void> {
  await db
    .updateTable('installation')
    .set({ business_calendar: asJson(calendar) })
    .execute()
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

/** Id of the key that wraps data keys, the same until the transaction ends. Null: it was never changed. */
export async function keyEncryptionKey(trx: Trx): Promise<string | null> {
  const row = await trx
    .selectFrom('installation')
    .select('key_encryption_key as id')
    .forShare()
    .executeTakeFirstOrThrow()
  return row.id
}

export async function setKeyEncryptionKey(trx: Trx, id: string): Promise<void> {
  await trx.updateTable('installation').set({ key_encryption_key: id }).execute()
}
