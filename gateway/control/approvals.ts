import { control } from '../../schema/access.ts'
import { badInput, GatewayError } from '../../schema/errors.ts'
import { DEFAULT_PAGE, MAX_PAGE } from '../../schema/lists.ts'
import { approveMany, type BulkResult } from '../approvals/bulk.ts'
import { approveRequest, cancelRequest, rejectRequest } from '../approvals/decide.ts'
import { resolveUnknownOutcome } from '../approvals/resolve.ts'
import { editRequest, refreshRequest, returnRequest } from '../approvals/revise.ts'
import { findVisible, visibleTo } from '../approvals/visible.ts'
import type { GatewayContext } from '../context.ts'
import { absentFor } from '../store/absences.ts'
import { listRequests, type RequestFilter } from '../store/requests.ts'
import type { RequestState, WriteRequestRow } from '../store/tables.ts'
import type { Control } from './builder.ts'
import { coerceWriteInput } from './coerce-input.ts'
import type { RequestTypes } from './request-types.ts'

const everybody = control({ agents: true, roles: 'ANY' })
const people = control({ roles: 'ANY' })
const approvers = control({ roles: ['approver'] })

interface Page {
  readonly rows: readonly WriteRequestRow[]
  readonly hasNextPage: boolean
  readonly endCursor: string | null
}

