import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Vendor } from '../../schema/source.ts'
import type { Ticket } from '../../simulators/dataset/index.ts'
import type { Answer } from '../gateway.ts'
import { along, CONTRACT_DOCUMENTS, type ContractDocument, document, PATHS } from './documents.ts'
import { saidBy } from './said.ts'
import { fullName, iso, type Told, toldBy } from './told.ts'
import { type ContractGateway, startContract, type VendorDesk, vendors } from './vendors.ts'

const DAY = 86_400_000

/**
 * Vendor requests of a gateway that has read nothing yet, tokens and addresses left out. docs/budgets.md gives the
 * reasons: a number that grows here changes there.
 */
const REQUESTS: Readonly<Record<Vendor, Readonly<Record<ContractDocument, number>>>> = {
  connectwise: {
    'fifty-tickets': 52,
    'last-notes': 52,
    'similar-tickets': 1,
    'log-time': 6,
    'weekly-report': 4,
  },
  autotask: { 'fifty-tickets': 4, 'last-notes': 4, 'similar-tickets': 1, 'log-time': 7, 'weekly-report': 8 },
  // The report's second page reaches into one more of HaloPSA's own at some hours of the day.
  halo: { 'fifty-tickets': 51, 'last-notes': 1, 'similar-tickets': 1, 'log-time': 6, 'weekly-report': 8 },
  servicenow: {
    'fifty-tickets': 3,
    'last-notes': 3,
    'similar-tickets': 1,
    'log-time': 6,
    'weekly-report': 5,
  },
}

const checked = new Set<string>()

