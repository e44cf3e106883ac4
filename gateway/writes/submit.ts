import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { decide } from '../../policy/decide.ts'
import { testModeSetBy } from '../../policy/test-mode.ts'
import type { Decision, Demand } from '../../policy/types.ts'
import { badInput, GatewayError } from '../../schema/errors.ts'
import type { WriteInputs, WriteName } from '../../schema/plan.ts'
import type { PlanActor } from '../../schema/source.ts'
import type { WriteDeclaration } from '../../schema/writes/declaration.ts'
import { withoutNulls } from '../../schema/writes/nulls.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import type { AgentCaller } from '../identity/caller.ts'
import { fromNow } from '../store/clock.ts'
import { type KeyScope, keepKey, releaseKey, reserveKey } from '../store/idempotency.ts'
import { readInstallation } from '../store/installation.ts'
import { newId } from '../store/newId.ts'
import { findPerson } from '../store/people.ts'
import { countOpen, getRequest, insertRequest } from '../store/requests.ts'
import type { WriteRequestRow } from '../store/tables.ts'
import { openConnections } from '../vendors.ts'
import { outcomeOf, type WriteOutcome } from './outcome.ts'
import { type JudgedPlan, makePlan, targetsOf, ticketIdOf } from './plan.ts'
import { settled } from './settled.ts'

export interface Call {
  readonly reason: string | null
  readonly idempotencyKey: string | null
  readonly dryRun: boolean
}

interface AllowedPlan extends JudgedPlan {
  readonly decision: Exclude<Decision, { verdict: 'DENY' }>
}

const KEY = /^[A-Za-z0-9_.:-]{8,128}$/
const REASON_LENGTH = 2_000

/**
 * The path of every write, in order: judged by its input, key reserved, planned, judged by its plan, then shown,
 * held or executed.
 * @throws GatewayError
 */
export async function submitWrite<W extends WriteName>(
  context: GatewayContext,
  declaration: WriteDeclaration<W>,
  given: WriteInputs[W],
  call: Call,
): Promise<WriteOutcome> {
  const { caller, services } = context
  if (caller.kind !== 'AGENT') {
    throw new GatewayError(
      'FORBIDDEN_OPERATION',
      'People write to a PSA by approving what an AI agent proposes.',
    )
  }
  checkCall(call)
  const slug = declaration.connection(given)
  await judgeInput(context, caller, declaration, given, slug)
  const input = withoutNulls(declaration.name, given)
  if (call.dryRun) return dryRun(context, caller, declaration, input, slug, call)

  const policy = context.known.principal.connections.get(slug)
  if (policy?.requireIdempotencyKey && call.idempotencyKey === null) {
    throw badInput('input.idempotencyKey', 'a key: the policy of this workflow requires one', null)
  }
  const testMode = await testModeOf(context, caller, slug, call)
  if (testMode.length > 0) return dryRun(context, caller, declaration, input, slug, call)

  const key = call.idempotencyKey === null ? null : keyOf(caller, slug, call.idempotencyKey)
  const fingerprint = fingerprintOf(declaration.name, input)
  if (key !== null) {
    const replayed = await reserve(context, key, fingerprint)
    if (replayed !== null) return replayed
  }
  let request: WriteRequestRow
  try {
    const open = await countOpen(services.store.db, caller.id)
    if (open >= services.settings.openRequestsPerAgent) {
      throw new GatewayError(
        'LIMIT_EXCEEDED',
        `This agent has ${open} open requests, the most it may have.`,
        {
          limit: services.settings.openRequestsPerAgent,
          came: open + 1,
        },
      )
    }
    const id = newId('wr')
    const judged = await judgePlan(context, caller, declaration, input, slug, id)
    request = await store(context, caller, declaration, input, slug, call, id, judged, key, fingerprint)
  } catch (error) {
    // What the call was refused for counts; a key that can't be released now ends with its lease.
    if (key !== null) await releaseKey(services.store.db, key).catch(() => {})
    throw error
  }
  if (request.state === 'PENDING') return outcomeOf(request, false)
  request = await settled(services, request)
  // What was read while planning is not what the PSA holds now.
  context.endReads()
  return outcomeOf(request, false)
}

