import { setTimeout as sleep } from 'node:timers/promises'
import type { GatewayError } from '../../schema/errors.ts'
import type { VendorResponse } from '../../schema/source.ts'
import { readDispatcher } from './agents.ts'
import type { Budget } from './budget.ts'
import { isReset, rateLimited, retryAfterMs, unavailable, whyFailed } from './errors.ts'
import { exchange, type Outgoing } from './exchange.ts'
import type { DoorSettings, OriginFacts } from './ports.ts'

export interface ReadTrip {
  readonly connection: string
  readonly outgoing: Outgoing
  readonly facts: OriginFacts
  readonly budget: Budget
  readonly settings: DoorSettings
  readonly signal?: AbortSignal
  log(status: number | null, durationMs: number, response: VendorResponse | null): void
}

const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504])

/** The read client: it may try again, since reading twice changes nothing. Writes share none of this. */
export async function sendRead(trip: ReadTrip): Promise<VendorResponse> {
  let throttled = 0
  let failed = false
  for (;;) {
    const answer = await attempt(trip)
    if (answer instanceof Error) {
      if (failed || !isReset(answer)) throw failure(trip.connection, answer)
      failed = true
    } else if (answer.status === 429) {
      // Some vendors send no Retry-After; two seconds is a pause that six parallel readers survive.
      const wait = retryAfterMs(answer.headers, 2_000)
      if (throttled >= trip.settings.throttleRetries || wait > trip.settings.maxThrottleWaitMs) {
        throw rateLimited(trip.connection, wait, { status: 429, message: '' })
      }
      throttled += 1
      await sleep(wait, undefined, trip.signal === undefined ? {} : { signal: trip.signal })
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
  const release = await trip.budget.acquire(trip.connection)
  const started = performance.now()
  try {
    const response = await exchange(readDispatcher(trip.facts), trip.outgoing, {
      timeoutMs: trip.settings.readTimeoutMs,
      maxBytes: trip.settings.maxResponseBytes,
      ...(trip.signal === undefined ? {} : { signal: trip.signal }),
    })
    trip.log(response.status, response.durationMs, response)
    return response
  } catch (error) {
    trip.log(null, Math.round(performance.now() - started), null)
    return error instanceof Error ? error : new Error('unknown')
  } finally {
    release()
  }
}

function failure(connection: string, error: Error): GatewayError {
  return unavailable(connection, whyFailed(error))
}
