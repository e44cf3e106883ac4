import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { decide } from '../../policy/decide.ts'
import { bodyHash, freshNonce, mintPermit } from '../../policy/permit.ts'
import { planHash } from '../../policy/plan-hash.ts'
import type { OpenConnection } from '../../schema/context.ts'
import { GatewayError } from '../../schema/errors.ts'
import { formatId } from '../../schema/ids.ts'
import type { PlannedStep, StepOutcome } from '../../schema/plan.ts'
import type { Filled } from '../../schema/source.ts'
import { qualifiedSigners } from '../approvals/signers.ts'
import { record } from '../audit/record.ts'
import { filledBody, keptFile, sha256Of } from '../files/kept.ts'
import { agentPrincipal, type KnownPrincipal } from '../identity/principal.ts'
import type { Services } from '../services.ts'
import {
  abandon,
  beginStep,
  claimForExecution,
  extendLease,
  finish,
  finishStep,
  type Settlement,
  saveAfterImage,
} from '../store/executions.ts'
import { storeNow } from '../store/now.ts'
import { getRequest, getRevision } from '../store/requests.ts'
import type { StoredError, WriteRequestRow } from '../store/tables.ts'
import { openConnections } from '../vendors.ts'
import { changedBeside, foreignDrift } from './baseline.ts'
import { demandsOf, type Plan } from './plan.ts'
import { readTarget } from './read-target.ts'
import { readBackIn, reconcileIn } from './reconcile-in.ts'
import { testModeNow } from './test-mode.ts'

interface Run {
  readonly services: Services
  readonly request: WriteRequestRow
  readonly attemptId: string
  readonly plan: Plan
  readonly connection: OpenConnection
  /** Sends within the budget that was taken before the intent. */
  readonly sender: OpenConnection
  /** When E2 was asked last, by the monotonic clock. */
  readonly checked: { at: number }
}

/** What allowed it is gone; nothing of the step was sent. */
class NoLongerAllowed extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.error.message)
    this.refusal = refusal
  }
}

/** Further tries after a recorded 429, each with an intent of its own: docs/safety.md (b). */
const THROTTLE_TRIES = 3
/** Seconds that an intent may take of the time for which its place in the budget is leased. */
const INTENT_WITHIN = 10
/**
 * What E2 saw is old after that: a wait for the PSA, or for a place in its budget, came between. Nothing that a
 * revoked agent started takes effect 2 s later (docs/safety.md (m), I10).
 */
const RECHECK_AFTER_MS = 1_000

/** E1 to E6, whoever approved it and whether anybody had to. Safe to call for a request that somebody else runs. */
export async function executeRequest(services: Services, id: string): Promise<void> {
  const attemptId = randomUUID()
  await services.crashPoint?.('before E1', id)
  const request = await claim(services, id, attemptId)
  if (request === undefined) return
  await services.crashPoint?.('after E1', id)
  const revision = await getRevision(services.store.db, request.id, request.revision)
  const plan = revision?.plan as Plan
  await services.crashPoint?.('before E2', id)
  const checked = { at: performance.now() }
  const { refusal, connection, sender } = await prepare(services, request, attemptId, plan)
  await services.crashPoint?.('after E2', id)
  if (refusal !== null || connection === undefined || sender === undefined) {
    await giveUp({ services, request, attemptId }, refusal ?? NOT_ASSIGNED)
    return
  }
  await sendSteps({ services, request, attemptId, plan, connection, sender, checked })
}

/** E2 refused, and nothing was sent. */
function giveUp({ services, request, attemptId }: Claimed, { state, error }: Refusal): Promise<void> {
  return services.store.transaction(async (trx) => {
    const row = await abandon(trx, { id: request.id, attemptId }, state, error)
    if (row === undefined) return
    await record(trx, services, {
      type: state === 'STALE' ? 'REQUEST_STALE' : 'REQUEST_CANCELLED',
      request: row,
      error,
    })
  })
}

interface Prepared {
  readonly refusal: Refusal | null
  readonly connection: OpenConnection | undefined
  readonly sender: OpenConnection | undefined
}

