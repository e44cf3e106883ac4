import { badInput, GatewayError } from '../../schema/errors.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { expectSameRecord } from '../passthrough/stored.ts'
import { addComment } from '../store/comments.ts'
import { getRequest, returnToAgent as leavePending } from '../store/requests.ts'
import type { WriteRequestRow } from '../store/tables.ts'
import { askedInput, lost, revise, storedSubmission } from '../writes/revise.ts'
import { expectSigner, notPending, TEXT_LENGTH } from './expect.ts'
import { findVisible } from './visible.ts'

/** Which record a write is about can't be edited: that would be another write. */
const IDENTITY: ReadonlySet<string> = new Set([
  'connection',
  'id',
  'ticket',
  'into',
  'parent',
  'method',
  'path',
])

/** How the mutation's input type reads such an object. @throws GatewayError BAD_USER_INPUT */
export type Coerce = (write: string, input: unknown) => Readonly<Record<string, unknown>>

export interface Edit {
  /** Members of the input that get another value. */
  readonly changes: unknown
  /** Members of the input that are left out. */
  readonly without: readonly string[]
}

/** Edit before approve. @throws GatewayError */
export async function editRequest(
  context: GatewayContext,
  id: string,
  revision: number,
  { changes, without }: Edit,
  coerce: Coerce,
): Promise<WriteRequestRow> {
  const request = await findVisible(context, id)
  await expectSigner(context, request)
  if (request.state !== 'PENDING' || request.revision !== revision) throw lost(request, revision)
  const changed = expectChanges(changes, without)
  const asked = askedInput(request)
  const input = coerce(
    request.write,
    Object.fromEntries(Object.entries({ ...asked, ...changed }).filter(([name]) => !without.includes(name))),
  )
  if (request.write === 'psaRequest') await expectSameRecord(context, asked, input)
  // The shape is known to the type of the write's own input; the judgement is that of the agent's own call.
  const submission = await storedSubmission(context, request, input)
  return revise(context, { request, submission, from: ['PENDING'], edited: true })
}

/** Of every write: they are about the asking, and no part of what is written. */
const ASKING: ReadonlySet<string> = new Set(['reason', 'idempotencyKey', 'request'])

/** What `editRequest` takes, with its values now. */
export function editableInput(request: WriteRequestRow): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(askedInput(request)).filter(([name]) => !IDENTITY.has(name) && !ASKING.has(name)),
  )
}

function expectChanges(changes: unknown, without: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof changes !== 'object' || changes === null || Array.isArray(changes))
    throw badInput('changes', 'an object with members of the input', changes)
  const names = [...Object.keys(changes), ...without]
  if (names.length === 0) throw badInput('changes', 'at least one member to change or leave out', changes)
  const fixed = names.find((name) => IDENTITY.has(name))
  if (fixed !== undefined)
    throw badInput('changes', `no "${fixed}": which record it is about stays; reject it instead`, fixed)
  return changes as Readonly<Record<string, unknown>>
}

/** A person plans a stale request again, from the same input. @throws GatewayError NO_CHANGE among others */
export async function refreshRequest(context: GatewayContext, id: string): Promise<WriteRequestRow> {
  const request = await findVisible(context, id)
  await expectSigner(context, request)
  if (request.state !== 'STALE') throw lost(request, request.revision)
  const submission = await storedSubmission(context, request, askedInput(request))
  return revise(context, { request, submission, from: ['STALE'], edited: request.edited })
}

/** Back to the agent with a question; it answers with the next revision. @throws GatewayError */
export async function returnRequest(
  context: GatewayContext,
  id: string,
  comment: string,
): Promise<WriteRequestRow> {
  if (comment.trim() === '') throw badInput('comment', 'some words: the AI agent acts on them', comment)
  const { services } = context
  const request = await findVisible(context, id)
  const { person } = await expectSigner(context, request)
  const error = {
    code: 'REQUEST_RETURNED',
    message: 'A person asks back; the comment says what. Answer with the same mutation and this `request`.',
  }
  const row = await services.store.transaction(async (trx) => {
    const returned = await leavePending(trx, { id, revision: request.revision, error })
    if (returned === undefined) return undefined
    await addComment(trx, {
      requestId: id,
      revision: returned.revision,
      kind: 'RETURNED',
      byKind: 'PERSON',
      byId: person.id,
      text: comment.slice(0, TEXT_LENGTH),
    })
    await record(trx, services, {
      type: 'REQUEST_RETURNED',
      actor: person,
      operation: context.operation,
      request: returned,
      comment,
      payload: { comment },
    })
    return returned
  })
  if (row === undefined) throw notPending((await getRequest(services.store.db, id)) ?? request)
  return row
}

/** The request that an agent's call answers. @throws GatewayError when it is not its own, or does not wait for it */
export async function expectAnswerable(
  context: GatewayContext,
  id: string,
  write: string,
  connection: string,
): Promise<WriteRequestRow> {
  const request = await findVisible(context, id)
  if (request.write !== write || request.connection !== connection) {
    throw badInput('input.request', `a request of "${request.write}" on "${request.connection}"`, id)
  }
  if (request.state !== 'RETURNED' && request.state !== 'STALE') {
    throw new GatewayError('APPROVAL_NOT_PENDING', 'This request does not wait for an answer of yours.', {
      requestId: id,
      state: request.state,
    })
  }
  return request
}
