import { control } from '../../schema/access.ts'
import { concernedBy } from '../approvals/concerned.ts'
import { findVisible } from '../approvals/visible.ts'
import { APPROVAL_EVENTS, type ApprovalEvent, findApprovalEvent } from '../events/approval-events.ts'
import { absentFor } from '../store/absences.ts'
import { findPerson } from '../store/people.ts'
import { getRequest } from '../store/requests.ts'
import type { Control } from './builder.ts'
import type { RequestTypes } from './request-types.ts'

const everybody = control({ agents: true, roles: 'ANY' })

/** A subscription is a stream of sequence numbers: each event is an ordinary query, `approvalEvent(seq)`. */
export function defineEvents({ builder }: Control, { WriteRequest, Named }: RequestTypes): void {
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
      concerns: t.field({
        type: [Named],
        description:
          'For people. Whom the request waits for; once it waits no more, who signed it, owns its ticket or has an AI agent working for them.',
        extensions: control({ roles: 'ANY' }),
        resolve: async ({ requestId }, _, { services }) => {
          const { db } = services.store
          const request = await getRequest(db, requestId)
          const ids = request === undefined ? [] : await concernedBy(db, request)
          return (await Promise.all(ids.map((id) => findPerson(db, id)))).flatMap((one) => one ?? [])
        },
      }),
      forYou: t.boolean({
        nullable: false,
        description: 'It concerns you, or somebody whose deputy you are.',
        resolve: async ({ requestId }, _, { services, caller }) => {
          const { db } = services.store
          const request = await getRequest(db, requestId)
          if (request === undefined) return false
          if (caller.kind === 'AGENT') return request.agent_id === caller.id
          const ids = await concernedBy(db, request)
          return [caller.id, ...(await absentFor(db, caller.id))].some((id) => ids.includes(id))
        },
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
