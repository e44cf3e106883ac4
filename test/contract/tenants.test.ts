import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ticket } from '../../simulators/dataset/index.ts'
import { fullName, type Told, toldBy } from './told.ts'
import { type ContractGateway, setups, startContract, type VendorDesk, vendors } from './vendors.ts'

const MARK = ' of Beta'

const TICKET = `{ title status { name } priority { name } company { name } contact { name }
  board { name } assignee { name } notes(last: 1) { nodes { text } } }`

/** Both tenants have the same ids and sign in with the same credentials: only their addresses differ. */
describe.each(vendors)('%s: two tenants with equal ids on one gateway', (vendor) => {
  let t: ContractGateway
  let tenants: readonly { desk: VendorDesk; told: Told; tickets: readonly Ticket[]; mark: string }[]
  let reader: string
  beforeAll(async () => {
    const { slug } = setups[vendor]
    t = await startContract([
      { vendor, slug },
      { vendor, slug: `beta-${vendor}`, mark: MARK },
    ])
    tenants = t.desks.map((desk, index) => {
      const told = toldBy(vendor, desk.slug, desk.simulator.dataset)
      const tickets = told.tickets
        .filter(({ kind, contactId, ownerId }) => kind === 'service' && contactId && ownerId)
        .slice(0, 8)
      return { desk, told, tickets, mark: index === 0 ? '' : MARK }
    })
    reader = await t.agent('READ_ONLY')
  })
  afterAll(() => t.close())

  /** ServiceNow's states and priorities are the platform's, and Autotask's priorities the vendor's. */
  function expected({ told, mark }: (typeof tenants)[number], ticket: Ticket) {
    return {
      title: ticket.title,
      status: { name: told.status(ticket) + (vendor === 'servicenow' ? '' : mark) },
      priority: { name: told.priority(ticket).name },
      company: { name: told.company(ticket).name },
      contact: { name: fullName(told.contact(ticket)) },
      board: { name: told.board(ticket) },
      assignee: { name: fullName(told.member(ticket)) },
    }
  }

  async function asked(query: string, variables: object = {}) {
    const { data, errors } = await t.ask(reader, query, { ...variables })
    expect(errors).toEqual([])
    return data
  }

  /** What a caller may ask of one tenant; each looks at every name that comes back. */
  const questions = (tenant: (typeof tenants)[number]) => {
    const { desk, told, tickets, mark } = tenant
    const theirs = (text: string) => expect(text.includes(MARK)).toBe(mark !== '')
    return [
      ...tickets.map((ticket) => async () => {
        const { ticket: now } = await asked(`query ($id: ID!) { ticket(id: $id) ${TICKET} }`, {
          id: told.id('Ticket', ticket.id),
        })
        const { notes, ...rest } = now
        expect(rest).toEqual(expected(tenant, ticket))
        for (const { text } of notes.nodes) theirs(text)
      }),
      async () => {
        const { tickets: page } = await asked(
          `query ($of: [String!]) { tickets(connections: $of, first: 25) { nodes { id title
            company { name } board { name } } } }`,
          { of: [desk.slug] },
        )
        const byId = new Map(told.tickets.map((ticket) => [told.id('Ticket', ticket.id), ticket]))
        expect(page.nodes).toHaveLength(25)
        for (const { id, ...rest } of page.nodes) {
          const { title, company, board } = rest
          for (const name of [title, company?.name, board?.name]) if (name) theirs(name)
          // ServiceNow lists tickets of other tables too, which are told by their marks alone.
          const ticket = byId.get(id)
          if (ticket === undefined) expect(vendor).toBe('servicenow')
          else expect(expected(tenant, ticket)).toMatchObject(rest)
        }
      },
      async () => {
        const { contacts } = await asked(
          'query ($of: [String!]) { contacts(connections: $of, first: 50) { nodes { name company { name } } } }',
          { of: [desk.slug] },
        )
        expect(contacts.nodes.length).toBeGreaterThan(20)
        for (const { name, company } of contacts.nodes) {
          theirs(name)
          theirs(company.name)
        }
      },
      async () => {
        const { boards } = await asked(
          'query ($of: [String!]) { boards(connections: $of) { nodes { name statuses { name } } } }',
          { of: [desk.slug] },
        )
        expect(boards.nodes.length).toBeGreaterThan(3)
        for (const { name, statuses } of boards.nodes) {
          theirs(name)
          if (vendor !== 'servicenow') for (const status of statuses) theirs(status.name)
        }
      },
    ]
  }

  it('many questions at once, in turns to one and the other, get the right names', async () => {
    const [one = [], other = []] = tenants.map(questions)
    const inTurns = one.flatMap((question, index) => [question, other[index]!])
    // Once cold, so that caches fill while both ask, and once from what they hold then.
    for (const _ of ['cold', 'warm']) await Promise.all(inTurns.map((question) => question()))
  })

  it('one operation over both, with the same ids side by side', async () => {
    const [one, other] = tenants
    const aliases = one!.tickets.flatMap(({ id }, index) => [
      `a${index}: ticket(id: "${one!.told.id('Ticket', id)}") { title company { name } contact { name } }`,
      `b${index}: ticket(id: "${other!.told.id('Ticket', id)}") { title company { name } contact { name } }`,
    ])
    const fewer = aliases.slice(0, 8)
    const data = await asked(`{ ${fewer.join('\n')} }`)

    expect(Object.keys(data)).toHaveLength(8)
    for (const [alias, ticket] of Object.entries(data)) {
      const tenant = alias.startsWith('a') ? one! : other!
      const { title, company, contact } = expected(tenant, tenant.tickets[Number(alias.slice(1))]!)
      expect(ticket).toEqual({ title, company, contact })
    }
  })

  it('an agent of one tenant finds nothing of the other', async () => {
    const [one, other] = tenants
    const agent = await t.agent('READ_ONLY', undefined, undefined, [one!.desk.slug])
    const ask = (told: Told) =>
      t.ask(agent, 'query ($id: ID!) { ticket(id: $id) { title } }', {
        id: told.id('Ticket', one!.tickets[0]!.id),
      })

    expect((await ask(one!.told)).data.ticket).toEqual({ title: one!.tickets[0]!.title })
    const refused = await ask(other!.told)
    expect(refused.data?.ticket ?? null).toBeNull()
    expect(refused.errors.map(({ extensions }) => extensions.code)).toEqual(['CONNECTION_FORBIDDEN'])
  })
})
