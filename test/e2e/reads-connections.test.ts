import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { profilePolicy } from '../../policy/profiles.ts'
import type { ConnectionPolicy } from '../../policy/types.ts'
import type { Ticket } from '../../simulators/dataset/index.ts'
import { connectwise } from '../../subgraphs/connectwise/index.ts'
import { startTestGateway, type TestGateway } from '../gateway.ts'
import { asked, playFault, stopFaults, truthOf } from './reads-truth.ts'

const SLUGS = ['acme-cw', 'beta-cw'] as const

let t: TestGateway
let everywhere: string
beforeAll(async () => {
  t = await startTestGateway({ connections: SLUGS })
  everywhere = (await t.agent('READ_ONLY')).token
})
afterAll(() => t.close())
beforeEach(() => {
  for (const simulator of Object.values(t.simulators)) simulator.clearJournal()
})
afterEach(() => Promise.all(Object.values(t.simulators).map(stopFaults)))

const readOnly = profilePolicy('READ_ONLY', 'connectwise', connectwise.groups)
const without = (...groups: readonly string[]): ConnectionPolicy => ({
  ...readOnly,
  groups: {
    ...readOnly.groups,
    ...Object.fromEntries(groups.map((group) => [group, { level: 'DISABLED' }] as const)),
  },
})
/** May do everything a reader may on acme, and not these on beta. */
const agentWithout = async (...groups: readonly string[]) =>
  (await t.agent({ 'acme-cw': 'READ_ONLY', 'beta-cw': without(...groups) })).token

const journal = (slug: (typeof SLUGS)[number]) => asked(t.simulators[slug]!.journal())

type Variables = Record<string, unknown>
interface Page {
  readonly ids: readonly string[]
  readonly incomplete: readonly { connection: string; code: string }[]
  readonly errors: readonly {
    message: string
    path?: readonly (string | number)[]
    extensions: Record<string, unknown>
  }[]
  readonly next: string | null
}

const LIST = (field: string, filter: string) => `query ($first: Int, $after: String, $filter: ${filter}) {
  list: ${field}(first: $first, after: $after, filter: $filter) {
    nodes { id } pageInfo { hasNextPage endCursor incomplete { connection code } } } }`
const TICKETS = `query ($first: Int, $after: String, $filter: TicketFilter, $order: TicketOrder) {
  list: tickets(first: $first, after: $after, filter: $filter, order: $order) {
    nodes { id } pageInfo { hasNextPage endCursor incomplete { connection code } } } }`

async function page(token: string, variables: Variables, query = TICKETS): Promise<Page> {
  const { data, errors } = await t.ask(token, query, variables)
  expect(data.list).not.toBeNull()
  const { nodes, pageInfo } = data.list
  if (pageInfo.hasNextPage) expect(pageInfo.endCursor).toEqual(expect.any(String))
  return {
    ids: nodes.map(({ id }: { id: string }) => id),
    incomplete: pageInfo.incomplete,
    errors,
    next: pageInfo.hasNextPage ? pageInfo.endCursor : null,
  }
}

async function walk(token: string, variables: Variables, query = TICKETS): Promise<readonly Page[]> {
  const pages: Page[] = []
  let after: string | null = null
  do {
    const one: Page = await page(token, { first: 100, ...variables, after }, query)
    pages.push(one)
    after = one.next
    if (pages.length > 60) throw new Error('Expected the list to end')
  } while (after !== null)
  return pages
}
const idsOf = (pages: readonly Page[]) => pages.flatMap(({ ids }) => ids)

/** Tickets of both, merged: ties by connection, then as each PSA orders them. */
function merged(
  direction: 1 | -1,
  value: (ticket: Ticket) => number | undefined,
  keep: (ticket: Ticket) => boolean = () => true,
) {
  return SLUGS.flatMap((slug) =>
    truthOf(t.simulators[slug]!.dataset, slug).tickets.map((ticket) => ({ slug, ticket })),
  )
    .filter(({ ticket }) => keep(ticket))
    .toSorted((a, b) => {
      const [x, y] = [value(a.ticket), value(b.ticket)]
      if (x !== y && (x === undefined || y === undefined)) return x === undefined ? 1 : -1
      if (x !== undefined && y !== undefined && x !== y) return (x - y) * direction
      if (a.slug !== b.slug) return a.slug < b.slug ? -1 : 1
      return (a.ticket.id - b.ticket.id) * direction
    })
    .map(({ slug, ticket }) => `${slug}:Ticket:${ticket.id}`)
}

