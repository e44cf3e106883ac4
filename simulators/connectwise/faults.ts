import type { BrokenAnswer, Fault, Faults } from '../shared/faults.ts'
import { brokenAnswer } from '../shared/faults.ts'

/** A fault's path is seen with and without the codebase. */
export const takeFault = (faults: Faults, method: string, path: string): Fault | undefined =>
  faults.take(method, path, path.replace(/^\/[^/]+\/apis\/3\.0/i, ''))

export const broken = (fault: Fault, good: string): BrokenAnswer =>
  brokenAnswer(fault, good, (status, retryAfter) =>
    status === 429
      ? // The throttle answers in a shape of its own, without a code.
        {
          error: 'ConnectWiseAPI',
          message: `Too many requests. Please try again in ${retryAfter} seconds.`,
        }
      : { code: 'InternalServerError', message: 'An error has occurred.', errors: null },
  )
