import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Vendor } from '../../schema/source.ts'
import type { Ticket } from '../../simulators/dataset/index.ts'
import { along, PATHS } from './documents.ts'
import { saidBy } from './said.ts'
import { iso, type Told, toldBy } from './told.ts'
import { type ContractGateway, startContract, type VendorDesk, vendors } from './vendors.ts'

const DAY = 86_400_000

/** Requests of an ordinary list and of the same list where the data set is awkward; docs/budgets.md has them too. */
const REQUESTS: Readonly<
  Record<Vendor, Readonly<Record<'notes' | 'gap' | 'ids', readonly [ordinary: number, awkward: number]>>>
> = {
  connectwise: { notes: [51, 51], gap: [1, 1], ids: [1, 1] },
  // 500 notes make a page there, and a list is windows of time.
  autotask: { notes: [2, 3], gap: [1, 2], ids: [1, 2] },
  // Days are asked for, and moments told apart here: the page is filled up by a second request.
  halo: { notes: [51, 51], gap: [1, 2], ids: [1, 1] },
  servicenow: { notes: [3, 3], gap: [1, 1], ids: [1, 1] },
}

describe.each(vendors)(
  '%s: the awkward parts of the data set change the count, never the answer',
  (vendor) => {
    let t: ContractGateway
    let desk: VendorDesk
    let told: Told
    let said: ReturnType<typeof saidBy>
    let token: string
    beforeAll(async () => {
      t = await startContract([vendor])
      desk = t.desk
      told = toldBy(vendor, desk.slug, desk.simulator.dataset)
      said = saidBy(vendor, told, desk.simulator.dataset)
      token = await t.agent('READ_ONLY')
    })
    afterAll(() => t.close())

    const LIST = `query ($filter: TicketFilter, $order: TicketOrder, $after: String) {
    tickets(first: 50, filter: $filter, order: $order, after: $after) {
      nodes { id } pageInfo { hasNextPage endCursor incomplete { code } } }
  }`

    /** The first page of a list, and how many requests it took. */
    async function page(beside: string, variables: Readonly<Record<string, unknown>>) {
      desk.simulator.clearJournal()
      const { data, errors } = await t.ask(token, along(LIST, beside), variables)
      expect(errors).toEqual([])
      expect(data.tickets.pageInfo.incomplete).toEqual([])
      const ids: string[] = data.tickets.nodes.map(({ id }: { id: string }) => id)
      return { ids, requests: desk.asked().length, cursor: data.tickets.pageInfo.endCursor }
    }
    const idsOf = (tickets: readonly Ticket[]) => tickets.map(({ id }) => told.id('Ticket', id))
    const expectRequests = (what: 'notes' | 'gap' | 'ids', ordinary: number, awkward: number) => {
      expect([ordinary, awkward]).toEqual(REQUESTS[vendor][what])
    }

    it.each(PATHS)('tickets with over 200 notes among fifty, $path', async ({ beside }) => {
      const long = told.tickets.filter(({ id }) => desk.simulator.dataset.facts.longTicketIds.includes(id))
      expect(long.map((ticket) => said.notes(ticket).length > 200)).toEqual([true, true])
      const newest = told.tickets.toSorted(told.newestFirst).filter((ticket) => !long.includes(ticket))
      const lastNotes = async (tickets: readonly Ticket[]) => {
        desk.simulator.clearJournal()
        const { data, errors } = await t.ask(
          token,
          along(
            `query ($filter: TicketFilter) { tickets(first: 50, filter: $filter) {
            nodes { id notes(last: 5) { nodes { text createdAt } } } }
          }`,
            beside,
          ),
          { filter: { numbers: tickets.map(told.number) } },
        )
        expect(errors).toEqual([])
        expect(data.tickets.nodes).toEqual(
          tickets.toSorted(told.newestFirst).map((ticket) => ({
            id: told.id('Ticket', ticket.id),
            notes: {
              nodes: said
                .notes(ticket)
                .slice(-5)
                .map(({ text, at }) => ({ text, createdAt: iso(at) })),
            },
          })),
        )
        return desk.asked().length
      }

      expectRequests(
        'notes',
        await lastNotes(newest.slice(0, 50)),
        await lastNotes([...long, ...newest.slice(0, 48)]),
      )
    })

    it.each(PATHS)('all notes of a ticket that has over 200, page by page, $path', async ({ beside }) => {
      const ticket = told.tickets.find(({ id }) => id === desk.simulator.dataset.facts.longTicketIds[1])!
      const texts: string[] = []
      let after: string | null = null
      let more = true
      while (more) {
        const { data, errors } = await t.ask(
          token,
          along(
            `query ($id: ID!, $after: String) { ticket(id: $id) { notes(first: 100, after: $after) {
            nodes { text } pageInfo { hasNextPage endCursor incomplete { code } } } }
          }`,
            beside,
          ),
          { id: told.id('Ticket', ticket.id), after },
        )
        expect(errors).toEqual([])
        const { nodes, pageInfo } = data.ticket.notes
        expect(pageInfo.incomplete).toEqual([])
        texts.push(...nodes.map(({ text }: { text: string }) => text))
        after = pageInfo.endCursor
        more = pageInfo.hasNextPage
      }

      expect(texts).toEqual(said.notes(ticket).map(({ text }) => text))
    })

    it.each([
      ['oldest first', 'first', 'after', 'hasNextPage', 'endCursor'],
      ['newest first', 'last', 'before', 'hasPreviousPage', 'startCursor'],
    ])(
      'description and resolution have their place among the notes, page by page, %s',
      async (_, size, cursor, more, end) => {
        const kinds = (one: Ticket) => new Set(said.notes(one).map(({ kind }) => kind))
        const ticket = told.tickets.find(
          (one) =>
            ['DESCRIPTION', 'RESOLUTION', 'INTERNAL'].every((kind) => kinds(one).has(kind as 'INTERNAL')) &&
            said.notes(one).length > 4 &&
            told.closed(one),
        )!
        const pages: unknown[][] = []
        let at: string | null = null
        do {
          const { data, errors } = await t.ask(
            token,
            `query ($id: ID!, $at: String) { ticket(id: $id) { notes(${size}: 2, ${cursor}: $at) {
              nodes { kind text createdAt } pageInfo { ${more} ${end} } } } }`,
            { id: told.id('Ticket', ticket.id), at },
          )
          expect(errors).toEqual([])
          const { nodes, pageInfo } = data.ticket.notes
          pages.push(nodes)
          at = pageInfo[more] ? pageInfo[end] : null
        } while (at !== null)

        const inOrder = size === 'first' ? pages : pages.toReversed()
        expect(inOrder.flat()).toEqual(
          said.notes(ticket).map((note) => ({ kind: note.kind, text: note.text, createdAt: iso(note.at) })),
        )
      },
    )

    it.each(PATHS)('a page that reaches over 90 days without a ticket, $path', async ({ beside }) => {
      const { gap } = desk.simulator.dataset.facts
      const sorted = told.tickets.toSorted(told.newestFirst)
      const after = sorted.findLastIndex(({ createdAt }) => createdAt >= gap.to)
      // Three tickets after the gap, the rest before it.
      const before = new Date(sorted[after - 3]!.createdAt)
      const here = sorted.filter(({ createdAt }) => createdAt < before.getTime()).slice(0, 50)
      expect(here[2]!.createdAt - here[3]!.createdAt).toBeGreaterThanOrEqual(90 * DAY - 1000)
      const ordinary = await page(beside, { filter: { createdAt: { before: new Date().toISOString() } } })
      const awkward = await page(beside, { filter: { createdAt: { before: before.toISOString() } } })

      expect(ordinary.ids).toEqual(idsOf(sorted.slice(0, 50)))
      expect(awkward.ids).toEqual(idsOf(here))
      expectRequests('gap', ordinary.requests, awkward.requests)
    })

    it.each(PATHS)(
      'ids that are not in date order: the oldest have the highest, $path',
      async ({ beside }) => {
        const oldest = told.tickets.toSorted((a, b) => told.newestFirst(b, a))
        const imported = new Set(desk.simulator.dataset.facts.importedTicketIds)
        expect(oldest.slice(0, 50).every(({ id }) => imported.has(id))).toBe(true)
        const ordinary = await page(beside, { order: { key: 'CREATED_AT', direction: 'DESC' } })
        const awkward = await page(beside, { order: { key: 'CREATED_AT', direction: 'ASC' } })

        expect(ordinary.ids).toEqual(idsOf(oldest.toReversed().slice(0, 50)))
        expect(awkward.ids).toEqual(idsOf(oldest.slice(0, 50)))
        expectRequests('ids', ordinary.requests, awkward.requests)
      },
    )
  },
)
