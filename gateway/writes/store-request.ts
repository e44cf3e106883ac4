import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import type { AgentCaller, PersonCaller } from '../identity/caller.ts'
import type { KnownPrincipal } from '../identity/principal.ts'
import { fromNow } from '../store/clock.ts'
import { storeErrors } from '../store/errors.ts'
import { asJson, type Trx } from '../store/index.ts'
import { insertRequest } from '../store/requests.ts'
import type { NotPutBack, WriteRequestRow } from '../store/tables.ts'
import { columnsOf } from './columns.ts'
import type { JudgedPlan } from './plan.ts'
import type { SubmittedName } from './submission.ts'

/** The request that a new one goes back to. */
export interface Origin {
  /** The executed request that it takes back, and what of it stays. */
  readonly putsBack?: { readonly request: string; readonly stays: NotPutBack }
  /** The request without effect that it is a new try of. */
  readonly retryOf?: string
}

export interface NewRequest extends Origin {
  readonly id: string
  readonly name: SubmittedName
  readonly input: Readonly<Record<string, unknown>>
  readonly reason: string | null
  readonly judged: JudgedPlan
  /** The agent by whose policy it was planned. */
  readonly agent: {
    readonly id: string
    readonly workflowId: string
    readonly onBehalfOf: string | null
    readonly known: KnownPrincipal
  }
  readonly by: AgentCaller | PersonCaller
  /** 1: a person has to sign, whatever the policy asks for. */
  readonly atLeast?: 0 | 1
  readonly keyHash?: Buffer | null
  /** What commits together with it. */
  readonly within?: (trx: Trx) => Promise<void>
}

/** The request, its first revision, what belongs to it and the audit event commit together. */
export async function storeRequest(context: GatewayContext, given: NewRequest): Promise<WriteRequestRow> {
  const { services } = context
  const { judged, agent, by, name } = given
  const { plan, decision, demands } = judged
  const asker = { agentId: agent.id, onBehalfOf: agent.onBehalfOf }
  const columns = await storeErrors(() => columnsOf(services, agent.known, asker, judged, given.atLeast))
  return services.store.transaction(async (trx) => {
    const row = await insertRequest(
      trx,
      {
        id: given.id,
        workflow_id: agent.workflowId,
        agent_id: agent.id,
        on_behalf_of: agent.onBehalfOf,
        connection: plan.connection,
        write: name,
        field: name,
        input: given.input,
        reason: given.reason,
        ...columns,
        execute_before: columns.approvers_needed > 0 ? null : fromNow(services.settings.approvedFor),
        idempotency_key_hash: given.keyHash ?? null,
        puts_back: given.putsBack?.request ?? null,
        not_put_back: asJson(given.putsBack?.stays ?? null),
        retry_of: given.retryOf ?? null,
      },
      { plan, decision, createdByKind: by.kind, createdBy: by.id },
    )
    await given.within?.(trx)
    await record(trx, services, {
      type: 'REQUEST_CREATED',
      actor: by,
      operation: context.operation,
      request: row,
      write: name,
      demands,
      decision: { verdict: decision.verdict, rules: decision.verdict === 'DENY' ? [] : decision.rules },
      policyVersion: row.policy_version,
      changes: plan.changes,
    })
    return row
  })
}