function checkCall({ reason, idempotencyKey }: Call): void {
  if (idempotencyKey !== null && !KEY.test(idempotencyKey)) {
    throw badInput('input.idempotencyKey', '8 to 128 characters of A-Z a-z 0-9 _ . : -', idempotencyKey)
  }
  if (reason !== null && reason.length > REASON_LENGTH) {
    throw badInput('input.reason', `at most ${REASON_LENGTH} characters`, `${reason.length} characters`)
  }
}

/** Before anything is read, so that a refusal tells nothing about the record. */
async function judgeInput<W extends WriteName>(
  context: GatewayContext,
  caller: AgentCaller,
  declaration: WriteDeclaration<W>,
  input: WriteInputs[W],
  slug: string,
): Promise<void> {
  const demands = declaration.demands(input).map((demand): Demand => ({ connection: slug, ...demand }))
  const decision = decide(context.known.principal, demands)
  if (decision.verdict !== 'DENY') return
  await refused(context, caller, slug, declaration.name, demands, decision)
}

/** A refusal is on record before it is answered. */
async function refused(
  context: GatewayContext,
  caller: AgentCaller,
  slug: string,
  write: WriteName,
  demands: readonly Demand[],
  decision: {
    readonly code: GatewayError['code']
    readonly message: string
    readonly details: Readonly<Record<string, unknown>>
    readonly rule: string
  },
): Promise<never> {
  await context.services.store.transaction((trx) =>
    record(trx, context.services, {
      type: 'DECISION',
      actor: caller,
      operation: context.operation,
      connection: slug,
      write,
      demands,
      decision: { verdict: 'DENY', code: decision.code, rules: [decision.rule] },
      policyVersion: context.known.policyVersions.get(slug) ?? null,
    }),
  )
  throw new GatewayError(decision.code, decision.message, decision.details)
}

async function testModeOf(context: GatewayContext, caller: AgentCaller, slug: string, call: Call) {
  const installation = await readInstallation(context.services.store.db)
  const policy = context.known.principal.connections.get(slug)
  return testModeSetBy({
    installation: installation.test_mode,
    connection: context.known.rows.get(slug)?.test_mode,
    workflow: caller.workflowTestMode || policy?.testMode !== false,
    call: call.dryRun,
  })
}

async function dryRun<W extends WriteName>(
  context: GatewayContext,
  caller: AgentCaller,
  declaration: WriteDeclaration<W>,
  input: WriteInputs[W],
  slug: string,
  call: Call,
): Promise<WriteOutcome> {
  const judged = await judgePlan(context, caller, declaration, input, slug, newId('wr'))
  return {
    is: 'DryRunPlan',
    request: null,
    replayed: false,
    ...judged,
    testMode: (await testModeOf(context, caller, slug, call)).filter((where) => where !== 'call'),
  }
}

async function judgePlan<W extends WriteName>(
  context: GatewayContext,
  caller: AgentCaller,
  declaration: WriteDeclaration<W>,
  input: WriteInputs[W],
  slug: string,
  correlation: string,
): Promise<AllowedPlan> {
  const connection = context.connections.get(slug)
  if (connection === undefined)
    throw new GatewayError('CONNECTION_FORBIDDEN', 'This connection is not assigned to you.')
  const support = connection.source.capabilities.writes[declaration.name]
  if (support !== true) throw new GatewayError('NOT_SUPPORTED', `${declaration.name}: ${support.unsupported}`)
  const actor = await actorOf(context, caller, slug, correlation)
  // What planning reads is not shown before the plan was judged, by its records' companies and boards too.
  const planning = openConnections(context.services, context.known, {
    judgedByPlan: true,
    onRequest: context.countRequest,
  })
  const judged = await makePlan(
    context.known,
    planning.get(slug) ?? connection,
    declaration.name,
    input,
    actor,
  )
  const { decision } = judged
  if (decision.verdict === 'DENY')
    return refused(context, caller, slug, declaration.name, judged.demands, decision)
  return { ...judged, decision }
}