/** Everything of E2, with the policy as it stands; after a wait for the PSA, all of it anew. */
async function prepare(
  services: Services,
  request: WriteRequestRow,
  attemptId: string,
  plan: Plan,
): Promise<Prepared> {
  try {
    return await whenThereIsRoom({ services, request, attemptId }, async () => {
      const known = await agentPrincipal(services.store.db, request.agent_id, request.workflow_id)
      const open = (budgetHeld: boolean) =>
        openConnections(services, known, { requestId: request.id, judgedByPlan: true, budgetHeld }).get(
          request.connection,
        )
      const connection = open(false)
      const refusal = await recheck(services, request, plan, known, connection)
      return { refusal, connection, sender: open(true) }
    })
  } catch (error) {
    if (roomIn(error) === undefined) throw error
    return { refusal: unread(error as GatewayError), connection: undefined, sender: undefined }
  }
}

/** E1: claimed and on record in one transaction. */
function claim(services: Services, id: string, attemptId: string): Promise<WriteRequestRow | undefined> {
  return services.store.transaction(async (trx) => {
    const row = await claimForExecution(trx, { id, attemptId, leaseSeconds: services.settings.lease })
    if (row !== undefined) await record(trx, services, { type: 'EXECUTION_STARTED', request: row, attemptId })
    return row
  })
}

type Refusal = { readonly state: 'STALE' | 'CANCELLED'; readonly error: StoredError }

const cancelled = (code: string, message: string, details?: Readonly<Record<string, unknown>>): Refusal => ({
  state: 'CANCELLED',
  error: { code, message, ...(details && { details }) },
})

const NOT_ASSIGNED = cancelled('CONNECTION_FORBIDDEN', 'The connection is not assigned any more.')

/** E2: everything that allowed it, asked again as things stand now; `drift`, whether of the record as well. */
async function recheck(
  services: Services,
  request: WriteRequestRow,
  plan: Plan,
  known: KnownPrincipal,
  connection: OpenConnection | undefined,
  drift = true,
): Promise<Refusal | null> {
  if (planHash(plan) !== request.plan_hash)
    return cancelled('INTERNAL', 'The stored plan is not the one approved.')
  const decision = decide(known.principal, demandsOf(plan), plan.facts)
  if (decision.verdict === 'DENY') return cancelled(decision.code, decision.message, decision.details)
  if (connection === undefined) return NOT_ASSIGNED

  const testMode = await testModeNow(services.store.db, known, request)
  if (testMode.length > 0) {
    return cancelled('REQUEST_CANCELLED', `Test mode is on (${testMode.join(', ')}): nothing is sent.`)
  }
  if (new URL(known.rows.get(request.connection)?.base_url ?? '').origin !== plan.origin) {
    return cancelled('PLAN_CHANGED', 'The connection has moved to another address since the plan was made.')
  }
  const needed = Math.max(request.approvers_needed, decision.verdict === 'HOLD' ? decision.approvers : 0)
  const signers = needed === 0 ? [] : await qualifiedSigners(services.store.db, request, plan, decision)
  if (signers.length < needed) {
    return stale(
      'An approval is no longer valid: its person may not sign any more, or more approvals are needed now.',
      {
        needed,
        valid: signers.length,
      },
    )
  }
  if (!drift) return null
  try {
    const drifts = await foreignDrift(services.store.db, request, plan, connection)
    if (drifts.length > 0) {
      return stale('The record changed after the plan was made.', {
        changed: drifts.map(({ target, field }) => `${target}: ${field}`),
      })
    }
  } catch (error) {
    if (error instanceof GatewayError && roomIn(error) === undefined) return unread(error)
    throw error
  }
  return null
}

/** Unread is not unchanged: nothing is sent on a guess. */
function unread({ code }: GatewayError): Refusal {
  return stale('The record could not be read again before sending.', { cause: code })
}

function stale(message: string, details: Readonly<Record<string, unknown>>): Refusal {
  return { state: 'STALE', error: { code: 'REQUEST_STALE', message, details } }
}

