import { sql } from 'kysely'
import type { Checkpoint } from '../audit/checkpoint.ts'
import { clock } from './clock.ts'
import type { Db, Trx } from './index.ts'
import type { AuditCheckpointRow } from './tables.ts'

export async function insertCheckpoint(trx: Trx, checkpoint: Checkpoint): Promise<void> {
  const { seq, hash, keyId, signature, at } = checkpoint
  await trx.insertInto('audit_checkpoint').values({ seq, hash, key_id: keyId, signature, at }).execute()
}

/**
 * True when so many events came since the last one, or any and so many seconds went by. The last one's own event
 * is none.
 */
export async function checkpointDue(db: Db, events: number, seconds: number): Promise<boolean> {
  const { rows } = await sql<{ due: boolean }>`
    with last as (select seq, at from audit_checkpoint order by seq desc limit 1),
      since as (
        select h.seq - coalesce((select seq + 1 from last), 0) as events,
          coalesce((select at from last), (select at from audit_event where seq = 1)) as at
        from audit_head h)
    select events >= ${events} or (events > 0 and at <= clock_timestamp() - make_interval(secs => ${seconds})) as due
    from since
  `.execute(db)
  return rows[0]?.due === true
}

export async function findCheckpoint(db: Db, seq: number): Promise<Checkpoint | undefined> {
  const row = await db.selectFrom('audit_checkpoint').selectAll().where('seq', '=', seq).executeTakeFirst()
  return row && toCheckpoint(row)
}

/** In order, within (after, upTo]. */
export async function checkpointsBetween(db: Db, after: number, upTo: number): Promise<Checkpoint[]> {
  const rows = await db
    .selectFrom('audit_checkpoint')
    .selectAll()
    .where('seq', '>', after)
    .where('seq', '<=', upTo)
    .orderBy('seq')
    .execute()
  return rows.map(toCheckpoint)
}

export async function undelivered(db: Db, sink: string, limit: number): Promise<Checkpoint[]> {
  const rows = await db
    .selectFrom('audit_checkpoint')
    .selectAll()
    .where('seq', '>', (eb) =>
      eb
        .selectFrom('checkpoint_delivery')
        .select(sql<number>`coalesce(max(seq), 0)`.as('seq'))
        .where('sink', '=', sink),
    )
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.map(toCheckpoint)
}

export async function markDelivered(db: Db, sink: string, seq: number): Promise<void> {
  await db
    .insertInto('checkpoint_delivery')
    .values({ sink, seq })
    .onConflict((conflict) =>
      conflict.column('sink').doUpdateSet({ seq, at: clock }).where('checkpoint_delivery.seq', '<', seq),
    )
    .execute()
}

function toCheckpoint({ seq, hash, key_id, signature, at }: AuditCheckpointRow): Checkpoint {
  return { seq, hash, keyId: key_id, signature, at }
}
