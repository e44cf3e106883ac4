import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { profilePolicy } from '../../policy/profiles.ts'
import type { ConnectionPolicy } from '../../policy/types.ts'
import { connectwise } from '../../subgraphs/connectwise/index.ts'
import { type Answer, startTestGateway, type TestAgent, type TestGateway } from '../gateway.ts'
import { asked, playFault, repeated, stopFaults, type Truth, truthOf } from './reads-truth.ts'

/** What crosses the two subgraphs is planned; what touches one runs straight. Both must say the same. */
let t: TestGateway
let truth: Truth
let agent: TestAgent
beforeAll(async () => {
  t = await startTestGateway({ connections: ['acme-cw', 'beta-cw'] })
  truth = truthOf(t.simulator.dataset)
  agent = await t.agent('READ_ONLY')
})
afterAll(() => t.close())
beforeEach(() => t.simulator.clearJournal())
afterEach(() => Promise.all(Object.values(t.simulators).map(stopFaults)))

const document = (name: string) =>
  readFileSync(new URL(`../operations/${name}.graphql`, import.meta.url), 'utf8')
/** The same document with a field of the other subgraph beside it. */
const crossing = (query: string) => query.replace(/\{/, '{ viewer { name }')

const byBoth = async (query: string, variables: Record<string, unknown> = {}, token = agent.token) => {
  const alone = await t.ask(token, query, variables)
  t.simulator.clearJournal()
  const planned = await t.ask(token, crossing(query), variables)
  return { alone, planned }
}

const withoutPlaces = (errors: Answer['errors']) =>
  errors.map(({ message, path, extensions }) => JSON.stringify({ message, path, extensions })).toSorted()

/** The same data, and the same errors at the same paths. */
function expectSame({ alone, planned }: { alone: Answer; planned: Answer }): void {
  const { viewer, ...rest } = planned.data
  expect(viewer).toEqual({ name: 'test agent' })
  expect(rest).toEqual(alone.data)
  expect(withoutPlaces(planned.errors)).toEqual(withoutPlaces(alone.errors))
}

describe('a document that crosses subgraphs', () => {
  it.each([
    ['fifty-tickets', () => ({}), 104],
    ['boards', () => ({}), 2],
    [
      'contacts-of-company',
      () => ({ company: truth.id('Company', t.simulator.dataset.companies[1]!.id) }),
      2,
    ],
    ['ticket-by-number', () => ({ connection: 'acme-cw', number: String(truth.tickets[300]!.id) }), 8],
    ['time-entries', () => ({ company: truth.id('Company', t.simulator.dataset.companies[1]!.id) }), 2],
    ['waiting-tickets', () => ({ before: t.simulator.dataset.anchor.toISOString() }), 27],
    [
      'nodes',
      () => ({
        ids: [
          truth.id('Ticket', truth.tickets[1]!.id),
          truth.id('Contact', t.simulator.dataset.contacts[1]!.id),
          'acme-cw:Ticket:999999',
          truth.id('Board', 1),
          'nonsense',
        ],
      }),
      4,
    ],
  ])('%s answers the same values, within its budget', async (name, variables, budget) => {
    const both = await byBoth(document(name).replace(/^#.*$/gm, ''), variables())
    expectSame(both)
    expect(JSON.stringify(both.alone.data).length).toBeGreaterThan(100)
    expect(asked(t.simulator.journal()).length).toBeLessThanOrEqual(budget)
    expect(repeated(t.simulator.journal())).toEqual([])
  })

  it.each([
    [
      'aliases and fragments',
      '{ a: tickets(first: 2) { n: nodes { ...T } } b: node(id: "acme-cw:Board:1") { i: id ... on Board { t: name } } } fragment T on Ticket { x: number c: company { y: name } }',
    ],
    [
      '@skip and @include by a variable',
      'query ($no: Boolean = false) { tickets(first: 2) { nodes { id title @include(if: $no) number @skip(if: $no) } } }',
    ],
    [
      '__typename everywhere',
      '{ tickets(first: 1) { __typename nodes { __typename company { __typename name } } pageInfo { __typename } } node(id: "acme-cw:Ticket:44805") { __typename } }',
    ],
    [
      'two lists with arguments of their own',
      '{ a: tickets(first: 1) { nodes { id } } b: tickets(first: 1, order: { key: CREATED_AT, direction: ASC }) { nodes { id } } }',
    ],
    ['a bad argument', '{ tickets(first: 101) { nodes { id } } companies(first: 1) { nodes { id } } }'],
    ['a bad nested argument', '{ tickets(first: 2) { nodes { number notes(last: 0) { nodes { id } } } } }'],
    ['an id that is not there', '{ ticket(id: "acme-cw:Ticket:999999") { id } boards { nodes { id } } }'],
    [
      'a cursor',
      '{ tickets(first: 1) { pageInfo { hasNextPage endCursor incomplete { code } } edges { cursor node { id } } } }',
    ],
  ])('%s', async (_what, query) => {
    expectSame(await byBoth(query))
  })

  it('a group that is off on one connection: the same nulls and errors', async () => {
    const readOnly = profilePolicy('READ_ONLY', 'connectwise', connectwise.groups)
    const closed: ConnectionPolicy = {
      ...readOnly,
      groups: { ...readOnly.groups, Contacts: { level: 'DISABLED' } },
    }
    const { token } = await t.agent({ 'acme-cw': 'READ_ONLY', 'beta-cw': closed })
    const both = await byBoth('{ tickets(first: 6) { nodes { id contact { name } } } }', {}, token)
    expectSame(both)
    expect(both.planned.errors.map(({ extensions }) => extensions.code)).toEqual(
      Array(3).fill('GROUP_DISABLED'),
    )
  })

  it.each([
    [
      'a list',
      '/service/tickets',
      '{ tickets(connections: ["acme-cw"]) { nodes { id } } boards { nodes { id } } }',
    ],
    [
      'one of two connections',
      '/service/tickets',
      '{ t: tickets(first: 3) { nodes { id } pageInfo { hasNextPage incomplete { code } } } }',
    ],
    [
      'a relation',
      '/company/contacts',
      '{ tickets(first: 3, connections: ["acme-cw"]) { nodes { id contact { email } } } }',
    ],
    [
      'notes',
      '/\\/notes$/',
      '{ tickets(first: 3, connections: ["acme-cw"]) { nodes { id notes(last: 1) { nodes { text } } } } }',
    ],
  ])('a vendor that fails at %s: the same errors at the same paths', async (_what, path, query) => {
    await playFault(t.simulator, { match: { path }, kind: 'status', status: 500, times: 50 })
    const both = await byBoth(query)
    expectSame(both)
    expect(both.planned.errors.length).toBeGreaterThan(0)
  })
})

describe('records that the gateway’s own subgraph points at', () => {
  let request: string
  let ticket: Truth['tickets'][number]
  let writer: TestAgent
  beforeAll(async () => {
    writer = await t.agent('HELPDESK')
    ticket = truth.tickets.find(
      (one) => truth.open(one) && one.contactId && truth.status(one.statusId).name !== 'In Progress',
    )!
    const { data, errors } = await t.ask(
      writer.token,
      `mutation ($id: ID!) { updateTicket(input: { id: $id, status: "In Progress", reason: "work starts" }) {
        ... on WriteOutcome { request { id } } } }`,
      { id: truth.id('Ticket', ticket.id) },
    )
    expect(errors).toEqual([])
    request = data.updateTicket.request.id
  })

  const FIELDS =
    'number title company { name phone } contact { email } notes(last: 2) { nodes { text } } status { name category } waitingSince'

  it('are read with what is asked of them, as if asked for straight', async () => {
    const straight = await t.ask(writer.token, `query ($id: ID!) { ticket(id: $id) { ${FIELDS} } }`, {
      id: truth.id('Ticket', ticket.id),
    })
    t.simulator.clearJournal()
    const { data, errors } = await t.ask(
      writer.token,
      `query ($id: ID!) { writeRequest(id: $id) { state ticket { ${FIELDS} } } }`,
      {
        id: request,
      },
    )
    expect(errors).toEqual([])
    expect(data.writeRequest).toEqual({ state: 'PENDING', ticket: straight.data.ticket })
    expect(data.writeRequest.ticket.title).toBe(ticket.title)
    // The ticket, its company, its contact and its notes; statuses are known by now.
    expect(asked(t.simulator.journal())).toHaveLength(4)
    expect(repeated(t.simulator.journal())).toEqual([])
  })

  it('fail at their place, and what stands around them lives', async () => {
    await playFault(t.simulator, {
      match: { path: '/service/tickets' },
      kind: 'status',
      status: 500,
      times: 1,
    })
    const { data, errors } = await t.ask(
      writer.token,
      'query ($id: ID!) { mine: writeRequest(id: $id) { state about: ticket { title } } }',
      {
        id: request,
      },
    )
    expect(data).toEqual({ mine: { state: 'PENDING', about: null } })
    expect(errors).toMatchObject([
      { path: ['mine', 'about'], extensions: { code: 'VENDOR_UNAVAILABLE', connection: 'acme-cw' } },
    ])
  })

  it('have errors below them at their own paths', async () => {
    await playFault(t.simulator, { match: { path: '/\\/notes$/' }, kind: 'status', status: 500, times: 1 })
    const { data, errors } = await t.ask(
      writer.token,
      'query ($id: ID!) { mine: writeRequest(id: $id) { ticket { number said: notes(last: 1) { nodes { text } } } } }',
      { id: request },
    )
    expect(data).toEqual({ mine: { ticket: { number: String(ticket.id), said: null } } })
    expect(errors).toMatchObject([
      { path: ['mine', 'ticket', 'said'], extensions: { code: 'VENDOR_UNAVAILABLE' } },
    ])
  })

  it('tell what is missing below them at their own paths', async () => {
    const rows = t.simulator.state.tables.notes.rows
    const row = rows.get(truth.notes(ticket.id).at(-1)!.id)!
    const { text } = row
    row.text = 5
    try {
      const { data, errors } = await t.ask(
        writer.token,
        'query ($id: ID!) { mine: writeRequest(id: $id) { ticket { said: notes(last: 1) { nodes { text } pageInfo { incomplete { code } } } } } }',
        { id: request },
      )
      expect(data.mine.ticket.said.pageInfo.incomplete).toEqual([{ code: 'PARTIAL' }])
      expect(errors).toMatchObject([{ path: ['mine', 'ticket', 'said'], extensions: { code: 'PARTIAL' } }])
    } finally {
      row.text = text
    }
  })

  it('are listed with the requests, each ticket read once', async () => {
    const { data, errors } = await t.ask(
      writer.token,
      `{ viewer { name } writeRequests(first: 5) { nodes { state ticket { number title } } } }`,
    )
    expect(errors).toEqual([])
    expect(data.writeRequests.nodes).toEqual([
      { state: 'PENDING', ticket: { number: String(ticket.id), title: ticket.title } },
    ])
  })
})
