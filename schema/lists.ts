import { createHash } from 'node:crypto'
import { type GraphQLResolveInfo, responsePathAsArray } from 'graphql'
import { accessOf } from './access.ts'
import type { OpenConnection, ReadContext } from './context.ts'
import { badInput, type ErrorCode, GatewayError } from './errors.ts'
import type { Parent } from './read-scope.ts'
import type { EntityType, ValuesOf, VendorRecord } from './records.ts'
import { Selections } from './selection.ts'
import type { ChildrenRequest, Filter, ListName, ListPage } from './source.ts'

/** A record of a list with the cursor that goes on behind it. */
export interface Edge<Values extends object = Record<string, unknown>> {
  readonly node: VendorRecord<Values>
  readonly cursor: () => string
}

export interface Incomplete {
  readonly connection: string
  readonly code: ErrorCode
  readonly message: string
}

export interface RecordList<Values extends object = Record<string, unknown>> {
  readonly edges: readonly Edge<Values>[]
  /** Goes on behind this page, which can be empty while a connection that failed is still to be asked again. */
  readonly end?: () => string
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  readonly incomplete: readonly Incomplete[]
}

export interface ListArguments {
  readonly connections?: readonly string[] | null
  readonly filter?: Filter | null
  readonly order: { readonly key: string; readonly direction: 'ASC' | 'DESC' }
  readonly first?: number | null
  readonly after?: string | null
  /** Fields that whoever asks reads of the records, besides what is selected. */
  readonly besides?: readonly string[]
}

/** Times compare across PSAs; priorities, numbers and names do not. */
const COMPARABLE = new Set([
  'STARTS_AT',
  'STARTED_AT',
  'CREATED_AT',
  'UPDATED_AT',
  'WAITING_SINCE',
  'DUE_AT',
  'SLA_DUE_AT',
])
/** Names sort by each PSA's own collation: several connections answer one after the other instead. */
const IN_TURN = 'NAME'
export const DEFAULT_PAGE = 25
export const MAX_PAGE = 100

interface Cursor {
  readonly v: 1
  /** Hash of list, filter, order and connections: a cursor of another list is refused. */
  readonly of: string
  /** Position per connection: absent means from the start, `end` that nothing is left there. */
  readonly at: Readonly<Record<string, unknown>>
}

export function pageSize(argument: string, value: number | null | undefined): number {
  const size = value ?? DEFAULT_PAGE
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE) {
    throw badInput(argument, `a whole number from 1 to ${MAX_PAGE}`, value)
  }
  return size
}

/** Asking again changes nothing: the page says what is missing, and no later page waits for it. */
const FINAL: ReadonlySet<ErrorCode> = new Set([
  'CONNECTION_FORBIDDEN',
  'GROUP_DISABLED',
  'FORBIDDEN_OPERATION',
  'RECORD_OUT_OF_SCOPE',
  'NOT_CATALOGUED',
  'NOT_SUPPORTED',
])

/**
 * One list over one or several connections: takes each source's page, merges, cuts, and only then are children
 * resolved. A connection that fails gives its error, is named in `incomplete`, and is asked again by the next page;
 * one that the caller may not read gives its error too, and is not asked at all.
 */
