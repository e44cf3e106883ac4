import type { Demand } from '../../policy/types.ts'
import type { FieldChange, PlanTarget, StepOutcome } from '../../schema/plan.ts'
import type { OperationFacts } from '../context.ts'
import type { Caller } from '../identity/caller.ts'
import type { Services } from '../services.ts'
import type { Trx } from '../store/index.ts'
import type { StoredError, WriteRequestRow } from '../store/tables.ts'
import { type Appended, appendEvent } from './append.ts'
import { type AuditEventInput, type AuditMembers, type AuditType, auditValue, textDigest } from './event.ts'

/** An event in the gateway's own terms; left out, the actor is the gateway itself. */
export interface Happening {
  readonly type: AuditType
  readonly actor?: Caller | 'NOBODY'
  readonly operation?: OperationFacts
  readonly write?: string
  readonly connection?: string
  readonly request?: WriteRequestRow
  readonly demands?: readonly Demand[]
  readonly decision?: {
    readonly verdict: 'ALLOW' | 'HOLD' | 'DENY'
    readonly rules: readonly string[]
    readonly code?: string
  }
  readonly policyVersion?: number | null
  readonly attemptId?: string
  readonly step?: number
  readonly vendorRequest?: {
    readonly method: string
    readonly path: string
    readonly target: PlanTarget | null
    /** Of the bytes about to be sent; an outcome does not repeat it. */
    readonly bodyHash?: string
  }
  readonly outcome?: StepOutcome
  readonly error?: StoredError
  readonly changes?: readonly FieldChange[]
  readonly subject?: { readonly kind: string; readonly id: string; readonly name?: string }
  readonly secretFields?: readonly string[]
  readonly signatures?: number
  readonly comment?: string
  readonly range?: { readonly firstSeq: number; readonly lastSeq: number }
  readonly ticketId?: string
  readonly records?: number
  readonly vendorRequests?: AuditMembers['vendorRequests']
  readonly durationMs?: number
  readonly sourceAddress?: string
  readonly count?: number
  readonly payload?: unknown
}

/** Appends it in the caller's transaction, last. @throws GatewayError AUDIT_UNAVAILABLE */
export function record(trx: Trx, services: Services, happening: Happening): Promise<Appended> {
  return appendEvent(trx, eventOf(services.instance, happening))
}

export function eventOf(instance: string, happening: Happening): AuditEventInput {
  const { type, operation, request, demands, decision, outcome, vendorRequest, error, comment } = happening
  const actor = happening.actor === 'NOBODY' ? undefined : happening.actor
  return withoutUndefined({
    type,
    instance,
    actor: actorOf(happening.actor),
    sourceAddress: happening.sourceAddress ?? operation?.address,
    operation: operation && {
      name: operation.name?.slice(0, 200) ?? null,
      documentHash: operation.documentHash,
      field: happening.write,
    },
    workflowId: request?.workflow_id ?? (actor?.kind === 'AGENT' ? actor.workflowId : undefined),
    agentId: request?.agent_id ?? (actor?.kind === 'AGENT' ? actor.id : undefined),
    connection: request?.connection ?? happening.connection,
    demands: demands?.map(({ connection, group, kind, fields }) =>
      withoutUndefined({ connection, group, kind, fields: fields.map((field) => field.slice(0, 200)) }),
    ),
    groups: groupsOf(happening),
    decision: decision && withoutUndefined({ ...decision, rules: [...decision.rules] }),
    policyVersion: happening.policyVersion ?? undefined,
    requestId: request?.id,
    revision: request?.revision,
    state: request?.state,
    planHash: request?.plan_hash,
    idempotencyKeyHash: request?.idempotency_key_hash?.toString('hex'),
    ticketId: request?.ticket_id ?? happening.ticketId,
    attemptId: happening.attemptId,
    step: happening.step,
    sentHash: vendorRequest?.bodyHash,
    method: vendorRequest?.method,
    pathTemplate: vendorRequest?.path.slice(0, 500),
    targetId:
      vendorRequest?.target == null ? undefined : `${vendorRequest.target.type}:${vendorRequest.target.key}`,
    outcome: outcome?.outcome,
    status: outcome !== undefined && 'status' in outcome ? (outcome.status ?? undefined) : undefined,
    vendorRequestId:
      outcome !== undefined && 'vendorRequestId' in outcome
        ? (outcome.vendorRequestId ?? undefined)
        : undefined,
    durationMs:
      outcome !== undefined && 'durationMs' in outcome && outcome.durationMs !== null
        ? Math.round(outcome.durationMs)
        : happening.durationMs,
    records: happening.records,
    vendorRequests: happening.vendorRequests,
    count: happening.count,
    code: error?.code,
    changes: happening.changes?.map(({ field, before, after, target }) =>
      withoutUndefined({
        target: target === null ? undefined : `${target.type}:${target.key}`,
        field: field.slice(0, 200),
        before: auditValue(before),
        after: auditValue(after),
      }),
    ),
    subject: happening.subject,
    secretFields: happening.secretFields === undefined ? undefined : [...happening.secretFields],
    signatures: happening.signatures,
    partial: request?.partial || undefined,
    edited: request?.edited || undefined,
    comment: comment === undefined ? undefined : textDigest(comment),
    ...happening.range,
    payload: happening.payload,
  })
}

/** Left out where there are none, so that the events which lists find by group are few. */
function groupsOf({ request, demands = [] }: Happening): string[] | undefined {
  const groups = new Set(request?.groups ?? demands.flatMap(({ group }) => group ?? []))
  return groups.size === 0 ? undefined : [...groups].sort()
}

function actorOf(caller: Happening['actor']): AuditEventInput['actor'] {
  if (caller === undefined) return { kind: 'GATEWAY', id: null }
  if (caller === 'NOBODY') return { kind: 'NOBODY', id: null }
  if (caller.kind === 'SETUP') return { kind: 'NOBODY', id: null, tokenId: caller.tokenId }
  return {
    kind: caller.kind,
    id: caller.id,
    tokenId: caller.tokenId,
    ...(caller.kind === 'AGENT' && { onBehalfOf: caller.onBehalfOf }),
  }
}

function withoutUndefined<T extends object>(of: T): T {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as T
}
