import { GatewayError } from '../../schema/errors.ts'
import type { GatewayContext } from '../context.ts'
import type { PersonCaller } from '../identity/caller.ts'
import { getRevision } from '../store/requests.ts'
import type { WriteRequestRow } from '../store/tables.ts'
import type { Plan } from '../writes/plan.ts'
import { maySign, scopeOf } from './signers.ts'

/** The longest comment that is kept. */
export const TEXT_LENGTH = 2_000

export function notPending(request: WriteRequestRow): GatewayError {
  return new GatewayError('APPROVAL_NOT_PENDING', 'This request is not waiting any more.', {
    requestId: request.id,
    // Past its time it is over, also before the sweeper has come by.
    state: request.state === 'PENDING' ? 'EXPIRED' : request.state,
  })
}

/** Only a person with the role for every group of the plan, on its board and for its companies. */
export async function expectSigner(
  context: GatewayContext,
  request: WriteRequestRow,
): Promise<{ person: PersonCaller; plan: Plan }> {
  const { caller, services } = context
  if (caller.kind !== 'PERSON') throw new GatewayError('APPROVER_ROLE_REQUIRED', 'No AI agent ever approves.')
  const revision = await getRevision(services.store.db, request.id, request.revision)
  const plan = revision?.plan as Plan
  const scope = scopeOf(request, plan)
  if (!maySign(caller.roles, scope)) {
    throw new GatewayError(
      'APPROVER_ROLE_REQUIRED',
      'You are not an approver for every group of this plan, its board and its companies.',
      {
        requestId: request.id,
        groups: scope.groups,
      },
    )
  }
  return { person: caller, plan }
}
