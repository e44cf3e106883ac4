import type { VendorLimits } from '../../schema/source.ts'
import { on429 } from '../http/errors.ts'

/** A 429 by a rule of the customer says when it ends; one by a full semaphore may not (API.md 7). */
export const THROTTLE_FALLBACK_MS = 30_000

/** No requests in a time: there is no rule by default, and a customer's own is told by its 429 (API.md 7). */
export const servicenowLimits: VendorLimits = {
  concurrency: {
    most: 4,
    // Its owner may allow more; beyond this the gateway would be what fills the node.
    upTo: 16,
    why: 'A ServiceNow node works on 4 API requests at once unless its owner allows more (docs/vendors/servicenow/API.md 7).',
  },
  throttleOf: on429(THROTTLE_FALLBACK_MS),
}
