import { sql } from 'kysely'
import { clock } from './clock.ts'
import type { Db } from './index.ts'

/** The store's time, for a deadline that is told as well as stored. */
export async function storeNow(db: Db): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select ${clock} as now`.execute(db)
  return rows[0]!.now
}
