import { sql } from 'kysely'
import { clock, fromNow } from './clock.ts'
import type { Db } from './index.ts'

/** Counts one more and tells how many there were since the window began. All gateways share the count. */
export async function countTry(
  db: Db,
  key: Buffer,
  windowSeconds: number,
): Promise<{ readonly tries: number; readonly leftMs: number }> {
  const over = sql<boolean>`sign_in_try.until_at <= clock_timestamp()`
  return db
    .insertInto('sign_in_try')
    .values({ key, tries: 1, until_at: fromNow(windowSeconds) })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({
        tries: sql<number>`case when ${over} then 1 else sign_in_try.tries + 1 end`,
        until_at: sql<Date>`case when ${over} then ${fromNow(windowSeconds)} else sign_in_try.until_at end`,
      }),
    )
    .returning([
      'tries',
      sql<number>`greatest(0, extract(epoch from until_at - clock_timestamp()) * 1000)::float8`.as('leftMs'),
    ])
    .executeTakeFirstOrThrow()
}

export async function forgetTries(db: Db, key: Buffer): Promise<void> {
  await db.deleteFrom('sign_in_try').where('key', '=', key).execute()
}

export async function forgiveTry(db: Db, key: Buffer): Promise<void> {
  await db
    .updateTable('sign_in_try')
    .set({ tries: sql<number>`greatest(0, tries - 1)` })
    .where('key', '=', key)
    .execute()
}

/** Whoever guesses at many names leaves many rows. */
export async function purgeTries(db: Db): Promise<void> {
  await db.deleteFrom('sign_in_try').where('until_at', '<', clock).execute()
}
