import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../gateway.ts'
import { asked, newestFirst, type Truth, truthOf } from './reads-truth.ts'

let t: TestGateway
let truth: Truth
let token: string
beforeAll(async () => {
  t = await startTestGateway()
  truth = truthOf(t.simulator.dataset)
  token = (await t.agent('READ_ONLY')).token
})
afterAll(() => t.close())
beforeEach(() => t.simulator.clearJournal())

async function walk(
  field: string,
  filterType: string,
  filter: Record<string, unknown>,
): Promise<readonly string[]> {
  const query = `query ($after: String, $filter: ${filterType}) { list: ${field}(first: 100, after: $after, filter: $filter) {
    nodes { id } pageInfo { hasNextPage endCursor } } }`
  const found: string[] = []
  for (let after: string | null = null; ; ) {
    const { data, errors } = await t.ask(token, query, { after, filter })
    expect(errors).toEqual([])
    found.push(...data.list.nodes.map(({ id }: { id: string }) => id))
    if (!data.list.pageInfo.hasNextPage) return found
    after = data.list.pageInfo.endCursor
  }
}

const has = (text: string | undefined, part: string) =>
  (text ?? '').toLowerCase().includes(part.toLowerCase())

describe('contacts, companies, members and boards', () => {
  /** What is asked, and the same in plain words over the data set. */
  const cases: readonly [
    field: string,
    type: string,
    what: string,
    make: () => { filter: Record<string, unknown>; ids: readonly number[] },
  ][] = [
    [
      'contacts',
      'Contact',
      'all',
      () => ({ filter: {}, ids: t.simulator.dataset.contacts.map(({ id }) => id) }),
    ],
    [
      'contacts',
      'Contact',
      'text',
      () => ({
        filter: { text: 'ar' },
        ids: t.simulator.dataset.contacts
          .filter((one) => has(one.firstName, 'ar') || has(one.lastName, 'ar'))
          .map(({ id }) => id),
      }),
    ],
    [
      'contacts',
      'Contact',
      'a first and a last name',
      () => {
        const { firstName, lastName } = t.simulator.dataset.contacts[10]!
        return {
          filter: { text: `${firstName} ${lastName}` },
          ids: t.simulator.dataset.contacts
            .filter((one) =>
              [firstName, lastName].every((word) => has(one.firstName, word) || has(one.lastName, word)),
            )
            .map(({ id }) => id),
        }
      },
    ],
    [
      'contacts',
      'Contact',
      'email',
      () => {
        const { id, email } = t.simulator.dataset.contacts[33]!
        return { filter: { email }, ids: [id] }
      },
    ],
    [
      'contacts',
      'Contact',
      'company and active',
      () => {
        const company = t.simulator.dataset.companies[0]!.id
        return {
          filter: { company: [truth.id('Company', company)], active: true },
          ids: t.simulator.dataset.contacts
            .filter((one) => one.companyId === company && !one.inactive)
            .map(({ id }) => id),
        }
      },
    ],
    [
      'contacts',
      'Contact',
      'inactive',
      () => ({
        filter: { active: false },
        ids: t.simulator.dataset.contacts.filter(({ inactive }) => inactive).map(({ id }) => id),
      }),
    ],
    [
      'companies',
      'Company',
      'all',
      () => ({
        filter: {},
        ids: [t.simulator.dataset.msp, ...t.simulator.dataset.companies].map(({ id }) => id),
      }),
    ],
    [
      'companies',
      'Company',
      'text',
      () => ({
        filter: { text: 'group' },
        ids: [t.simulator.dataset.msp, ...t.simulator.dataset.companies]
          .filter(({ name, identifier }) => has(name, 'group') || has(identifier, 'group'))
          .map(({ id }) => id),
      }),
    ],
    [
      'companies',
      'Company',
      'identifier',
      () => {
        const { id, identifier } = t.simulator.dataset.companies[6]!
        return { filter: { identifier }, ids: [id] }
      },
    ],
    [
      'companies',
      'Company',
      'active',
      () => ({
        filter: { active: true },
        ids: [t.simulator.dataset.msp, ...t.simulator.dataset.companies].map(({ id }) => id),
      }),
    ],
    [
      'members',
      'Member',
      'active',
      () => ({
        filter: { active: true },
        ids: t.simulator.dataset.technicians.filter(({ inactive }) => !inactive).map(({ id }) => id),
      }),
    ],
    [
      'members',
      'Member',
      'identifier',
      () => {
        const { id, identifier } = t.simulator.dataset.technicians[3]!
        return { filter: { identifier }, ids: [id] }
      },
    ],
    [
      'members',
      'Member',
      'text',
      () => {
        const { id, lastName } = t.simulator.dataset.technicians[4]!
        const ids = t.simulator.dataset.technicians
          .filter((one) => [one.firstName, one.lastName, one.identifier].some((text) => has(text, lastName)))
          .map((one) => one.id)
        expect(ids).toContain(id)
        return { filter: { text: lastName }, ids }
      },
    ],
    [
      'boards',
      'Board',
      'text',
      () => ({
        filter: { text: 'sec' },
        ids: t.simulator.dataset.boards
          .filter(({ name, project }) => has(name, 'sec') && !project)
          .map(({ id }) => id),
      }),
    ],
    [
      'boards',
      'Board',
      'active',
      () => ({
        filter: { active: true },
        ids: t.simulator.dataset.boards.filter(({ project }) => !project).map(({ id }) => id),
      }),
    ],
  ]

  it.each(cases)('%s (%s): %s', async (field, type, _what, make) => {
    const { filter, ids } = make()
    expect(ids.length).toBeGreaterThan(0)
    const found = await walk(field, `${type}Filter`, filter)
    expect(found.toSorted()).toEqual(ids.map((id) => truth.id(type, id)).toSorted())
  })

  it('companies come by name', async () => {
    const { data } = await t.ask(token, '{ companies(first: 100) { nodes { name } } }')
    const names = data.companies.nodes.map(({ name }: { name: string }) => name)
    expect(names).toEqual(
      names.toSorted((a: string, b: string) => a.toLowerCase().localeCompare(b.toLowerCase())),
    )
  })

  it.each(['contacts', 'companies', 'members', 'boards'])('%s refuses a page of 101', async (field) => {
    const { errors } = await t.ask(token, `{ ${field}(first: 101) { nodes { id } } }`)
    expect(errors).toMatchObject([
      { path: [field], extensions: { code: 'BAD_USER_INPUT', argument: 'first' } },
    ])
  })
})