describe.each(vendors)('%s: committed operations', (vendor) => {
  describe.each(PATHS)('$path', ({ beside }) => {
    let t: ContractGateway
    let desk: VendorDesk
    let told: Told
    let said: ReturnType<typeof saidBy>
    beforeAll(async () => {
      t = await startContract([vendor])
      desk = t.desk
      told = toldBy(vendor, desk.slug, desk.simulator.dataset)
      said = saidBy(vendor, told, desk.simulator.dataset)
    })
    afterAll(() => t.close())
    // Cold: each operation meets a gateway of its own.
    beforeEach(() => t.restart())

    const reader = () => t.agent('READ_ONLY')
    const ask = async (
      token: string,
      name: ContractDocument,
      variables: Readonly<Record<string, unknown>> = {},
    ): Promise<Answer> => {
      checked.add(name)
      return t.ask(token, along(document(name), beside), variables)
    }
    const expectRequests = (name: ContractDocument) => {
      expect(desk.asked().length).toBeLessThanOrEqual(REQUESTS[vendor][name])
      expect(desk.sent()).toEqual([])
    }
    const withPeople = (ticket: Ticket) => {
      const contact = told.contact(ticket)
      return {
        number: told.number(ticket),
        title: ticket.title,
        company: { name: told.company(ticket).name },
        contact: contact && { name: fullName(contact), email: contact.email },
      }
    }

    it('fifty-tickets: the 50 newest with company, contact and last five notes', async () => {
      const { data, errors } = await ask(await reader(), 'fifty-tickets')

      expect(errors).toEqual([])
      expect(data.tickets.nodes).toEqual(
        told.tickets
          .toSorted(told.newestFirst)
          .slice(0, 50)
          .map((ticket) => ({
            ...withPeople(ticket),
            notes: {
              nodes: said
                .notes(ticket)
                .slice(-5)
                .map(({ kind, text, at }) => ({ kind, text, createdAt: iso(at) })),
            },
          })),
      )
      expectRequests('fifty-tickets')
    })

    it('last-notes: the same with what was said last', async () => {
      const { data, errors } = await ask(await reader(), 'last-notes')

      expect(errors).toEqual([])
      expect(data.tickets.nodes).toEqual(
        told.tickets
          .toSorted(told.newestFirst)
          .slice(0, 50)
          .map((ticket) => ({ ...withPeople(ticket), lastNote: said.lastNote(ticket) })),
      )
      expectRequests('last-notes')
    })

    it.each([
      { closed: 'Client-Facing Notes', clientVisible: false },
      { closed: 'Ticket Notes', clientVisible: true },
    ])(
      'last notes are those that the caller may read: without $closed',
      async ({ closed, clientVisible }) => {
        const token = await t.agent('READ_ONLY', (policy) => ({
          ...policy,
          groups: { ...policy.groups, [closed]: { level: 'DISABLED' } },
        }))
        const { data, errors } = await t.ask(
          token,
          along('{ tickets(first: 20) { nodes { id lastNote } }\n}', beside),
        )

        expect(errors).toEqual([])
        expect(data.tickets.nodes).toEqual(
          told.tickets
            .toSorted(told.newestFirst)
            .slice(0, 20)
            .map((ticket) => ({
              id: told.id('Ticket', ticket.id),
              lastNote:
                said.notes(ticket).findLast(({ kind }) => (kind !== 'INTERNAL') === clientVisible)?.text ??
                null,
            })),
        )
      },
    )

    it('similar-tickets: by words of the title', async () => {
      const words = 'slow'
      const found = told.tickets
        .filter(({ title }) => title.toLowerCase().includes(words))
        .toSorted(told.newestFirst)
      expect(found.length).toBeGreaterThan(20)
      const { data, errors } = await ask(await reader(), 'similar-tickets', { connection: desk.slug, words })

      expect(errors).toEqual([])
      expect(data.tickets).toEqual({
        nodes: found.slice(0, 20).map((ticket) => ({
          id: told.id('Ticket', ticket.id),
          number: told.number(ticket),
          title: ticket.title,
          createdAt: iso(ticket.createdAt),
          updatedAt: iso(ticket.updatedAt),
        })),
        pageInfo: { hasNextPage: true, incomplete: [] },
      })
      expectRequests('similar-tickets')
    })

    it('weekly-report: 20 companies, up to 200 tickets, and the time on them', async () => {
      const token = await reader()
      const { companies, anchor } = desk.simulator.dataset
      const touched = (since: number) => told.tickets.filter(({ updatedAt }) => updatedAt >= since)
      let since = Math.ceil((anchor.getTime() - 60 * DAY) / DAY) * DAY
      while (touched(since).length > 200) since += DAY
      const fixed = {
        connection: desk.slug,
        companies: companies.map(({ id }) => told.id('Company', id)),
        since: iso(since),
      }
      const tickets: unknown[] = []
      const entries: unknown[] = []
      let next: Record<string, unknown> = {}
      do {
        const { data, errors } = await ask(token, 'weekly-report', { ...fixed, ...next })
        expect(errors).toEqual([])
        for (const list of [data.tickets, data.timeEntries])
          expect(list?.pageInfo.incomplete ?? []).toEqual([])
        tickets.push(...(data.tickets?.nodes ?? []))
        entries.push(...(data.timeEntries?.nodes ?? []))
        next = {
          tickets: data.tickets?.pageInfo.hasNextPage ?? false,
          ticketsAfter: data.tickets?.pageInfo.endCursor,
          time: data.timeEntries?.pageInfo.hasNextPage ?? false,
          timeAfter: data.timeEntries?.pageInfo.endCursor,
        }
      } while (next.tickets === true || next.time === true)

      const lines = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).toSorted()
      const wanted = touched(since)
      expect(new Set(wanted.map(({ companyId }) => companyId)).size).toBe(20)
      expect(lines(tickets)).toEqual(
        lines(
          wanted.map((ticket) => ({
            id: told.id('Ticket', ticket.id),
            number: told.number(ticket),
            title: ticket.title,
            updatedAt: iso(ticket.updatedAt),
            company: { name: told.company(ticket).name },
          })),
        ),
      )
      const work = said.timeEntries.filter(({ startedAt }) => startedAt! >= iso(since)!)
      expect(work.length).toBeGreaterThan(50)
      expect(lines(entries)).toEqual(lines(work))
      expectRequests('weekly-report')
    })

    it('log-time: one write, look-ups that are cached, and the reads of the ticket that safety asks for', async () => {
      const dana = await t.approver()
      const token = await t.agent('FULL_AUTOMATION', undefined, dana.id)
      const ticket = told.tickets.find((one) => !told.closed(one) && one.kind === 'service')!
      // A written ticket in the answer belongs to the other subgraph, and is read for it.
      const answered = beside === '' ? 0 : 1
      const query = document('log-time').replace(
        '__typename',
        beside === '' ? '__typename' : '__typename ... on TicketWritten { ticket { number } }',
      )
      checked.add('log-time')
      const log = async (hours: number) => {
        desk.simulator.clearJournal()
        const { data, errors } = await t.ask(token, query, {
          ticket: told.id('Ticket', ticket.id),
          startedAt: iso(desk.simulator.dataset.anchor.getTime() - 3_600_000),
          hours,
          [vendor === 'autotask' ? 'clientText' : 'internalText']: `Budget: ${hours} hours`,
        })
        expect(errors).toEqual([])
        expect(data.logTime).toMatchObject({
          __typename: 'TicketWritten',
          request: { state: 'EXECUTED' },
          ...(beside !== '' && { ticket: { number: told.number(ticket) } }),
        })
        expect(desk.sent()).toHaveLength(1)
        return desk.asked().length
      }
      const cold = await log(0.5)
      const warm = await log(0.75)

      expect(cold).toBeLessThanOrEqual(REQUESTS[vendor]['log-time'] + answered)
      // What the second call does not ask for again is the look-ups.
      expect(cold - warm).toBeLessThanOrEqual(3)
      // The plan, the check before sending, the write, and what it left behind.
      expect(warm).toBe(4 + answered)
      const after = await t.ask(
        token,
        `query ($id: ID!) { ticket(id: $id) { timeEntries(last: 2) { nodes {
          hours clientText internalText member { id } ticket { id } } } } }`,
        { id: told.id('Ticket', ticket.id) },
      )
      // Entered within one second they have no order of their own.
      const entries = after.data.ticket.timeEntries.nodes.toSorted(
        (a: { hours: number }, b: { hours: number }) => a.hours - b.hours,
      )
      expect(
        entries.map(({ clientText, internalText, ...entry }: Readonly<Record<string, unknown>>) => ({
          ...entry,
          text: clientText ?? internalText,
        })),
      ).toEqual(
        [0.5, 0.75].map((hours) => ({
          hours,
          text: `Budget: ${hours} hours`,
          member: { id: told.id('Member', 151) },
          ticket: { id: told.id('Ticket', ticket.id) },
        })),
      )
    })
  })
})

describe('the committed operations of this suite', () => {
  it('are all checked', () => {
    expect(CONTRACT_DOCUMENTS.filter((name) => !checked.has(name))).toEqual([])
  })
})
