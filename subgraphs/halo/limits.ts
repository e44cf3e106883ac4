import type { VendorLimits } from '../../schema/source.ts'
import { on429 } from '../http/errors.ts'

/** No source proves a Retry-After (API.md 7); shorter waits have been seen to fail. */
export const THROTTLE_FALLBACK_MS = 30_000

export const haloLimits: VendorLimits = {
  concurrency: {
    most: 4,
    upTo: 8,
    why: 'HaloPSA publishes no number; 4 requests at once are advised (docs/vendors/halo/API.md 7).',
  },
  requests: {
    most: 300,
    upTo: 500,
    seconds: 300,
    why: 'HaloPSA takes 500 requests in any 5 minutes by its guide of 2025 and 300 by older ones; 60 % of the former is all of the latter (docs/vendors/halo/API.md 7).',
  },
  throttleOf: on429(THROTTLE_FALLBACK_MS),
}