describe('one list over two connections', () => {
  it.each([
    ['CREATED_AT', 'DESC', ({ createdAt }: Ticket) => createdAt],
    ['UPDATED_AT', 'ASC', ({ updatedAt }: Ticket) => updatedAt],
    [
      'WAITING_SINCE',
      'ASC',
      ({ closedAt, updatedAt }: Ticket) => (closedAt === undefined ? updatedAt : undefined),
    ],
    ['DUE_AT', 'DESC', ({ dueAt }: Ticket) => dueAt],
    ['DUE_AT', 'ASC', ({ dueAt }: Ticket) => dueAt],
  ] as const)(
    'by %s %s is merged in time order, complete and without doubles',
    async (key, direction, value) => {
      const pages = await walk(everywhere, { order: { key, direction } })

      expect(idsOf(pages)).toEqual(merged(direction === 'ASC' ? 1 : -1, value))
      expect(pages.flatMap(({ errors, incomplete }) => [...errors, ...incomplete])).toEqual([])
    },
  )

  it('merges small pages of a filter too', async () => {
    const pages = await walk(everywhere, { first: 7, filter: { clientReplied: true } })
    expect(idsOf(pages)).toEqual(
      merged(
        -1,
        ({ createdAt }) => createdAt,
        ({ customerUpdated }) => customerUpdated,
      ),
    )
  })

  it('lists the records of one connection when that one is named', async () => {
    const query = TICKETS.replace('first: $first', 'connections: ["beta-cw"], first: $first')
    const { ids } = await page(everywhere, { first: 5 }, query)
    expect(ids.every((id) => id.startsWith('beta-cw:'))).toBe(true)
    expect(journal('acme-cw')).toEqual([])
  })

  it.each(['PRIORITY', 'NUMBER'])(
    'refuses the order %s, which does not compare, by its name',
    async (key) => {
      const { errors } = await t.ask(everywhere, TICKETS, { order: { key, direction: 'ASC' } })
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'order' } }])
      expect(errors[0]!.message).toContain(key)
      expect([...journal('acme-cw'), ...journal('beta-cw')]).toEqual([])
    },
  )

  it('refuses a cursor of the list over one of them', async () => {
    const one = TICKETS.replace('first: $first', 'connections: ["beta-cw"], first: $first')
    const { next } = await page(everywhere, { first: 5 }, one)
    const { errors } = await t.ask(everywhere, TICKETS, { after: next })
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'after' } }])
  })

  it('refuses a connection that is not assigned, and an empty list of them', async () => {
    for (const [slugs, code] of [
      [['acme-cw', 'gamma-cw'], 'CONNECTION_FORBIDDEN'],
      [[], 'BAD_USER_INPUT'],
    ] as const) {
      const query = 'query ($slugs: [String!]) { tickets(connections: $slugs) { nodes { id } } }'
      const { errors } = await t.ask(everywhere, query, { slugs })
      expect(errors.map(({ extensions }) => extensions.code)).toEqual([code])
    }
    expect([...journal('acme-cw'), ...journal('beta-cw')]).toEqual([])
  })

  it('a company of one connection asks nothing of the other', async () => {
    const company = t.simulators['beta-cw']!.dataset.companies[2]!.id
    const { ids } = await page(everywhere, { filter: { company: [`beta-cw:Company:${company}`] } })
    expect(ids.length).toBeGreaterThan(0)
    expect(ids.every((id) => id.startsWith('beta-cw:'))).toBe(true)
    expect(journal('acme-cw')).toEqual([])
  })

  it.each([
    ['contacts', 'ContactFilter', 300],
    ['companies', 'CompanyFilter', 21],
    ['members', 'MemberFilter', 12],
    ['boards', 'BoardFilter', 4],
  ])('%s answer one connection after the other, each record once', async (field, filter, atLeast) => {
    for (const first of [23, 100]) {
      const ids = idsOf(await walk(everywhere, { first }, LIST(field, filter)))
      const half = ids.length / 2
      expect(half).toBeGreaterThanOrEqual(atLeast)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.slice(0, half).every((id) => id.startsWith('acme-cw:'))).toBe(true)
      expect(ids.slice(half).every((id) => id.startsWith('beta-cw:'))).toBe(true)
    }
  })

  it('goes on to the second connection when the first has nothing', async () => {
    const [company] = t.simulators['beta-cw']!.dataset.companies
    const contacts = t.simulators['beta-cw']!.dataset.contacts.filter(
      ({ companyId }) => companyId === company!.id,
    )
    const pages = await walk(
      everywhere,
      { filter: { company: [`beta-cw:Company:${company!.id}`] } },
      LIST('contacts', 'ContactFilter'),
    )
    expect(pages).toHaveLength(1)
    expect(idsOf(pages).toSorted()).toEqual(contacts.map(({ id }) => `beta-cw:Contact:${id}`).toSorted())
  })
})

