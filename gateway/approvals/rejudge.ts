import { isDeepStrictEqual } from 'node:util'
import { decide } from '../../policy/decide.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { agentPrincipal, type KnownPrincipal } from '../identity/principal.ts'
import type { Services } from '../services.ts'
import type { Db, Trx } from '../store/index.ts'
import {
  cancel,
  getRevision,
  listWaiting,
  lockWaiting,
  rejudge,
  type WaitingWhere,
} from '../store/requests.ts'
import type { StoredError, WriteRequestRow } from '../store/tables.ts'
import { demandsOf, type Plan } from '../writes/plan.ts'
import { testModeNow } from '../writes/test-mode.ts'
import { readdressed } from './recipients.ts'

export interface Rejudged {
  readonly cancelled: readonly { readonly request: WriteRequestRow; readonly error: StoredError }[]
  /** Waits on, for another number of signatures, or for other people. */
  readonly changed: readonly WriteRequestRow[]
}

/**
 * Everything that waits here, judged as the store stands inside this transaction: after a policy was saved, test
 * mode was turned on, or somebody became an approver. What is refused now is cancelled; what is still allowed waits on. Nothing is recorded yet,
 * since whoever holds the head of the trail must not wait for a row: `recordRejudged` comes last.
 */
export async function rejudgeWaiting(
  trx: Trx,
  { settings }: Pick<Services, 'settings'>,
  where: WaitingWhere,
): Promise<Rejudged> {
  const cancelled: { request: WriteRequestRow; error: StoredError }[] = []
  const changed: WriteRequestRow[] = []
  for (const request of await lockWaiting(trx, where)) {
    const { error, thresholds, plan, decision } = await judgeNow(trx, request, asItStands)
    if (error !== null) {
      const row = await cancel(trx, { id: request.id, revision: request.revision, error })
      if (row !== undefined) cancelled.push({ request: row, error })
      continue
    }
    // What was approved keeps its signatures; whether they suffice is asked once more before it is sent.
    if (request.state !== 'PENDING') continue
    const { recipients, escalates } = await readdressed(trx, { ...request, ...thresholds }, plan, decision)
    if (isSame(thresholds, request) && isDeepStrictEqual(recipients, request.recipients)) continue
    const escalateIn = escalates ? settings.escalateAfter : null
    const row = await rejudge(trx, request, { ...thresholds, recipients, escalateIn })
    if (row !== undefined) changed.push(row)
  }
  return { cancelled, changed }
}

/** What would become of a waiting request. */
export interface Foreseen {
  readonly request: WriteRequestRow
  /** HELD: it waits on, for other signatures; what was approved is not sent without them. */
  readonly outcome: 'CANCELLED' | 'HELD'
  readonly error: StoredError | null
  readonly approvers: number
}

/** What `rejudgeWaiting` would do if the principals were as `changed` makes them: nothing is written or locked. */
export async function foreseeRejudging(
  db: Db,
  where: WaitingWhere,
  changed: (known: KnownPrincipal) => KnownPrincipal,
): Promise<readonly Foreseen[]> {
  const foreseen: Foreseen[] = []
  for (const request of await listWaiting(db, where)) {
    const { error, thresholds } = await judgeNow(db, request, changed)
    const approvers = thresholds.approvers_needed
    if (error !== null) foreseen.push({ request, outcome: 'CANCELLED', error, approvers })
    // An approved one has its signatures: only more of them, or others, hold it.
    else if (request.state === 'PENDING' ? !isSame(thresholds, request) : isStricter(thresholds, request))
      foreseen.push({ request, outcome: 'HELD', error: null, approvers })
  }
  return foreseen
}

type Thresholds = Pick<WriteRequestRow, 'approvers_needed' | 'not_requester' | 'four_eyes'>

function isSame(one: Thresholds, other: Thresholds): boolean {
  return (
    one.approvers_needed === other.approvers_needed &&
    one.not_requester === other.not_requester &&
    one.four_eyes === other.four_eyes
  )
}

function isStricter(now: Thresholds, then: Thresholds): boolean {
  return (
    now.approvers_needed > then.approvers_needed ||
    (now.not_requester && !then.not_requester) ||
    (now.four_eyes && !then.four_eyes)
  )
}

function asItStands(known: KnownPrincipal): KnownPrincipal {
  return known
}

async function judgeNow(
  db: Db,
  request: WriteRequestRow,
  changed: (known: KnownPrincipal) => KnownPrincipal,
) {
  const plan = (await getRevision(db, request.id, request.revision))?.plan as Plan
  const known = changed(await agentPrincipal(db, request.agent_id, request.workflow_id))
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
    return { error: { code, message, details }, thresholds, plan, decision }
  }
  const testMode = await testModeNow(db, known, request)
  if (testMode.length === 0) return { error: null, thresholds, plan, decision }
  const message = `Test mode is on (${testMode.join(', ')}): nothing is sent.`
  return { error: { code: 'REQUEST_CANCELLED', message }, thresholds, plan, decision }
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
