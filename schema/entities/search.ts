import { type GraphQLResolveInfo, responsePathAsArray } from 'graphql'
import { psa } from '../access.ts'
import type { OpenConnection, ReadContext } from '../context.ts'
import { badInput, type ErrorCode, GatewayError } from '../errors.ts'
import type { UnifiedGroup } from '../groups.ts'
import { chosenConnections, type ListArguments, listRecords, pageSize } from '../lists.ts'
import type { EntityType, VendorRecord } from '../records.ts'
import type { ListName } from '../source.ts'
import type { PsaBuilder } from './fields.ts'
import type { defineNode } from './node.ts'

/** What is looked into, in the order in which it is shown: a list that takes a text, and the field that the text is found in. */
const SEARCHED = {
  TICKET: {
    type: 'Ticket',
    group: 'Tickets',
    field: 'title',
    description: 'Tickets, by a part of the title.',
  },
  COMPANY: { type: 'Company', group: 'Companies', field: 'name', description: 'Companies, by the name.' },
  CONTACT: {
    type: 'Contact',
    group: 'Contacts',
    field: 'name',
    description: 'Contacts, by the words of the name.',
  },
  CONFIGURATION_ITEM: {
    type: 'ConfigurationItem',
    group: 'Configurations',
    field: 'name',
    description: 'Configuration items, by a part of the name.',
  },
  ARTICLE: {
    type: 'Article',
    group: 'Knowledge Base',
    field: 'text',
    description: 'Articles of the knowledge base, by words as in `articles`.',
  },
} as const satisfies Record<
  string,
  { type: EntityType & ListName; group: UnifiedGroup; field: string; description: string }
>
type SearchType = keyof typeof SEARCHED
const TYPES = Object.keys(SEARCHED) as readonly SearchType[]

/** Of each type on each connection: enough to choose from, and one page at any vendor. */
const OF_EACH = 10
const LONGEST_TEXT = 200

interface SearchGap {
  readonly connection: string
  readonly type: SearchType
  readonly code: ErrorCode
  readonly message: string
}

interface SearchResult {
  readonly records: readonly VendorRecord[]
  readonly more: boolean
  readonly incomplete: readonly SearchGap[]
}

export function defineSearch(builder: PsaBuilder, Node: ReturnType<typeof defineNode>): void {
  const Type = builder.enumType('SearchType', {
    description: 'What `search` looks for.',
    values: Object.fromEntries(
      TYPES.map((name) => [name, { description: SEARCHED[name].description }]),
    ) as Record<SearchType, { description: string }>,
  })
  const Gap = builder.objectRef<SearchGap>('SearchGap').implement({
    description: 'A type of records that could not be searched on a connection, or not wholly.',
    extensions: psa('OPEN', ''),
    fields: (t) => ({
      connection: t.exposeString('connection', { nullable: false, description: "The connection's slug." }),
      type: t.field({
        type: Type,
        nullable: false,
        description: 'What was looked for.',
        resolve: ({ type }) => type,
      }),
      code: t.exposeString('code', { nullable: false, description: 'The stable error code.' }),
      message: t.exposeString('message', { nullable: false, description: 'What is missing, and why.' }),
    }),
  })
  const Result = builder.objectRef<SearchResult>('SearchResult').implement({
    description: 'What a search found, and where it could not look.',
    extensions: psa('OPEN', ''),
    fields: (t) => ({
      records: t.field({
        type: t.listRef(Node, { nullable: true }),
        nullable: false,
        description:
          'Records of all types in turn, so that none hides the others; those of one type on one connection in the order of its list.',
        resolve: ({ records }) => records,
      }),
      more: t.exposeBoolean('more', {
        nullable: false,
        description: 'There are more than are shown: ask the list of the type, with its filter `text`.',
      }),
      incomplete: t.field({
        type: [Gap],
        nullable: false,
        description: 'What could not be searched; empty when everything was.',
        resolve: ({ incomplete }) => [...incomplete],
      }),
    }),
  })
  builder.queryField('search', (t) =>
    t.field({
      type: Result,
      description:
        'Records that a text is found in, over several types and connections: one request or two to the PSA for each type on each connection.',
      extensions: psa('OPEN', ''),
      args: {
        text: t.arg.string({ required: true, description: 'What to look for, in at most 200 characters.' }),
        types: t.arg({ type: [Type], description: 'All of them when left out.' }),
        connections: t.arg.stringList({
          description: 'Slugs of connections; all that are assigned to you when left out.',
        }),
        first: t.arg.int({ description: 'Records in all: 25 by default, 100 at most.' }),
      },
      resolve: (_, args, context, info) => search(args, context, info),
    }),
  )
}