async function sendSteps(run: Run): Promise<void> {
  const { plan } = run
  const ids: (string | null)[] = []
  for (const [index, step] of plan.steps.entries()) {
    let outcome: StepOutcome | undefined
    try {
      const filled = await withFile(run, step, fillHoles(step, ids))
      outcome = await sendStep(run, index + 1, step, filled)
    } catch (error) {
      if (!(error instanceof NoLongerAllowed)) throw error
      const { refusal } = error
      if (index === 0) await giveUp(run, refusal)
      else
        await settle(
          run,
          index + 1,
          { outcome: 'NOT_SENT', reason: refusal.error.message },
          ids,
          refusal.error,
        )
      return
    }
    if (outcome === undefined) return // the attempt is somebody else's now
    if (outcome.outcome !== 'DONE') {
      await settle(run, index + 1, outcome, ids)
      return
    }
    ids.push(outcome.id)
    // What was not taken may be what the next step builds on.
    const whole = (outcome.notTaken ?? []).length === 0
    if (whole && index + 1 < plan.steps.length) await endStep(run, index + 1, outcome)
    else {
      await settle(run, index + 1, outcome, ids)
      return
    }
  }
}

/** A hole takes an id that an earlier step's answer was checked to hold, and nothing else. */
function fillHoles(step: PlannedStep, ids: readonly (string | null)[]): Filled {
  const fill = (text: string) =>
    text.replace(/"?\{step(\d+)\.id\}"?/g, (hole, number: string) => {
      if (!step.holes.includes(Number(number))) return hole
      const id = ids[Number(number) - 1]
      if (id == null || !/^[A-Za-z0-9.-]{1,64}$/.test(id)) throw new Error(`no id for ${hole}`)
      return hole.startsWith('"') && !/^\d+$/.test(id) ? `"${id}"` : id
    })
  return { path: fill(step.path), body: step.body === null ? null : fill(step.body) }
}

/** A file in its place, when the bytes that come of it are those that were signed. */
async function withFile(
  { services, request }: Run,
  { file, body }: PlannedStep,
  filled: Filled,
): Promise<Filled> {
  if (file === undefined || body === null) return filled
  const owner = { agentId: request.agent_id, connection: request.connection }
  let kept: Awaited<ReturnType<typeof keptFile>>
  try {
    kept = await keptFile(services, owner, file.upload)
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    throw new NoLongerAllowed(cancelled(error.code, error.message))
  }
  const bytes = filledBody(body, file.encoding, kept.bytes)
  if (sha256Of(bytes) !== file.bodySha256)
    throw new NoLongerAllowed(cancelled('INTERNAL', 'The file that is kept is not the one approved.'))
  return { ...filled, bytes }
}

/** E3 and E4, again only after a recorded 429. Undefined: nothing was sent, the attempt is lost. */
async function sendStep(
  run: Run,
  number: number,
  step: PlannedStep,
  filled: Filled,
): Promise<StepOutcome | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await whenThereIsRoom(run, () => sendOnce(run, number, step, filled)).catch(notSent)
    if (outcome?.outcome !== 'THROTTLED' || attempt === THROTTLE_TRIES) return outcome
    if (!(await inTime(run, outcome.retryAfterMs))) return outcome
    await endStep(run, number, outcome)
    await keepFor(run, outcome.retryAfterMs)
  }
}

type Claimed = Pick<Run, 'services' | 'request' | 'attemptId'>

/** Whether the request may still be executed after such a wait, by the store's clock: this process's may be wrong. */
async function inTime({ services, request: { execute_before } }: Claimed, waitMs: number): Promise<boolean> {
  if (execute_before === null) return true
  const now = await storeNow(services.store.db)
  return now.getTime() + waitMs <= execute_before.getTime()
}

/** Waits without losing the request to another gateway. */
async function keepFor({ services, request, attemptId }: Claimed, waitMs: number): Promise<void> {
  await extendLease(services.store.db, {
    id: request.id,
    attemptId,
    leaseSeconds: services.settings.lease + waitMs / 1000,
  })
  await new Promise((resolve) => setTimeout(resolve, waitMs))
}

/** When there may be room in the connection's budget, if that is what was missing; nothing was sent then. */
function roomIn(error: unknown): number | undefined {
  return error instanceof GatewayError && error.code === 'BACKPRESSURE'
    ? Number(error.extensions.retryAfterMs)
    : undefined
}