export function defineApprovals({ builder }: Control, { WriteRequest, State }: RequestTypes): void {
  const Requests = builder.objectRef<Page>('WriteRequestConnection').implement({
    description: 'A page of write requests, newest first.',
    extensions: everybody,
    fields: (t) => ({
      nodes: t.field({
        type: [WriteRequest],
        nullable: false,
        description: 'The requests.',
        resolve: ({ rows }) => [...rows],
      }),
      hasNextPage: t.exposeBoolean('hasNextPage', { nullable: false, description: 'Older ones follow.' }),
      endCursor: t.exposeString('endCursor', { description: 'Give it as `after` to go on.' }),
    }),
  })
  builder.queryFields((t) => ({
    writeRequest: t.field({
      type: WriteRequest,
      description: 'One write request by its id, as it stands now. An AI agent sees its own.',
      extensions: everybody,
      args: { id: t.arg.id({ required: true, description: 'Begins with "wr_".' }) },
      resolve: (_, { id }, context) => findVisible(context, id),
    }),
    writeRequests: t.field({
      type: Requests,
      nullable: false,
      description: 'Write requests, newest first. An AI agent sees its own.',
      extensions: everybody,
      args: {
        states: t.arg({ type: [State], description: 'Only in these states.' }),
        ticket: t.arg.id({ description: 'Only about this ticket.' }),
        connections: t.arg.stringList({ description: 'Only of these connections.' }),
        first: t.arg.int({ description: '25 by default, 100 at most.' }),
        after: t.arg.string({ description: 'Cursor to go on behind.' }),
      },
      resolve: (_, args, context) => page(context, args, args.states ?? undefined),
    }),
    approvals: t.field({
      type: Requests,
      nullable: false,
      description: 'What waits for a person, newest first.',
      extensions: people,
      args: {
        ticket: t.arg.id({ description: 'Only about this ticket.' }),
        connections: t.arg.stringList({ description: 'Only of these connections.' }),
        mine: t.arg.boolean({
          description: 'Only what an AI agent asked on your behalf, or is about a ticket that you own.',
        }),
        needsMe: t.arg.boolean({
          description:
            'Only what waits for your signature: addressed to you or to somebody whose deputy you are, and not signed by you.',
        }),
        first: t.arg.int({ description: '25 by default, 100 at most.' }),
        after: t.arg.string({ description: 'Cursor to go on behind.' }),
      },
      resolve: async (_, args, context) =>
        page(context, args, ['PENDING'], {
          ...(args.mine && { of: context.caller.id }),
          ...(args.needsMe && { waitsFor: [context.caller.id, ...(await standsInFor(context))] }),
        }),
    }),
    needsYou: t.field({
      type: Requests,
      nullable: false,
      description:
        'What a person has to look at, newest first: what waits for your signature, and of what you signed or own, what went stale, is unclear, or failed in the last three days.',
      extensions: people,
      args: {
        first: t.arg.int({ description: '25 by default, 100 at most.' }),
        after: t.arg.string({ description: 'Cursor to go on behind.' }),
      },
      resolve: async (_, args, context) =>
        page(context, args, undefined, {
          concerns: { person: context.caller.id, standsInFor: await standsInFor(context) },
        }),
    }),
    approval: t.field({
      type: WriteRequest,
      description: 'One request with everything that an approver should see.',
      extensions: people,
      args: { id: t.arg.id({ required: true, description: 'Begins with "wr_".' }) },
      resolve: (_, { id }, context) => findVisible(context, id),
    }),
  }))
  const BulkError = builder.objectRef<NonNullable<BulkResult['error']>>('BulkApprovalError').implement({
    description: 'Why one of several approvals was not given.',
    extensions: approvers,
    fields: (t) => ({
      code: t.exposeString('code', { nullable: false, description: 'Stable error code.' }),
      message: t.exposeString('message', { nullable: false }),
      details: t.field({ type: 'JSON', resolve: ({ details }) => details }),
    }),
  })
  const Bulk = builder.objectRef<BulkResult>('BulkApproval').implement({
    description: 'How one of several approvals went.',
    extensions: approvers,
    fields: (t) => ({
      id: t.exposeID('id', { nullable: false, description: 'The request.' }),
      request: t.field({
        type: WriteRequest,
        description: 'The request after it; null when it was not approved.',
        resolve: ({ request }) => request,
      }),
      error: t.field({ type: BulkError, description: 'Why not.', resolve: ({ error }) => error }),
    }),
  })
  const BulkInput = builder.inputType('ApproveItem', {
    description: 'A request with the plan that you saw.',
    fields: (t) => ({
      id: t.id({ required: true, description: 'The request.' }),
      planHash: t.string({ required: true, description: "The request's `planHash` as you saw it." }),
    }),
  })
  builder.mutationFields((t) => ({
    approveMany: t.field({
      type: [Bulk],
      description:
        'Signs several plans, each with its own checks and result, in the order given. Client mail, merges and deletes are left out unless the approval rule says `bulk`.',
      extensions: approvers,
      args: { items: t.arg({ type: [BulkInput], required: true, description: '1 to 50, each once.' }) },
      resolve: async (_, { items }, context) => [...(await approveMany(context, items))],
    }),
    approve: t.field({
      type: WriteRequest,
      description:
        'Signs exactly the plan with this hash. With the last signature needed it is sent at once, and the answer shows how it went.',
      extensions: approvers,
      args: {
        id: t.arg.id({ required: true, description: 'The request.' }),
        planHash: t.arg.string({ required: true, description: "The request's `planHash` as you saw it." }),
        comment: t.arg.string({ description: 'Kept with the signature.' }),
      },
      resolve: (_, { id, planHash, comment }, context) =>
        approveRequest(context, id, planHash, comment ?? null),
    }),
    reject: t.field({
      type: WriteRequest,
      description: 'Says no. One rejection ends the request, however many signatures it has.',
      extensions: approvers,
      args: {
        id: t.arg.id({ required: true, description: 'The request.' }),
        reason: t.arg.string({ required: true, description: 'Why; the AI agent reads it.' }),
      },
      resolve: (_, { id, reason }, context) => rejectRequest(context, id, reason),
    }),
    editWriteRequest: t.field({
      type: WriteRequest,
      description:
        "Changes what a pending request asks for, before anybody approves it. It is planned again by the AI agent's own policy as the next revision; signatures so far are dropped.",
      extensions: approvers,
      args: {
        id: t.arg.id({ required: true, description: 'The request.' }),
        revision: t.arg.int({ required: true, description: 'The revision that you saw.' }),
        changes: t.arg({
          type: 'JSON',
          required: true,
          description: "Members of the mutation's input with their new values; what is left out stays.",
        }),
        without: t.arg.stringList({ description: 'Members of the input to leave out altogether.' }),
      },
      resolve: (_, { id, revision, changes, without }, context, { schema }) =>
        editRequest(context, id, revision, { changes, without: without ?? [] }, (write, input) =>
          coerceWriteInput(schema, write, input),
        ),
    }),
    returnToAgent: t.field({
      type: WriteRequest,
      description:
        'Asks back. The AI agent reads the comment and answers with the same mutation and this `request`, or it expires.',
      extensions: approvers,
      args: {
        id: t.arg.id({ required: true, description: 'The request.' }),
        comment: t.arg.string({ required: true, description: 'What you want to know or have changed.' }),
      },
      resolve: (_, { id, comment }, context) => returnRequest(context, id, comment),
    }),
    refreshWriteRequest: t.field({
      type: WriteRequest,
      description:
        'Plans a stale request again from the same input, as the record stands now. It then waits for signatures anew.',
      extensions: approvers,
      args: { id: t.arg.id({ required: true, description: 'The request.' }) },
      resolve: (_, { id }, context) => refreshRequest(context, id),
    }),
    resolveUnknownOutcome: t.field({
      type: WriteRequest,
      description:
        'Settles a request whose outcome is unknown, by what you saw in the PSA. Nothing is sent; steps that were not sent stay so.',
      extensions: approvers,
      args: {
        id: t.arg.id({ required: true, description: 'The request.' }),
        applied: t.arg.boolean({ required: true, description: 'The PSA has applied the step in question.' }),
        note: t.arg.string({ required: true, description: 'What you saw; kept with the request.' }),
      },
      resolve: (_, { id, applied, note }, context) => resolveUnknownOutcome(context, id, applied, note),
    }),
    cancelWriteRequest: t.field({
      type: WriteRequest,
      description:
        'Withdraws a request that has not been sent. The AI agent that asked may, and so may an approver.',
      extensions: control({ agents: true, roles: ['approver'] }),
      args: {
        id: t.arg.id({ required: true, description: 'The request.' }),
        reason: t.arg.string({ description: 'Why.' }),
      },
      resolve: (_, { id, reason }, context) => cancelRequest(context, id, reason ?? null),
    }),
  }))
}