describe('awkward records', () => {
  it('titles with quotes, emoji, wildcards and backslashes come back letter by letter', async () => {
    const ids = t.simulator.dataset.facts.awkwardTicketIds
    const { data, errors } = await t.ask(
      token,
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Ticket { title } } }',
      {
        ids: ids.map((id) => truth.id('Ticket', id)),
      },
    )
    expect(errors).toEqual([])
    expect(data.nodes).toEqual(
      ids.map((id) => ({ title: truth.tickets.find((one) => one.id === id)!.title })),
    )
  })

  it('merged and bundled tickets name the other one', async () => {
    const { mergedTicketIds } = t.simulator.dataset.facts
    const bundled = truth.tickets.filter(({ parentId }) => parentId).map(({ id }) => id)
    const ids = [...mergedTicketIds, ...bundled]
    const query =
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Ticket { mergedInto { number title } parent { number } } } }'
    const { data, errors } = await t.ask(token, query, { ids: ids.map((id) => truth.id('Ticket', id)) })
    expect(errors).toEqual([])
    expect(data.nodes).toEqual(
      ids.map((id) => {
        const ticket = truth.tickets.find((one) => one.id === id)!
        const into = truth.tickets.find((one) => one.id === ticket.mergedIntoId)
        return {
          mergedInto: into === undefined ? null : { number: String(into.id), title: into.title },
          parent: ticket.parentId === undefined ? null : { number: String(ticket.parentId) },
        }
      }),
    )
  })

  it('a member who left has a name and no address', async () => {
    const gone = t.simulator.dataset.technicians.find(({ inactive }) => inactive)!
    const { data, errors } = await t.ask(
      token,
      'query ($id: ID!) { member(id: $id) { name email active } }',
      { id: truth.id('Member', gone.id) },
    )
    expect(errors).toEqual([])
    expect(data.member).toEqual({ name: truth.fullName(gone), email: null, active: false })
  })
})

describe('the largest page', () => {
  it('of 100 tickets with notes and time answers whole, whatever waits its turn', async () => {
    const { data, errors } = await t.ask(
      token,
      '{ tickets(first: 100) { nodes { number notes(last: 2) { nodes { text } } timeEntries { nodes { hours } } } } }',
    )
    expect(errors).toEqual([])
    expect(data.tickets.nodes).toEqual(
      truth.tickets
        .toSorted(newestFirst)
        .slice(0, 100)
        .map(({ id }) => ({
          number: String(id),
          notes: {
            nodes: truth
              .notes(id)
              .slice(-2)
              .map(({ text }) => ({ text })),
          },
          timeEntries: { nodes: truth.timeEntries(id).map((entry) => ({ hours: truth.hours(entry) })) },
        })),
    )
    expect(asked(t.simulator.journal())).toHaveLength(102)
  })
})
