import { setTimeout as sleep } from 'node:timers/promises'
import { ApiError } from './errors.ts'

const WINDOW = 60 * 60_000
const THREADS = 3
const HALF = { share: 0.5, delay: 500 }
const THREE_QUARTERS = { share: 0.75, delay: 1000 }

export interface LimitOptions {
  clock: () => Date
  /** Requests an hour, of all integrations of the database together. */
  threshold: number
  /** What the code of the thread limit comes with: the vendor does not always say 429. */
  threadStatus: 429 | 500
  /** How long any answer takes at least, so that requests made at once really overlap. */
  serviceTime: number
}

export function createLimits(options: LimitOptions) {
  let received: number[] = []
  const running = new Map<string, number>()
  const most = new Map<string, number>()
  const used = (): number => {
    const from = options.clock().getTime() - WINDOW
    received = received.filter((at) => at > from)
    return received.length
  }
  return {
    used,
    /** The most requests that ever were there at once, those refused for it included, by endpoint in small letters. */
    mostAtOnce: (): Record<string, number> => Object.fromEntries(most),
    /** What other integrations of the same database have used up, for tests. */
    setUsed(count: number) {
      received = Array.from({ length: count }, () => options.clock().getTime())
    },
    /** Counts a request on receipt and holds it as long as the vendor would; refuses one too many. */
    async enter(endpoint: string): Promise<void> {
      if (used() >= options.threshold) {
        const text = `The external request threshold of ${options.threshold} requests per 60 minutes has been exceeded.`
        throw new ApiError(429, { errors: [text] })
      }
      received.push(options.clock().getTime())
      const threads = running.get(endpoint) ?? 0
      most.set(endpoint, Math.max(most.get(endpoint) ?? 0, threads + 1))
      if (threads >= THREADS) {
        const text = `Itgenatr005: The thread threshold of ${THREADS} concurrent requests to ${endpoint} has been exceeded.`
        throw new ApiError(options.threadStatus, { errors: [text] })
      }
      running.set(endpoint, threads + 1)
      const share = received.length / options.threshold
      const slowed = [THREE_QUARTERS, HALF].find((step) => share >= step.share)?.delay ?? 0
      await sleep(options.serviceTime + slowed)
    },
    leave(endpoint: string) {
      running.set(endpoint, (running.get(endpoint) ?? 1) - 1)
    },
  }
}
export type Limits = ReturnType<typeof createLimits>