async function search(
  args: {
    readonly text: string
    readonly types?: readonly SearchType[] | null | undefined
    readonly connections?: readonly string[] | null | undefined
    readonly first?: number | null | undefined
  },
  context: ReadContext,
  info: GraphQLResolveInfo,
): Promise<SearchResult> {
  const text = args.text.trim()
  if (text === '' || text.length > LONGEST_TEXT)
    throw badInput('text', `a text of 1 to ${LONGEST_TEXT} characters`, args.text)
  const first = pageSize('first', args.first)
  const types = args.types ?? TYPES
  if (types.length === 0) throw badInput('types', 'at least one type, or none given for all', types)
  const connections = chosenConnections(args.connections, context)
  const answers = await Promise.all(
    [...new Set(types)].flatMap((type) =>
      connections.map((connection) =>
        lookInto(type, connection, text, Math.min(first, OF_EACH), context, info),
      ),
    ),
  )
  const failures = answers.flatMap((answer) => ('error' in answer ? [answer.error] : []))
  const [failure] = failures
  if (failure !== undefined && failures.length === answers.length) throw failure
  for (const error of failures) context.report(error, responsePathAsArray(info.path))
  const pages = answers.flatMap((answer) => ('records' in answer ? [answer] : []))
  const records = inTurn(pages.map((page) => page.records)).slice(0, first)
  const found = pages.reduce((sum, page) => sum + page.records.length, 0)
  return {
    records,
    more: found > records.length || pages.some(({ more }) => more),
    incomplete: answers.flatMap(({ gaps }) => gaps),
  }
}

type Answer =
  | { readonly records: readonly VendorRecord[]; readonly more: boolean; readonly gaps: readonly SearchGap[] }
  | { readonly error: GatewayError; readonly gaps: readonly SearchGap[] }

/** One type on one connection: what it may not or cannot be asked for is told, and the others answer. */
async function lookInto(
  type: SearchType,
  { slug }: OpenConnection,
  text: string,
  first: number,
  context: ReadContext,
  info: GraphQLResolveInfo,
): Promise<Answer> {
  const { type: list, group, field } = SEARCHED[type]
  const gap = ({ code, message }: { readonly code: ErrorCode; readonly message: string }): SearchGap => ({
    connection: slug,
    type,
    code,
    message,
  })
  try {
    const refusal = context.judge(psa(group, field).access, slug)
    if (refusal !== null) throw refusal
    const order: ListArguments['order'] =
      list === 'Ticket' ? { key: 'CREATED_AT', direction: 'DESC' } : { key: 'NAME', direction: 'ASC' }
    const args = { connections: [slug], filter: { text }, order, first }
    const page = await listRecords(list, list, args, context, info)
    return {
      records: page.edges.map(({ node }) => node as unknown as VendorRecord),
      more: page.hasNextPage,
      gaps: page.incomplete.map(gap),
    }
  } catch (error) {
    // What is a bug of ours is no part that merely is missing.
    if (!(error instanceof GatewayError)) throw error
    const named = new GatewayError(error.code, error.message, {
      ...error.extensions,
      connection: slug,
      type,
    })
    return { error: named, gaps: [gap(named)] }
  }
}

/** The first of each, then the second of each, until all are used up. */
function inTurn<T>(pages: readonly (readonly T[])[]): readonly T[] {
  const longest = Math.max(0, ...pages.map(({ length }) => length))
  return Array.from({ length: longest }, (_, at) => pages.flatMap((page) => page.slice(at, at + 1))).flat()
}
