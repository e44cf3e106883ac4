import { control } from '../../schema/access.ts'
import { findVisible } from '../approvals/visible.ts'
import { APPROVAL_EVENTS, type ApprovalEvent, findApprovalEvent } from '../events/approval-events.ts'
import type { Control } from './builder.ts'
import type { RequestTypes } from './request-types.ts'

const everybody = control({ agents: true, roles: 'ANY' })

/** A subscription is a stream of sequence numbers: each event is an ordinary query, `approvalEvent(seq)`. */
export function defineEvents({ builder }: Control, { WriteRequest }: RequestTypes): void {
  const Type = builder.enumType('ApprovalEventType', {
    description: 'What happened to a write request.',
    values: Object.fromEntries(
      Object.entries(APPROVAL_EVENTS).map(([name, description]) => [name, { description }]),
    ) as Record<keyof typeof APPROVAL_EVENTS, { description: string }>,
  })
  const Event = builder.objectRef<ApprovalEvent>('ApprovalEvent').implement({
    description: 'Something that happened to a write request.',
    extensions: everybody,
    fields: (t) => ({
      id: t.exposeID('id', {
        nullable: false,
        description: 'The same event keeps its id when it comes twice.',
      }),
      seq: t.exposeInt('seq', { nullable: false, description: 'Place in the order of events.' }),
      cursor: t.string({
        nullable: false,
        description: 'Give it as `after` to go on behind this event.',
        resolve: ({ seq }, _, context) => context.sealCursor({ seq }),
      }),
      type: t.field({ type: Type, nullable: false, resolve: ({ type }) => type }),
      at: t.field({
        type: 'DateTime',
        nullable: false,
        description: 'When, by the clock of the store.',
        resolve: ({ at }) => at,
      }),
      request: t.field({
        type: WriteRequest,
        description: 'The request as it stands now.',
        resolve: ({ requestId }, _, context) => findVisible(context, requestId),
      }),
    }),
  })
  builder.queryField('approvalEvent', (t) =>
    t.field({
      type: Event,
      description: 'One event by its sequence number; null when it is none of yours.',
      extensions: everybody,
      args: { seq: t.arg.int({ required: true, description: "The event's `seq`." }) },
      resolve: (_, { seq }, context) => findApprovalEvent(context, seq),
    }),
  )
  builder.subscriptionField('approvalEvents', (t) =>
    t.field({
      type: Event,
      description:
        'What happens to write requests from now on, or from a cursor on: first what was missed, then live.',
      extensions: everybody,
      args: { after: t.arg.string({ description: 'Cursor of the last event that you saw.' }) },
      // Never asked: the gateway reads the store itself and runs `approvalEvent` for each event.
      subscribe: () => {
        throw new Error('approvalEvents is answered by the gateway, not by a subgraph')
      },
      resolve: () => null,
    }),
  )
}
