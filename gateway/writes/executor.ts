import { randomUUID } from 'node:crypto'
import { record } from '../audit/record.ts'
import type { EventFeed } from '../events/feed.ts'
import type { Executor, Services } from '../services.ts'
import { escalateDue, expireDue, warnDue } from '../store/deadlines.ts'
import {
  backToApproved,
  finish,
  listClaimable,
  listOverdue,
  listSteps,
  takeOver,
} from '../store/executions.ts'
import { purgeKeys } from '../store/idempotency.ts'
import { forgetLooks } from '../store/looks.ts'
import { listUnclear, listUnread } from '../store/reconciliation.ts'
import { getRequest, getRevision } from '../store/requests.ts'
import { purgeUploads } from '../store/uploads.ts'
import { createdBy } from './created.ts'
import { executeRequest } from './execute.ts'
import type { Plan } from './plan.ts'
import { readBackLater } from './read-back-later.ts'
import { reconcileRequest } from './reconcile.ts'
import { reconcileIn } from './reconcile-in.ts'
import { unclearStep } from './resolution.ts'

/** Requests that one process executes at a time; the vendor's own budget bounds them further. */
const AT_ONCE = 4
/** Old idempotency keys cost nothing but room: once an hour is often enough. */
const PURGE_MS = 3_600_000
const SETTLED = new Set([
  'EXECUTED',
  'FAILED',
  'UNKNOWN_OUTCOME',
  'REJECTED',
  'CANCELLED',
  'EXPIRED',
  'STALE',
  'RETURNED',
  'PENDING',
])

/**
 * Runs what is approved, in any gateway of an installation: the store's claim settles who. It also ends what is
 * past its time, takes over what a dead executor left, and looks for outcomes that were unclear.
 */
export function startExecutor(services: () => Services, feed: EventFeed, pollSeconds: number): Executor {
  const running = new Map<string, Promise<void>>()
  let closed = false

  function run(id: string, job: Job = executeRequest): Promise<void> {
    const known = running.get(id)
    if (known !== undefined) return known
    const work = job(services(), id)
      .catch((error) =>
        services().log('error', 'an execution failed', { requestId: id, error: String(error) }),
      )
      .finally(() => {
        const full = running.size >= AT_ONCE
        running.delete(id)
        // More may have waited for the place.
        if (full) look('whatever is due')
      })
    running.set(id, work)
    return work
  }

  let looking: Promise<void> | undefined
  let next: Look | undefined
  function look(what: Look): void {
    if (closed) return
    if (looking !== undefined) {
      if (next !== 'whatever is due') next = what
      return
    }
    const places = AT_ONCE - running.size
    looking = (what === 'approved' ? claim(services(), run, places) : sweep(services(), run, places))
      .then(
        () => undefined,
        (error) => services().log('error', 'looking for work failed', { error: String(error) }),
      )
      .finally(() => {
        looking = undefined
        const then = next
        next = undefined
        if (then !== undefined) look(then)
      })
  }
  const wake = () => look('approved')
  const stopListening = feed.onWake(wake)
  const polling = setInterval(() => look('whatever is due'), pollSeconds * 1000)
  polling.unref()
  const purging = setInterval(() => {
    const { db } = services().store
    Promise.all([purgeKeys(db), forgetLooks(db), purgeUploads(db)]).catch((error) =>
      services().log('warn', 'what is over stays in the store for now', { error: String(error) }),
    )
  }, PURGE_MS)
  purging.unref()

  return {
    wake,
    async settle(requestId, withinMs) {
      const deadline = Date.now() + withinMs
      await within(run(requestId), deadline)
      // Another gateway may have claimed it: its events wake us.
      while (Date.now() < deadline && !closed) {
        const row = await getRequest(services().store.db, requestId)
        if (row === undefined || SETTLED.has(row.state)) return
        const stop = new AbortController()
        const timer = setTimeout(() => stop.abort(), Math.min(deadline - Date.now(), 1_000))
        await feed.next(stop.signal)
        clearTimeout(timer)
      }
    },
    async close() {
      closed = true
      stopListening()
      clearInterval(polling)
      clearInterval(purging)
      await looking
      await Promise.allSettled(running.values())
    },
  }
}

