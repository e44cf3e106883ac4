import { control } from '../../schema/access.ts'
import { isVisible } from '../approvals/visible.ts'
import { AUDIT_TYPES, type AuditType } from '../audit/event.ts'
import type { VendorRequestLine } from '../audit/readings.ts'
import {
  findHistoryEvent,
  type HistoryEvent,
  type HistoryPage,
  listHistory,
  vendorRequestsOf,
} from '../events/history.ts'
import { sentenceOf } from '../events/sentence.ts'
import type { Control } from './builder.ts'
import type { RequestTypes } from './request-types.ts'

const everybody = control({ agents: true, roles: 'ANY' })

const OUTCOMES = {
  ALLOW: 'Allowed.',
  HOLD: 'Held for a person.',
  DENY: 'Refused.',
  DONE: 'The PSA did it.',
  VENDOR_REJECTED: 'The PSA refused it; nothing changed.',
  THROTTLED: 'The PSA asked to wait; nothing changed.',
  NOT_SENT: 'It never left.',
  UNKNOWN: 'It may or may not have been applied.',
} as const
type Outcome = keyof typeof OUTCOMES

const described = <Name extends string>(names: Readonly<Record<Name, string>>) =>
  Object.fromEntries(
    Object.entries<string>(names).map(([name, description]) => [name, { description }]),
  ) as Record<Name, { description: string }>