describe('a group that is off on one connection', () => {
  const NEWEST = '{ tickets(first: 20) { nodes { id contact { name email } } } }'

  it('nulls that information on its records alone, says so at each path, and asks nothing for it', async () => {
    const { data, errors } = await t.ask(await agentWithout('Contacts'), NEWEST)

    const truth = truthOf(t.simulators['acme-cw']!.dataset)
    const nodes: { id: string; contact: { name: string; email: string } | null }[] = data.tickets.nodes
    const beta = nodes.flatMap(({ id }, index) => (id.startsWith('beta-cw:') ? [index] : []))
    expect(beta).toHaveLength(10)
    for (const [index, { id, contact }] of nodes.entries()) {
      const ticket = truth.tickets.find((one) => id === truth.id('Ticket', one.id))
      const known = truth.contact(ticket?.contactId)
      expect(contact).toEqual(
        beta.includes(index) ? null : known && { name: truth.fullName(known), email: known.email },
      )
    }
    expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual(
      beta.map((index) => [['tickets', 'nodes', index, 'contact'], 'GROUP_DISABLED']),
    )
    expect(journal('acme-cw').some(({ path }) => path.includes('/contacts'))).toBe(true)
    expect(journal('beta-cw').map(({ path }) => path.split('/3.0')[1])).toEqual(['/service/tickets'])
    // The bare reference is the ticket's own; the name that comes with it is not.
    expect(journal('beta-cw')[0]!.query.fields).toBe('id,_info,contact/id')
  })

  it('of tickets: the others answer, beta is named as missing and not asked, and the list ends', async () => {
    const token = await agentWithout('Tickets')
    const pages = await walk(token, { filter: { open: true } })

    expect(idsOf(pages)).toEqual(
      merged(
        -1,
        ({ createdAt }) => createdAt,
        ({ closedAt }) => closedAt === undefined,
      ).filter((id) => id.startsWith('acme')),
    )
    for (const { errors, incomplete } of pages) {
      expect(incomplete).toEqual([{ connection: 'beta-cw', code: 'GROUP_DISABLED' }])
      expect(errors).toMatchObject([
        { path: ['list'], extensions: { code: 'GROUP_DISABLED', connection: 'beta-cw' } },
      ])
    }
    expect(t.simulators['beta-cw']!.journal()).toEqual([])
  })

  it('of tickets: a connection that nothing was read of yet is not even asked for its release', async () => {
    const cold = await startTestGateway({ connections: SLUGS })
    try {
      const { token } = await cold.agent({ 'acme-cw': 'READ_ONLY', 'beta-cw': without('Tickets') })
      const { data } = await cold.ask(token, '{ tickets { nodes { id } } }')
      expect(data.tickets.nodes).toHaveLength(25)
      expect(cold.simulators['beta-cw']!.journal()).toEqual([])
    } finally {
      await cold.close()
    }
  })

  it('of tickets: a list of that connection alone is refused before anything is sent', async () => {
    const { data, errors } = await t.ask(
      await agentWithout('Tickets'),
      '{ tickets(connections: ["beta-cw"]) { nodes { id } } }',
    )
    expect(data).toBeNull()
    expect(errors).toMatchObject([{ extensions: { code: 'GROUP_DISABLED' } }])
    expect(t.simulators['beta-cw']!.journal()).toEqual([])
  })

  it('of contacts, on the first connection: the list is the second one', async () => {
    const { token } = await t.agent({ 'acme-cw': without('Contacts'), 'beta-cw': 'READ_ONLY' })
    const pages = await walk(token, {}, LIST('contacts', 'ContactFilter'))
    expect(idsOf(pages).length).toBeGreaterThanOrEqual(300)
    expect(idsOf(pages).every((id) => id.startsWith('beta-cw:'))).toBe(true)
    expect(pages.at(-1)!.incomplete).toEqual([{ connection: 'acme-cw', code: 'GROUP_DISABLED' }])
    expect(t.simulators['acme-cw']!.journal()).toEqual([])
  })

  it('of client-facing notes: beta shows the internal ones only, acme all', async () => {
    const token = await agentWithout('Client-Facing Notes')
    const key = t.simulator.dataset.facts.longTicketIds[0]!
    const query = `{ a: ticket(id: "acme-cw:Ticket:${key}") { notes(first: 100) { nodes { kind } } }
      b: ticket(id: "beta-cw:Ticket:${key}") { notes(first: 100) { nodes { kind } } } }`
    const { data, errors } = await t.ask(token, query)
    expect(errors).toEqual([])
    const kinds = (nodes: { kind: string }[]) => [...new Set(nodes.map(({ kind }) => kind))].toSorted()
    expect(kinds(data.a.notes.nodes)).toEqual(['DESCRIPTION', 'INTERNAL'])
    expect(kinds(data.b.notes.nodes)).toEqual(['INTERNAL'])
  })
})

