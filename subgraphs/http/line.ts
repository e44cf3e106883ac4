import type { GatewayError } from '../../schema/errors.ts'
import { backpressure } from './errors.ts'

export interface LineLimits {
  /** Who may wait for one connection at once. */
  readonly maxQueue: number
  readonly maxWaitMs: number
}

/**
 * 500 may wait: what the dearest document that the gateway lets pass can ask for (docs/safety.md (i), cost 5,000).
 * Half a request's time is a wait that its caller can still use the answer of.
 */
export const DEFAULT_LINE: LineLimits = { maxQueue: 500, maxWaitMs: 15_000 }

export interface Need {
  /** Requests of one lane are served in the order in which they came. */
  readonly lane: string
  /** The longest that the place may be held. */
  readonly forMs: number
}

interface Waiter<Place> {
  readonly need: Need
  readonly deadline: number
  serve(place: Place): void
  refuse(error: Error): void
}

/** Who waits for a place of one connection: bounded in number and time, first come first served in each lane. */
export class WaitingLine<Place> {
  readonly #connection: string
  readonly #limits: LineLimits
  readonly #whyOf: (lane: string) => string
  #waiters: Waiter<Place>[] = []

  /** `whyOf` tells which limit of the vendor's a lane waits for. */
  constructor(connection: string, limits: LineLimits, whyOf: (lane: string) => string) {
    this.#connection = connection
    this.#limits = limits
    this.#whyOf = whyOf
  }

  /** @throws GatewayError BACKPRESSURE with `retryAfterMs` when too many wait already, or the wait is too long */
  join(need: Need): Promise<Place> {
    const { maxQueue, maxWaitMs } = this.#limits
    if (this.#waiters.length >= maxQueue) return Promise.reject(this.#tooMany(need.lane, 1_000))
    return new Promise((resolve, reject) => {
      const waiter: Waiter<Place> = {
        need,
        deadline: performance.now() + maxWaitMs,
        serve(place) {
          clearTimeout(timer)
          resolve(place)
        },
        refuse(error) {
          clearTimeout(timer)
          reject(error)
        },
      }
      const timer = setTimeout(() => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter)
        reject(this.#tooMany(need.lane, 5_000))
      }, maxWaitMs)
      this.#waiters.push(waiter)
    })
  }

  get length(): number {
    return this.#waiters.length
  }

  /** Lanes that somebody waits for, by who has waited longest. */
  lanes(): readonly string[] {
    return [...new Set(this.#waiters.map(({ need }) => need.lane))]
  }

  waiting(lane: string): number {
    return this.#waiters.filter(({ need }) => need.lane === lane).length
  }

  /** What the next in a lane needs. */
  next(lane: string): Need | undefined {
    return this.#waiters.find(({ need }) => need.lane === lane)?.need
  }

  /** Gives a place to whoever has waited longest in the lane. */
  serve(lane: string, place: Place): void {
    const index = this.#waiters.findIndex(({ need }) => need.lane === lane)
    const [waiter] = index < 0 ? [] : this.#waiters.splice(index, 1)
    waiter?.serve(place)
  }

  /** Sends those of a lane away who would have to wait longer than they may. */
  refuseLaterThan(lane: string, waitMs: number, error: GatewayError): void {
    const ready = performance.now() + waitMs
    this.#sendAway(({ need, deadline }) => need.lane === lane && deadline < ready, error)
  }

  refuseAll(lane: string, error: Error): void {
    this.#sendAway(({ need }) => need.lane === lane, error)
  }

  #sendAway(whom: (waiter: Waiter<Place>) => boolean, error: Error): void {
    const leaving = this.#waiters.filter(whom)
    this.#waiters = this.#waiters.filter((waiter) => !leaving.includes(waiter))
    for (const waiter of leaving) waiter.refuse(error)
  }

  #tooMany(lane: string, retryAfterMs: number): GatewayError {
    const connection = this.#connection
    const why = `Too many requests wait for connection "${connection}".`
    return backpressure(connection, retryAfterMs, why, { limit: this.#whyOf(lane) })
  }
}
