import { createHash } from 'node:crypto'
import { type GraphQLResolveInfo, responsePathAsArray } from 'graphql'
import type { OpenConnection, ReadContext } from './context.ts'
import { badInput, GatewayError } from './errors.ts'
import type { EntityType, ValuesOf, VendorRecord } from './records.ts'
import { Selections } from './selection.ts'
import type { Filter, ListName, ListPage } from './source.ts'

/** A record of a list with the cursor that goes on behind it. */
export interface Edge<Values extends object = Record<string, unknown>> {
  readonly node: VendorRecord<Values>
  readonly cursor: () => string
}

export interface Incomplete {
  readonly connection: string
  readonly code: string
  readonly message: string
}

export interface RecordList<Values extends object = Record<string, unknown>> {
  readonly edges: readonly Edge<Values>[]
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
}

/** Times compare across PSAs; priorities, numbers and names do not. */
const COMPARABLE = new Set(['CREATED_AT', 'UPDATED_AT', 'WAITING_SINCE', 'DUE_AT'])
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

/**
 * One list over one or several connections: takes each source's page, merges, cuts, and only then are children
 * resolved. A connection that fails gives its error, is named in `incomplete`, and is asked again by the next page.
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
  for (const connection of connections)
    expectSupported(connection, list, filter, args.order.key, connections.length)
  const of = fingerprint([list, filter, args.order, connections.map((one) => one.slug).sort()])
  const start = args.after == null ? {} : openCursor(args.after, of, context)
  const selections = Selections.of(info)

  const unfinished = connections.filter(({ slug }) => start[slug] !== END)
  const asked = args.order.key === IN_TURN ? unfinished.slice(0, 1) : unfinished
  const answers = await Promise.allSettled(
    asked.map(({ source, session, slug }) =>
      source.listPage(session, {
        list,
        filter,
        order: args.order,
        first,
        after: start[slug] ?? null,
        fields: selections.wanted(source, type),
      }),
    ),
  )
  const incomplete: Incomplete[] = []
  const pages: { connection: OpenConnection; page: ListPage }[] = []
  for (const [index, answer] of answers.entries()) {
    const connection = asked[index] as OpenConnection
    if (answer.status === 'fulfilled') {
      pages.push({ connection, page: answer.value })
      if (answer.value.partial !== undefined) {
        const error = new GatewayError('PARTIAL', `Part of the answer of "${connection.slug}" is missing.`, {
          connection: connection.slug,
          missing: answer.value.partial,
        })
        incomplete.push({ connection: connection.slug, code: 'PARTIAL', message: answer.value.partial })
        context.report(error, responsePathAsArray(info.path))
      }
    } else {
      const error = answer.reason as Error
      if (connections.length === 1 || !(error instanceof GatewayError)) throw error
      incomplete.push({ connection: connection.slug, code: error.code, message: error.message })
      context.report(error, responsePathAsArray(info.path))
    }
  }
  const failed = incomplete.some(({ code }) => code !== 'PARTIAL')
  if (pages.length === 0 && failed) throw (answers[0] as PromiseRejectedResult).reason

  const { edges, more } = merge(pages, first, args.order.direction, start, (at) =>
    context.sealCursor({ v: 1, of, at } satisfies Cursor),
  )
  return {
    edges: edges as unknown as Edge<ValuesOf[T]>[], // a page of `type` holds records of `type`
    hasNextPage: more || failed || unfinished.length > asked.length,
    hasPreviousPage: args.after != null,
    incomplete,
  }
}

const END = 'end'

function merge(
  pages: readonly { connection: OpenConnection; page: ListPage }[],
  first: number,
  direction: 'ASC' | 'DESC',
  start: Readonly<Record<string, unknown>>,
  seal: (at: Readonly<Record<string, unknown>>) => string,
): { edges: Edge[]; more: boolean } {
  const sign = direction === 'ASC' ? 1 : -1
  const heads = pages.map(({ connection, page }) => ({ slug: connection.slug, page, next: 0 }))
  const at: Record<string, unknown> = { ...start }
  for (const { slug, page } of heads) if (page.records.length === 0 && !page.hasNext) at[slug] = END
  const edges: Edge[] = []
  // A page that ran out while its source has more says nothing of what comes next there: cut here.
  const ranOut = () => heads.some(({ next, page }) => next === page.records.length && page.hasNext)
  while (edges.length < first && !ranOut()) {
    const ready = heads.filter(({ next, page }) => next < page.records.length)
    if (ready.length === 0) break
    ready.sort((a, b) => {
      const order = compare(a.page.sortValues[a.next] ?? null, b.page.sortValues[b.next] ?? null) * sign
      return order || (a.slug < b.slug ? -1 : 1)
    })
    const head = ready[0] as (typeof heads)[number]
    at[head.slug] = head.page.positions[head.next]
    const node = head.page.records[head.next] as VendorRecord
    head.next += 1
    if (head.next === head.page.records.length && !head.page.hasNext) at[head.slug] = END
    const position = { ...at }
    edges.push({ node, cursor: () => seal(position) })
  }
  return { edges, more: heads.some(({ next, page }) => next < page.records.length || page.hasNext) }
}

/** Nulls come last in ascending order, as every source promises. */
function compare(a: string | number | null, b: string | number | null): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  return a < b ? -1 : 1
}

