import { sql } from 'kysely'
import { clock, fromNow } from './clock.ts'
import { asJson, type Db } from './index.ts'
import { nothingPaused } from './pauses.ts'
import type { WriteRequestRow } from './tables.ts'

/** What is past its time, by the store's clock. Rows that another gateway is busy with are left to it. */
export function expireDue(db: Db, limit = 100) {
  return db
    .updateTable('write_request')
    .set({
      state: 'EXPIRED',
      settled_at: clock,
      error: asJson({
        code: 'REQUEST_EXPIRED',
        message: 'Nobody decided in time, or it could not be sent in time.',
      }),
    })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('write_request')
        .select('id')
        .where((where) =>
          where.or([
            where.and([
              where('state', 'in', ['PENDING', 'RETURNED', 'STALE']),
              where('expires_at', '<=', clock),
            ]),
            // What a pause holds waits for its end.
            where.and([where('state', '=', 'APPROVED'), where('execute_before', '<=', clock), nothingPaused]),
          ]),
        )
        .orderBy('expires_at')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute()
}

/** What is about to expire, each revision once; what was asked later than that is none to warn of. */
export function warnDue(db: Db, beforeSeconds: number, limit = 100): Promise<WriteRequestRow[]> {
  const warnAt = sql<Date>`expires_at - make_interval(secs => ${beforeSeconds})`
  return db
    .updateTable('write_request')
    .set({ warned_at: clock })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('write_request')
        .select('id')
        .where('state', '=', 'PENDING')
        .where('warned_at', 'is', null)
        .where('expires_at', '>', clock)
        .where('expires_at', '<=', fromNow(beforeSeconds))
        .where('created_at', '<', warnAt)
        .orderBy('id')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute()
}

/** What those who were asked first have left: from here on it waits for all who may sign. */
export function escalateDue(db: Db, limit = 100): Promise<WriteRequestRow[]> {
  return db
    .updateTable('write_request')
    .set({ escalated_at: clock })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('write_request')
        .select('id')
        .where('state', '=', 'PENDING')
        .where('escalated_at', 'is', null)
        .where('escalate_at', '<=', clock)
        .orderBy('id')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute()
}
