import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Vendor } from '../../schema/source.ts'
import type { Ticket } from '../../simulators/dataset/index.ts'
import type { Answer } from '../gateway.ts'
import { along, PATHS } from './documents.ts'
import { saidBy } from './said.ts'
import { type Told, toldBy } from './told.ts'
import { type ContractGateway, startContract, type VendorDesk, vendors } from './vendors.ts'

/** Requests by which a vendor is asked for notes. */
const NOTES: Readonly<Record<Vendor, RegExp>> = {
  connectwise: /\/notes$/,
  autotask: /\/TicketNotes\/query$/,
  halo: /\/Actions$/,
  servicenow: /\/sys_journal_field$/,
}

interface Listed {
  readonly desk: VendorDesk
  readonly told: Told
  readonly ticket: Ticket
  readonly id: string
}

interface Page {
  readonly ids: readonly string[]
  readonly incomplete: readonly { readonly connection: string; readonly code: string }[]
  readonly errors: Answer['errors']
  readonly next: string | null
}

/** Every connection tells the same records, so that each moment is there up to four times. */
describe('one list over four connections of four vendors', () => {
  let t: ContractGateway
  let token: string
  let all: readonly Listed[]
  beforeAll(async () => {
    t = await startContract()
    token = await t.agent('READ_ONLY')
    all = t.desks
      .flatMap((desk) => {
        const told = toldBy(desk.vendor, desk.slug, desk.simulator.dataset)
        return told.tickets.map((ticket) => ({ desk, told, ticket, id: told.id('Ticket', ticket.id) }))
      })
      .toSorted(
        (a, b) =>
          b.ticket.createdAt - a.ticket.createdAt ||
          (a.desk.slug < b.desk.slug ? -1 : a.desk.slug > b.desk.slug ? 1 : 0) ||
          a.told.newestFirst(a.ticket, b.ticket),
      )
    // Tokens and addresses are there already: a fault meets the list itself.
    await t.ask(token, '{ tickets(first: 1) { nodes { id } } }')
  })
  afterEach(() => Promise.all(t.desks.map((desk) => desk.stopFaults())))
  afterAll(() => t.close())

  const LIST = `query ($first: Int, $after: String, $filter: TicketFilter) {
    tickets(first: $first, after: $after, filter: $filter) {
      nodes { id } pageInfo { hasNextPage endCursor incomplete { connection code } } }
  }`

  async function page(beside: string, variables: Readonly<Record<string, unknown>>): Promise<Page> {
    const { data, errors } = await t.ask(token, along(LIST, beside), variables)
    expect(data.tickets, JSON.stringify(errors)).not.toBeNull()
    const { nodes, pageInfo } = data.tickets
    return {
      ids: nodes.map(({ id }: { id: string }) => id),
      incomplete: pageInfo.incomplete,
      errors,
      next: pageInfo.hasNextPage ? pageInfo.endCursor : null,
    }
  }

  async function walk(beside: string, variables: Readonly<Record<string, unknown>>): Promise<Page[]> {
    const pages: Page[] = []
    let after: string | null = null
    do {
      const one: Page = await page(beside, { ...variables, after })
      pages.push(one)
      after = one.next
      if (pages.length > 40) throw new Error('Expected the list to end')
    } while (after !== null)
    return pages
  }
  const idsOf = (pages: readonly Page[]) => pages.flatMap(({ ids }) => ids)

  /** One client on every connection: some hundreds of tickets. */
  const client = () => ({ company: [...new Set(all.map(({ told }) => told.id('Company', 302)))] })
  const ofClient = () => all.filter(({ ticket: { companyId } }) => companyId === 302)

  it.each(PATHS)("the README's first query, $path", async ({ beside }) => {
    const { data, errors } = await t.ask(
      token,
      along('{ tickets(first: 2) { nodes { number title status { name } company { name } } }\n}', beside),
    )

    expect(errors).toEqual([])
    expect(data.tickets.nodes).toEqual(
      all.slice(0, 2).map(({ told, ticket }) => ({
        number: told.number(ticket),
        title: ticket.title,
        status: { name: told.status(ticket) },
        company: { name: told.company(ticket).name },
      })),
    )
  })

  it.each(PATHS)(
    'is in order of time, then of connection and id; one cursor walks it to the end, $path',
    async ({ beside }) => {
      const want = ofClient().map(({ id }) => id)
      expect(want.length).toBeGreaterThan(300)
      const pages = await walk(beside, { filter: client(), first: 60 })

      expect(pages.flatMap(({ errors, incomplete }) => [...errors, ...incomplete])).toEqual([])
      expect(idsOf(pages)).toEqual(want)
      for (const { slug } of t.desks)
        expect(want.filter((id) => id.startsWith(`${slug}:`)).length).toBeGreaterThan(50)
    },
  )

  it.each(PATHS)('the newest 200 of all, in small pages, $path', async ({ beside }) => {
    const ids: string[] = []
    let after: string | null = null
    while (ids.length < 200) {
      const one: Page = await page(beside, { first: 40, after })
      expect([...one.errors, ...one.incomplete]).toEqual([])
      ids.push(...one.ids)
      after = one.next
    }

    expect(ids).toEqual(all.slice(0, 200).map(({ id }) => id))
  })

  it.each(PATHS)('reads children of what is shown alone, $path', async ({ beside }) => {
    for (const desk of t.desks) desk.simulator.clearJournal()
    const { data, errors } = await t.ask(
      token,
      along('{ tickets(first: 20) { nodes { id notes(last: 1) { nodes { text } } } }\n}', beside),
    )

    expect(errors).toEqual([])
    const shown = all.slice(0, 20)
    expect(data.tickets.nodes).toEqual(
      shown.map(({ desk, told, ticket, id }) => ({
        id,
        notes: {
          nodes: saidBy(desk.vendor, told, desk.simulator.dataset)
            .notes(ticket)
            .slice(-1)
            .map(({ text }) => ({ text })),
        },
      })),
    )
    for (const desk of t.desks) {
      const asked = desk
        .asked()
        .filter(({ path }) => NOTES[desk.vendor].test(path))
        .map(({ path, query, body }) => JSON.stringify([path, query, body]))
      // Each source brought 20 tickets of which the merge kept about five.
      const own = all.filter((one) => one.desk === desk).slice(0, 20)
      for (const { ticket, told, id } of own) {
        const key = told.id('Ticket', ticket.id).split(/[:.]/).at(-1)!
        const mentions = asked.filter((text) => text.includes(key)).length
        expect([id, mentions]).toEqual([id, shown.some((one) => one.id === id) ? 1 : 0])
      }
      const shownHere = own.filter((one) => shown.includes(one)).length
      expect(shownHere).toBeGreaterThan(2)
      expect(asked).toHaveLength(['connectwise', 'halo'].includes(desk.vendor) ? shownHere : 1)
    }
  })

  it.each(vendors.flatMap((vendor) => PATHS.map((one) => ({ vendor, ...one }))))(
    'when $vendor fails the page says so, the others answer, and the next page asks it again, $path',
    async ({ vendor, beside }) => {
      const { slug, fault } = t.desks.find((desk) => desk.vendor === vendor)!
      // A read is tried once more after a 503, and never after a 500.
      await fault({ kind: 'status', status: 500, times: 1 })
      const [first, ...rest] = await walk(beside, { filter: client(), first: 60 })

      expect(first!.incomplete).toEqual([{ connection: slug, code: 'VENDOR_UNAVAILABLE' }])
      expect(
        first!.errors.map(({ path, extensions }) => [path, extensions.code, extensions.connection]),
      ).toEqual([[['tickets'], 'VENDOR_UNAVAILABLE', slug]])
      const others = ofClient().filter(({ desk }) => desk.slug !== slug)
      expect(first!.ids).toEqual(others.slice(0, 60).map(({ id }) => id))
      expect(rest.flatMap(({ errors, incomplete }) => [...errors, ...incomplete])).toEqual([])

      // What it would have shown on the first page comes on the next ones: nothing is lost, nothing twice.
      const ids = [...first!.ids, ...idsOf(rest)]
      expect(ids.toSorted()).toEqual(
        ofClient()
          .map(({ id }) => id)
          .toSorted(),
      )
      for (const desk of t.desks)
        expect(ids.filter((id) => id.startsWith(`${desk.slug}:`))).toEqual(
          ofClient()
            .filter((one) => one.desk === desk)
            .map(({ id }) => id),
        )
    },
  )

  it.each(PATHS)('when all of them fail the list gives the error in its place, $path', async ({ beside }) => {
    for (const desk of t.desks) await desk.fault({ kind: 'status', status: 500, times: 1 })
    const { data, errors } = await t.ask(token, along('{ tickets(first: 5) { nodes { id } }\n}', beside))

    expect(data.tickets).toBeNull()
    expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['tickets'], 'VENDOR_UNAVAILABLE'],
    ])
  })
})
