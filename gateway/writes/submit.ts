import { decide } from '../../policy/decide.ts'
import type { Decision, Demand } from '../../policy/types.ts'
import { badInput, GatewayError } from '../../schema/errors.ts'
import { expectAnswerable } from '../approvals/revise.ts'
import type { GatewayContext } from '../context.ts'
import type { AgentCaller } from '../identity/caller.ts'
import type { Services } from '../services.ts'
import { releaseKey } from '../store/idempotency.ts'
import { newId } from '../store/newId.ts'
import { countOpen, countOpenAlone } from '../store/requests.ts'
import type { WriteRequestRow } from '../store/tables.ts'
import { type KeyedCall, keep, keyedCall, putBackTold, reserve } from './idempotency.ts'
import { judgedPlan } from './judge.ts'
import { outcomeOf, type WriteOutcome } from './outcome.ts'
import type { JudgedPlan } from './plan.ts'
import { refuse } from './refuse.ts'
import { revise } from './revise.ts'
import { settled } from './settled.ts'
import { type Origin, storeRequest } from './store-request.ts'
import type { Submission } from './submission.ts'
import { testModeOf } from './test-mode.ts'

export interface Call {
  readonly reason: string | null
  readonly idempotencyKey: string | null
  readonly dryRun: boolean
  /** The returned or stale request that this call answers: planned as its next revision. */
  readonly request: string | null
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
export async function submitWrite(
  context: GatewayContext,
  submission: Submission,
  call: Call,
  origin: Origin = {},
): Promise<WriteOutcome> {
  const { caller, services } = context
  if (caller.kind !== 'AGENT') {
    throw new GatewayError(
      'FORBIDDEN_OPERATION',
      'People write to a PSA by approving what an AI agent proposes.',
    )
  }
  checkCall(call)
  const slug = submission.connection
  await judgeInput(context, caller, submission)
  const input = submission.input()
  if (call.dryRun) return dryRun(context, caller, submission, call)
  await services.pace.write(caller)

  const policy = context.known.principal.connections.get(slug)
  if (policy?.requireIdempotencyKey && call.idempotencyKey === null) {
    throw badInput('input.idempotencyKey', 'a key: the policy of this workflow requires one', null)
  }
  const testMode = await testModeOf(context, caller, slug, call.dryRun)
  if (testMode.length > 0) return dryRun(context, caller, submission, call)

  const key = keyedCall(caller, slug, call.idempotencyKey, ...asTold(submission.name, input, call, origin))
  if (key !== null) {
    const replayed = await reserve(context, key)
    if (replayed !== null) return replayed
  }
  let request: WriteRequestRow
  try {
    if (call.request !== null) return await answer(context, submission, call, call.request, key)
    // Before the PSA is asked for anything; what counts is the look in the transaction.
    expectRoom(services, caller, await countOpen(services.store.db, caller.id))
    const id = newId('wr')
    const judged = await judgePlan(context, caller, submission, id)
    request = await storeRequest(context, {
      id,
      name: submission.name,
      input,
      reason: call.reason,
      judged,
      agent: { ...caller, known: context.known },
      by: caller,
      keyHash: key?.scope.keyHash ?? null,
      ...origin,
      within: async (trx) => {
        await keep(trx, key, id)
        expectRoom(services, caller, (await countOpenAlone(trx, caller.id)) - 1)
      },
    })
  } catch (error) {
    // What the call was refused for counts; a key that can't be released now ends with its lease.
    if (key !== null) await releaseKey(services.store.db, key.scope).catch(() => {})
    throw error
  }
  if (request.state === 'PENDING') return outcomeOf(request, false)
  request = await settled(services, request)
  // What was read while planning is not what the PSA holds now.
  context.endReads()
  return outcomeOf(request, false)
}

/** People decide in their own time: so long an agent that asks for more may wait. */
const FULL_RETRY_MS = 60_000

function expectRoom({ settings, refuseAtLimit }: Services, caller: AgentCaller, open: number): void {
  if (open < settings.openRequestsPerAgent) return
  throw refuseAtLimit({
    caller,
    limit: 'openRequestsPerAgent',
    of: 'open requests of an AI agent',
    retryAfterMs: FULL_RETRY_MS,
    advice: 'Wait until people have decided some.',
  })
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
async function judgeInput(
  context: GatewayContext,
  caller: AgentCaller,
  { name, connection, demands: asked }: Submission,
): Promise<void> {
  const demands = asked.map((demand): Demand => ({ connection, ...demand }))
  const decision = decide(context.known.principal, demands)
  if (decision.verdict === 'DENY') await refuse(context, caller, connection, name, demands, decision)
}

async function dryRun(
  context: GatewayContext,
  caller: AgentCaller,
  submission: Submission,
  call: Call,
): Promise<WriteOutcome> {
  const judged = await judgePlan(context, caller, submission, newId('wr'))
  return {
    is: 'DryRunPlan',
    request: null,
    replayed: false,
    ...judged,
    testMode: (await testModeOf(context, caller, submission.connection, call.dryRun)).filter(
      (where) => where !== 'call',
    ),
  }
}

async function judgePlan(
  context: GatewayContext,
  caller: AgentCaller,
  submission: Submission,
  correlation: string,
): Promise<AllowedPlan> {
  const { services, known, countRequest: onRequest } = context
  const judged = await judgedPlan(
    services,
    { known, agentId: caller.id, onBehalfOf: caller.onBehalfOf, correlation, onRequest },
    submission,
  )
  const { decision } = judged
  if (decision.verdict === 'DENY') {
    return refuse(context, caller, submission.connection, submission.name, judged.demands, decision)
  }
  return { ...judged, decision }
}

/** The mutation and what it was told: an idempotency key stands for both. */
function asTold(
  name: string,
  input: unknown,
  { request }: Call,
  { retryOf, putsBack }: Origin,
): [string, ...unknown[]] {
  if (retryOf !== undefined) return ['retryWriteRequest', input, retryOf]
  if (putsBack !== undefined) return putBackTold(putsBack.request)
  return request === null ? [name, input] : [name, input, request]
}

/** What a person returned, or what went stale, asked again: its next revision. */
async function answer(
  context: GatewayContext,
  submission: Submission,
  call: Call,
  id: string,
  key: KeyedCall | null,
): Promise<WriteOutcome> {
  const request = await expectAnswerable(context, id, submission.name, submission.connection)
  const revised = await revise(context, {
    request,
    submission,
    from: ['RETURNED', 'STALE'],
    edited: false,
    reason: call.reason,
    within: (trx) => keep(trx, key, id),
  })
  return outcomeOf(revised, false)
}