export async function listRecords<T extends EntityType>(
  list: ListName,
  type: T,
  args: ListArguments,
  context: ReadContext,
  info: GraphQLResolveInfo,
): Promise<RecordList<ValuesOf[T]>> {
  const first = pageSize('first', args.first)
  const connections = chosenConnections(args.connections, context)
  const filter = args.filter ?? {}
  const { open, refusals } = judged(connections, context, info)
  for (const connection of open) expectSupported(connection, list, filter, args.order.key, connections.length)
  const of = fingerprint([
    list,
    filter,
    args.order,
    connections.map(({ slug }) => slug).sort(),
    connections.flatMap(({ slug, scope }) => (scope === undefined ? [] : [slug, scope.key])),
  ])
  const start = args.after == null ? {} : openCursor(args.after, of, context)
  const selections = Selections.of(info)

  const unfinished = open.filter(({ slug }) => start[slug] !== END)
  const answers = await ask(
    unfinished,
    args.order.key === IN_TURN,
    first,
    ({ source, session, slug }, room) =>
      source.listPage(session, {
        list,
        filter,
        order: args.order,
        first: room,
        after: start[slug] ?? null,
        fields: new Set([...selections.wanted(source, type), ...(args.besides ?? [])]),
      }),
  )
  const failures = [...refusals, ...answers.flatMap((answer) => ('error' in answer ? [answer] : []))]
  const pages = answers.flatMap((answer) => ('page' in answer ? [answer] : []))
  const [failure] = failures
  if (failure !== undefined && (connections.length === 1 || pages.length === 0)) throw failure.error

  const incomplete: Incomplete[] = []
  const missing = (error: GatewayError, connection: string, message: string): void => {
    incomplete.push({ connection, code: error.code, message })
    context.report(error, responsePathAsArray(info.path))
  }
  for (const { connection, error } of failures) {
    // What the caller asked wrongly, and what is a bug of ours, is no part that merely is missing.
    if (!(error instanceof GatewayError) || error.code === 'BAD_USER_INPUT') throw error
    missing(naming(error, connection.slug), connection.slug, error.message)
  }
  for (const { connection, page } of pages) {
    if (page.partial !== undefined)
      missing(partial(connection.slug, page.partial), connection.slug, page.partial)
  }

  const merged = merge(pages, first, args.order, start)
  const seal = (at: Positions) => context.sealCursor({ v: 1, of, at } satisfies Cursor)
  const edges = merged.edges.map(({ node, at }) => ({ node, cursor: () => seal(at) }))
  return {
    edges: edges as unknown as Edge<ValuesOf[T]>[], // a page of `type` holds records of `type`
    end: () => seal(merged.at),
    hasNextPage:
      merged.more ||
      answers.length < unfinished.length ||
      incomplete.some(({ code }) => code !== 'PARTIAL' && !FINAL.has(code)),
    hasPreviousPage: args.after != null,
    incomplete,
  }
}

const END = 'end'

interface Failure {
  readonly connection: OpenConnection
  readonly error: unknown
}

type Answered = { readonly connection: OpenConnection; readonly page: ListPage } | Failure

/** What the caller may not read somewhere is known before anybody is asked: the list's own declaration tells. */
function judged(
  connections: readonly OpenConnection[],
  context: ReadContext,
  info: GraphQLResolveInfo,
): { readonly open: readonly OpenConnection[]; readonly refusals: readonly Failure[] } {
  const declared = info.parentType.getFields()[info.fieldName]
  const access = declared && accessOf(declared)
  const refusals = connections.flatMap((connection) => {
    const error = access === undefined ? null : context.judge(access, connection.slug)
    return error === null ? [] : [{ connection, error }]
  })
  const refused = new Set(refusals.map(({ connection }) => connection))
  return { open: connections.filter((connection) => !refused.has(connection)), refusals }
}

/** All at once; or one after the other, until the page is full. */
async function ask(
  connections: readonly OpenConnection[],
  inTurn: boolean,
  first: number,
  read: (connection: OpenConnection, room: number) => Promise<ListPage>,
): Promise<readonly Answered[]> {
  const one = async (connection: OpenConnection, room: number): Promise<Answered> => {
    try {
      return { connection, page: await read(connection, room) }
    } catch (error) {
      return { connection, error }
    }
  }
  if (!inTurn) return Promise.all(connections.map((connection) => one(connection, first)))
  const answers: Answered[] = []
  let room = first
  for (const connection of connections) {
    const answer = await one(connection, room)
    answers.push(answer)
    if (!('page' in answer)) continue
    room -= answer.page.records.length
    if (room === 0 || answer.page.hasNext) break
  }
  return answers
}

/** The same error, with the connection in its details whoever made it. */
function naming(error: GatewayError, connection: string): GatewayError {
  return new GatewayError(error.code, error.message, { ...error.extensions, connection })
}

function partial(connection: string, missing: string): GatewayError {
  return new GatewayError('PARTIAL', `Part of the answer of "${connection}" is missing.`, {
    connection,
    missing,
  })
}

type Positions = Readonly<Record<string, unknown>>

interface Merged {
  readonly edges: readonly { readonly node: VendorRecord; readonly at: Positions }[]
  /** Where the next page goes on. */
  readonly at: Positions
  readonly more: boolean
}

