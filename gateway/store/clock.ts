import { sql } from 'kysely'
import type { Db } from './index.ts'

/** The clock that every deadline follows. */
export async function storeClock(db: Db): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db)
  return rows[0]!.now
}
