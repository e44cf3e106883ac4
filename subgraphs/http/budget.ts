import { GatewayError } from '../../schema/errors.ts'

/** How many requests may be under way to one connection; taken before each request, given back after it. */
export interface Budget {
  /** @throws GatewayError BACKPRESSURE with `retryAfterMs` when too many wait already, or the wait is too long */
  acquire(connection: string): Promise<() => void>
}

interface Lane {
  active: number
  readonly waiting: { start(): void }[]
}

export interface LocalBudgetOptions {
  readonly concurrency?: number
  readonly maxQueue?: number
  readonly maxWaitMs?: number
}

/**
 * A limiter within this process. 6 at once: no vendor here publishes a number except Autotask, and 4 to 8 a
 * tenant is what ConnectWise clients settle on (API.md 6). Gateways that share a quota use one in the store.
 * 500 may wait: what the dearest document that the gateway lets pass can ask for (docs/safety.md (i), cost 5,000).
 */
export function localBudget(options: LocalBudgetOptions = {}): Budget {
  const { concurrency = 6, maxQueue = 500, maxWaitMs = 15_000 } = options
  const lanes = new Map<string, Lane>()

  function laneOf(connection: string): Lane {
    let lane = lanes.get(connection)
    if (lane === undefined) {
      lane = { active: 0, waiting: [] }
      lanes.set(connection, lane)
    }
    return lane
  }

  function releaser(connection: string, lane: Lane): () => void {
    let released = false
    return () => {
      if (released) return
      released = true
      const next = lane.waiting.shift()
      if (next !== undefined) next.start()
      else {
        lane.active -= 1
        if (lane.active === 0) lanes.delete(connection)
      }
    }
  }

  return {
    acquire(connection) {
      const lane = laneOf(connection)
      if (lane.active < concurrency) {
        lane.active += 1
        return Promise.resolve(releaser(connection, lane))
      }
      if (lane.waiting.length >= maxQueue) return Promise.reject(backpressure(connection, 1_000))
      return new Promise((resolve, reject) => {
        const waiter = {
          start() {
            clearTimeout(timer)
            resolve(releaser(connection, lane))
          },
        }
        const timer = setTimeout(() => {
          lane.waiting.splice(lane.waiting.indexOf(waiter), 1)
          reject(backpressure(connection, 5_000))
        }, maxWaitMs)
        lane.waiting.push(waiter)
      })
    },
  }
}

function backpressure(connection: string, retryAfterMs: number): GatewayError {
  return new GatewayError('BACKPRESSURE', `Too many requests wait for connection "${connection}".`, {
    connection,
    retryAfterMs,
  })
}