async function within(work: Promise<void>, deadline: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, deadline - Date.now()))
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}

type Job = (services: Services, id: string) => Promise<void>
type Run = (id: string, job: Job) => Promise<void>
/** Every event wakes every gateway, and only makes work by an approval: what the clock brings is left to the poll. */
type Look = 'approved' | 'whatever is due'

/** How many places are left then. */
async function claim(services: Services, run: Run, places: number): Promise<number> {
  if (places <= 0) return 0
  const claimable = await listClaimable(services.store.db, places)
  for (const id of claimable) void run(id, executeRequest)
  return places - claimable.length
}

async function sweep(services: Services, run: Run, places: number): Promise<void> {
  await services.store.transaction(async (trx) => {
    // Rows first: whoever holds the head of the trail must not wait for a row.
    const expired = await expireDue(trx)
    const warned = await warnDue(trx, services.settings.warnBefore)
    const escalated = await escalateDue(trx)
    for (const request of expired) await record(trx, services, { type: 'REQUEST_EXPIRED', request })
    for (const request of warned) await record(trx, services, { type: 'REQUEST_EXPIRING', request })
    for (const request of escalated) await record(trx, services, { type: 'REQUEST_ESCALATED', request })
  })
  for (const id of await listOverdue(services.store.db)) await recover(services, id)
  const left = await claim(services, run, places)
  if (left <= 0) return
  const unclear = await listUnclear(services.store.db, left)
  for (const id of unclear) void run(id, reconcileRequest)
  const unread = await listUnread(services.store.db, left - unclear.length)
  for (const id of unread) void run(id, readBackLater)
}

/** An executor died. Nothing sent: back in the queue. Something sent: said to be unclear, and never sent again. */
async function recover(services: Services, id: string): Promise<void> {
  const attemptId = randomUUID()
  await services.crashPoint?.('before recovery', id)
  await services.store.transaction(async (trx) => {
    const taken = await takeOver(trx, { id, attemptId, leaseSeconds: services.settings.lease })
    if (taken === undefined) return
    const waiting = await backToApproved(trx, { id, attemptId })
    if (waiting !== undefined) {
      await record(trx, services, { type: 'EXECUTION_RELEASED', request: waiting, attemptId })
      return
    }
    const steps = await listSteps(trx, id, taken.revision)
    const revision = await getRevision(trx, id, taken.revision)
    const planned = (revision?.plan as Plan | undefined)?.steps ?? []
    const done = steps.filter(({ outcome }) => outcome === 'DONE').map(({ step }) => step)
    const applied = planned.flatMap(({ summary }, index) => (done.includes(index + 1) ? [summary] : []))
    const open = unclearStep(steps)
    const settlement = {
      partial: done.length > 0,
      result: { created: createdBy(taken.connection, planned, steps) },
    }
    const error =
      open === undefined
        ? {
            code: 'PARTIALLY_APPLIED',
            message: 'The gateway stopped between two steps of this write. The rest was not sent.',
            details: { step: done.length + 1, applied },
          }
        : {
            code: 'OUTCOME_UNKNOWN',
            message: 'The gateway stopped while this write was under way. It is not sent again.',
            details: { step: open.step, ...(done.length > 0 && { applied }) },
          }
    const row = await finish(trx, { id, attemptId }, open === undefined ? 'FAILED' : 'UNKNOWN_OUTCOME', {
      ...settlement,
      ...(open !== undefined && { reconcileIn: reconcileIn(services.settings) }),
      error,
    })
    if (row !== undefined)
      await record(trx, services, { type: 'WRITE_OUTCOME', request: row, attemptId, error })
  })
  await services.crashPoint?.('after recovery', id)
}
