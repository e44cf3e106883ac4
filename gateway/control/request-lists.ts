import { control } from '../../schema/access.ts'
import { badInput, GatewayError } from '../../schema/errors.ts'
import { expectId, formatId } from '../../schema/ids.ts'
import { DEFAULT_PAGE, MAX_PAGE } from '../../schema/lists.ts'
import { visibleTo } from '../approvals/visible.ts'
import type { GatewayContext } from '../context.ts'
import { absentFor } from '../store/absences.ts'
import {
  type Counted,
  listRequests,
  placeOfRequest,
  type RequestFacets,
  type RequestFilter,
  type RequestOrder,
  type RequestPlace,
  requestFacets,
  type VendorKey,
} from '../store/request-lists.ts'
import type { RequestState, WriteRequestRow } from '../store/tables.ts'
import { findWorkflow } from '../store/workflows.ts'
import type { Control } from './builder.ts'
import type { RequestTypes } from './request-types.ts'

const everybody = control({ agents: true, roles: 'ANY' })
const people = control({ roles: 'ANY' })

interface Page {
  readonly rows: readonly WriteRequestRow[]
  readonly hasNextPage: boolean
  readonly endCursor: string | null
}

/** Lists of write requests, and what they are narrowed by. */
export function defineRequestLists(
  { builder, Board, Member }: Control,
  { WriteRequest, State, Named }: RequestTypes,
): void {
  const Requests = builder.objectRef<Page>('WriteRequestConnection').implement({
    description: 'A page of write requests.',
    extensions: everybody,
    fields: (t) => ({
      nodes: t.field({
        type: [WriteRequest],
        nullable: false,
        description: 'The requests.',
        resolve: ({ rows }) => [...rows],
      }),
      hasNextPage: t.exposeBoolean('hasNextPage', { nullable: false, description: 'More of them follow.' }),
      endCursor: t.exposeString('endCursor', { description: 'Give it as `after` to go on.' }),
    }),
  })
  const Order = builder.enumType('WriteRequestOrder', {
    description: 'What a list of write requests begins with.',
    values: {
      NEWEST: { description: 'What was asked for last.' },
      EXPIRY: { description: 'What ends undecided first.' },
      DUE: { description: 'Whose ticket is due first; those without a due time come last.' },
    } as const,
  })
  const Filter = builder.inputType('WriteRequestFilter', {
    description: 'Narrows a list of write requests, by what was known when each was planned. All parts hold.',
    // It tells of the ticket: an AI agent asks for that under its own policy.
    extensions: people,
    fields: (t) => ({
      boards: t.idList({ description: 'Ids of boards: the ticket is on one of them after the write.' }),
      owners: t.idList({ description: 'Ids of members: one of them owns the ticket.' }),
      groups: t.stringList({ description: 'It reaches one of these permission groups.' }),
      workflows: t.idList({ description: "Of these workflows' AI agents." }),
      priorityAtLeast: t.float({
        description: 'The ticket is at least as urgent as this rank; 1 is the most urgent.',
      }),
      mailsClient: t.boolean({ description: 'It mails the client, or may; false: it surely does not.' }),
      olderThanMinutes: t.int({ description: 'Asked for at least so long ago.' }),
    }),
  })
  builder.queryFields((t) => {
    const paging = {
      filter: t.arg({ type: Filter, description: 'For people.' }),
      orderBy: t.arg({ type: Order, defaultValue: 'NEWEST' as const, description: 'What comes first.' }),
      first: t.arg.int({ description: '25 by default, 100 at most.' }),
      after: t.arg.string({ description: 'Cursor to go on behind.' }),
    }
    const narrowing = {
      ticket: t.arg.id({ description: 'Only about this ticket.' }),
      connections: t.arg.stringList({ description: 'Only of these connections.' }),
    }
    return {
      writeRequests: t.field({
        type: Requests,
        nullable: false,
        description: 'Write requests. An AI agent sees its own.',
        extensions: everybody,
        args: {
          states: t.arg({ type: [State], description: 'Only in these states.' }),
          ...narrowing,
          ...paging,
        },
        resolve: (_, args, context) => page(context, args, { ...(args.states && { states: args.states }) }),
      }),
      approvals: t.field({
        type: Requests,
        nullable: false,
        description: 'What waits for a person.',
        extensions: people,
        args: {
          ...narrowing,
          mine: t.arg.boolean({
            description: 'Only what an AI agent asked on your behalf, or is about a ticket that you own.',
          }),
          needsMe: t.arg.boolean({
            description:
              'Only what waits for your signature: addressed to you or to somebody whose deputy you are, and not signed by you.',
          }),
          ...paging,
        },
        resolve: async (_, args, context) =>
          page(context, args, {
            states: ['PENDING'],
            ...(args.mine && { of: context.caller.id }),
            ...(args.needsMe && { waitsFor: [context.caller.id, ...(await standsInFor(context))] }),
          }),
      }),
      needsYou: t.field({
        type: Requests,
        nullable: false,
        description:
          'What a person has to look at: what waits for your signature, and of what you signed or own, what went stale, is unclear, or failed in the last three days.',
        extensions: people,
        args: { ...narrowing, ...paging },
        resolve: async (_, args, context) =>
          page(context, args, {
            concerns: { person: context.caller.id, standsInFor: await standsInFor(context) },
          }),
      }),
    }
  })

  const count = { nullable: false, description: 'How many requests.' } as const
  const BoardFacet = builder.objectRef<VendorKey & Counted>('BoardFacet').implement({
    description: 'Requests about tickets of one board.',
    extensions: people,
    fields: (t) => ({
      board: t.field({
        type: Board,
        nullable: false,
        description: 'The board.',
        resolve: ({ connection, key }) => ({ id: formatId(connection, 'Board', key) }),
      }),
      count: t.exposeInt('count', count),
    }),
  })
  const OwnerFacet = builder.objectRef<VendorKey & Counted>('OwnerFacet').implement({
    description: "Requests about one technician's tickets.",
    extensions: people,
    fields: (t) => ({
      owner: t.field({
        type: Member,
        nullable: false,
        description: 'The technician.',
        resolve: ({ connection, key }) => ({ id: formatId(connection, 'Member', key) }),
      }),
      count: t.exposeInt('count', count),
    }),
  })
  const GroupFacet = builder.objectRef<RequestFacets['groups'][number]>('GroupFacet').implement({
    description: 'Requests that reach one permission group.',
    extensions: people,
    fields: (t) => ({
      group: t.exposeString('group', { nullable: false, description: 'The permission group.' }),
      count: t.exposeInt('count', count),
    }),
  })
  const WorkflowFacet = builder.objectRef<RequestFacets['workflows'][number]>('WorkflowFacet').implement({
    description: "Requests of one workflow's AI agents.",
    extensions: people,
    fields: (t) => ({
      workflow: t.field({
        type: Named,
        description: 'The workflow.',
        resolve: async ({ workflow }, _, { services }) =>
          (await findWorkflow(services.store.db, workflow)) ?? null,
      }),
      count: t.exposeInt('count', count),
    }),
  })
  const PriorityFacet = builder.objectRef<RequestFacets['priorities'][number]>('PriorityFacet').implement({
    description: 'Requests about tickets of one priority.',
    extensions: people,
    fields: (t) => ({
      rank: t.exposeFloat('rank', { nullable: false, description: '1 is the most urgent.' }),
      count: t.exposeInt('count', count),
    }),
  })
  const Facets = builder.objectRef<RequestFacets>('WriteRequestFacets').implement({
    description: 'What lists of requests can be narrowed by, with how many of them each would leave.',
    extensions: people,
    fields: (t) => ({
      boards: t.field({
        type: [BoardFacet],
        nullable: false,
        description: 'The 200 with the most requests.',
        resolve: ({ boards }) => [...boards],
      }),
      owners: t.field({
        type: [OwnerFacet],
        nullable: false,
        description: 'The 200 with the most requests.',
        resolve: ({ owners }) => [...owners],
      }),
      groups: t.field({
        type: [GroupFacet],
        nullable: false,
        description: 'By name.',
        resolve: ({ groups }) => [...groups],
      }),
      workflows: t.field({
        type: [WorkflowFacet],
        nullable: false,
        description: 'The 200 with the most requests.',
        resolve: ({ workflows }) => [...workflows],
      }),
      priorities: t.field({
        type: [PriorityFacet],
        nullable: false,
        description: 'The most urgent first.',
        resolve: ({ priorities }) => [...priorities],
      }),
    }),
  })
  builder.queryField('writeRequestFacets', (t) =>
    t.field({
      type: Facets,
      nullable: false,
      description: 'What the lists of requests on the connections that your roles reach can be narrowed by.',
      extensions: people,
      args: {
        states: t.arg({ type: [State], required: true, description: 'Of requests in these states.' }),
      },
      resolve: (_, { states }, context) =>
        requestFacets(context.services.store.db, { ...visibleTo(context), states }),
    }),
  )
}