function merge(
  pages: readonly { connection: OpenConnection; page: ListPage }[],
  first: number,
  { key, direction }: ListArguments['order'],
  start: Positions,
): Merged {
  const heads = pages.map(({ connection, page }) => ({ slug: connection.slug, page, next: 0 }))
  const at: Record<string, unknown> = { ...start }
  for (const { slug, page } of heads) if (page.records.length === 0) goOn(at, slug, page)
  const edges: { node: VendorRecord; at: Positions }[] = []
  // A page that ran out while its source has more says nothing of what comes next there: cut here.
  const ranOut = () => heads.some(({ next, page }) => next === page.records.length && page.hasNext)
  while (edges.length < first && !ranOut()) {
    const ready = heads.filter(({ next, page }) => next < page.records.length)
    if (ready.length === 0) break
    if (key !== IN_TURN) {
      ready.sort((a, b) => {
        const order = compare(a.page.sortValues[a.next] ?? null, b.page.sortValues[b.next] ?? null, direction)
        return order || (a.slug < b.slug ? -1 : 1)
      })
    }
    const head = ready[0] as (typeof heads)[number]
    at[head.slug] = head.page.positions[head.next]
    const node = head.page.records[head.next] as VendorRecord
    head.next += 1
    if (head.next === head.page.records.length) goOn(at, head.slug, head.page)
    edges.push({ node, at: { ...at } })
  }
  return { edges, at, more: heads.some(({ next, page }) => next < page.records.length || page.hasNext) }
}

/** What lies behind a page that is used up. */
function goOn(at: Record<string, unknown>, slug: string, page: ListPage): void {
  if (!page.hasNext) at[slug] = END
  else if (page.behind !== undefined) at[slug] = page.behind
}

/** Nulls come last in both directions, as every source promises. */
function compare(a: string | number | null, b: string | number | null, direction: 'ASC' | 'DESC'): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  return a < b === (direction === 'ASC') ? -1 : 1
}

/** Those that were named, else all of the caller's. @throws GatewayError CONNECTION_FORBIDDEN, BAD_USER_INPUT */
export function chosenConnections(
  slugs: readonly string[] | null | undefined,
  context: ReadContext,
): OpenConnection[] {
  if (slugs == null) return inOrder([...context.connections.values()])
  if (slugs.length === 0)
    throw badInput('connections', 'at least one connection, or none given for all of yours', slugs)
  const chosen = [...new Set(slugs)].map((slug) => {
    const connection = context.connections.get(slug)
    if (connection === undefined) {
      throw new GatewayError(
        'CONNECTION_FORBIDDEN',
        `The connection "${slug.slice(0, 60)}" is not assigned to you.`,
        {
          connection: slug.slice(0, 60),
        },
      )
    }
    return connection
  })
  return inOrder(chosen)
}

/** Lists that answer one connection after the other do it in the order of the slugs. */
function inOrder(connections: readonly OpenConnection[]): OpenConnection[] {
  return connections.toSorted((a, b) => (a.slug < b.slug ? -1 : 1))
}

/** No silent wrong answers: what a connection can't filter or order by is refused by name. */
function expectSupported(
  { slug, source }: OpenConnection,
  list: ListName,
  filter: Filter,
  order: string,
  connections: number,
): void {
  const { filters, orderBy, noLists } = source.capabilities
  const reason = noLists?.[list]
  if (reason !== undefined) throw new GatewayError('NOT_SUPPORTED', reason, { connection: slug })
  for (const name of Object.keys(filter)) {
    if (filter[name] === null)
      throw badInput(`filter.${name}`, 'a value; leave it out for no condition', null)
    if (!filters[list].includes(name)) {
      throw new GatewayError(
        'BAD_USER_INPUT',
        `"filter.${name}": the connection "${slug}" can't filter by it.`,
        {
          argument: `filter.${name}`,
          connection: slug,
          allowed: filters[list],
        },
      )
    }
  }
  if (!orderBy[list].includes(order)) {
    throw new GatewayError('BAD_USER_INPUT', `"order": the connection "${slug}" can't order by ${order}.`, {
      argument: 'order',
      connection: slug,
      allowed: orderBy[list],
    })
  }
  if (connections > 1 && !COMPARABLE.has(order) && order !== IN_TURN) {
    throw new GatewayError(
      'BAD_USER_INPUT',
      `"order": a list over several connections orders by time only, not by ${order}. Name one connection, or order by a time.`,
      { argument: 'order', allowed: [...COMPARABLE] },
    )
  }
}

