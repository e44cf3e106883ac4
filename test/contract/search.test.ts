import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { EntityType } from '../../schema/records.ts'
import type { Vendor } from '../../schema/source.ts'
import type { Article, Ticket } from '../../simulators/dataset/index.ts'
import { along, document, PATHS } from './documents.ts'
import { type Told, toldBy } from './told.ts'
import { type ContractGateway, startContract, type VendorDesk, vendors } from './vendors.ts'

/** Requests of the documents, cold: types whose name may be empty are asked twice on ServiceNow, contacts on ConnectWise. */
const REQUESTS: Readonly<Record<Vendor, { readonly search: number; readonly similar: number }>> = {
  connectwise: { search: 6, similar: 3 },
  autotask: { search: 5, similar: 3 },
  halo: { search: 5, similar: 3 },
  servicenow: { search: 9, similar: 3 },
}
const TYPES = ['TICKET', 'COMPANY', 'CONTACT', 'CONFIGURATION_ITEM', 'ARTICLE'] as const
type Type = (typeof TYPES)[number]
const ENTITY: Readonly<Record<Type, EntityType>> = {
  TICKET: 'Ticket',
  COMPANY: 'Company',
  CONTACT: 'Contact',
  CONFIGURATION_ITEM: 'ConfigurationItem',
  ARTICLE: 'Article',
}
const IN_ARTICLES: Readonly<Record<Vendor, (one: Article) => string>> = {
  connectwise: ({ title, problem, solution }) => `${title} ${problem} ${solution}`,
  autotask: ({ title }) => title,
  halo: ({ title, problem }) => `${title} ${problem}`,
  servicenow: ({ title, problem, solution }) => `${title} ${problem} ${solution}`,
}
const SEARCH = `query ($text: String!, $types: [SearchType!], $connections: [String!], $first: Int) {
  search(text: $text, types: $types, connections: $connections, first: $first) {
    records { __typename id } more incomplete { connection type code } } }`