function standsInFor({ caller, services }: GatewayContext): Promise<string[]> {
  return absentFor(services.store.db, caller.id)
}

/** @throws GatewayError BAD_USER_INPUT for a cursor of another list */
function placeOf(context: GatewayContext, cursor: string, order: RequestOrder): RequestPlace {
  const given = context.openCursor(cursor) as { at?: unknown; id?: unknown; order?: unknown }
  if (typeof given.at !== 'string' || typeof given.id !== 'string' || given.order !== order)
    throw badInput('after', 'the `endCursor` of a page of requests in this order', cursor)
  return { at: given.at, id: given.id }
}

interface FilterInput {
  readonly boards?: readonly string[] | null
  readonly owners?: readonly string[] | null
  readonly groups?: readonly string[] | null
  readonly workflows?: readonly string[] | null
  readonly priorityAtLeast?: number | null
  readonly mailsClient?: boolean | null
  readonly olderThanMinutes?: number | null
}

/** Ten years: more than a request is ever kept open, and less than the store's clock can count. */
const LONGEST_MINUTES = 5_256_000

/** @throws GatewayError BAD_USER_INPUT */
function filterOf(given: FilterInput): RequestFilter {
  const { boards, owners, groups, workflows, priorityAtLeast, mailsClient, olderThanMinutes } = given
  if (olderThanMinutes != null && (olderThanMinutes < 0 || olderThanMinutes > LONGEST_MINUTES)) {
    throw badInput('filter.olderThanMinutes', `a whole number from 0 to ${LONGEST_MINUTES}`, olderThanMinutes)
  }
  return {
    ...(boards != null && { boards: boards.map((id) => expectId(id, 'Board', 'filter.boards')) }),
    ...(owners != null && { owners: owners.map((id) => expectId(id, 'Member', 'filter.owners')) }),
    ...(groups != null && { groups }),
    ...(workflows != null && { workflowIds: workflows }),
    ...(priorityAtLeast != null && { priorityAtLeast }),
    ...(mailsClient != null && { mailsClient }),
    ...(olderThanMinutes != null && { olderThanMinutes }),
  }
}

interface PageArguments {
  readonly ticket?: string | null
  readonly connections?: readonly string[] | null
  readonly filter?: FilterInput | null
  readonly orderBy?: RequestOrder | null
  readonly first?: number | null
  readonly after?: string | null
}

async function page(
  context: GatewayContext,
  args: PageArguments,
  which: { readonly states?: readonly RequestState[] } & Pick<RequestFilter, 'waitsFor' | 'of' | 'concerns'>,
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
  const order = args.orderBy ?? 'NEWEST'
  const filter: RequestFilter = {
    ...visibleTo(context),
    ...which,
    ...(args.filter != null && filterOf(args.filter)),
    ...(args.connections != null && { connections: args.connections }),
    ...(args.ticket != null && { ticketId: args.ticket }),
  }
  const rows = await listRequests(context.services.store.db, filter, first + 1, {
    order,
    ...(args.after != null && { after: placeOf(context, args.after, order) }),
  })
  const shown = rows.slice(0, first)
  const last = shown.at(-1)
  return {
    rows: shown,
    hasNextPage: rows.length > first,
    endCursor: last === undefined ? null : context.sealCursor({ ...placeOfRequest(last, order), order }),
  }
}