function chosenConnections(
  slugs: readonly string[] | null | undefined,
  context: ReadContext,
): OpenConnection[] {
  if (slugs == null) return [...context.connections.values()]
  if (slugs.length === 0)
    throw badInput('connections', 'at least one connection, or none given for all of yours', slugs)
  return [...new Set(slugs)].map((slug) => {
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
}

/** No silent wrong answers: what a connection can't filter or order by is refused by name. */
function expectSupported(
  { slug, source }: OpenConnection,
  list: ListName,
  filter: Filter,
  order: string,
  connections: number,
): void {
  const { filters, orderBy } = source.capabilities
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

/**
 * A list below one record (`Ticket.notes`): `first` walks from the oldest, `last` takes the newest, and both
 * answer in the order in which things happened.
 */
export async function listChildren<T extends EntityType>(
  list: ListName,
  type: T,
  parent: { readonly connection: string; readonly key: string },
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
  const connection = context.connections.get(parent.connection) as OpenConnection
  const filter = args.filter ?? {}
  const direction = backwards ? 'DESC' : 'ASC'
  expectSupported(connection, list, filter, 'CREATED_AT', 1)
  const of = fingerprint([list, parent, filter, direction])
  const cursor = backwards ? args.before : args.after
  const page = await connection.source.listPage(connection.session, {
    list,
    parent: parent.key,
    filter,
    order: { key: 'CREATED_AT', direction },
    first: pageSize(backwards ? 'last' : 'first', backwards ? args.last : args.first),
    after: cursor == null ? null : (openCursor(cursor, of, context).here ?? null),
    fields: Selections.of(info).wanted(connection.source, type),
  })
  const edges = page.records.map((node, index) => ({
    node,
    cursor: () => context.sealCursor({ v: 1, of, at: { here: page.positions[index] } } satisfies Cursor),
  }))
  if (backwards) edges.reverse()
  const incomplete =
    page.partial === undefined
      ? []
      : [{ connection: parent.connection, code: 'PARTIAL', message: page.partial }]
  for (const { message } of incomplete) {
    context.report(
      new GatewayError('PARTIAL', `Part of the answer of "${parent.connection}" is missing.`, {
        missing: message,
      }),
      responsePathAsArray(info.path),
    )
  }
  return {
    edges: edges as unknown as Edge<ValuesOf[T]>[],
    hasNextPage: backwards ? cursor != null : page.hasNext,
    hasPreviousPage: backwards ? page.hasNext : cursor != null,
    incomplete,
  }
}