describe('search and similar tickets on four connections', () => {
  let t: ContractGateway
  let reader: string
  const toldOf = new Map<string, Told>()
  beforeAll(async () => {
    t = await startContract()
    reader = await t.agent('READ_ONLY')
    for (const desk of t.desks) toldOf.set(desk.slug, toldBy(desk.vendor, desk.slug, desk.simulator.dataset))
  })
  afterEach(() => Promise.all(t.desks.map((desk) => desk.stopFaults())))
  afterAll(() => t.close())

  const inOrder = () => t.desks.toSorted((a, b) => (a.slug < b.slug ? -1 : 1))
  const deskOf = (vendor: Vendor) => t.desks.find((desk) => desk.vendor === vendor)!

  /** Ids of what the data set has, in the order of the type's list. */
  function found({ vendor, slug, simulator: { dataset } }: VendorDesk, type: Type, word: string): string[] {
    const told = toldOf.get(slug)!
    const has = (text: string) => text.toLowerCase().includes(word.toLowerCase())
    const named = <R extends { readonly id: number }>(rows: readonly R[], name: (row: R) => string) =>
      rows
        .filter((row) => has(name(row)))
        .toSorted((a, b) => name(a).localeCompare(name(b), 'en', { sensitivity: 'base' }))
    const rowsOf = (): readonly { readonly id: number }[] => {
      switch (type) {
        case 'TICKET':
          return told.tickets.filter(({ title }) => has(title)).toSorted(told.newestFirst)
        case 'COMPANY':
          return named(dataset.companies, ({ name }) => name)
        case 'CONTACT':
          return named(dataset.contacts, (one) => `${one.firstName} ${one.lastName}`)
        case 'CONFIGURATION_ITEM':
          return named(dataset.devices, ({ name }) => name)
        case 'ARTICLE':
          return dataset.articles
            .filter((one) => has(IN_ARTICLES[vendor](one)))
            .toSorted((x, y) => x.title.localeCompare(y.title, 'en', { sensitivity: 'base' }))
      }
    }
    return rowsOf().map(({ id }) => told.id(ENTITY[type], id))
  }
  const idsOf = (records: readonly { readonly id: string }[]) => records.map(({ id }) => id)

  it.each(PATHS)('over all types and connections, in turn, $path', async ({ beside }) => {
    const { data, errors } = await t.ask(reader, along(SEARCH.replace(/ }$/, '\n}'), beside), {
      text: 'printer',
      first: 100,
    })
    expect(errors).toEqual([])
    const lists = TYPES.flatMap((type) => inOrder().map((desk) => found(desk, type, 'printer')))
    const pages = lists.map((ids) => ids.slice(0, 10))
    const turns = Array.from({ length: 10 }, (_, at) => pages.flatMap((ids) => ids.slice(at, at + 1))).flat()
    expect(turns.length).toBeGreaterThan(40)
    expect(idsOf(data.search.records)).toEqual(turns)
    expect(data.search.more).toBe(true)
    expect(data.search.incomplete).toEqual([])
  })

  it.each([
    ['COMPANY', (desk: VendorDesk) => desk.simulator.dataset.companies[3]!.name.split(' ')[0]!],
    [
      'CONTACT',
      ({ simulator: { dataset } }: VendorDesk) => {
        const { firstName, lastName } = dataset.contacts[5]!
        return `${firstName} ${lastName}`
      },
    ],
    ['CONFIGURATION_ITEM', (desk: VendorDesk) => desk.simulator.dataset.devices[7]!.name],
    ['ARTICLE', () => 'vpn'],
  ] as const)('%s alone, and no other list is asked', async (type, wordOf) => {
    for (const desk of t.desks) {
      desk.simulator.clearJournal()
      const word = wordOf(desk)
      const { data, errors } = await t.ask(reader, SEARCH, {
        text: word,
        types: [type],
        connections: [desk.slug],
        first: 10,
      })
      expect(errors).toEqual([])
      const ids = found(desk, type, word)
      expect(ids.length).toBeGreaterThan(0)
      expect(idsOf(data.search.records).toSorted(), desk.vendor).toEqual(ids.slice(0, 10).toSorted())
      expect(data.search.more).toBe(ids.length > 10)
      expect(desk.asked().length).toBeLessThanOrEqual(2)
    }
  })

  it.each(vendors)('%s: search and similar-by-title, cold and within their budgets', async (vendor) => {
    const desk = deskOf(vendor)
    const told = toldOf.get(desk.slug)!
    await t.restart()
    const variables = { text: 'printer', connection: desk.slug }
    const { data, errors } = await t.ask(reader, document('search'), variables)
    expect(errors).toEqual([])
    expect(data.search.incomplete).toEqual([])
    const titles = new Map(told.tickets.map((ticket) => [told.id('Ticket', ticket.id), ticket]))
    for (const { id, number, title } of data.search.records)
      if (id.includes(':Ticket:'))
        expect({ number, title }).toEqual({
          number: told.number(titles.get(id)!),
          title: titles.get(id)!.title,
        })
    expect(desk.asked().length).toBe(REQUESTS[vendor].search)

    await t.restart()
    const [one] = like(told, ({ title }) => /printer/i.test(title))
    const answer = await t.ask(reader, document('similar-by-title'), {
      connection: desk.slug,
      title: one!.title,
      company: told.id('Company', one!.companyId),
    })
    expect(answer.errors).toEqual([])
    const { similarTickets } = answer.data
    expect(similarTickets.length).toBeGreaterThan(0)
    for (const { id, number, title } of similarTickets)
      expect({ number, title, companyId: titles.get(id)!.companyId }).toEqual({
        number: told.number(titles.get(id)!),
        title: titles.get(id)!.title,
        companyId: one!.companyId,
      })
    expect(desk.asked().length).toBe(REQUESTS[vendor].similar)
  })

  const like = (told: Told, keeps: (ticket: Ticket) => boolean) =>
    told.tickets.filter(keeps).toSorted(told.newestFirst)
  const wordsOf = (text: string) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu))

  it.each(vendors)('%s: tickets that share the most words come first, of them the newest', async (vendor) => {
    const { slug } = deskOf(vendor)
    const told = toldOf.get(slug)!
    const title = 'Printer jams for the whole office'
    const { data, errors } = await t.ask(
      reader,
      'query ($slug: String!, $title: String!) { similarTickets(connection: $slug, title: $title, first: 100) { id } }',
      { slug, title },
    )
    expect(errors).toEqual([])
    const asked = ['printer', 'office', 'whole']
    const wanted = new Map(
      asked.flatMap((word) =>
        like(told, (one) => one.title.toLowerCase().includes(word))
          .slice(0, 50)
          .map((one) => [told.id('Ticket', one.id), one] as const),
      ),
    )
    const ids = idsOf(data.similarTickets)
    expect(ids.length).toBe(Math.min(100, wanted.size))
    expect(ids.length).toBeGreaterThan(5)
    const shared = (ticket: Ticket) =>
      ['printer', 'jams', 'whole', 'office'].filter((word) => wordsOf(ticket.title).has(word)).length
    const got = ids.map((id) => wanted.get(id)!)
    const sorted = got.toSorted((a, b) => shared(b) - shared(a) || b.createdAt - a.createdAt)
    expect(got.map((one) => [shared(one), one.createdAt])).toEqual(
      sorted.map((one) => [shared(one), one.createdAt]),
    )
  })

  it('a connection that fails is named with each type, and the others answer', async () => {
    const broken = deskOf('halo')
    await broken.fault({ kind: 'status', status: 500, times: 50 })
    const { data, errors } = await t.ask(reader, SEARCH, { text: 'printer', types: ['TICKET', 'ARTICLE'] })
    const gap = (type: string) => ({ connection: broken.slug, type, code: 'VENDOR_UNAVAILABLE' })
    expect(data.search.incomplete).toEqual([gap('TICKET'), gap('ARTICLE')])
    expect(errors.map(({ extensions }: { extensions?: unknown }) => extensions)).toMatchObject([
      gap('TICKET'),
      gap('ARTICLE'),
    ])
    const slugs = new Set(idsOf(data.search.records).map((id) => id.split(':')[0]))
    expect([...slugs].toSorted()).toEqual(
      inOrder()
        .map(({ slug }) => slug)
        .filter((slug) => slug !== broken.slug),
    )
    const alone = await t.ask(reader, SEARCH, {
      text: 'printer',
      types: ['TICKET'],
      connections: [broken.slug],
    })
    expect(alone.errors).toMatchObject([{ extensions: { code: 'VENDOR_UNAVAILABLE' } }])
  })

  it('what the policy closes is told and not asked for; a record scope binds what is found', async () => {
    const closed = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      recordScope: { include: { companies: ['302'] } },
      groups: {
        ...policy.groups,
        'Knowledge Base': { ...policy.groups['Knowledge Base']!, level: 'DISABLED' as const },
      },
    }))
    const desk = deskOf('connectwise')
    const told = toldOf.get(desk.slug)!
    desk.simulator.clearJournal()
    const { data, errors } = await t.ask(closed, SEARCH, { text: 'printer', connections: [desk.slug] })
    const gap = { connection: desk.slug, type: 'ARTICLE', code: 'GROUP_DISABLED' }
    expect(data.search.incomplete).toEqual([gap])
    expect(errors).toMatchObject([{ extensions: { code: 'GROUP_DISABLED' } }])
    expect(desk.asked().some(({ path }) => /knowledge/i.test(path))).toBe(false)
    const own = like(told, ({ title, companyId }) => companyId === 302 && /printer/i.test(title))
    expect(own.length).toBeGreaterThan(0)
    const tickets = idsOf(data.search.records).filter((id) => id.includes(':Ticket:'))
    expect(tickets).toEqual(own.slice(0, 10).map(({ id }) => told.id('Ticket', id)))
    const similar = await t.ask(
      closed,
      'query ($slug: String!) { similarTickets(connection: $slug, title: "printer", first: 100) { id } }',
      { slug: desk.slug },
    )
    expect(idsOf(similar.data.similarTickets)).toEqual(
      own.slice(0, 50).map(({ id }) => told.id('Ticket', id)),
    )
  })

  it.each([
    ['search(text: " ") { more }', 'text'],
    [`search(text: "${'a'.repeat(201)}") { more }`, 'text'],
    ['search(text: "a", types: []) { more }', 'types'],
    ['search(text: "a", first: 101) { more }', 'first'],
    ['similarTickets(connection: "acme-cw", title: "of the in") { id }', 'title'],
    ['similarTickets(connection: "acme-cw", title: "printer", company: "302") { id }', 'company'],
  ])('refused, with what was expected: %s', async (field, argument) => {
    for (const desk of t.desks) desk.simulator.clearJournal()
    const { errors } = await t.ask(reader, `{ ${field} }`)
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }])
    expect(t.desks.flatMap((desk) => desk.asked())).toEqual([])
  })
})
