import { decide } from '../../policy/decide.ts'
import type { Demand } from '../../policy/types.ts'
import { GatewayError } from '../../schema/errors.ts'
import { maySign, scopeOf } from '../approvals/signers.ts'
import type { GatewayContext } from '../context.ts'
import type { AgentCaller, PersonCaller } from '../identity/caller.ts'
import { agentPrincipal } from '../identity/principal.ts'
import { newId } from '../store/newId.ts'
import type { WriteRequestRow } from '../store/tables.ts'
import { judgedPlan } from './judge.ts'
import { outcomeOf, type WriteOutcome } from './outcome.ts'
import type { Plan } from './plan.ts'
import { refuse } from './refuse.ts'
import { type Origin, storeRequest } from './store-request.ts'
import type { Submission } from './submission.ts'
import { testModeNow } from './test-mode.ts'

/** Whoever may ask for something on an earlier request: its agent, and people who may approve it. @throws GatewayError */
export function expectMayAsk(
  { caller }: GatewayContext,
  request: WriteRequestRow,
  plan: Plan,
): AgentCaller | PersonCaller {
  if (caller.kind === 'SETUP') throw new GatewayError('ROLE_REQUIRED', 'The set-up code writes nothing.')
  if (caller.kind === 'AGENT' || maySign(caller.roles, scopeOf(request, plan))) return caller
  throw new GatewayError(
    'APPROVER_ROLE_REQUIRED',
    'Only who may approve this write may ask for it again or for its undoing.',
    { requestId: request.id },
  )
}

export interface Wish {
  readonly reason: string | null
  readonly dryRun: boolean
  readonly origin: Origin
}

/** Planned by the policy of the agent that wrote it, and held: a person's wish needs a signature like an agent's. */
export async function askedByPerson(
  context: GatewayContext,
  person: PersonCaller,
  original: WriteRequestRow,
  submission: Submission,
  { reason, dryRun, origin }: Wish,
): Promise<WriteOutcome> {
  const { services } = context
  const { connection, name } = submission
  const known = await agentPrincipal(services.store.db, original.agent_id, original.workflow_id)
  const demands = submission.demands.map((demand): Demand => ({ connection, ...demand }))
  const asked = decide(known.principal, demands)
  if (asked.verdict === 'DENY') return refuse(context, person, connection, name, demands, asked, known)
  const id = newId('wr')
  const agent = { id: original.agent_id, workflowId: original.workflow_id, onBehalfOf: person.id, known }
  const judged = await judgedPlan(
    services,
    {
      known,
      agentId: original.agent_id,
      onBehalfOf: person.id,
      correlation: id,
      onRequest: context.countRequest,
    },
    submission,
  )
  if (judged.decision.verdict === 'DENY')
    return refuse(context, person, connection, name, judged.demands, judged.decision, known)
  const testMode = await testModeNow(services.store.db, known, original)
  if (dryRun || testMode.length > 0) {
    return { is: 'DryRunPlan', request: null, replayed: false, ...judged, testMode }
  }
  const input = submission.input()
  const row = await storeRequest(context, {
    id,
    name,
    input,
    reason,
    judged,
    agent,
    by: person,
    atLeast: 1,
    ...origin,
  })
  return outcomeOf(row, false)
}
