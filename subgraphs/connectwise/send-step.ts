import { GatewayError } from '../../schema/errors.ts'
import type { PlannedStep, StepOutcome } from '../../schema/plan.ts'
import type { VendorRequest, VendorResponse, VendorSession, WriteAnswer } from '../../schema/source.ts'
import { cut, retryAfterMs } from '../http/errors.ts'
import { buildUrl } from '../http/origins.ts'
import { apiPath, vendorMessage } from './client.ts'
import { codebaseOf } from './codebase.ts'

interface Filled {
  readonly path: string
  readonly body: string | null
}

/** docs/safety.md (b): refusals that say nothing was applied, when they come in the vendor's own shape. */
const REJECTIONS: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 409, 413, 415, 422])

const THROTTLE_FALLBACK_MS = 30_000

/** Permits are minted for this; the send builds it the same way, and the door refuses when they differ. */
export async function stepUrl(
  session: VendorSession,
  step: PlannedStep,
  { path }: { path: string },
): Promise<string> {
  const { baseUrl } = session.connection
  if (baseUrl === undefined) throw new GatewayError('NOT_CONFIGURED', 'The connection has no address.')
  return buildUrl(new URL(baseUrl).origin, apiPath(await codebaseOf(session), path), step.query).href
}

export async function sendStep(
  session: VendorSession,
  permit: string,
  step: PlannedStep,
  filled: Filled,
): Promise<StepOutcome> {
  let answer: WriteAnswer
  try {
    const request: VendorRequest = {
      method: step.method,
      path: apiPath(await codebaseOf(session), filled.path),
      query: step.query,
      headers: step.headers,
      body: filled.body,
      access: step.access,
    }
    answer = await session.write(request, permit)
  } catch (error) {
    // The door throws only before it sends: no permit, no budget, an address that is not the pinned one.
    return {
      outcome: 'NOT_SENT',
      reason: error instanceof GatewayError ? error.message : 'The write could not be built.',
    }
  }
  if (!answer.sent) return { outcome: 'NOT_SENT', reason: answer.reason }
  if (answer.response === null)
    return { outcome: 'UNKNOWN', reason: answer.reason, status: null, durationMs: null }
  return outcomeOf(step, filled, answer.response)
}

/** The vendor answer table of docs/safety.md (b), for ConnectWise's shapes. What is not proved is unknown. */
export function outcomeOf(step: PlannedStep, filled: Filled, response: VendorResponse): StepOutcome {
  const { status, durationMs, headers, body } = response
  const vendorRequestId = headers['x-cw-request-id'] ?? null
  const unknown = (reason: string): StepOutcome => ({ outcome: 'UNKNOWN', reason, status, durationMs })
  if (status >= 200 && status < 300) {
    const id = createdOrWritten(step, filled, status, body)
    return id === undefined
      ? unknown('ConnectWise answered with success, but not with the record that was to be written.')
      : { outcome: 'DONE', id, status, durationMs, vendorRequestId }
  }
  const message = vendorMessage(body)
  if (message === undefined)
    return unknown(`ConnectWise, or something before it, answered with status ${status}.`)
  if (status === 429) {
    return {
      outcome: 'THROTTLED',
      retryAfterMs: retryAfterMs(headers, THROTTLE_FALLBACK_MS),
      status,
      durationMs,
    }
  }
  if (REJECTIONS.has(status)) {
    return { outcome: 'VENDOR_REJECTED', status, vendorMessage: cut(message), durationMs, vendorRequestId }
  }
  return unknown(`ConnectWise answered with status ${status}, which does not tell whether it wrote.`)
}

/** The key of the record, null where there is none to tell, undefined when the answer is not the expected one. */
function createdOrWritten(
  step: PlannedStep,
  filled: Filled,
  status: number,
  body: string,
): string | null | undefined {
  if (step.method === 'DELETE') return status === 204 ? null : undefined
  const answer = parsed(body)
  if (answer === undefined) return undefined
  if (/\/(merge|attachChildren)$/i.test(filled.path)) return answer.success === true ? null : undefined
  const id = answer.id
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 1) return undefined
  if (step.method !== 'POST') return filled.path.endsWith(`/${id}`) ? String(id) : undefined
  const parent = /\/tickets\/(\d+)\/notes$/i.exec(filled.path)?.[1]
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
