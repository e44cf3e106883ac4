import { control } from '../../schema/access.ts'
import { approveMany, type BulkResult } from '../approvals/bulk.ts'
import { approveRequest, cancelRequest, rejectRequest } from '../approvals/decide.ts'
import { resolveUnknownOutcome } from '../approvals/resolve.ts'
import { editRequest, refreshRequest, returnRequest } from '../approvals/revise.ts'
import { findVisible } from '../approvals/visible.ts'
import type { Control } from './builder.ts'
import { coerceWriteInput } from './coerce-input.ts'
import type { RequestTypes } from './request-types.ts'

const everybody = control({ agents: true, roles: 'ANY' })
const people = control({ roles: 'ANY' })
const approvers = control({ roles: ['approver'] })

export function defineApprovals({ builder }: Control, { WriteRequest }: RequestTypes): void {
  builder.queryFields((t) => ({
    writeRequest: t.field({
      type: WriteRequest,
      description: 'One write request by its id, as it stands now. An AI agent sees its own.',
      extensions: everybody,
      args: { id: t.arg.id({ required: true, description: 'Begins with "wr_".' }) },
      resolve: (_, { id }, context) => findVisible(context, id),
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
