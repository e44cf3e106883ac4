import { decide } from '../../policy/decide.ts'
import type { Demand } from '../../policy/types.ts'
import { GatewayError } from '../../schema/errors.ts'
import type { WriteInputs, WriteName } from '../../schema/plan.ts'
import { writes } from '../../schema/writes/index.ts'
import { notPending } from '../approvals/expect.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { agentPrincipal } from '../identity/principal.ts'
import { rawCall, storedCall } from '../passthrough/stored.ts'
import { rawSubmission } from '../passthrough/write.ts'
import { storeErrors } from '../store/errors.ts'
import type { Trx } from '../store/index.ts'
import { getRequest, type NextRevision, nextRevision } from '../store/requests.ts'
import type { WriteRequestRow } from '../store/tables.ts'
import { columnsOf } from './columns.ts'
import { judgedPlan } from './judge.ts'
import { refuse } from './refuse.ts'
import { type Submission, typedSubmission } from './submission.ts'

export interface Revising {
  readonly request: WriteRequestRow
  readonly submission: Submission
  readonly from: NextRevision['from']
  /** A person changed what the agent asked for. */
  readonly edited: boolean
  readonly reason?: string | null
  /** What commits together with it. */
  readonly within?: (trx: Trx) => Promise<void>
}

/**
 * The same request planned again, by the very path of the first plan and by the agent's own policy, whoever asks:
 * an approval never widens what the agent may do. It waits for a person, with no approvals yet.
 * @throws GatewayError
 */
export async function revise(
  context: GatewayContext,
  { request, submission, from, edited, reason, within }: Revising,
): Promise<WriteRequestRow> {
  const { services, caller } = context
  const { db } = services.store
  const known = await agentPrincipal(db, request.agent_id, request.workflow_id)
  const { connection, name } = submission
  const demands = submission.demands.map((demand): Demand => ({ connection, ...demand }))
  const asked = decide(known.principal, demands)
  if (asked.verdict === 'DENY') return refuse(context, caller, connection, name, demands, asked, known)
  const input = submission.input()
  const judged = await judgedPlan(
    services,
    {
      known,
      agentId: request.agent_id,
      onBehalfOf: request.on_behalf_of,
      correlation: request.id,
      onRequest: context.countRequest,
    },
    submission,
  )
  const { plan, decision } = judged
  if (decision.verdict === 'DENY')
    return refuse(context, caller, connection, name, judged.demands, decision, known)
  const asker = { agentId: request.agent_id, onBehalfOf: request.on_behalf_of }
  const columns = await storeErrors(() => columnsOf(services, known, asker, judged, 1))
  const row = await services.store.transaction(async (trx) => {
    const next = await nextRevision(trx, {
      id: request.id,
      revision: request.revision,
      from,
      plan,
      decision,
      createdByKind: caller.kind === 'AGENT' ? 'AGENT' : 'PERSON',
      createdBy: caller.id,
      change: { ...columns, input, edited, ...(reason != null && { reason }) },
    })
    if (next === undefined) return undefined
    await within?.(trx)
    await record(trx, services, {
      type: 'REQUEST_EDITED',
      actor: caller,
      operation: context.operation,
      request: next,
      write: name,
      demands: judged.demands,
      decision: { verdict: decision.verdict, rules: decision.rules },
      policyVersion: next.policy_version,
      changes: plan.changes,
    })
    return next
  })
  if (row !== undefined) return row
  const now = (await getRequest(db, request.id)) ?? request
  const isUnchanged = now.revision === request.revision && from.some((state) => state === now.state)
  // Past its time it is over, also before the sweeper has come by.
  throw lost(isUnchanged ? { ...now, state: 'EXPIRED' } : now, request.revision)
}

/** Somebody else was faster: decided it, or planned it again. */
export function lost(now: WriteRequestRow, seen: number): GatewayError {
  if (now.state === 'PENDING' && now.revision !== seen) {
    return new GatewayError('PLAN_CHANGED', 'The plan is another one now. Read the request again.', {
      requestId: now.id,
      revision: now.revision,
    })
  }
  return notPending(now)
}

/** The input of a stored request in the words of its mutation. */
export function askedInput({ write, input }: Pick<WriteRequestRow, 'write' | 'input'>) {
  return Object.hasOwn(writes, write) ? input : storedCall(input)
}

/** Such an input as a submission again, whoever asks for it to be planned. @throws GatewayError */
export async function storedSubmission(
  context: GatewayContext,
  { write }: Pick<WriteRequestRow, 'write'>,
  input: Readonly<Record<string, unknown>>,
): Promise<Submission> {
  return Object.hasOwn(writes, write)
    ? typedSubmission(writes[write as WriteName], input as unknown as WriteInputs[WriteName])
    : rawSubmission(context, rawCall(input))
}
