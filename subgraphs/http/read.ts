import { setTimeout as sleep } from 'node:timers/promises'
import type { GatewayError } from '../../schema/errors.ts'
import type { VendorLimits, VendorResponse } from '../../schema/source.ts'
import { readDispatcher } from './agents.ts'
import type { Budget } from './budget.ts'
import { backpressure, isReset, unavailable, whyFailed } from './errors.ts'
import { exchange, type Outgoing } from './exchange.ts'
import type { DoorSettings, OriginFacts } from './ports.ts'

export interface ReadTrip {
  readonly connection: string
  readonly outgoing: Outgoing
  readonly facts: OriginFacts
  readonly budget: Budget
  readonly limits: VendorLimits
  readonly settings: DoorSettings
  readonly signal?: AbortSignal
  log(status: number | null, durationMs: number, response: VendorResponse | null, waitedMs: number): void
}

const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504])

/** The read client: it may try again, since reading twice changes nothing. Writes share none of this. */
export async function sendRead(trip: ReadTrip): Promise<VendorResponse> {
  let throttled = 0
  let failed = false
  for (;;) {
    // Nothing more is asked for on behalf of who has gone, or has used up the time.
    if (trip.signal?.aborted) throw failure(trip.connection, trip.signal.reason)
    const answer = await attempt(trip)
    if (answer instanceof Error) {
      if (failed || !isReset(answer)) throw failure(trip.connection, answer)
      failed = true
      continue
    }
    const throttle = trip.limits.throttleOf(answer)
    if (throttle !== null) {
      const { waitMs } = throttle
      if (throttled >= trip.settings.throttleRetries || waitMs > trip.settings.maxThrottleWaitMs) {
        throw backpressure(trip.connection, waitMs, `The PSA of "${trip.connection}" asks to slow down.`, {
          vendor: { status: answer.status, message: '' },
        })
      }
      throttled += 1
      // Ended early, it is the look at the signal above that tells.
      await sleep(waitMs, undefined, trip.signal === undefined ? {} : { signal: trip.signal }).catch(() => {})
    } else if (GATEWAY_STATUSES.has(answer.status) && !failed) {
      failed = true
    } else if (answer.status >= 300 && answer.status < 400) {
      throw unavailable(trip.connection, 'answered with a redirect, which is never followed', {
        vendor: { status: answer.status, message: '' },
      })
    } else {
      return answer
    }
  }
}

/** The place in the budget is given back while a read waits to try again. */
async function attempt(trip: ReadTrip): Promise<VendorResponse | Error> {
  const { connection, limits, budget, settings } = trip
  const want = { connection, limits, path: trip.outgoing.url.pathname, forMs: settings.readTimeoutMs }
  const asked = performance.now()
  const release = await budget.acquire(want)
  const started = performance.now()
  const waitedMs = Math.round(started - asked)
  try {
    const response = await exchange(readDispatcher(trip.facts), trip.outgoing, {
      timeoutMs: settings.readTimeoutMs,
      maxBytes: settings.maxResponseBytes,
      ...(trip.signal === undefined ? {} : { signal: trip.signal }),
    })
    trip.log(response.status, response.durationMs, response, waitedMs)
    const throttle = limits.throttleOf(response)
    // While the place is still held: whoever gets it next knows of the pause.
    if (throttle !== null) await budget.pause(want, throttle)
    return response
  } catch (error) {
    trip.log(null, Math.round(performance.now() - started), null, waitedMs)
    return error instanceof Error ? error : new Error('unknown')
  } finally {
    release()
  }
}

function failure(connection: string, error: unknown): GatewayError {
  return unavailable(connection, whyFailed(error))
}
