import { decide } from '../../policy/decide.ts'
import type { Decision } from '../../policy/types.ts'
import { badInput, GatewayError } from '../../schema/errors.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { agentPrincipal, type KnownPrincipal } from '../identity/principal.ts'
import { addComment } from '../store/comments.ts'
import { approve, cancel, getRequest, markStale, reject } from '../store/requests.ts'
import type { StoredError, WriteRequestRow } from '../store/tables.ts'
import { openConnections } from '../vendors.ts'
import { foreignDrift } from '../writes/baseline.ts'
import { demandsOf, type Plan } from '../writes/plan.ts'
import { settled } from '../writes/settled.ts'
import { expectSigner, notPending, TEXT_LENGTH } from './expect.ts'
import { isOwn } from './signers.ts'
import { findVisible } from './visible.ts'

/** @throws GatewayError APPROVAL_NOT_PENDING, PLAN_CHANGED, SELF_APPROVAL_FORBIDDEN, APPROVER_ROLE_REQUIRED, REQUEST_STALE */
export async function approveRequest(
  context: GatewayContext,
  id: string,
  planHash: string,
  comment: string | null,
): Promise<WriteRequestRow> {
  const { services } = context
  const { db } = services.store
  const request = await findVisible(context, id)
  const { person, plan } = await expectSigner(context, request)
  const known = await agentPrincipal(db, request.agent_id, request.workflow_id)
  const decision = decide(known.principal, demandsOf(plan), plan.facts)
  if (await isOwn(db, request, decision, person.id)) {
    throw new GatewayError('SELF_APPROVAL_FORBIDDEN', 'The rule for this write asks for another person.', {
      requestId: id,
    })
  }
  if (request.state === 'PENDING' && request.plan_hash === planHash)
    await recheck(context, request, plan, known, decision)
  const needed = decision.verdict === 'HOLD' ? decision.approvers : 0
  const signed = await services.store.transaction(async (trx) => {
    const result = await approve(trx, {
      id,
      planHash,
      personId: person.id,
      approversNeeded: needed,
      executeWithin: services.settings.approvedFor,
      ...(comment !== null && { comment: comment.slice(0, TEXT_LENGTH) }),
    })
    if (result.result === 'APPROVED' || result.result === 'COUNTED') {
      await record(trx, services, {
        type: result.result === 'APPROVED' ? 'REQUEST_APPROVED' : 'REQUEST_SIGNED',
        actor: person,
        operation: context.operation,
        request: result.row,
        signatures: result.signatures,
        ...(comment !== null && { comment, payload: { comment } }),
      })
    }
    return result
  })
  if (signed.result === 'NOT_FOUND' || signed.result === 'NOT_PENDING')
    throw notPending(signed.result === 'NOT_FOUND' ? request : signed.row)
  if (signed.result === 'PLAN_CHANGED') {
    throw new GatewayError('PLAN_CHANGED', 'The plan is another one now. Read the request again.', {
      requestId: id,
      revision: signed.row.revision,
    })
  }
  const isUnderWay = signed.row.state === 'APPROVED' || signed.row.state === 'EXECUTING'
  const row = isUnderWay ? await settled(services, signed.row) : signed.row
  context.endReads()
  return row
}

export async function rejectRequest(
  context: GatewayContext,
  id: string,
  reason: string,
): Promise<WriteRequestRow> {
  if (reason.trim() === '') throw badInput('reason', 'some words: the AI agent acts on them', reason)
  const { services } = context
  const request = await findVisible(context, id)
  const { person } = await expectSigner(context, request)
  const error = { code: 'REQUEST_REJECTED', message: 'A person rejected this request; the comment says why.' }
  const row = await services.store.transaction(async (trx) => {
    const rejected = await reject(trx, { id, revision: request.revision, error })
    if (rejected === undefined) return undefined
    await addComment(trx, {
      requestId: id,
      revision: rejected.revision,
      kind: 'REJECTED',
      byKind: 'PERSON',
      byId: person.id,
      text: reason.slice(0, TEXT_LENGTH),
    })
    await record(trx, services, {
      type: 'REQUEST_REJECTED',
      actor: person,
      operation: context.operation,
      request: rejected,
      comment: reason,
      payload: { comment: reason },
    })
    return rejected
  })
  if (row === undefined) throw notPending((await getRequest(services.store.db, id)) ?? request)
  return row
}

export async function cancelRequest(
  context: GatewayContext,
  id: string,
  reason: string | null,
): Promise<WriteRequestRow> {
  const { services, caller } = context
  const request = await findVisible(context, id)
  if (caller.kind === 'PERSON') await expectSigner(context, request)
  const error = {
    code: 'REQUEST_CANCELLED',
    message: `Withdrawn by ${caller.kind === 'AGENT' ? 'the AI agent that asked' : 'an approver'}.`,
  }
  const row = await services.store.transaction(async (trx) => {
    const cancelled = await cancel(trx, { id, error })
    if (cancelled === undefined) return undefined
    if (reason !== null && caller.kind !== 'SETUP') {
      await addComment(trx, {
        requestId: id,
        revision: cancelled.revision,
        kind: 'CANCELLED',
        byKind: caller.kind,
        byId: caller.id,
        text: reason.slice(0, TEXT_LENGTH),
      })
    }
    await record(trx, services, {
      type: 'REQUEST_CANCELLED',
      actor: caller,
      operation: context.operation,
      request: cancelled,
      error,
    })
    return cancelled
  })
  if (row === undefined) throw notPending((await getRequest(services.store.db, id)) ?? request)
  return row
}

/** The current policy may refuse by now; the record may have changed. */
async function recheck(
  context: GatewayContext,
  request: WriteRequestRow,
  plan: Plan,
  known: KnownPrincipal,
  decision: Decision,
): Promise<void> {
  const { services } = context
  if (decision.verdict === 'DENY') {
    const error = { code: decision.code, message: decision.message, details: decision.details }
    await closeNow(context, request, 'REQUEST_CANCELLED', error)
    throw new GatewayError(
      'APPROVAL_NOT_PENDING',
      'The policy refuses this write by now; the request was cancelled.',
      {
        requestId: request.id,
        state: 'CANCELLED',
        cause: decision.code,
      },
    )
  }
  const connection = openConnections(services, known, { requestId: request.id, judgedByPlan: true }).get(
    request.connection,
  )
  const drift =
    connection === undefined ? [] : await foreignDrift(services.store.db, request, plan, connection)
  if (drift.length > 0) {
    const changed = drift.map(({ target, field }) => `${target}: ${field}`)
    await closeNow(context, request, 'REQUEST_STALE', {
      code: 'REQUEST_STALE',
      message: 'The record changed after the plan was made.',
      details: { changed },
    })
    throw new GatewayError(
      'REQUEST_STALE',
      'The record changed after the plan was made. It must be planned again.',
      {
        requestId: request.id,
        changed,
      },
    )
  }
}

/** @throws GatewayError APPROVAL_NOT_PENDING when another signature was faster: then it was its own sending that changed the record */
async function closeNow(
  context: GatewayContext,
  request: WriteRequestRow,
  type: 'REQUEST_CANCELLED' | 'REQUEST_STALE',
  error: StoredError,
): Promise<void> {
  const { store } = context.services
  const closed = await store.transaction(async (trx) => {
    const end = type === 'REQUEST_STALE' ? markStale : cancel
    const row = await end(trx, { id: request.id, revision: request.revision, error })
    if (row !== undefined)
      await record(trx, context.services, { type, operation: context.operation, request: row, error })
    return row
  })
  if (closed === undefined) throw notPending((await getRequest(store.db, request.id)) ?? request)
}
