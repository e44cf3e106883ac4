import { badInput, GatewayError } from '../../schema/errors.ts'
import { findVisible } from '../approvals/visible.ts'
import type { GatewayContext } from '../context.ts'
import { violatedConstraint } from '../store/errors.ts'
import { getRevision } from '../store/requests.ts'
import type { RequestState, WriteRequestRow } from '../store/tables.ts'
import { askedByPerson, expectMayAsk } from './by-person.ts'
import type { WriteOutcome } from './outcome.ts'
import type { Plan } from './plan.ts'
import { askedInput, storedSubmission } from './revise.ts'
import { submitWrite } from './submit.ts'

export interface RetryCall {
  readonly reason: string | null
  readonly idempotencyKey: string | null
  readonly dryRun: boolean
}

/** Ended, and certainly nothing of it is in the PSA. */
const WITHOUT_EFFECT: ReadonlySet<RequestState> = new Set(['FAILED', 'REJECTED', 'EXPIRED', 'CANCELLED'])

/**
 * A new try is always a new request (docs/safety.md (b)): planned anew from the same input, judged by the policy of
 * now and signed anew. What may have been applied, in whole or in part, is never tried again.
 *
 * @throws GatewayError
 */
export async function retryRequest(
  context: GatewayContext,
  id: string,
  call: RetryCall,
): Promise<WriteOutcome> {
  const request = await findVisible(context, id)
  const plan = (await getRevision(context.services.store.db, id, request.revision))?.plan as Plan
  const caller = expectMayAsk(context, request, plan)
  expectWithoutEffect(request)
  const submission = await storedSubmission(context, request, askedInput(request))
  const origin = { retryOf: id }
  try {
    if (caller.kind === 'AGENT')
      return await submitWrite(context, submission, { ...call, request: null }, origin)
    return await askedByPerson(context, caller, request, submission, { ...call, origin })
  } catch (error) {
    if (violatedConstraint(error) !== 'write_request_retried_once') throw error
    throw badInput('id', 'a request that no other one is a new try of; read that one instead', id)
  }
}

function expectWithoutEffect({ id, state, partial, error }: WriteRequestRow): void {
  const details = { ...error?.details, requestId: id }
  if (state === 'UNKNOWN_OUTCOME') {
    throw new GatewayError(
      'OUTCOME_UNKNOWN',
      'The PSA may have applied this write: it is not sent again. Wait until that is known.',
      details,
    )
  }
  if (partial) {
    throw new GatewayError(
      'PARTIALLY_APPLIED',
      'Some steps of this write were applied: ask for the others as a write of their own.',
      details,
    )
  }
  if (!WITHOUT_EFFECT.has(state))
    throw badInput('id', 'a request that failed, was rejected or cancelled, or expired', state)
}