/** A pause that somebody else's request was told is waited for as one's own 429 would be. */
async function whenThereIsRoom<T>(claimed: Claimed, work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      const waitMs = roomIn(error)
      if (waitMs === undefined || attempt === THROTTLE_TRIES) throw error
      if (!(await inTime(claimed, waitMs))) throw error
      await keepFor(claimed, waitMs)
    }
  }
}

/** A failure before the bytes leave; a store that is lost is no outcome and goes up. */
function notSent(error: unknown): StepOutcome {
  if (
    error instanceof GatewayError &&
    error.code !== 'STORE_UNAVAILABLE' &&
    error.code !== 'AUDIT_UNAVAILABLE'
  ) {
    const retryAfterMs = roomIn(error)
    return { outcome: 'NOT_SENT', reason: error.message, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  }
  throw error
}

async function sendOnce(
  run: Run,
  number: number,
  step: PlannedStep,
  filled: Filled,
): Promise<StepOutcome | undefined> {
  const { services, request, connection } = run
  // Before the intent: it may have to ask the PSA where its API lives by now.
  const url = await connection.source.stepUrl(connection.session, step, filled)
  // Before the intent, too: a place that has to be waited for must not use up the time between intent and bytes.
  const { sendWithin: within, vendorWrite } = services.settings
  const release = await services.ports.budget.acquire({
    connection: request.connection,
    limits: connection.source.limits,
    path: new URL(url).pathname,
    forMs: (INTENT_WITHIN + within + vendorWrite) * 1000,
  })
  // The place is somebody else's after its time, however long the store takes for the intent.
  const sendBefore = Date.now() + (INTENT_WITHIN + within) * 1000
  try {
    const refusal = await refusedSince(run, number)
    if (refusal !== null) throw new NoLongerAllowed(refusal)
    return await sendWithin(run, number, step, filled, { url, sendBefore })
  } finally {
    release()
  }
}

/** E2 once more, unless it was asked just now. What earlier steps of the plan have changed is no drift. */
async function refusedSince(
  { services, request, plan, checked }: Run,
  step: number,
): Promise<Refusal | null> {
  if (performance.now() - checked.at < RECHECK_AFTER_MS) return null
  checked.at = performance.now()
  const known = await agentPrincipal(services.store.db, request.agent_id, request.workflow_id)
  // Within the place that the step itself holds: a second one might have to wait for it.
  const options = { requestId: request.id, judgedByPlan: true, budgetHeld: true }
  const connection = openConnections(services, known, options).get(request.connection)
  return recheck(services, request, plan, known, connection, step === 1)
}

/** E3 and E4. */
async function sendWithin(
  { services, request, attemptId, sender }: Run,
  number: number,
  step: PlannedStep,
  filled: Filled,
  { url, sendBefore }: { url: string; sendBefore: number },
): Promise<StepOutcome | undefined> {
  const sentHash = bodyHash(filled.bytes ?? filled.body)
  await services.crashPoint?.('before E3', request.id)
  const begun = await services.store.transaction(async (trx) => {
    // A plan of many steps must not outlive its hold between two of them.
    await extendLease(trx, { id: request.id, attemptId, leaseSeconds: services.settings.lease })
    const row = await beginStep(trx, { id: request.id, attemptId, step: number, sentHash })
    if (row !== undefined) {
      await record(trx, services, {
        type: 'WRITE_INTENT',
        request,
        attemptId,
        step: number,
        vendorRequest: { method: step.method, path: step.path, target: step.target, bodyHash: sentHash },
      })
    }
    return row
  })
  if (begun === undefined) return undefined
  await services.crashPoint?.('after E3', request.id)
  const permit = mintPermit(services.keys.permit.bytes(), {
    requestId: request.id,
    attemptId,
    step: number,
    method: step.method,
    url,
    bodyHash: sentHash,
    nonce: freshNonce(),
    expiresAt: Math.min(Date.now() + services.settings.sendWithin * 1000, sendBefore),
  })
  try {
    await services.crashPoint?.('before E4', request.id)
    const outcome = await sender.source.sendStep(sender.session, permit, step, filled)
    await services.crashPoint?.('after E4', request.id)
    return outcome
  } catch (error) {
    // The door throws before its first byte and answers after it.
    services.log('warn', 'a write was refused at the door', {
      requestId: request.id,
      step: number,
      error: String(error),
    })
    return {
      outcome: 'NOT_SENT',
      reason: error instanceof GatewayError ? error.message : 'refused by the permit check',
    }
  }
}

/** What an outcome is the outcome of. */
function stepRequest({ plan }: Run, number: number) {
  const { method, path, target } = plan.steps[number - 1]!
  return { method, path, target }
}

function endStep(run: Run, step: number, outcome: StepOutcome): Promise<void> {
  const { services, request, attemptId } = run
  return services.store.transaction(async (trx) => {
    await finishStep(trx, { id: request.id, attemptId, step }, stepEnd(outcome))
    const now = (await getRequest(trx, request.id)) ?? request
    await record(trx, services, {
      type: 'WRITE_OUTCOME',
      request: now,
      attemptId,
      step,
      vendorRequest: stepRequest(run, step),
      outcome,
    })
  })
}

function stepEnd(outcome: StepOutcome) {
  return {
    outcome: outcome.outcome,
    status: 'status' in outcome ? outcome.status : null,
    vendorId: outcome.outcome === 'DONE' ? outcome.id : null,
    vendorRequestId: 'vendorRequestId' in outcome ? outcome.vendorRequestId : null,
    vendorMessage: outcome.outcome === 'VENDOR_REJECTED' ? outcome.vendorMessage : null,
    durationMs: 'durationMs' in outcome ? outcome.durationMs : null,
  }
}

/** E5 for the last step that was sent, then E6. */
async function settle(
  run: Run,
  number: number,
  outcome: StepOutcome,
  ids: readonly (string | null)[],
  cause?: StoredError,
): Promise<void> {
  const { services, request, attemptId } = run
  const { state, settlement } = settlementOf(run, number, outcome, ids, cause)
  await services.crashPoint?.('before E5', request.id)
  const row = await services.store.transaction(async (trx) => {
    await finishStep(trx, { id: request.id, attemptId, step: number }, stepEnd(outcome))
    const settled = await finish(trx, { id: request.id, attemptId }, state, settlement)
    await record(trx, services, {
      type: 'WRITE_OUTCOME',
      // Taken over meanwhile, it stands where the other gateway has put it.
      request: settled ?? (await getRequest(trx, request.id)) ?? request,
      attemptId,
      step: number,
      vendorRequest: stepRequest(run, number),
      outcome,
      ...(settlement.error && { error: settlement.error }),
    })
    return settled
  })
  await services.crashPoint?.('after E5', request.id)
  if (row?.state !== 'EXECUTED') return
  await services.crashPoint?.('before E6', request.id)
  await readBack(run, settlement.result ?? {})
  await services.crashPoint?.('after E6', request.id)
}

function settlementOf(
  { services, request, plan }: Run,
  number: number,
  outcome: StepOutcome,
  ids: readonly (string | null)[],
  cause?: StoredError,
): { state: 'EXECUTED' | 'FAILED' | 'UNKNOWN_OUTCOME'; settlement: Settlement } {
  const created = plan.steps.flatMap(({ creates }, index) => {
    const key = ids[index]
    return creates === null || key == null ? [] : [formatId(plan.connection, creates, key)]
  })
  const newTicket = created.find((id) => id.includes(':Ticket:'))
  const ticketId = request.ticket_id ?? newTicket
  const settlement: Settlement = {
    result: { created },
    ...(ticketId !== undefined && ticketId !== null && { ticketId }),
  }
  if (outcome.outcome === 'DONE') {
    const { notTaken = [] } = outcome
    if (notTaken.length === 0)
      return { state: 'EXECUTED', settlement: { ...settlement, reconcileIn: readBackIn(services.settings) } }
    return {
      state: 'FAILED',
      settlement: { ...settlement, partial: true, error: lacking(plan, number, notTaken, created) },
    }
  }

  const applied = plan.steps.slice(0, number - 1).map(({ summary }) => summary)
  const partial = applied.length > 0
  const at = { step: number, outcome: outcome.outcome, ...(partial && { applied }) }
  if (outcome.outcome === 'UNKNOWN') {
    return {
      state: 'UNKNOWN_OUTCOME',
      settlement: {
        ...settlement,
        partial,
        reconcileIn: reconcileIn(services.settings),
        error: {
          code: 'OUTCOME_UNKNOWN',
          message: 'It is not known whether the PSA applied this write. It is not sent again.',
          details: { ...at, reason: outcome.reason },
        },
      },
    }
  }
  const error = cause ?? errorOf(outcome)
  return {
    state: 'FAILED',
    settlement: {
      ...settlement,
      partial,
      error: partial
        ? {
            code: 'PARTIALLY_APPLIED',
            message: `Step ${number} failed after ${applied.length} had been applied.`,
            details: { ...at, cause: error },
          }
        : { ...error, details: { ...error.details, ...at } },
    },
  }
}

/** "A write that comes back without the value sent is an error": the record stands, and says what it lacks. */
function lacking(
  plan: Plan,
  number: number,
  notTaken: readonly string[],
  created: readonly string[],
): StoredError {
  const unsent = plan.steps.slice(number).map((_, index) => number + 1 + index)
  return {
    code: 'PARTIALLY_APPLIED',
    message:
      `The PSA took step ${number}, but not the value of ${notTaken.join(', ')}: its user may not write that, or a rule of the PSA changed it.` +
      (unsent.length === 0 ? '' : ` Not sent after it: step ${unsent.join(', ')}.`),
    details: {
      step: number,
      outcome: 'DONE',
      notTaken,
      created,
      applied: plan.steps.slice(0, number).map(({ summary }) => summary),
    },
  }
}

function errorOf(outcome: Exclude<StepOutcome, { outcome: 'DONE' | 'UNKNOWN' }>): StoredError {
  switch (outcome.outcome) {
    case 'VENDOR_REJECTED':
      return {
        code: 'VENDOR_REJECTED',
        message: 'The PSA refused this write; nothing was changed.',
        details: { vendor: { status: outcome.status, message: outcome.vendorMessage.slice(0, 500) } },
      }
    case 'THROTTLED':
      return {
        code: 'BACKPRESSURE',
        message: 'The PSA takes no more requests for now; nothing was changed.',
        details: { retryAfterMs: outcome.retryAfterMs },
      }
    case 'NOT_SENT':
      if (outcome.retryAfterMs !== undefined) {
        return {
          code: 'BACKPRESSURE',
          message: 'Nothing was sent: there was no room for it in what the PSA takes.',
          details: { retryAfterMs: outcome.retryAfterMs, reason: outcome.reason },
        }
      }
      return {
        code: 'VENDOR_UNAVAILABLE',
        message: 'Nothing was sent: the PSA could not be reached.',
        details: { reason: outcome.reason },
      }
  }
}

/** E6: what the records hold now. A missing after-image is no error; a foreign value in it is told. */
export async function readBack(
  { services, request, plan, connection }: Pick<Run, 'services' | 'request' | 'plan' | 'connection'>,
  result: Readonly<Record<string, unknown>>,
): Promise<void> {
  try {
    const after: Record<string, unknown> = {}
    let concurrentChange = false
    for (const rested of plan.baseline) {
      const { target, fields } = rested
      const now = await readTarget(connection, target, Object.keys(fields))
      after[`${target.type} ${target.key}`] = now.fields
      concurrentChange ||= await changedBeside(services.store.db, request, plan, rested, now.fields)
      for (const { reconcile } of plan.steps) {
        if (
          reconcile.by !== 'VALUES' ||
          reconcile.target.key !== target.key ||
          reconcile.target.type !== target.type
        )
          continue
        concurrentChange ||= Object.entries(reconcile.planned).some(
          ([field, planned]) =>
            field in now.fields &&
            !isDeepStrictEqual(planned, JSON.parse(JSON.stringify(now.fields[field] ?? null))),
        )
      }
    }
    await saveAfterImage(services.store.db, request.id, { result: { ...result, after }, concurrentChange })
  } catch (error) {
    services.log('warn', 'the record could not be read back after a write', {
      requestId: request.id,
      error: String(error),
    })
  }
}
