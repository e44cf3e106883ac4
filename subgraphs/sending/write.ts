import { GatewayError } from '../../schema/errors.ts'
import type { PlannedStep, StepOutcome } from '../../schema/plan.ts'
import type {
  Filled,
  VendorRequest,
  VendorResponse,
  VendorSession,
  WriteAnswer,
} from '../../schema/source.ts'

/** Where the connection's writes go. @throws GatewayError NOT_CONFIGURED */
export function originOf({ connection: { baseUrl } }: VendorSession): string {
  if (baseUrl === undefined) throw new GatewayError('NOT_CONFIGURED', 'The connection has no address.')
  return new URL(baseUrl).origin
}

/** `path` as the vendor's API has it. */
export function requestOf(step: PlannedStep, path: string, { body, bytes }: Filled): VendorRequest {
  return {
    method: step.method,
    path,
    query: step.query,
    headers: step.headers,
    body: bytes ?? body,
    access: step.access,
  }
}

/** Writes once; `judge` is asked only about an answer. */
export async function writeOnce(
  write: () => Promise<WriteAnswer>,
  judge: (response: VendorResponse) => StepOutcome,
): Promise<StepOutcome> {
  let answer: WriteAnswer
  try {
    answer = await write()
  } catch (error) {
    // The door throws only before it sends: no permit, no budget, no token, an address that is not the pinned one.
    return {
      outcome: 'NOT_SENT',
      reason: error instanceof GatewayError ? error.message : 'The write could not be built.',
    }
  }
  if (!answer.sent) return { outcome: 'NOT_SENT', reason: answer.reason }
  if (answer.response === null)
    return { outcome: 'UNKNOWN', reason: answer.reason, status: null, durationMs: null }
  return judge(answer.response)
}
