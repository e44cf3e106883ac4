import { GatewayError } from '../../schema/errors.ts'
import type { VendorSession } from '../../schema/source.ts'

/**
 * "3 concurrent per (tracking identifier + object endpoint). The endpoint is the root entity of the URL,
 * metadata calls included" (API.md 8). The door's budget counts a connection whole, so this one stands before
 * it. It holds within this process; gateways that share an integration code need one in the store.
 */
const THREADS = 3
/** A request answers within a few seconds; who would wait for more than this many others is told so. */
const MAX_WAITING = 60
const MAX_WAIT_MS = 15_000

interface Lane {
  active: number
  readonly waiting: { start(): void }[]
}

const lanes = new Map<string, Lane>()

/** Runs the work when one of the entity's three places is free. @throws GatewayError BACKPRESSURE */
export async function inLane<T>(session: VendorSession, entity: string, work: () => Promise<T>): Promise<T> {
  const { slug, baseUrl = '' } = session.connection
  const release = await acquire(`${slug} ${baseUrl} ${entity.toLowerCase()}`, slug)
  try {
    return await work()
  } finally {
    release()
  }
}

function acquire(key: string, slug: string): Promise<() => void> {
  const lane = lanes.get(key) ?? { active: 0, waiting: [] }
  lanes.set(key, lane)
  if (lane.active < THREADS) {
    lane.active += 1
    return Promise.resolve(() => free(key, lane))
  }
  if (lane.waiting.length >= MAX_WAITING) return Promise.reject(backpressure(slug, 1_000))
  return new Promise((resolve, reject) => {
    const waiter = {
      start() {
        clearTimeout(timer)
        resolve(() => free(key, lane))
      },
    }
    const timer = setTimeout(() => {
      lane.waiting.splice(lane.waiting.indexOf(waiter), 1)
      reject(backpressure(slug, 5_000))
    }, MAX_WAIT_MS)
    lane.waiting.push(waiter)
  })
}

/** The place goes to whoever waits longest, without being counted down in between. */
function free(key: string, lane: Lane): void {
  const next = lane.waiting.shift()
  if (next !== undefined) next.start()
  else {
    lane.active -= 1
    if (lane.active === 0) lanes.delete(key)
  }
}

function backpressure(connection: string, retryAfterMs: number): GatewayError {
  return new GatewayError('BACKPRESSURE', `Too many requests wait for connection "${connection}".`, {
    connection,
    retryAfterMs,
  })
}