/** Whose time is logged, by the policy alone. */
async function actorOf(
  context: GatewayContext,
  caller: AgentCaller,
  slug: string,
  correlation: string,
): Promise<PlanActor> {
  const owner = context.known.principal.connections.get(slug)?.timeOwner ?? { who: 'REQUESTER' as const }
  if (owner.who === 'MEMBER') return { member: owner.member, timeOwner: 'MEMBER', correlation }
  const person =
    caller.onBehalfOf === null ? undefined : await findPerson(context.services.store.db, caller.onBehalfOf)
  return { member: person?.member_keys[slug] ?? null, timeOwner: owner.who, correlation }
}

async function reserve(
  context: GatewayContext,
  key: KeyScope,
  fingerprint: string,
): Promise<WriteOutcome | null> {
  const { db } = context.services.store
  const reservation = await reserveKey(db, key, { fingerprint })
  switch (reservation.result) {
    case 'RESERVED':
      return null
    case 'REPLAY':
      return outcomeOf((await getRequest(db, reservation.requestId)) as WriteRequestRow, true)
    case 'IN_PROGRESS':
      throw new GatewayError(
        'IDEMPOTENCY_IN_PROGRESS',
        'The first call with this key is still being planned.',
      )
    case 'REUSED':
      throw new GatewayError(
        'IDEMPOTENCY_KEY_REUSED',
        'This key was used for another call; a new intent needs a new key.',
      )
  }
}

function keyOf(caller: AgentCaller, connection: string, key: string): KeyScope {
  return { agentId: caller.id, connection, keyHash: createHash('sha256').update(key).digest() }
}

function fingerprintOf(field: string, input: unknown): string {
  return createHash('sha256')
    .update(canonicalize([field, input]) ?? '')
    .digest('hex')
}

/** The request, its first revision, the kept key and the audit event commit together. */
async function store<W extends WriteName>(
  context: GatewayContext,
  caller: AgentCaller,
  declaration: WriteDeclaration<W>,
  input: WriteInputs[W],
  slug: string,
  call: Call,
  id: string,
  { plan, hash, demands, decision }: AllowedPlan,
  key: KeyScope | null,
  fingerprint: string,
): Promise<WriteRequestRow> {
  const { services, known } = context
  const held = decision.verdict === 'HOLD'
  const targets = targetsOf(plan)
  return services.store.transaction(async (trx) => {
    const row = await insertRequest(
      trx,
      {
        id,
        workflow_id: caller.workflowId,
        agent_id: caller.id,
        on_behalf_of: caller.onBehalfOf,
        connection: slug,
        write: declaration.name,
        field: declaration.name,
        input: input as unknown as Readonly<Record<string, unknown>>,
        reason: call.reason,
        plan_hash: hash,
        ticket_id: ticketIdOf(plan),
        approvers_needed: held ? decision.approvers : 0,
        not_requester: held && decision.notRequester,
        four_eyes: held && decision.fourEyes,
        groups: [...new Set(demands.flatMap(({ group }) => group ?? []))].sort(),
        policy_version: known.policyVersions.get(slug) ?? 0,
        expires_at: fromNow(services.settings.pendingFor),
        execute_before: held ? null : fromNow(services.settings.approvedFor),
        target: targets,
        target_key: targets[0] ?? null,
        idempotency_key_hash: key?.keyHash ?? null,
      },
      { plan, decision, createdByKind: 'AGENT', createdBy: caller.id },
    )
    if (key !== null && !(await keepKey(trx, key, fingerprint, id))) {
      throw new GatewayError(
        'IDEMPOTENCY_IN_PROGRESS',
        'Another call took this key over while this one was being planned.',
      )
    }
    await record(trx, services, {
      type: 'REQUEST_CREATED',
      actor: caller,
      operation: context.operation,
      request: row,
      write: declaration.name,
      demands,
      decision: { verdict: decision.verdict, rules: decision.rules },
      policyVersion: row.policy_version,
      changes: plan.changes,
    })
    return row
  })
}
