import { sql } from 'kysely'
import { asJson, type Db } from './index.ts'
import type { MappingCheckRow } from './tables.ts'

/** Undefined: it was looked at within the last `seconds`, or another gateway is at it. The store's clock decides. */
export function claimMappingCheck(
  db: Db,
  connection: string,
  seconds: number,
): Promise<MappingCheckRow | undefined> {
  return db
    .insertInto('mapping_check')
    .values({ connection })
    .onConflict((conflict) =>
      conflict
        .column('connection')
        .doUpdateSet({ claimed_at: sql<Date>`now()` })
        .where('mapping_check.claimed_at', '<=', sql<Date>`now() - make_interval(secs => ${seconds})`),
    )
    .returningAll()
    .executeTakeFirst()
}

export async function finishMappingCheck(
  db: Db,
  connection: string,
  { problems, names }: Pick<MappingCheckRow, 'problems' | 'names'>,
): Promise<void> {
  await db
    .updateTable('mapping_check')
    .set({ checked_at: sql<Date>`now()`, problems: asJson(problems), names: asJson(names) })
    .where('connection', '=', connection)
    .execute()
}

/** Not looked at after all: whoever looks next may claim it at once. */
export async function releaseMappingCheck(db: Db, connection: string): Promise<void> {
  await db
    .updateTable('mapping_check')
    .set({ claimed_at: sql<Date>`'-infinity'` })
    .where('connection', '=', connection)
    .execute()
}

export function findMappingCheck(db: Db, connection: string): Promise<MappingCheckRow | undefined> {
  return db.selectFrom('mapping_check').selectAll().where('connection', '=', connection).executeTakeFirst()
}

/** A mapping that a person saved is another one: it is looked at anew. */
export async function forgetMappingCheck(db: Db, connection: string): Promise<void> {
  await db.deleteFrom('mapping_check').where('connection', '=', connection).execute()
}
