import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RecordScope } from '../../policy/types.ts'
import type { Ticket } from '../../simulators/dataset/index.ts'
import { type Told, toldBy } from './told.ts'
import { type ContractGateway, startContract, type VendorDesk, vendors } from './vendors.ts'

const INSIDE = 302
const OUTSIDE = 251
const BOARD = 3

const SOME =
  'query ($after: String, $filter: TicketFilter) { tickets(first: 20, after: $after, filter: $filter) { edges { cursor } nodes { id title company { id name } board { id } } pageInfo { hasNextPage endCursor incomplete { code } } } }'

describe.each(vendors)('%s: a record scope on reads', (vendor) => {
  let t: ContractGateway
  let desk: VendorDesk
  let told: Told
  beforeAll(async () => {
    t = await startContract([vendor])
    desk = t.desk
    told = toldBy(vendor, desk.slug, desk.simulator.dataset)
  })
  afterAll(() => t.close())

  const key = (type: string, id: number) => told.id(type, id).slice(`${desk.slug}:${type}:`.length)
  const scoped = (recordScope: RecordScope) => t.agent('READ_ONLY', (policy) => ({ ...policy, recordScope }))
  const companies = (...ids: number[]) => ({ companies: ids.map((id) => key('Company', id)) })
  const boards = (...ids: number[]) => ({ boards: ids.map((id) => key('Board', id)) })

  /** Scopes with the tickets that must be left, by a plain computation over the data set. */
  const scopes: Readonly<Record<string, () => [RecordScope, (ticket: Ticket) => boolean]>> = {
    'only one company': () => [{ include: companies(INSIDE) }, ({ companyId }) => companyId === INSIDE],
    'not one company': () => [{ exclude: companies(OUTSIDE) }, ({ companyId }) => companyId !== OUTSIDE],
    'only one board': () => [{ include: boards(BOARD) }, ({ boardId }) => boardId === BOARD],
    'not one board': () => [{ exclude: boards(1) }, ({ boardId }) => boardId !== 1],
    'a company, without one board': () => [
      { include: companies(INSIDE, OUTSIDE), exclude: boards(1) },
      ({ companyId, boardId }) => [INSIDE, OUTSIDE].includes(companyId) && boardId !== 1,
    ],
  }
  const newest = (keeps: (ticket: Ticket) => boolean) => told.tickets.filter(keeps).toSorted(told.newestFirst)

  describe.each(Object.entries(scopes))('%s', (_name, make) => {
    let token = ''
    let scope: RecordScope = {}
    let keeps: (ticket: Ticket) => boolean = () => false
    beforeAll(async () => {
      ;[scope, keeps] = make()
      token = await scoped(scope)
    })

    it('leaves just its tickets, page by page, and no page tells of the others', async () => {
      const want = newest(keeps)
      expect(want.length).toBeGreaterThan(0)
      const got: string[] = []
      let after: string | null = null
      for (let page = 0; page < 4; page += 1) {
        const { data, errors } = await t.ask(token, SOME, { after })
        expect(errors).toEqual([])
        const { nodes, pageInfo } = data.tickets
        got.push(...nodes.map(({ id }: { id: string }) => id))
        expect(pageInfo).toMatchObject({ hasNextPage: want.length > got.length, incomplete: [] })
        if (pageInfo.hasNextPage) expect(nodes).toHaveLength(20)
        after = pageInfo.endCursor
        if (!pageInfo.hasNextPage) break
      }
      expect(got).toEqual(want.slice(0, got.length).map(({ id }) => told.id('Ticket', id)))
      expect(got.length).toBe(Math.min(want.length, 80))
    })

    it('a ticket outside is answered as one that is not there', async () => {
      const outside = told.tickets.find((ticket) => !keeps(ticket))!
      const inside = told.tickets.find(keeps)!
      const read = async (ticket: { id: string; number: string }) => {
        const answer = await t.ask(
          token,
          `query ($id: ID!, $number: String!, $slug: String!) {
            ticket(id: $id) { title } node(id: $id) { id } nodes(ids: [$id]) { id }
            ticketByNumber(connection: $slug, number: $number) { title } }`,
          { ...ticket, slug: desk.slug },
        )
        return JSON.parse(
          JSON.stringify(answer).replaceAll(ticket.id, 'ID').replaceAll(ticket.number, 'NUMBER'),
        )
      }
      const absent = {
        id: told.id('Ticket', 999_999),
        number: vendor === 'autotask' ? 'T20010101.0001' : vendor === 'servicenow' ? 'INC0999999' : '999999',
      }
      const nothing = await read(absent)
      expect(nothing.data).toEqual({ ticket: null, node: null, nodes: [null], ticketByNumber: null })
      expect(
        new Set(nothing.errors.map(({ extensions }: never) => (extensions as { code: string }).code)),
      ).toEqual(new Set(['NOT_FOUND']))
      const hidden = await read({ id: told.id('Ticket', outside.id), number: told.number(outside) })
      expect({ ...hidden, extensions: null }).toEqual({ ...nothing, extensions: null })
      const shown = await read({ id: told.id('Ticket', inside.id), number: told.number(inside) })
      expect(shown.errors).toEqual([])
      expect(shown.data.ticket).toEqual({ title: inside.title })
    })

    it('a filter finds nothing outside, whatever it looks for', async () => {
      const outside = newest((ticket) => !keeps(ticket))[0]!
      for (const filter of [
        { numbers: [told.number(outside)] },
        { company: [told.id('Company', outside.companyId)], board: [told.id('Board', outside.boardId)] },
        { text: outside.title },
      ]) {
        const { data, errors } = await t.ask(token, SOME, { filter })
        expect(errors).toEqual([])
        const ids = data.tickets.nodes.map(({ id }: { id: string }) => id)
        const hidden = told.tickets.filter((ticket) => !keeps(ticket)).map(({ id }) => told.id('Ticket', id))
        expect(ids.filter((id: string) => hidden.includes(id))).toEqual([])
      }
    })

    it('notes and time are read below a ticket inside, and not by themselves outside', async () => {
      const { dataset } = desk.simulator
      const inside = newest(keeps).find(
        ({ id }) =>
          dataset.notes.filter((note) => note.ticketId === id && note.kind === 'internal').length > 0,
      )!
      const { data, errors } = await t.ask(
        token,
        'query ($id: ID!) { ticket(id: $id) { notes(first: 3) { nodes { id ticket { number } } } timeEntries(first: 3) { nodes { id } } } }',
        { id: told.id('Ticket', inside.id) },
      )
      expect(errors).toEqual([])
      expect(data.ticket.notes.nodes[0]).toMatchObject({ ticket: { number: told.number(inside) } })
      // The same notes, for somebody whose scope ends elsewhere.
      const elsewhere = await scoped(
        scope.include?.companies === undefined && scope.exclude?.companies === undefined
          ? { exclude: boards(inside.boardId) }
          : { exclude: companies(inside.companyId) },
      )
      const ids = [...data.ticket.notes.nodes, ...data.ticket.timeEntries.nodes].map(({ id }) => id)
      const hidden = await t.ask(elsewhere, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })
      expect(hidden.data.nodes).toEqual(ids.map(() => null))
      expect(hidden.errors.map(({ extensions }) => extensions.code)).toEqual(ids.map(() => 'NOT_FOUND'))
      const shown = await t.ask(token, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })
      expect(shown.data.nodes).toEqual(ids.map((id) => ({ id })))
    })

    it('lists of time hold what was spent inside', async () => {
      const { data, errors } = await t.ask(
        token,
        '{ timeEntries(first: 30) { nodes { id ticket { id company { id } board { id } } company { id } } pageInfo { hasNextPage } } }',
      )
      expect(errors).toEqual([])
      const inside = new Set(told.tickets.filter(keeps).map(({ id }) => told.id('Ticket', id)))
      const { nodes } = data.timeEntries
      expect(nodes.length).toBeGreaterThan(0)
      for (const { ticket } of nodes) if (ticket !== null) expect(inside).toContain(ticket.id)
    })
  })

  it('companies and contacts are those of the scope', async () => {
    const token = await scoped({ include: companies(INSIDE, OUTSIDE), exclude: companies(OUTSIDE) })
    const { data, errors } = await t.ask(
      token,
      `query ($in: ID!, $out: ID!) { companies(first: 50) { nodes { id } pageInfo { hasNextPage } }
        contacts(first: 100) { nodes { company { id } } } inside: company(id: $in) { id name } outside: company(id: $out) { id } }`,
      { in: told.id('Company', INSIDE), out: told.id('Company', OUTSIDE) },
    )
    expect(errors).toMatchObject([{ path: ['outside'], extensions: { code: 'NOT_FOUND' } }])
    expect(data.companies).toEqual({
      nodes: [{ id: told.id('Company', INSIDE) }],
      pageInfo: { hasNextPage: false },
    })
    const contacts = desk.simulator.dataset.contacts.filter(({ companyId }) => companyId === INSIDE)
    expect(data.contacts.nodes).toHaveLength(contacts.length)
    expect(
      new Set(data.contacts.nodes.map((node: never) => (node as { company: { id: string } }).company.id)),
    ).toEqual(new Set([told.id('Company', INSIDE)]))
    expect(data.inside.id).toBe(told.id('Company', INSIDE))
    const contact = (companyId: number) =>
      told.id('Contact', desk.simulator.dataset.contacts.find((one) => one.companyId === companyId)!.id)
    const byId = await t.ask(token, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: [contact(INSIDE), contact(OUTSIDE)],
    })
    expect(byId.data.nodes).toEqual([{ id: contact(INSIDE) }, null])
    expect(byId.errors).toMatchObject([{ path: ['nodes', 1], extensions: { code: 'NOT_FOUND' } }])
  })

  it('a scope by board narrows the boards, and refuses what has none, but for what a ticket inside leads to', async () => {
    const token = await scoped({ include: boards(BOARD) })
    const { data, errors } = await t.ask(
      token,
      '{ boards(first: 50) { nodes { id } } members(first: 3) { nodes { name } } }',
    )
    expect(errors).toEqual([])
    expect(data.boards.nodes).toEqual([{ id: told.id('Board', BOARD) }])
    expect(data.members.nodes).toHaveLength(3)
    const id = told.id('Company', INSIDE)
    for (const query of [
      '{ companies { nodes { name } } }',
      '{ contacts { nodes { name } } }',
      `{ company(id: "${id}") { name } }`,
      `{ node(id: "${id}") { id } }`,
    ]) {
      const answer = await t.ask(token, query)
      expect([query, answer.errors.map(({ extensions }) => extensions.code)]).toEqual([
        query,
        ['RECORD_OUT_OF_SCOPE'],
      ])
    }
    const below = await t.ask(
      token,
      '{ tickets(first: 5) { nodes { company { id name } contact { name } } } }',
    )
    expect(below.errors).toEqual([])
    for (const { company } of below.data.tickets.nodes) expect(company.name).toEqual(expect.any(String))
  })

  it('what a ticket inside refers to outside is null, as if there were nothing', async () => {
    const elsewhere = (ticket: Ticket) =>
      told.tickets.find(({ id }) => id === ticket.parentId)?.companyId !== ticket.companyId
    const child = told.tickets.find(
      (ticket) => ticket.parentId !== undefined && ticket.kind === 'service' && elsewhere(ticket),
    )!
    const parent = told.tickets.find(({ id }) => id === child.parentId)!
    const read = async (recordScope: RecordScope) => {
      const { data, errors } = await t.ask(
        await scoped(recordScope),
        'query ($id: ID!) { ticket(id: $id) { bare: parent { id } parent { id number title } company { id } } }',
        { id: told.id('Ticket', child.id) },
      )
      expect(errors).toEqual([])
      return data.ticket
    }
    const id = told.id('Ticket', parent.id)
    const company = { id: told.id('Company', child.companyId) }
    expect(await read({ include: companies(child.companyId, parent.companyId) })).toEqual({
      bare: { id },
      parent: { id, number: told.number(parent), title: parent.title },
      company,
    })
    expect(await read({ include: companies(child.companyId) })).toEqual({ bare: null, parent: null, company })
    expect(await read({ exclude: companies(parent.companyId) })).toEqual({
      bare: null,
      parent: null,
      company,
    })
  })

  it('goes by types of companies where the PSA tells them, and refuses what it cannot tell apart elsewhere', async () => {
    const client = vendor === 'autotask' ? 'customer' : 'CLIENT'
    const query = `{ tickets(first: 10) { nodes { id company { id } } pageInfo { hasNextPage } }
      companies(first: 5) { nodes { id } } members(first: 1) { nodes { id } } }`
    const readable = vendor === 'connectwise' || vendor === 'autotask'
    const only = await t.ask(await scoped({ include: { companyTypes: [client] } }), query)
    const without = await t.ask(await scoped({ exclude: { companyTypes: [client] } }), query)
    const own = [told.id('Company', 2)]
    if (readable) {
      const isClient = ({ companyId }: Ticket) => vendor === 'autotask' || companyId !== 2
      expect([...only.errors, ...without.errors]).toEqual([])
      expect(only.data.tickets.nodes.map(({ id }: { id: string }) => id)).toEqual(
        newest(isClient)
          .slice(0, 10)
          .map(({ id }) => told.id('Ticket', id)),
      )
      expect(without.data.tickets.nodes).toEqual(
        newest((ticket) => !isClient(ticket))
          .slice(0, 10)
          .map(({ id, companyId }) => ({
            id: told.id('Ticket', id),
            company: { id: told.id('Company', companyId) },
          })),
      )
      expect(without.data.companies.nodes.map(({ id }: { id: string }) => id)).toEqual(
        vendor === 'autotask' ? [] : own,
      )
      expect(only.data.companies.nodes).toHaveLength(5)
    } else {
      for (const { data, errors } of [only, without]) {
        expect(errors.map(({ path, extensions }) => [path?.[0], extensions.code]).toSorted()).toEqual([
          ['companies', 'RECORD_OUT_OF_SCOPE'],
          ['tickets', 'RECORD_OUT_OF_SCOPE'],
        ])
        expect(data.members.nodes).toHaveLength(1)
      }
    }
  })

  it('a cursor belongs to its scope', async () => {
    const [one, other, none] = await Promise.all([
      scoped({ include: companies(INSIDE) }),
      scoped({ exclude: companies(OUTSIDE) }),
      t.agent('READ_ONLY'),
    ])
    const { endCursor: after } = (await t.ask(one, SOME)).data.tickets.pageInfo
    expect((await t.ask(one, SOME, { after })).errors).toEqual([])
    for (const token of [other, none]) {
      const { errors } = await t.ask(token, SOME, { after })
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'after' } }])
    }
  })

  it('a key that no record can have leaves nothing, or says that the scope is wrong', async () => {
    const token = await scoped({ include: { companies: ['Fabrikam & Sons'] } })
    const { data, errors } = await t.ask(token, SOME)
    if (errors.length === 0) expect(data.tickets.nodes).toEqual([])
    else expect(errors).toMatchObject([{ extensions: { code: 'RECORD_OUT_OF_SCOPE' } }])
  })

  it('the fifty newest with their notes cost what the same filter costs by hand', async () => {
    const query = `query ($filter: TicketFilter) { tickets(first: 50, filter: $filter) {
      nodes { title company { name } contact { name email } notes(last: 5) { nodes { text } } } } }`
    const cost = async (token: string, filter?: object) => {
      desk.simulator.clearJournal()
      expect((await t.ask(token, query, { filter })).errors).toEqual([])
      return desk.asked().length
    }
    const { dataset } = desk.simulator
    const all = [2, ...dataset.companies.map(({ id }) => id)]
    // Warm, so that both find the same reference data and the same pace of tickets.
    const company = all.map((id) => told.id('Company', id))
    const free = await t.agent('READ_ONLY')
    await cost(free, { company })
    const byHand = await cost(free, { company })
    // Halo sends a ticket's user along without the user's client, and its users can only be listed.
    const more = vendor === 'halo' ? Math.ceil(dataset.contacts.length / 100) : 0
    expect(await cost(await scoped({ include: companies(...all) }))).toBe(byHand + more)
  })
})