function standsInFor({ caller, services }: GatewayContext): Promise<string[]> {
  return absentFor(services.store.db, caller.id)
}

/** @throws GatewayError BAD_USER_INPUT for a cursor of another list */
function placeOf(context: GatewayContext, cursor: string): { readonly at: string; readonly id: string } {
  const { at, id } = context.openCursor(cursor) as { at?: unknown; id?: unknown }
  if (typeof at !== 'string' || typeof id !== 'string')
    throw badInput('after', 'the `endCursor` of a page of requests', cursor)
  return { at, id }
}

interface PageArguments {
  readonly ticket?: string | null
  readonly connections?: readonly string[] | null
  readonly first?: number | null
  readonly after?: string | null
}

async function page(
  context: GatewayContext,
  args: PageArguments,
  states: readonly RequestState[] | undefined,
  people: Pick<RequestFilter, 'waitsFor' | 'of' | 'concerns'> = {},
): Promise<Page> {
  const first = args.first ?? DEFAULT_PAGE
  if (!Number.isInteger(first) || first < 1 || first > MAX_PAGE)
    throw badInput('first', `a whole number from 1 to ${MAX_PAGE}`, first)
  for (const slug of args.connections ?? []) {
    if (!context.connections.has(slug)) {
      throw new GatewayError('CONNECTION_FORBIDDEN', 'This connection is not assigned to you.', {
        connection: slug.slice(0, 60),
      })
    }
  }
  const after = args.after == null ? undefined : placeOf(context, args.after)
  const filter: RequestFilter = {
    ...visibleTo(context),
    ...people,
    ...(args.connections != null && { connections: args.connections }),
    ...(states !== undefined && { states }),
    ...(args.ticket != null && { ticketId: args.ticket }),
  }
  const rows = await listRequests(
    context.services.store.db,
    filter,
    first + 1,
    after && { createdAt: new Date(after.at), id: after.id },
  )
  const shown = rows.slice(0, first)
  const last = shown.at(-1)
  return {
    rows: shown,
    hasNextPage: rows.length > first,
    endCursor:
      last === undefined ? null : context.sealCursor({ at: last.created_at.toISOString(), id: last.id }),
  }
}
