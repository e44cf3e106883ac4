import { sql } from 'kysely'
import { fromNow } from './clock.ts'
import type { Db } from './index.ts'

export interface StreamAsked {
  readonly callerId: string
  readonly holder: string
  readonly most: number
  readonly leaseMs: number
}

/** A place among the caller's open streams at all gateways. Null: there is none left. */
export async function takeStreamPlace(
  db: Db,
  { callerId, holder, most, leaseMs }: StreamAsked,
): Promise<string | null> {
  const { rows } = await sql<{ id: string | null }>`
    select stream_open(${callerId}, ${holder}, ${most}, ${leaseMs}) as id
  `.execute(db)
  return rows[0]?.id ?? null
}

export async function keepStreamPlaces(db: Db, holder: string, leaseMs: number): Promise<void> {
  await db
    .updateTable('open_stream')
    .set({ lease_until: fromNow(leaseMs / 1000) })
    .where('holder', '=', holder)
    .execute()
}

export async function giveBackStreamPlaces(db: Db, ids: readonly string[]): Promise<void> {
  await db.deleteFrom('open_stream').where('id', 'in', ids).execute()
}
