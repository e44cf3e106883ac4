import { sql } from 'kysely'
import { clock, fromNow } from './clock.ts'
import { asJson, type Db, type Trx } from './index.ts'
import { nothingPaused } from './pauses.ts'
import type { RequestState, StepResult, StoredError, WriteRequestRow, WriteStepRow } from './tables.ts'

export interface Attempt {
  readonly id: string
  /** A UUID, new for every attempt. */
  readonly attemptId: string
}

/** What an executor may claim now, oldest first. */
export async function listClaimable(db: Db, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('write_request')
    .select('id')
    .where('state', '=', 'APPROVED')
    .where('execute_before', '>', clock)
    .where(nothingPaused)
    .orderBy('created_at')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/**
 * E1. Undefined: another one has it, its time is over, something is paused, or a request that shares a target is
 * EXECUTING. Locks on the targets, taken in order, settle the race between plans that share only some of them;
 * the unique index on `target_key` stays behind it.
 */
export async function claimForExecution(
  trx: Trx,
  { id, attemptId, leaseSeconds }: Attempt & { readonly leaseSeconds: number },
): Promise<WriteRequestRow | undefined> {
  await sql`
    select pg_advisory_xact_lock(hashtextextended(t.key, 0))
    from (select unnest(target) as key from write_request where id = ${id} order by 1) t
  `.execute(trx)
  return trx
    .updateTable('write_request')
    .set({ state: 'EXECUTING', attempt_id: attemptId, lease_until: fromNow(leaseSeconds) })
    .where('id', '=', id)
    .where('state', '=', 'APPROVED')
    .where('execute_before', '>', clock)
    .where(nothingPaused)
    .where(
      sql<boolean>`not exists (
        select from write_request other
        where other.state = 'EXECUTING' and other.id <> write_request.id and other.target && write_request.target)`,
    )
    .returningAll()
    .executeTakeFirst()
}

/** Undefined: the attempt is not mine any more. */
export function extendLease(
  db: Db,
  { id, attemptId, leaseSeconds }: Attempt & { readonly leaseSeconds: number },
) {
  return db
    .updateTable('write_request')
    .set({ lease_until: fromNow(leaseSeconds) })
    .where('id', '=', id)
    .where('state', '=', 'EXECUTING')
    .where('attempt_id', '=', attemptId)
    .where('lease_until', '>', clock)
    .returning('lease_until')
    .executeTakeFirst()
}

/**
 * E3. The row of the request is locked, so that this and a take-over come one after the other. A step begins once,
 * and again only after a recorded 429; step k needs step k-1 done. Undefined: do not send.
 */
export async function beginStep(
  trx: Trx,
  step: Attempt & { readonly step: number; readonly sentHash: string },
): Promise<WriteStepRow | undefined> {
  // Whatever the database or role defaults to: the intent is on disk before the first byte leaves.
  await sql`set local synchronous_commit = on`.execute(trx)
  const { rows } = await sql<WriteStepRow>`
    with mine as (
      select id, revision from write_request
      where id = ${step.id} and state = 'EXECUTING' and attempt_id = ${step.attemptId}
        and lease_until > clock_timestamp()
      for update
    )
    insert into write_step as s (request_id, revision, step, attempt_id, send_started_at, sent_hash)
    select m.id, m.revision, ${step.step}, ${step.attemptId}, clock_timestamp(), ${step.sentHash}
    from mine m
    where ${step.step} = 1 or exists (
      select from write_step before
      where before.request_id = m.id and before.revision = m.revision and before.step = ${step.step} - 1
        and before.outcome = 'DONE')
    on conflict (request_id, revision, step) do update set
      attempt_id = excluded.attempt_id, send_started_at = excluded.send_started_at, sent_hash = excluded.sent_hash,
      outcome = null, settled_at = null, status = null, duration_ms = null, tries = s.tries + 1
    where s.outcome = 'THROTTLED' and s.tries < 4
    returning *
  `.execute(trx)
  return rows[0]
}

export interface StepEnd {
  readonly outcome: StepResult
  readonly status?: number | null
  readonly vendorId?: string | null
  readonly vendorRequestId?: string | null
  readonly vendorMessage?: string | null
  readonly durationMs?: number | null
}

/** E5, one step. Recorded even when the lease is over: it is what happened. Undefined: already settled. */
export function finishStep(db: Db, step: Attempt & { readonly step: number }, end: StepEnd) {
  return db
    .updateTable('write_step')
    .set({
      outcome: end.outcome,
      status: end.status ?? null,
      vendor_id: end.vendorId ?? null,
      vendor_request_id: end.vendorRequestId ?? null,
      vendor_message: end.vendorMessage ?? null,
      duration_ms:
        end.durationMs === undefined || end.durationMs === null ? null : Math.round(end.durationMs),
      settled_at: clock,
    })
    .where('request_id', '=', step.id)
    .where('step', '=', step.step)
    .where('attempt_id', '=', step.attemptId)
    .where('outcome', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

export function listSteps(db: Db, id: string, revision: number): Promise<WriteStepRow[]> {
  return db
    .selectFrom('write_step')
    .selectAll()
    .where('request_id', '=', id)
    .where('revision', '=', revision)
    .orderBy('step')
    .execute()
}

export interface Settlement {
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: StoredError
  readonly partial?: boolean
  readonly concurrentChange?: boolean
  readonly reconciled?: boolean
  readonly ticketId?: string
  /**
   * Seconds until it is read, if nobody has by then: an unclear outcome for the first time, an executed write for
   * what the record holds afterwards.
   */
  readonly reconcileIn?: number
}

/** E5, the request. Undefined: a recoverer took the attempt over, and settles it by reading. */
export function finish(
  db: Db,
  { id, attemptId }: Attempt,
  state: 'EXECUTED' | 'FAILED' | 'UNKNOWN_OUTCOME',
  settlement: Settlement = {},
) {
  return settle(db, id, state, settlement)
    .where('state', '=', 'EXECUTING')
    .where('attempt_id', '=', attemptId)
    .returningAll()
    .executeTakeFirst()
}

/** By the reconciler's reads, or by a person with a note; never by sending. */
export function resolveUnknown(
  db: Db,
  id: string,
  state: 'EXECUTED' | 'FAILED',
  settlement: Settlement = {},
) {
  return settle(db, id, state, settlement)
    .where('state', '=', 'UNKNOWN_OUTCOME')
    .returningAll()
    .executeTakeFirst()
}

function settle(db: Db, id: string, state: RequestState, settlement: Settlement) {
  const { result, error, partial, concurrentChange, reconciled, ticketId, reconcileIn } = settlement
  return db
    .updateTable('write_request')
    .set({
      state,
      lease_until: null,
      reconcile_at: reconcileIn === undefined ? null : fromNow(reconcileIn),
      error: error === undefined ? null : asJson(error),
      ...(result !== undefined && { result: asJson(result) }),
      ...(partial !== undefined && { partial }),
      ...(concurrentChange !== undefined && { concurrent_change: concurrentChange }),
      ...(reconciled !== undefined && { reconciled }),
      ...(ticketId !== undefined && { ticket_id: ticketId }),
      ...(state !== 'UNKNOWN_OUTCOME' && { settled_at: clock }),
    })
    .where('id', '=', id)
}

/** E6, after the fact: what the read-back found. */
export function saveAfterImage(
  db: Db,
  id: string,
  found: { readonly result: Readonly<Record<string, unknown>>; readonly concurrentChange: boolean },
) {
  return db
    .updateTable('write_request')
    .set({ result: asJson(found.result), concurrent_change: found.concurrentChange, reconcile_at: null })
    .where('id', '=', id)
    .where('state', '=', 'EXECUTED')
    .returning('id')
    .executeTakeFirst()
}

/** E2 refused: nothing was sent, and the trigger makes sure of that. */
export function abandon(
  db: Db,
  { id, attemptId }: Attempt,
  state: 'STALE' | 'CANCELLED',
  error: StoredError,
) {
  return db
    .updateTable('write_request')
    .set({
      state,
      lease_until: null,
      error: asJson(error),
      ...(state === 'CANCELLED' && { settled_at: clock }),
    })
    .where('id', '=', id)
    .where('state', '=', 'EXECUTING')
    .where('attempt_id', '=', attemptId)
    .returningAll()
    .executeTakeFirst()
}

/** Executions whose executor has gone. */
export async function listOverdue(db: Db, limit = 100): Promise<string[]> {
  const rows = await db
    .selectFrom('write_request')
    .select('id')
    .where('state', '=', 'EXECUTING')
    .where('lease_until', '<=', clock)
    .orderBy('lease_until')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** The recoverer's claim: from here on the old executor's E3 fails. */
export function takeOver(
  db: Db,
  { id, attemptId, leaseSeconds }: Attempt & { readonly leaseSeconds: number },
) {
  return db
    .updateTable('write_request')
    .set({ attempt_id: attemptId, lease_until: fromNow(leaseSeconds) })
    .where('id', '=', id)
    .where('state', '=', 'EXECUTING')
    .where('lease_until', '<=', clock)
    .returningAll()
    .executeTakeFirst()
}

/** Nothing was sent: the request waits for its next claim. Undefined: something was, or the attempt is not mine. */
export function backToApproved(db: Db, { id, attemptId }: Attempt) {
  return db
    .updateTable('write_request')
    .set({ state: 'APPROVED', attempt_id: null, lease_until: null })
    .where('id', '=', id)
    .where('state', '=', 'EXECUTING')
    .where('attempt_id', '=', attemptId)
    .where(
      sql<boolean>`not exists (
        select from write_step s
        where s.request_id = write_request.id and s.revision = write_request.revision
          and s.send_started_at is not null and s.outcome is distinct from 'THROTTLED'
          and s.outcome is distinct from 'NOT_SENT')`,
    )
    .returningAll()
    .executeTakeFirst()
}
