import { sql } from 'kysely'
import { clock, fromNow } from './clock.ts'
import type { Db } from './index.ts'
import type { WriteRequestRevisionRow, WriteRequestRow } from './tables.ts'

/** Unclear outcomes whose next read is due. */
export async function listUnclear(db: Db, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('write_request')
    .select('id')
    .where('state', '=', 'UNKNOWN_OUTCOME')
    .where('reconcile_at', '<=', clock)
    .orderBy('reconcile_at')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** Seconds: a week. */
const READ_BACK_WITHIN = 7 * 24 * 3600

/** Executed, and not read back by the one who executed it: its time for that is over. */
export async function listUnread(db: Db, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('write_request')
    .select('id')
    .where('state', '=', 'EXECUTED')
    .where('reconcile_at', '<=', clock)
    // No longer than any request waits: older ones are not looked through at every turn.
    .where('created_at', '>', fromNow(-READ_BACK_WITHIN))
    .orderBy('reconcile_at')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** Once: a missing after-image is no error. Undefined: another gateway reads it, or it was read after all. */
export function claimReadBack(db: Db, id: string): Promise<WriteRequestRow | undefined> {
  return db
    .updateTable('write_request')
    .set({ reconcile_at: null })
    .where('id', '=', id)
    .where('state', '=', 'EXECUTED')
    .where('reconcile_at', '<=', clock)
    .returningAll()
    .executeTakeFirst()
}

/** For as long as the hold lasts no other gateway reads; one that dies leaves the read to the next. */
export function claimReading(
  db: Db,
  { id, holdSeconds }: { readonly id: string; readonly holdSeconds: number },
): Promise<WriteRequestRow | undefined> {
  return db
    .updateTable('write_request')
    .set({ reconcile_at: fromNow(holdSeconds) })
    .where('id', '=', id)
    .where('state', '=', 'UNKNOWN_OUTCOME')
    .where('reconcile_at', '<=', clock)
    .returningAll()
    .executeTakeFirst()
}

/** When it is looked for again; null: no more, and a person has to. Undefined: another gateway was faster. */
export function nextReading(
  db: Db,
  request: Pick<WriteRequestRow, 'id' | 'reconcile_reads'>,
  next: { readonly inSeconds: number | null; readonly counts: boolean },
) {
  return db
    .updateTable('write_request')
    .set({
      reconcile_at: next.inSeconds === null ? null : fromNow(next.inSeconds),
      reconcile_reads: request.reconcile_reads + (next.counts ? 1 : 0),
    })
    .where('id', '=', request.id)
    .where('state', '=', 'UNKNOWN_OUTCOME')
    .where('reconcile_reads', '=', request.reconcile_reads)
    .returningAll()
    .executeTakeFirst()
}

/** What reading, or a person, found of the step whose outcome was unclear. */
export function resolveStep(
  db: Db,
  step: { readonly id: string; readonly revision: number; readonly step: number },
  found: { readonly outcome: 'DONE' | 'NOT_APPLIED'; readonly vendorId: string | null },
) {
  return db
    .updateTable('write_step')
    .set({ outcome: found.outcome, vendor_id: found.vendorId, settled_at: clock })
    .where('request_id', '=', step.id)
    .where('revision', '=', step.revision)
    .where('step', '=', step.step)
    .where((eb) => eb.or([eb('outcome', 'is', null), eb('outcome', '=', 'UNKNOWN')]))
    .returning('step')
    .executeTakeFirst()
}

/** Of these vendor keys, those that a step of another request is known to have made. */
export async function madeByOthers(
  db: Db,
  { id, connection }: Pick<WriteRequestRow, 'id' | 'connection'>,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('write_step as s')
    .innerJoin('write_request as r', 'r.id', 's.request_id')
    .select('s.vendor_id')
    .where('r.connection', '=', connection)
    .where('r.id', '<>', id)
    .where('s.vendor_id', '=', sql<string>`any(${keys})`)
    .execute()
  return new Set(rows.flatMap(({ vendor_id }) => vendor_id ?? []))
}

/** Plans of other requests on the same records whose outcome is unclear, too. */
export async function unclearBeside(
  db: Db,
  { id, target }: Pick<WriteRequestRow, 'id' | 'target'>,
): Promise<readonly WriteRequestRevisionRow['plan'][]> {
  const rows = await db
    .selectFrom('write_request as other')
    .innerJoin('write_request_revision as theirs', (join) =>
      join.onRef('theirs.request_id', '=', 'other.id').onRef('theirs.revision', '=', 'other.revision'),
    )
    .select('theirs.plan')
    .where('other.state', '=', 'UNKNOWN_OUTCOME')
    .where('other.id', '<>', id)
    .where(sql<boolean>`other.target && ${target}::text[]`)
    .execute()
  return rows.map(({ plan }) => plan)
}
