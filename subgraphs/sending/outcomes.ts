import type { StepOutcome } from '../../schema/plan.ts'
import type { VendorResponse } from '../../schema/source.ts'
import { cut, retryAfterMs } from '../http/errors.ts'

/** docs/safety.md (b): refusals that say nothing was applied, when they come in the vendor's own shape. */
const REJECTIONS: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 409, 413, 415, 422])

export function unknown({ status, durationMs }: VendorResponse, reason: string): StepOutcome {
  return { outcome: 'UNKNOWN', reason, status, durationMs }
}

export function throttled({ status, durationMs, headers }: VendorResponse, fallbackMs: number): StepOutcome {
  return { outcome: 'THROTTLED', retryAfterMs: retryAfterMs(headers, fallbackMs), status, durationMs }
}

export function rejected(
  { status, durationMs }: VendorResponse,
  message: string,
  vendorRequestId: string | null = null,
): StepOutcome {
  return { outcome: 'VENDOR_REJECTED', status, vendorMessage: cut(message), durationMs, vendorRequestId }
}

export interface Refusals {
  /** The vendor's name. */
  readonly vendor: string
  /** The vendor's own words, undefined when the answer is not in its shape. */
  readonly message: string | undefined
  /** How long to wait after a 429 that does not say. */
  readonly throttleMs: number
  readonly vendorRequestId?: string | null
  /** A status besides the usual ones with which this vendor says that nothing was applied. */
  readonly alsoRejects?: number
}

/** The vendor answer table of docs/safety.md (b) for answers that are no success. What is not proved is unknown. */
export function refusalOf(
  response: VendorResponse,
  { vendor, message, throttleMs, vendorRequestId = null, alsoRejects }: Refusals,
): StepOutcome {
  const { status } = response
  // A proxy, a restarting node or a sleeping instance answers with a page.
  if (message === undefined)
    return unknown(response, `${vendor}, or something before it, answered with status ${status}.`)
  if (status === 429) return throttled(response, throttleMs)
  if (REJECTIONS.has(status) || status === alsoRejects) return rejected(response, message, vendorRequestId)
  return unknown(response, `${vendor} answered with status ${status}, which does not tell whether it wrote.`)
}
