import { sql } from 'kysely'
import type { Db } from '../store/index.ts'

/**
 * Retention erases the payloads of old events and keeps the events themselves, which the chain needs; a stream
 * replays only what is behind the newest event whose payload retention took.
 */
export async function expiredBefore(db: Db): Promise<number> {
  const row = await db
    .selectFrom('audit_event')
    .select(sql<number>`(body ->> 'lastSeq')::bigint`.as('seq'))
    .where('type', '=', 'PAYLOAD_ERASED')
    .where(sql<boolean>`body ->> 'lastSeq' is not null`)
    .orderBy('audit_event.seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.seq ?? 0
}