/** What agents did and tried, what was refused and why, and what it asked of the PSAs. */
export function defineHistory({ builder, Ticket }: Control, { WriteRequest, Named }: RequestTypes): void {
  const Type = builder.enumType('EventType', {
    description: 'What an event of the audit trail is about.',
    values: Object.fromEntries(AUDIT_TYPES.map((type) => [type, {}])) as Record<AuditType, object>,
  })
  const Outcome = builder.enumType('EventOutcome', {
    description: 'How an event ended: what was decided, or what became of a step.',
    values: described(OUTCOMES),
  })
  const Order = builder.enumType('EventOrder', {
    description: 'From which end the history is read.',
    values: described({ NEWEST_FIRST: 'The latest first.', OLDEST_FIRST: 'From the beginning on.' }),
  })
  const VendorRequest = builder.objectRef<VendorRequestLine>('VendorRequest').implement({
    description:
      'Requests to a PSA of one kind: those of a read that went to one endpoint are counted together.',
    extensions: everybody,
    fields: (t) => ({
      method: t.exposeString('method', {
        nullable: false,
        description: 'ANY where many kinds are summed up.',
      }),
      path: t.exposeString('path', { nullable: false, description: 'With {id} in the place of record ids.' }),
      status: t.exposeInt('status', { description: 'HTTP status; null: no answer came, or none yet.' }),
      count: t.exposeInt('count', { nullable: false, description: 'How many.' }),
      durationMs: t.exposeInt('durationMs', { nullable: false, description: 'Milliseconds, all together.' }),
    }),
  })
  const Event = builder.objectRef<HistoryEvent>('Event').implement({
    description: 'One event of the audit trail.',
    extensions: everybody,
    fields: (t) => ({
      id: t.id({ nullable: false, resolve: ({ row }) => row.id }),
      seq: t.int({
        nullable: false,
        description: 'Place in the order of events, without a gap.',
        resolve: ({ row }) => row.seq,
      }),
      cursor: t.string({
        nullable: false,
        description: 'Give it as `after` to a subscription to go on behind this event.',
        resolve: ({ row: { seq } }, _, context) => context.sealCursor({ seq }),
      }),
      type: t.field({ type: Type, nullable: false, resolve: ({ row }) => row.type as AuditType }),
      at: t.field({
        type: 'DateTime',
        nullable: false,
        description: 'When it went on record, by the clock of the store.',
        resolve: ({ row }) => row.at,
      }),
      message: t.string({
        nullable: false,
        description: 'What happened, in plain words; the actor is the one who did it.',
        resolve: ({ row, body }) => sentenceOf(row.type, body),
      }),
      actor: t.field({
        type: Named,
        description: 'The AI agent or person who did it; null: the gateway itself, or somebody unknown.',
        resolve: ({ body, about }) => (body.actor?.id == null ? null : about.names.load(body.actor.id)),
      }),
      agent: t.field({
        type: Named,
        description: 'The AI agent that it is about.',
        resolve: ({ row, about }) => (row.agent_id === null ? null : about.names.load(row.agent_id)),
      }),
      workflow: t.field({
        type: Named,
        resolve: ({ body, about }) =>
          body.workflowId === undefined ? null : about.names.load(body.workflowId),
      }),
      connection: t.string({ description: "The connection's slug.", resolve: ({ row }) => row.connection }),
      ticket: t.field({
        type: Ticket,
        description: 'The ticket, when it is about one alone.',
        resolve: ({ row }) => (row.ticket_id === null ? null : { id: row.ticket_id }),
      }),
      groups: t.stringList({
        nullable: false,
        description: 'Permission groups that it touched.',
        resolve: ({ body }) => [...(body.groups ?? [])],
      }),
      fields: t.stringList({
        nullable: false,
        description: 'Policy names of the fields asked for, as far as they are on record.',
        resolve: ({ body }) => [...new Set(body.demands?.flatMap(({ fields }) => fields))].sort(),
      }),
      outcome: t.field({
        type: Outcome,
        resolve: ({ body }) => (body.outcome ?? body.decision?.verdict ?? null) as Outcome | null,
      }),
      code: t.string({
        description: 'Stable error code of a refusal or failure.',
        resolve: ({ body }) => body.decision?.code ?? body.code ?? null,
      }),
      rules: t.stringList({
        nullable: false,
        description: 'Rules that decided; of a refusal, the one that objected.',
        resolve: ({ body }) => [...(body.decision?.rules ?? [])],
      }),
      operation: t.string({
        description: 'Name of the GraphQL operation, as the caller gave it.',
        resolve: ({ body }) => body.operation?.name ?? null,
      }),
      records: t.int({
        description: 'How many records a read brought.',
        resolve: ({ body }) => body.records ?? null,
      }),
      count: t.int({
        description: 'How many alike this event stands for.',
        resolve: ({ body }) => body.count ?? null,
      }),
      vendorRequests: t.field({
        type: [VendorRequest],
        nullable: false,
        description: 'Requests that went to the PSA.',
        resolve: (event) => [...vendorRequestsOf(event)],
      }),
      request: t.field({
        type: WriteRequest,
        description: 'The write request, as it stands now.',
        resolve: async ({ row, about }, _, context) => {
          const request = row.request_id === null ? null : await about.requests.load(row.request_id)
          return request !== null && isVisible(context, request) ? request : null
        },
      }),
    }),
  })
  const Page = builder.objectRef<HistoryPage>('EventPage').implement({
    description: 'A page of the Event History.',
    extensions: everybody,
    fields: (t) => ({
      nodes: t.field({ type: [Event], nullable: false, resolve: ({ events }) => [...events] }),
      hasNextPage: t.exposeBoolean('hasNextPage', { nullable: false, description: 'More follow.' }),
      endCursor: t.exposeString('endCursor', { description: 'Give it as `after` to go on.' }),
    }),
  })
  const Filter = builder.inputType('EventFilter', {
    description: 'Conditions that an event must meet, all of them.',
    extensions: everybody,
    fields: (t) => ({
      workflow: t.string({ description: 'Id of a workflow.' }),
      agent: t.string({ description: 'Id of an AI agent.' }),
      ticket: t.id({ description: 'About this ticket.' }),
      request: t.string({ description: 'Id of a write request; begins with "wr_".' }),
      group: t.string({ description: 'Name of a permission group.' }),
      types: t.field({ type: [Type], description: 'Any of these.' }),
      outcome: t.field({ type: [Outcome], description: 'Any of these.' }),
      connection: t.string({ description: "The connection's slug." }),
      from: t.field({ type: 'DateTime', description: 'At or after this moment.' }),
      to: t.field({ type: 'DateTime', description: 'Before this moment.' }),
    }),
  })
  builder.queryFields((t) => ({
    events: t.field({
      type: Page,
      nullable: false,
      description:
        'The Event History: what AI agents did and tried, what was refused and why, and what it asked of the PSAs. An AI agent sees its own, a person those of their connections, an auditor all.',
      extensions: everybody,
      args: {
        filter: t.arg({ type: Filter, description: 'Conditions, all of them.' }),
        order: t.arg({ type: Order, description: 'The newest first by default.' }),
        first: t.arg.int({ description: '25 by default, 100 at most.' }),
        after: t.arg.string({ description: 'Cursor to go on behind.' }),
      },
      resolve: (_, { filter, order, first, after }, context) =>
        listHistory(
          context,
          {
            ...(filter?.workflow != null && { workflowId: filter.workflow }),
            ...(filter?.agent != null && { agentId: filter.agent }),
            ...(filter?.ticket != null && { ticketId: filter.ticket }),
            ...(filter?.request != null && { requestId: filter.request }),
            ...(filter?.group != null && { group: filter.group }),
            ...(filter?.types != null && { types: filter.types }),
            ...(filter?.outcome != null && { outcomes: filter.outcome }),
            ...(filter?.connection != null && { connection: filter.connection }),
            ...(filter?.from != null && { from: new Date(filter.from) }),
            ...(filter?.to != null && { to: new Date(filter.to) }),
          },
          order ?? 'NEWEST_FIRST',
          { first, after },
        ),
    }),
    event: t.field({
      type: Event,
      description: 'One event by its sequence number; null when it is none of yours.',
      extensions: everybody,
      args: { seq: t.arg.int({ required: true, description: "The event's `seq`." }) },
      resolve: (_, { seq }, context) => findHistoryEvent(context, seq),
    }),
  }))
  builder.subscriptionField('eventHistory', (t) =>
    t.field({
      type: Event,
      description:
        'The Event History from now on, or from a cursor on: first what was missed, then live. You get the events that `events` would show you.',
      extensions: everybody,
      args: { after: t.arg.string({ description: '`cursor` of the last event that you saw.' }) },
      // Never asked: the gateway reads the store itself and runs `event` for each event.
      subscribe: () => {
        throw new Error('eventHistory is answered by the gateway, not by a subgraph')
      },
      resolve: () => null,
    }),
  )
}
