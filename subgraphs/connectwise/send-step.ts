import type { PlannedStep, StepOutcome } from '../../schema/plan.ts'
import type { Filled, VendorResponse, VendorSession } from '../../schema/source.ts'
import { buildUrl } from '../http/origins.ts'
import { refusalOf, unknown } from '../sending/outcomes.ts'
import { originOf, requestOf, writeOnce } from '../sending/write.ts'
import { apiPath, vendorMessage } from './client.ts'
import { codebaseOf } from './codebase.ts'
import { differing, otherFile } from './echo.ts'
import { THROTTLE_FALLBACK_MS } from './limits.ts'

/** Permits are minted for this; the send builds it the same way, and the door refuses when they differ. */
export async function stepUrl(
  session: VendorSession,
  step: PlannedStep,
  { path }: { path: string },
): Promise<string> {
  return buildUrl(originOf(session), apiPath(await codebaseOf(session), path), step.query).href
}

export async function sendStep(
  session: VendorSession,
  permit: string,
  step: PlannedStep,
  filled: Filled,
): Promise<StepOutcome> {
  return writeOnce(
    async () =>
      session.write(requestOf(step, apiPath(await codebaseOf(session), filled.path), filled), permit),
    (response) => outcomeOf(step, filled, response),
  )
}

/** The vendor answer table of docs/safety.md (b), for ConnectWise's shapes. What is not proved is unknown. */
export function outcomeOf(step: PlannedStep, filled: Filled, response: VendorResponse): StepOutcome {
  const { status, durationMs, headers, body } = response
  const vendorRequestId = headers['x-cw-request-id'] ?? null
  if (status >= 200 && status < 300) {
    const id = createdOrWritten(step, filled, status, body)
    if (id === undefined)
      return unknown(
        response,
        'ConnectWise answered with success, but not with the record that was to be written.',
      )
    const notTaken =
      step.creates === 'Attachment'
        ? otherFile(step, parsed(body) ?? {})
        : differing(step, filled.body, parsed(body) ?? {})
    return {
      outcome: 'DONE',
      id,
      ...(notTaken.length === 0 ? {} : { notTaken }),
      status,
      durationMs,
      vendorRequestId,
    }
  }
  return refusalOf(response, {
    vendor: 'ConnectWise',
    message: vendorMessage(body),
    throttleMs: THROTTLE_FALLBACK_MS,
    vendorRequestId,
  })
}

/** The key of the record, null where there is none to tell, undefined when the answer is not the expected one. */
function createdOrWritten(
  step: PlannedStep,
  filled: Filled,
  status: number,
  body: string,
): string | null | undefined {
  if (step.method === 'DELETE') return status === 204 ? null : undefined
  if (step.method === 'POST' && step.creates === null && status === 204 && body === '') return null
  const answer = parsed(body)
  if (answer === undefined) return undefined
  if (/\/(merge|attachChildren)$/i.test(filled.path)) return answer.success === true ? null : undefined
  const id = answer.id
  // The item on the ticket, which is no record of its own.
  if (/\/tickets\/\d+\/configurations$/i.test(filled.path))
    return id !== undefined && id === parsed(filled.body ?? '')?.id ? null : undefined
  // An action such as "submit" may answer with whatever it likes, but for an error.
  if (step.method === 'POST' && step.creates === null && id === undefined)
    return vendorMessage(body) === undefined && answer.success !== false ? null : undefined
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 1) return undefined
  if (step.method !== 'POST') return filled.path.endsWith(`/${id}`) ? String(id) : undefined
  // Named by the ticket that the form says, which no answer tells.
  if (step.creates === 'Attachment') return `${step.target?.key}.${id}`
  const parent = /\/(?:tickets\/(\d+)\/(?:notes|tasks)|companies\/(\d+)\/sites)$/i
    .exec(filled.path)
    ?.slice(1)
    .find(Boolean)
  return parent === undefined ? String(id) : `${parent}.${id}`
}

function parsed(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
