import { type RawBuilder, sql } from 'kysely'
import { clock, fromNow } from './clock.ts'
import { asJson, type Db, type Trx } from './index.ts'
import { nothingPaused } from './pauses.ts'
import type {
  ActorKind,
  NewWriteRequest,
  Recipient,
  RequestState,
  StoredError,
  WriteRequestRevisionRow,
  WriteRequestRow,
} from './tables.ts'

/** Unlike `in`, right for an empty list too: it matches nothing. */
export const anyOf = <T extends string>(values: readonly T[]) => sql<T>`any(${values})`

/** States that nothing leaves any more. */
export const TERMINAL: readonly RequestState[] = ['EXECUTED', 'FAILED', 'REJECTED', 'EXPIRED', 'CANCELLED']

export interface FirstRevision {
  readonly plan: WriteRequestRevisionRow['plan']
  readonly decision: WriteRequestRevisionRow['decision']
  readonly createdByKind: ActorKind
  readonly createdBy: string
}

/** By the store's clock: `fromNow(seconds)`. */
interface Deadlines {
  readonly expires_at: Date | RawBuilder<Date>
  readonly execute_before?: Date | RawBuilder<Date> | null
  readonly escalate_at?: Date | RawBuilder<Date> | null
}

/** A new request and its first revision. `approvers_needed: 0` begins APPROVED and needs `execute_before`. */
export async function insertRequest(
  trx: Trx,
  request: Omit<
    NewWriteRequest,
    'state' | 'revision' | 'attempt_id' | 'lease_until' | 'input' | 'recipients' | keyof Deadlines
  > &
    Deadlines & {
      readonly input: Readonly<Record<string, unknown>>
      readonly recipients?: readonly Recipient[]
    },
  revision: FirstRevision,
): Promise<WriteRequestRow> {
  const row = await trx
    .insertInto('write_request')
    .values({
      ...request,
      input: asJson(request.input),
      recipients: asJson(request.recipients ?? []),
      state: request.approvers_needed === 0 ? 'APPROVED' : 'PENDING',
      revision: 1,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await insertRevision(trx, row, revision)
  return row
}

function insertRevision(trx: Trx, row: WriteRequestRow, revision: FirstRevision) {
  return trx
    .insertInto('write_request_revision')
    .values({
      request_id: row.id,
      revision: row.revision,
      plan: asJson(revision.plan),
      plan_hash: row.plan_hash,
      input: asJson(row.input),
      created_by_kind: revision.createdByKind,
      created_by: revision.createdBy,
      decision: asJson(revision.decision),
    })
    .execute()
}

export interface NextRevision extends FirstRevision {
  readonly id: string
  /** The revision that the caller saw. */
  readonly revision: number
  /** PENDING for an edit, STALE for a refresh, RETURNED for the agent's answer. */
  readonly from: readonly ('PENDING' | 'STALE' | 'RETURNED')[]
  readonly change: Pick<
    WriteRequestRow,
    | 'plan_hash'
    | 'approvers_needed'
    | 'not_requester'
    | 'four_eyes'
    | 'groups'
    | 'policy_version'
    | 'ticket_id'
    | 'target'
    | 'target_key'
    | 'edited'
    | 'companies'
    | 'recipients'
    | 'board'
    | 'owner'
    | 'priority_rank'
    | 'client_mail'
    | 'due_at'
  > & {
    readonly expires_at: Date | RawBuilder<Date>
    readonly escalate_at: Date | RawBuilder<Date> | null
    readonly input: Readonly<Record<string, unknown>>
    readonly reason?: string | null
  }
}

/** Planned again: the next revision, PENDING, with no approvals. Undefined when another was faster, or its time is over. */
export async function nextRevision(trx: Trx, next: NextRevision): Promise<WriteRequestRow | undefined> {
  const row = await trx
    .updateTable('write_request')
    .set({
      ...next.change,
      input: asJson(next.change.input),
      recipients: asJson(next.change.recipients),
      state: 'PENDING',
      error: null,
      escalated_at: null,
      warned_at: null,
      execute_before: null,
    })
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('id', '=', next.id)
    .where('revision', '=', next.revision)
    .where('state', 'in', next.from)
    .where('expires_at', '>', clock)
    .returningAll()
    .executeTakeFirst()
  if (row !== undefined) await insertRevision(trx, row, next)
  return row
}

export interface Signature {
  readonly id: string
  readonly planHash: string
  readonly personId: string
  readonly comment?: string
  /** The threshold judged again now; the larger of both holds. */
  readonly approversNeeded: number
  /** Seconds that an approved write may wait for its execution. */
  readonly executeWithin: number
}

/** `row` is the request as it now is. */
export type SignatureResult =
  | {
      readonly result: 'APPROVED' | 'COUNTED' | 'REPEATED'
      readonly row: WriteRequestRow
      readonly signatures: number
    }
  | { readonly result: 'NOT_PENDING' | 'PLAN_CHANGED'; readonly row: WriteRequestRow }
  | { readonly result: 'NOT_FOUND' }

/**
 * Adds one person's signature and, when enough different people have signed this very plan, approves. The
 * request's row is locked first, so that two last signatures are counted one after the other.
 */
export async function approve(trx: Trx, signature: Signature): Promise<SignatureResult> {
  const row = await trx
    .selectFrom('write_request')
    .selectAll()
    .select(sql<boolean>`expires_at > clock_timestamp()`.as('alive'))
    .where('id', '=', signature.id)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) return { result: 'NOT_FOUND' }
  const { alive, ...request } = row
  if (request.state !== 'PENDING' || !alive) {
    const signed = await hasSigned(trx, request, signature.personId)
    if (!signed) return { result: 'NOT_PENDING', row: request }
    return { result: 'REPEATED', row: request, signatures: await countSignatures(trx, request) }
  }
  if (request.plan_hash !== signature.planHash) return { result: 'PLAN_CHANGED', row: request }

  const added = await trx
    .insertInto('approval')
    .values({
      request_id: request.id,
      revision: request.revision,
      person_id: signature.personId,
      plan_hash: request.plan_hash,
      comment: signature.comment ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('at')
    .executeTakeFirst()
  const signatures = await countSignatures(trx, request)
  const needed = Math.max(request.approvers_needed, signature.approversNeeded)
  if (signatures < needed) {
    return { result: added === undefined ? 'REPEATED' : 'COUNTED', row: request, signatures }
  }
  const approved = await trx
    .updateTable('write_request')
    .set({ state: 'APPROVED', approvers_needed: needed, execute_before: fromNow(signature.executeWithin) })
    .where('id', '=', request.id)
    .where('state', '=', 'PENDING')
    .where('revision', '=', request.revision)
    .returningAll()
    .executeTakeFirstOrThrow()
  return { result: 'APPROVED', row: approved, signatures }
}

async function countSignatures(db: Db, request: WriteRequestRow): Promise<number> {
  const { count } = await db
    .selectFrom('approval')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('request_id', '=', request.id)
    .where('revision', '=', request.revision)
    .where('plan_hash', '=', request.plan_hash)
    .executeTakeFirstOrThrow()
  return count
}

async function hasSigned(db: Db, request: WriteRequestRow, personId: string): Promise<boolean> {
  const row = await db
    .selectFrom('approval')
    .select('at')
    .where('request_id', '=', request.id)
    .where('revision', '=', request.revision)
    .where('person_id', '=', personId)
    .executeTakeFirst()
  return row !== undefined
}

export interface Close {
  readonly id: string
  /** The revision that the caller saw; left out, any. */
  readonly revision?: number
  readonly error?: StoredError
}

/** A single rejection wins, whatever the threshold. Undefined: not PENDING any more. */
export function reject(db: Db, close: Close) {
  return leave(db, close, ['PENDING'], 'REJECTED').where('expires_at', '>', clock).executeTakeFirst()
}

/** Back to the agent with a question. */
export function returnToAgent(db: Db, close: Close) {
  return leave(db, close, ['PENDING'], 'RETURNED').where('expires_at', '>', clock).executeTakeFirst()
}

/** By requester, approver or gateway; never once it is EXECUTING. */
export function cancel(db: Db, close: Close) {
  return leave(db, close, ['PENDING', 'APPROVED'], 'CANCELLED').executeTakeFirst()
}

/** The baseline was read again before an approval, and has changed. */
export function markStale(db: Db, close: Close) {
  return leave(db, close, ['PENDING'], 'STALE').executeTakeFirst()
}

function leave(db: Db, { id, revision, error }: Close, from: readonly RequestState[], to: RequestState) {
  return db
    .updateTable('write_request')
    .set({ state: to, error: error === undefined ? null : asJson(error) })
    .$if(TERMINAL.includes(to), (query) => query.set({ settled_at: clock }))
    .where('id', '=', id)
    .where('state', 'in', from)
    .$if(revision !== undefined, (query) => query.where('revision', '=', revision!))
    .returningAll()
}

export interface WaitingWhere {
  readonly workflowId?: string
  readonly connection?: string
}

/** What has not begun, locked in one order, so that two changes of policies do not wait for each other. */
export function lockWaiting(trx: Trx, where: WaitingWhere): Promise<WriteRequestRow[]> {
  return waiting(trx, where).forUpdate().execute()
}

/** The same without holding anybody up. */
export function listWaiting(db: Db, where: WaitingWhere): Promise<WriteRequestRow[]> {
  return waiting(db, where).execute()
}

function waiting(db: Db, { workflowId, connection }: WaitingWhere) {
  return db
    .selectFrom('write_request')
    .selectAll()
    .where('state', 'in', ['PENDING', 'APPROVED'])
    .$if(workflowId !== undefined, (query) => query.where('workflow_id', '=', workflowId!))
    .$if(connection !== undefined, (query) => query.where('connection', '=', connection!))
    .orderBy('id')
}

export interface Rejudgement
  extends Pick<WriteRequestRow, 'approvers_needed' | 'not_requester' | 'four_eyes' | 'recipients'> {
  /** Seconds until all who may sign are asked; null: all are asked at once. What runs already runs on. */
  readonly escalateIn: number | null
}

/** It waits on, for as many signatures as the policy of now asks for, and for the people who may give them now. */
export function rejudge(
  trx: Trx,
  { id, revision }: Pick<WriteRequestRow, 'id' | 'revision'>,
  { recipients, escalateIn, ...thresholds }: Rejudgement,
) {
  return trx
    .updateTable('write_request')
    .set({ ...thresholds, recipients: asJson(recipients) })
    .set(({ fn, ref }) => ({
      escalate_at:
        escalateIn === null ? null : fn.coalesce(ref('escalate_at'), fromNow(escalateIn).$castTo<Date>()),
    }))
    .where('id', '=', id)
    .where('revision', '=', revision)
    .where('state', '=', 'PENDING')
    .returningAll()
    .executeTakeFirst()
}

/** Everything of an agent that has not begun, when the agent is revoked. */
export function cancelAllOfAgent(db: Db, agentId: string, error: StoredError) {
  return db
    .updateTable('write_request')
    .set({ state: 'CANCELLED', error: asJson(error), settled_at: clock })
    .where('agent_id', '=', agentId)
    .where('state', 'in', ['PENDING', 'APPROVED'])
    .returningAll()
    .execute()
}

/** Of one workflow, waiting for people. */
export async function countPending(db: Db, workflowId: string): Promise<number> {
  const { count } = await db
    .selectFrom('write_request')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('workflow_id', '=', workflowId)
    .where('state', '=', 'PENDING')
    .executeTakeFirstOrThrow()
  return Number(count)
}

export function getRequest(db: Db, id: string): Promise<WriteRequestRow | undefined> {
  return db.selectFrom('write_request').selectAll().where('id', '=', id).executeTakeFirst()
}

/** In the order asked, null for an id of none. */
export async function requestsOf(db: Db, ids: readonly string[]): Promise<(WriteRequestRow | null)[]> {
  const rows = await db.selectFrom('write_request').selectAll().where('id', '=', anyOf(ids)).execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => byId.get(id) ?? null)
}

export function getRevision(db: Db, id: string, revision: number) {
  return db
    .selectFrom('write_request_revision')
    .selectAll()
    .where('request_id', '=', id)
    .where('revision', '=', revision)
    .executeTakeFirst()
}

/** What the agent asked for itself, before any edit. */
export function lastRevisionOfAgent(db: Db, id: string) {
  return db
    .selectFrom('write_request_revision')
    .selectAll()
    .where('request_id', '=', id)
    .where('created_by_kind', '=', 'AGENT')
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Plans of ours that were applied to one of these targets after this request's own plan was made. */
export async function plansExecutedSince(
  db: Db,
  { id, revision, target }: Pick<WriteRequestRow, 'id' | 'revision' | 'target'>,
): Promise<readonly WriteRequestRevisionRow['plan'][]> {
  const rows = await db
    .selectFrom('write_request as other')
    .innerJoin('write_request_revision as theirs', (join) =>
      join.onRef('theirs.request_id', '=', 'other.id').onRef('theirs.revision', '=', 'other.revision'),
    )
    .innerJoin('write_request_revision as mine', (join) =>
      join.on('mine.request_id', '=', id).on('mine.revision', '=', revision),
    )
    .select('theirs.plan')
    .where('other.state', '=', 'EXECUTED')
    .where('other.id', '<>', id)
    .where(sql<boolean>`other.target && ${target}::text[]`)
    .whereRef('other.settled_at', '>', 'mine.created_at')
    .orderBy('other.settled_at')
    .execute()
  return rows.map(({ plan }) => plan)
}

export function listApprovals(db: Db, id: string) {
  return db
    .selectFrom('approval')
    .selectAll()
    .where('request_id', '=', id)
    .orderBy('revision')
    .orderBy('at')
    .execute()
}

export interface Queue {
  readonly state: RequestState
  readonly count: number
  /** When the one that was asked for first was asked for. */
  readonly oldest: Date
  /** How many of them a pause holds back. */
  readonly held: number
}

/** Of the connections, what is not settled, by state; a state that nothing is in is left out. */
export function countQueues(db: Db, connections: readonly string[]): Promise<Queue[]> {
  return db
    .selectFrom('write_request')
    .select(['state', sql<Date>`min(created_at)`.as('oldest'), sql<number>`count(*)::int`.as('count')])
    .select(
      sql<number>`(count(*) filter (where state = 'APPROVED' and not (${nothingPaused})))::int`.as('held'),
    )
    .where('state', 'not in', TERMINAL)
    .where('connection', '=', anyOf(connections))
    .groupBy('state')
    .execute()
}

/** How many requests of an agent are open, for its limit. */
export async function countOpen(db: Db, agentId: string): Promise<number> {
  const { count } = await db
    .selectFrom('write_request')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('agent_id', '=', agentId)
    .where('state', 'in', ['PENDING', 'RETURNED', 'STALE'])
    .executeTakeFirstOrThrow()
  return count
}

/** With nobody else counting for the agent until the transaction ends. */
export async function countOpenAlone(trx: Trx, agentId: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtext('open_requests'), hashtext(${agentId}))`.execute(trx)
  return countOpen(trx, agentId)
}
