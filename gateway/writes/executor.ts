import { randomUUID } from 'node:crypto'
import { record } from '../audit/record.ts'
import type { EventFeed } from '../events/feed.ts'
import type { Executor, Services } from '../services.ts'
import { backToApproved, finish, listClaimable, listOverdue, takeOver } from '../store/executions.ts'
import { expireDue, getRequest } from '../store/requests.ts'
import { executeRequest } from './execute.ts'

/** Requests that one process executes at a time; the vendor's own budget bounds them further. */
const AT_ONCE = 4
const SETTLED = new Set(['EXECUTED', 'FAILED', 'UNKNOWN_OUTCOME', 'REJECTED', 'CANCELLED', 'EXPIRED', 'STALE', 'RETURNED', 'PENDING'])

/**
 * Runs what is approved, in any gateway of an installation: the store's claim settles who. It also ends what is
 * past its time and takes over what a dead executor left.
 */
export function startExecutor(services: () => Services, feed: EventFeed): Executor {
  const running = new Map<string, Promise<void>>()
  let closed = false

  function run(id: string): Promise<void> {
    const known = running.get(id)
    if (known !== undefined) return known
    const work = executeRequest(services(), id)
      .catch((error) => services().log('error', 'an execution failed', { requestId: id, error: String(error) }))
      .finally(() => running.delete(id))
    running.set(id, work)
    return work
  }

  let sweeping: Promise<void> | undefined
  let again = false
  function wake(): void {
    if (closed) return
    if (sweeping !== undefined) {
      again = true
      return
    }
    sweeping = sweep(services(), run, AT_ONCE - running.size)
      .catch((error) => services().log('error', 'looking for work failed', { error: String(error) }))
      .finally(() => {
        sweeping = undefined
        if (again) {
          again = false
          wake()
        }
      })
  }
  const stopListening = feed.onWake(wake)

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
      await sweeping
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

async function sweep(services: Services, run: (id: string) => Promise<void>, places: number): Promise<void> {
  await services.store.transaction(async (trx) => {
    for (const row of await expireDue(trx)) await record(trx, services, { type: 'REQUEST_EXPIRED', request: row })
  })
  for (const id of await listOverdue(services.store.db)) await recover(services, id)
  if (places <= 0) return
  for (const id of await listClaimable(services.store.db, places)) void run(id)
}

/** An executor died. Nothing sent: back in the queue. Something sent: said to be unclear, and never sent again. */
async function recover(services: Services, id: string): Promise<void> {
  const attemptId = randomUUID()
  await services.store.transaction(async (trx) => {
    const taken = await takeOver(trx, { id, attemptId, leaseSeconds: services.settings.lease })
    if (taken === undefined) return
    const waiting = await backToApproved(trx, { id, attemptId })
    if (waiting !== undefined) return
    const error = {
      code: 'OUTCOME_UNKNOWN',
      message: 'The gateway stopped while this write was under way. It is not sent again.',
    }
    const row = await finish(trx, { id, attemptId }, 'UNKNOWN_OUTCOME', { error })
    if (row !== undefined) await record(trx, services, { type: 'WRITE_OUTCOME', request: row, attemptId, error })
  })
}
