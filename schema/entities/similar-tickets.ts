import type { GraphQLResolveInfo } from 'graphql'
import { psa } from '../access.ts'
import type { ReadContext } from '../context.ts'
import { badInput } from '../errors.ts'
import { expectId } from '../ids.ts'
import { listRecords, pageSize } from '../lists.ts'
import type { TicketValues, VendorRecord } from '../records.ts'
import type { EntityRef, PsaBuilder } from './fields.ts'

/** Words that are asked for, a request each: the longest ones, since they tell the most. */
const WORDS_ASKED = 3
/** Newest tickets that are looked at for each of them. */
const LOOKED_AT = 50
const LONGEST_TITLE = 500
/** Shorter ones stand in every other title. */
const SHORTEST_WORD = 3
const COMMON: ReadonlySet<string> = new Set(
  'and are but can for from has have his her its new not one our out she that the them then they this was were when will with you your'.split(
    ' ',
  ),
)

export function defineSimilarTickets(builder: PsaBuilder, Ticket: EntityRef<TicketValues>): void {
  builder.queryField('similarTickets', (t) =>
    t.field({
      type: t.listRef(Ticket, { nullable: true }),
      description:
        'Tickets whose titles share words with this one, those that share the most first and of them the newest. Asks for its three longest words, a request each, among the 50 newest tickets that have one.',
      extensions: psa('Tickets', 'title'),
      args: {
        connection: t.arg.string({ required: true, description: "The connection's slug." }),
        title: t.arg.string({
          required: true,
          description: 'The title of a ticket that there is or is to be, at most 500 characters.',
        }),
        company: t.arg.id({ description: 'Of this company alone.' }),
        first: t.arg.int({ description: '25 by default, 100 at most.' }),
      },
      resolve: (_, args, context, info) => similarTickets(args, context, info),
    }),
  )
}

async function similarTickets(
  args: {
    readonly connection: string
    readonly title: string
    readonly company?: string | null | undefined
    readonly first?: number | null | undefined
  },
  context: ReadContext,
  info: GraphQLResolveInfo,
): Promise<VendorRecord<TicketValues>[]> {
  const { connection, title } = args
  if (title.length > LONGEST_TITLE)
    throw badInput('title', `at most ${LONGEST_TITLE} characters`, title.length)
  const words = wordsOf(title).filter((word) => word.length >= SHORTEST_WORD && !COMMON.has(word))
  if (words.length === 0)
    throw badInput('title', `a word of ${SHORTEST_WORD} letters or more that says what it is about`, title)
  const first = pageSize('first', args.first)
  const company = args.company ?? undefined
  if (company !== undefined) {
    expectId(company, 'Company', 'company')
    const refusal = context.judge(psa('Tickets', 'company').access, connection)
    if (refusal !== null) throw refusal
  }
  const pages = await Promise.all(
    words
      .toSorted((a, b) => b.length - a.length)
      .slice(0, WORDS_ASKED)
      .map((text) =>
        listRecords(
          'Ticket',
          'Ticket',
          {
            connections: [connection],
            filter: { text, ...(company !== undefined && { company: [company] }) },
            order: { key: 'CREATED_AT', direction: 'DESC' },
            first: LOOKED_AT,
            besides: ['title', 'createdAt'],
          },
          context,
          info,
        ),
      ),
  )
  const found = new Map(pages.flatMap(({ edges }) => edges.map(({ node }) => [node.id, node] as const)))
  const shared = (ticket: VendorRecord<TicketValues>): number => {
    const theirs = new Set(wordsOf(ticket.get('title') ?? ''))
    return words.filter((word) => theirs.has(word)).length
  }
  // One who may not read when tickets were made gets those that share as much in the order of their lists.
  const madeAt = (ticket: VendorRecord<TicketValues>): string =>
    ticket.has(['createdAt']) ? (ticket.get('createdAt') ?? '') : ''
  return [...found.values()]
    .map((ticket) => ({ ticket, shared: shared(ticket), madeAt: madeAt(ticket) }))
    .toSorted((a, b) => b.shared - a.shared || (a.madeAt < b.madeAt ? 1 : a.madeAt > b.madeAt ? -1 : 0))
    .slice(0, first)
    .map(({ ticket }) => ticket)
}

/** In small letters, each once. */
function wordsOf(text: string): readonly string[] {
  return [...new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])]
}
