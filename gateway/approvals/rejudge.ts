import { decide } from '../../policy/decide.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { agentPrincipal } from '../identity/principal.ts'
import type { Trx } from '../store/index.ts'
import { cancel, getRevision, lockWaiting, rejudge, type WaitingWhere } from '../store/requests.ts'
import type { StoredError, WriteRequestRow } from '../store/tables.ts'
import { demandsOf, type Plan } from '../writes/plan.ts'
import { testModeNow } from '../writes/test-mode.ts'

export interface Rejudged {
  readonly cancelled: readonly { readonly request: WriteRequestRow; readonly error: StoredError }[]
  /** Waits on, for another number of signatures. */
  readonly changed: readonly WriteRequestRow[]
}

/**
 * Everything that waits here, judged as the store stands inside this transaction: after a policy was saved, or test
 * mode was turned on. What is refused now is cancelled; what is still allowed waits on. Nothing is recorded yet,
 * since whoever holds the head of the trail must not wait for a row: `recordRejudged` comes last.
 */
export async function rejudgeWaiting(trx: Trx, where: WaitingWhere): Promise<Rejudged> {
  const cancelled: { request: WriteRequestRow; error: StoredError }[] = []
  const changed: WriteRequestRow[] = []
  for (const request of await lockWaiting(trx, where)) {
    const { error, thresholds } = await judgeNow(trx, request)
    if (error !== null) {
      const row = await cancel(trx, { id: request.id, revision: request.revision, error })
      if (row !== undefined) cancelled.push({ request: row, error })
      continue
    }
    const same =
      thresholds.approvers_needed === request.approvers_needed &&
      thresholds.not_requester === request.not_requester &&
      thresholds.four_eyes === request.four_eyes
    // What was approved keeps its signatures; whether they suffice is asked once more before it is sent.
    if (same || request.state !== 'PENDING') continue
    const row = await rejudge(trx, request, thresholds)
    if (row !== undefined) changed.push(row)
  }
  return { cancelled, changed }
}

async function judgeNow(trx: Trx, request: WriteRequestRow) {
  const plan = (await getRevision(trx, request.id, request.revision))?.plan as Plan
  const known = await agentPrincipal(trx, request.agent_id, request.workflow_id)
  const decision = decide(known.principal, demandsOf(plan), plan.facts)
  const held = decision.verdict === 'HOLD' ? decision : undefined
  const thresholds = {
    // A person was asked, so a person decides, also where nobody would be asked any more.
    approvers_needed: Math.max(1, held?.approvers ?? 0),
    not_requester: held?.notRequester ?? false,
    four_eyes: held?.fourEyes ?? false,
  }
  if (decision.verdict === 'DENY') {
    const { code, message, details } = decision
    return { error: { code, message, details }, thresholds }
  }
  const testMode = await testModeNow(trx, known, request)
  if (testMode.length === 0) return { error: null, thresholds }
  const message = `Test mode is on (${testMode.join(', ')}): nothing is sent.`
  return { error: { code: 'REQUEST_CANCELLED', message }, thresholds }
}

/** After every change of a row. */
export async function recordRejudged(
  trx: Trx,
  { services, caller, operation }: GatewayContext,
  { cancelled, changed }: Rejudged,
): Promise<void> {
  for (const { request, error } of cancelled)
    await record(trx, services, { type: 'REQUEST_CANCELLED', actor: caller, operation, request, error })
  for (const request of changed)
    await record(trx, services, { type: 'REQUEST_REJUDGED', actor: caller, operation, request })
}
