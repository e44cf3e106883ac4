import type { Throttle, VendorLimits } from '../../schema/source.ts'
import { DEFAULT_LINE, type LineLimits, WaitingLine } from './line.ts'

export interface Want {
  readonly connection: string
  readonly limits: VendorLimits
  /** As it is sent: the vendor reads the lane from it. */
  readonly path: string
  /** The longest that the request may take; its place is nobody else's for so long, whatever becomes of us. */
  readonly forMs: number
}

/** How many requests go to one connection; a place is taken before each request and given back after it. */
export interface Budget {
  /**
   * @returns what gives the place back; it never throws
   * @throws GatewayError BACKPRESSURE with `retryAfterMs` when too many wait already, or the wait is too long
   */
  acquire(want: Want): Promise<() => void>
  /** The vendor asked to slow down: nothing more is sent meanwhile. Never throws. */
  pause(want: Omit<Want, 'forMs'>, throttle: Throttle): Promise<void>
}

/** The lane of a request; one name for all that are in none. */
export function laneOf({ limits, path }: Omit<Want, 'forMs'>): string {
  return limits.lane?.of(path) ?? ''
}

/** The limit of requests at once that a lane meets first. */
export function whyOf({ concurrency, lane: byLane }: VendorLimits, lane: string): string {
  return (lane === '' ? undefined : byLane?.why) ?? concurrency.why
}

/** Requests at once in a lane; those in none are bounded with the connection alone. */
export function mostIn({ concurrency, lane: byLane }: VendorLimits, lane: string): number {
  return (lane === '' ? undefined : byLane?.most) ?? concurrency.most
}

interface Local {
  readonly line: WaitingLine<() => void>
  readonly active: Map<string, number>
  total: number
}

/** Within this process and without a store: who got the threshold answer waits for itself, and nobody counts requests. */
export function localBudget(lineLimits: LineLimits = DEFAULT_LINE): Budget {
  const connections = new Map<string, Local>()

  function localOf({ connection, limits }: Want): Local {
    const known = connections.get(connection)
    if (known !== undefined) return known
    const line = new WaitingLine<() => void>(connection, lineLimits, (lane) => whyOf(limits, lane))
    const local: Local = { line, active: new Map(), total: 0 }
    connections.set(connection, local)
    return local
  }

  return {
    acquire(want) {
      const { limits } = want
      const lane = laneOf(want)
      const local = localOf(want)
      const activeIn = (one: string) => local.active.get(one) ?? 0
      const hasRoom = (one: string) =>
        local.total < limits.concurrency.most && activeIn(one) < mostIn(limits, one)
      const take = (one: string) => {
        local.total += 1
        local.active.set(one, activeIn(one) + 1)
        let released = false
        return () => {
          if (released) return
          released = true
          local.total -= 1
          local.active.set(one, activeIn(one) - 1)
          for (let next = roomy(); next !== undefined; next = roomy()) local.line.serve(next, take(next))
        }
      }
      const roomy = () => local.line.lanes().find(hasRoom)
      if (hasRoom(lane) && local.line.waiting(lane) === 0) return Promise.resolve(take(lane))
      return local.line.join({ lane, forMs: want.forMs })
    },
    pause: async () => {},
  }
}
