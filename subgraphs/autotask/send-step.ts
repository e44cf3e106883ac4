import type { PlannedStep, StepOutcome } from '../../schema/plan.ts'
import type { Filled, VendorResponse, VendorSession } from '../../schema/source.ts'
import { buildUrl } from '../http/origins.ts'
import { refusalOf, rejected, throttled, unknown } from '../sending/outcomes.ts'
import { originOf, requestOf, writeOnce } from '../sending/write.ts'
import { apiPath, isThreadLimit, objectOf, vendorMessage } from './client.ts'
import { HOURLY_FALLBACK_MS, THREAD_PAUSE_MS } from './limits.ts'
import { provesRefusal } from './refusals.ts'

/** Permits are minted for this; the send builds it the same way, and the door refuses when they differ. */
export async function stepUrl(
  session: VendorSession,
  step: PlannedStep,
  { path }: { path: string },
): Promise<string> {
  return buildUrl(originOf(session), apiPath(path), step.query).href
}

export async function sendStep(
  session: VendorSession,
  permit: string,
  step: PlannedStep,
  filled: Filled,
): Promise<StepOutcome> {
  return writeOnce(
    async () => session.write(requestOf(step, apiPath(filled.path), filled), permit),
    (response) => outcomeOf(step, filled, response),
  )
}

/** The vendor answer table of docs/safety.md (b), for Autotask's shapes. What is not proved is unknown. */
export function outcomeOf(step: PlannedStep, filled: Filled, response: VendorResponse): StepOutcome {
  const { status, durationMs, headers, body } = response
  const vendorRequestId = headers['x-request-id'] ?? null
  if (status >= 200 && status < 300) {
    const id = writtenId(step, filled, body)
    return id === undefined
      ? unknown(response, 'Autotask answered with success, but not with the record that was to be written.')
      : { outcome: 'DONE', id, status, durationMs, vendorRequestId }
  }
  // "Bad credential, wrong zone, wrong integration code: 401, empty body" (API.md 2); the header tells it from a proxy's.
  if (status === 401 && body === '' && /^Basic realm="webservices/i.test(headers['www-authenticate'] ?? ''))
    return rejected(response, 'The credentials were refused.', vendorRequestId)
  const message = vendorMessage(body)
  // Refused on receipt, whatever the status (API.md 8): nothing was applied.
  if (message !== undefined && isThreadLimit(message) && status >= 400)
    return throttled(response, THREAD_PAUSE_MS)
  if (message !== undefined && status === 500 && provesRefusal(body))
    return rejected(response, message, vendorRequestId)
  return refusalOf(response, { vendor: 'Autotask', message, throttleMs: HOURLY_FALLBACK_MS, vendorRequestId })
}

/** The key of the record, null where there is none to tell, undefined when the answer is not the expected one. */
function writtenId(step: PlannedStep, filled: Filled, body: string): string | null | undefined {
  const { itemId, errors } = parsed(body)
  // "Always read the array, even on 200" (API.md 9).
  if (Array.isArray(errors) && errors.length > 0) return undefined
  if (typeof itemId !== 'number' || !Number.isSafeInteger(itemId) || itemId < 0) return undefined
  if (step.method === 'DELETE') return filled.path.endsWith(`/${itemId}`) ? null : undefined
  if (step.method !== 'POST') {
    // The service takes the name in any case (API.md 5).
    const id = Object.entries(parsed(filled.body ?? '')).find(([name]) => name.toLowerCase() === 'id')?.[1]
    return id === itemId ? String(itemId) : undefined
  }
  const ticket = /\/tickets\/(\d+)\/notes$/i.exec(filled.path)?.[1]
  return ticket === undefined ? String(itemId) : `${ticket}.${itemId}`
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    return objectOf(JSON.parse(body))
  } catch {
    return {}
  }
}
