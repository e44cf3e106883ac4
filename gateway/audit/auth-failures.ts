import type { AuditBuffer } from './buffer.ts'

/** Addresses told apart in one window; a flood from more counts as one. */
const MOST_ADDRESSES = 200
const OTHERS = 'others'

export interface AuthFailures {
  note(address: string): void
  close(): void
}

/**
 * A failed sign-in is on record at once, and the further ones of its address as a number at the end of each
 * window: whoever guesses tokens can't fill the chain with it.
 */
export function countAuthFailures(buffer: Pick<AuditBuffer, 'add'>, windowMs = 60_000): AuthFailures {
  /** Those not on record yet, by address. */
  const failures = new Map<string, number>()
  const tell = (sourceAddress: string, count: number) =>
    buffer.add({ type: 'AUTH_FAILED', actor: 'NOBODY', sourceAddress, count })
  const sweep = () => {
    for (const [address, count] of failures) {
      if (count === 0) failures.delete(address)
      else {
        tell(address, count)
        failures.set(address, 0)
      }
    }
  }
  const timer = setInterval(sweep, windowMs)
  timer.unref()
  return {
    note(from) {
      const address = failures.has(from) || failures.size < MOST_ADDRESSES ? from.slice(0, 100) : OTHERS
      const count = failures.get(address)
      if (count === undefined) tell(address, 1)
      failures.set(address, count === undefined ? 0 : count + 1)
    },
    close() {
      clearInterval(timer)
      sweep()
    },
  }
}