function fingerprint(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22)
}

function openCursor(cursor: string, of: string, context: ReadContext): Readonly<Record<string, unknown>> {
  const opened = context.openCursor(cursor) as Partial<Cursor>
  if (opened.v !== 1 || opened.of !== of) {
    throw badInput('after', 'a cursor of this very list (same filter, order and connections)', cursor)
  }
  return opened.at ?? {}
}

/** The record that a list stands below, on its connection. */
interface Below extends Parent {
  readonly connection: string
}

/** What lists below a record are ordered by. */
const CHILD_ORDER: Readonly<Record<ChildrenRequest['list'], string>> = {
  'Ticket.notes': 'CREATED_AT',
  'Ticket.timeEntries': 'CREATED_AT',
  'Ticket.configurationItems': 'NAME',
  'Company.sites': 'NAME',
  'Ticket.lineItems': 'NUMBER',
  'Ticket.tasks': 'POSITION',
  'Ticket.attachments': 'CREATED_AT',
  'Ticket.scheduleEntries': 'STARTS_AT',
}

/**
 * A list below one record (`Ticket.notes`): `first` walks from the oldest, `last` takes the newest, and both
 * answer in the order in which things happened. Sites and configuration items go by name.
 */
export async function listChildren<T extends EntityType>(
  list: ChildrenRequest['list'],
  type: T,
  { connection: slug, ...parent }: Below,
  args: {
    first?: number | null
    after?: string | null
    last?: number | null
    before?: string | null
    filter?: Filter | null
  },
  context: ReadContext,
  info: GraphQLResolveInfo,
): Promise<RecordList<ValuesOf[T]>> {
  if (args.last != null && (args.first != null || args.after != null)) {
    throw badInput('last', 'either "first" with "after" or "last" with "before"', args.last)
  }
  if (args.before != null && args.last == null) throw badInput('before', '"last" beside it', args.before)
  const backwards = args.last != null
  const connection = context.connections.get(slug) as OpenConnection
  const filter = args.filter ?? {}
  const direction = backwards ? 'DESC' : 'ASC'
  const order = { key: CHILD_ORDER[list], direction } as const
  expectSupported(connection, list, filter, order.key, 1)
  const of = fingerprint([list, slug, parent.key, filter, direction, connection.scope?.key ?? null])
  const cursor = backwards ? args.before : args.after
  const request = {
    list,
    filter,
    order,
    first: pageSize(backwards ? 'last' : 'first', backwards ? args.last : args.first),
    fields: Selections.of(info).wanted(connection.source, type),
  } as const
  const after = cursor == null ? null : (openCursor(cursor, of, context).here ?? null)
  const page =
    after === null
      ? await context.reads.loadChildren(slug, parent, request)
      : await connection.source.listPage(connection.session, {
          ...request,
          parent: parent.key,
          brought: parent.brought,
          after,
        })
  const edges = page.records.map((node, index) => ({
    node,
    cursor: () => context.sealCursor({ v: 1, of, at: { here: page.positions[index] } } satisfies Cursor),
  }))
  if (backwards) edges.reverse()
  const incomplete =
    page.partial === undefined ? [] : [{ connection: slug, code: 'PARTIAL' as const, message: page.partial }]
  for (const { message } of incomplete) context.report(partial(slug, message), responsePathAsArray(info.path))
  return {
    edges: edges as unknown as Edge<ValuesOf[T]>[],
    hasNextPage: backwards ? cursor != null : page.hasNext,
    hasPreviousPage: backwards ? page.hasNext : cursor != null,
    incomplete,
  }
}

/** The newest record of a list below one record, together with those below its siblings where the vendor can. */
export async function newestChild<Values extends object>(
  list: ChildrenRequest['list'],
  { connection, ...parent }: Below,
  fields: readonly string[],
  context: ReadContext,
  info: GraphQLResolveInfo,
): Promise<VendorRecord<Values> | null> {
  const page = await context.reads.loadChildren(connection, parent, {
    list,
    filter: {},
    order: { key: 'CREATED_AT', direction: 'DESC' },
    first: 1,
    fields: new Set(fields),
  })
  if (page.partial !== undefined)
    context.report(partial(connection, page.partial), responsePathAsArray(info.path))
  return (page.records[0] ?? null) as VendorRecord<Values> | null
}