describe('a connection that fails', () => {
  it('is named with its error, the others answer, and the next page asks it again', async () => {
    // A read is tried once more after a 503, and never after a 500.
    await playFault(t.simulators['beta-cw']!, {
      match: { path: '/service/tickets' },
      times: 1,
      kind: 'status',
      status: 500,
    })
    const open = (slug: string) =>
      merged(
        -1,
        ({ createdAt }) => createdAt,
        ({ closedAt }) => closedAt === undefined,
      ).filter((id) => id.startsWith(slug))

    const [first, ...rest] = await walk(everywhere, { filter: { open: true } })
    expect(first!.ids).toEqual(open('acme').slice(0, 100))
    expect(first!.incomplete).toEqual([{ connection: 'beta-cw', code: 'VENDOR_UNAVAILABLE' }])
    expect(first!.errors).toMatchObject([
      { path: ['list'], extensions: { code: 'VENDOR_UNAVAILABLE', connection: 'beta-cw' } },
    ])

    const ids = [...first!.ids, ...idsOf(rest)]
    expect(ids.toSorted()).toEqual([...open('acme'), ...open('beta')].toSorted())
    expect(ids.filter((id) => id.startsWith('beta'))).toEqual(open('beta'))
    expect(rest.flatMap(({ errors }) => errors)).toEqual([])
  })

  it('can be asked again even when the page came out empty', async () => {
    const company = t.simulators['beta-cw']!.dataset.companies[2]!.id
    await playFault(t.simulators['beta-cw']!, {
      match: { path: '/service/tickets' },
      times: 1,
      kind: 'status',
      status: 500,
    })
    const pages = await walk(everywhere, { filter: { company: [`beta-cw:Company:${company}`] } })
    expect(pages[0]!.ids).toEqual([])
    expect(pages[0]!.incomplete).toEqual([{ connection: 'beta-cw', code: 'VENDOR_UNAVAILABLE' }])
    expect(idsOf(pages)).toEqual(
      merged(
        -1,
        ({ createdAt }) => createdAt,
        ({ companyId }) => companyId === company,
      ).filter((id) => id.startsWith('beta')),
    )
  })

  it('does not keep the others of a list by name from answering', async () => {
    await playFault(t.simulator, {
      match: { path: '/company/contacts' },
      times: 1,
      kind: 'status',
      status: 500,
    })
    const pages = await walk(everywhere, {}, LIST('contacts', 'ContactFilter'))
    expect(pages[0]!.incomplete).toEqual([{ connection: 'acme-cw', code: 'VENDOR_UNAVAILABLE' }])
    expect(pages[0]!.ids.every((id) => id.startsWith('beta-cw:'))).toBe(true)
    const ids = idsOf(pages)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => id.startsWith('acme')).length).toBe(ids.length / 2)
  })

  it('gives its error in the place of the list when every one fails', async () => {
    for (const simulator of Object.values(t.simulators))
      await playFault(simulator, {
        match: { path: '/service/tickets' },
        times: 1,
        kind: 'status',
        status: 500,
      })
    const { data, errors } = await t.ask(everywhere, '{ tickets { nodes { id } } boards { nodes { id } } }')
    expect(data.tickets).toBeNull()
    expect(data.boards.nodes).toHaveLength(8)
    expect(errors).toMatchObject([{ path: ['tickets'], extensions: { code: 'VENDOR_UNAVAILABLE' } }])
  })
})

describe('kinds of notes that one of two connections denies', () => {
  it('are refused by name there, ticket by ticket, and answered on the other', async () => {
    const token = await agentWithout('Client-Facing Notes')
    const { data, errors } = await t.ask(
      token,
      '{ tickets(first: 4) { nodes { id notes(first: 1, kinds: [DESCRIPTION]) { nodes { kind } } } } }',
    )
    const nodes = data.tickets.nodes as readonly { id: string; notes: object | null }[]
    const denied = nodes.flatMap(({ id }, index) => (id.startsWith('beta-cw:') ? [index] : []))
    expect(denied).toHaveLength(2)
    expect(
      nodes.map(({ notes }, index) => (notes === null ? index : null)).filter((one) => one !== null),
    ).toEqual(denied)
    expect(errors.map(({ path, extensions: { code, group } }) => ({ path, code, group }))).toEqual(
      denied.map((index) => ({
        path: ['tickets', 'nodes', index, 'notes'],
        code: 'GROUP_DISABLED',
        group: 'Client-Facing Notes',
      })),
    )
    expect(journal('beta-cw').filter(({ path }) => path.endsWith('/notes'))).toEqual([])
  })
})
