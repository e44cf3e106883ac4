import type { VendorLimits } from '../../schema/source.ts'
import { on429 } from '../http/errors.ts'

/** For a 429 without `Retry-After`: what the text of a ConnectWise 429 asks for (API.md 6). */
export const THROTTLE_FALLBACK_MS = 30_000

export const connectwiseLimits: VendorLimits = {
  concurrency: {
    most: 6,
    upTo: 8,
    why: 'ConnectWise publishes no number; its clients settle on 4 to 8 requests at once to one tenant (docs/vendors/connectwise/API.md 6).',
  },
  requests: {
    most: 800,
    upTo: 1_000,
    seconds: 60,
    why: 'ConnectWise slows tenants down at about 1,000 requests a minute, of which other tools need some (docs/vendors/connectwise/API.md 6).',
  },
  throttleOf: on429(THROTTLE_FALLBACK_MS),
}
