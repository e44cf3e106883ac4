import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { profilePolicy } from '../../policy/profiles.ts'
import type { ConnectionPolicy } from '../../policy/types.ts'
import { connectwise } from '../../subgraphs/connectwise/index.ts'
import { type Answer, startTestGateway, type TestGateway } from '../gateway.ts'
import { type Truth, truthOf } from './reads-truth.ts'

let t: TestGateway
let truth: Truth
beforeAll(async () => {
  t = await startTestGateway()
  truth = truthOf(t.simulator.dataset)
})
afterAll(() => t.close())
beforeEach(() => t.simulator.clearJournal())

const readOnly = profilePolicy('READ_ONLY', 'connectwise', connectwise.groups)
const without = (...groups: readonly string[]): ConnectionPolicy => ({
  ...readOnly,
  groups: {
    ...readOnly.groups,
    ...Object.fromEntries(groups.map((group) => [group, { level: 'DISABLED' }] as const)),
  },
})
const agent = async (policy: ConnectionPolicy) => (await t.agent({ 'acme-cw': policy })).token

/** Refused whole, with this code, and no vendor heard of it. */
function expectRefused({ data, errors }: Answer, code: string): void {
  expect(data).toBeNull()
  expect(errors.map(({ extensions }) => extensions.code)).toEqual([code])
  expect(t.simulator.journal()).toEqual([])
}

const ticketId = () =>
  truth.id('Ticket', truth.tickets.find(({ contactId, ownerId }) => contactId && ownerId)!.id)

describe('the profile Read Only', () => {
  it('reads every field of every entity', async () => {
    const { token } = await t.agent('READ_ONLY')
    const entry = t.simulator.dataset.timeEntries[0]!
    const query = `query ($ticket: ID!, $note: ID!, $entry: ID!, $contact: ID!, $company: ID!, $member: ID!, $board: ID!) {
      ticket(id: $ticket) { number url title createdAt updatedAt closedAt dueAt waitingSince clientReplied closed
        status { key name category } priority { key name rank } type { key name } board { name } company { name }
        contact { name } assignee { name } mergedInto { title } parent { title } customFields { key value }
        notes { nodes { text } } timeEntries { nodes { hours } } }
      note: node(id: $note) { ... on Note { kind text clientVisible createdAt authorName author { email } contact { email } ticket { title } } }
      entry: node(id: $entry) { ... on TimeEntry { startedAt endedAt hours billableOption clientText internalText workType { name } workRole { name } member { name } ticket { title } company { name } } }
      contact(id: $contact) { name firstName lastName email phone title active company { name } }
      company(id: $company) { name identifier phone website status { name } active }
      member(id: $member) { name identifier email active }
      board(id: $board) { name active statuses { name category } types { name } }
    }`
    const note = t.simulator.dataset.notes[0]!
    const { data, errors } = await t.ask(token, query, {
      ticket: ticketId(),
      note: truth.id('Note', `${note.ticketId}.${note.id}`),
      entry: truth.id('TimeEntry', entry.id),
      contact: truth.id('Contact', t.simulator.dataset.contacts[0]!.id),
      company: truth.id('Company', t.simulator.dataset.companies[0]!.id),
      member: truth.id('Member', t.simulator.dataset.technicians[0]!.id),
      board: truth.id('Board', 1),
    })
    expect(errors).toEqual([])
    expect(data.note.text).toBe(note.text)
    expect(data.entry.hours).toBe(truth.hours(entry))
  })

  it('writes nothing', async () => {
    const { token } = await t.agent('READ_ONLY')
    const write =
      'mutation ($id: ID!) { updateTicket(input: { id: $id, status: "New", reason: "x" }) { __typename } }'
    const { data, errors } = await t.ask(token, write, { id: ticketId() })
    expect(data?.updateTicket ?? null).toBeNull()
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['GROUP_READ_ONLY'])
    expect(t.simulator.journal()).toEqual([])
  })
})

describe('a group that is off', () => {
  const contactId = () => truth.id('Contact', t.simulator.dataset.contacts[0]!.id)

  it.each`
    what                                           | document
    ${'a root list'}                               | ${'{ contacts { nodes { id } } }'}
    ${'a record by id'}                            | ${'{ contact(id: "acme-cw:Contact:1") { name } }'}
    ${'a relation'}                                | ${'{ tickets { nodes { contact { name } } } }'}
    ${'the bare id behind a relation'}             | ${'{ tickets { nodes { contact { id } } } }'}
    ${'an alias'}                                  | ${'{ tickets { nodes { company: contact { id } } } }'}
    ${'an inline fragment'}                        | ${'{ tickets { nodes { ... on Ticket { contact { id } } } } }'}
    ${'a fragment in a fragment'}                  | ${'{ tickets { nodes { ...A } } } fragment A on Ticket { ...B } fragment B on Ticket { contact { id } }'}
    ${'a field on an interface'}                   | ${'{ node(id: "acme-cw:Ticket:1") { ... on Contact { email } } }'}
    ${'a field of a note'}                         | ${'{ node(id: "acme-cw:Note:1.2") { ... on Note { contact { name } } } }'}
    ${'an include that holds'}                     | ${'{ tickets { nodes { contact @include(if: true) { id } } } }'}
    ${'a skip that does not hold'}                 | ${'query ($no: Boolean = false) { tickets { nodes { contact @skip(if: $no) { id } } } }'}
    ${'a second root field beside an allowed one'} | ${'{ tickets { nodes { id } } contacts { nodes { id } } }'}
    ${'__typename alone of its records'}           | ${'{ contacts { __typename } }'}
  `('refuses $what before any vendor hears of it', async ({ document }) => {
    expectRefused(await t.ask(await agent(without('Contacts')), document), 'GROUP_DISABLED')
  })

  it('refuses a query that leaves its part out only when asked to', async () => {
    const token = await agent(without('Contacts'))
    const query =
      'query ($with: Boolean!) { tickets(first: 2) { nodes { id contact @include(if: $with) { name } } } }'
    expectRefused(await t.ask(token, query, { with: true }), 'GROUP_DISABLED')
    const { data, errors } = await t.ask(token, query, { with: false })
    expect(errors).toEqual([])
    expect(data.tickets.nodes).toHaveLength(2)
    expect(t.simulator.journal().at(-1)!.query.fields).toBe('id,_info')
  })

  it.each([
    [['Contacts'], '{ contacts(filter: { email: "a@b.c" }) { pageInfo { hasNextPage } } }'],
    [['Companies'], '{ companies(filter: { text: "a" }) { pageInfo { hasNextPage } } }'],
    [['Tickets'], '{ tickets(filter: { text: "a" }) { pageInfo { hasNextPage } } }'],
    [['Tickets'], '{ tickets(order: { key: PRIORITY }) { pageInfo { hasNextPage } } }'],
    [['Members'], '{ members(filter: { identifier: "jdoe" }) { pageInfo { hasNextPage } } }'],
    [['Boards & Ticket Setup'], '{ boards { pageInfo { hasNextPage } } }'],
    [
      ['Ticket Notes', 'Client-Facing Notes'],
      '{ ticket(id: "acme-cw:Ticket:1") { notes { pageInfo { hasNextPage } } } }',
    ],
    [['Time Entries'], '{ ticket(id: "acme-cw:Ticket:1") { timeEntries { pageInfo { hasNextPage } } } }'],
  ])('%s: not even whether something matches is told', async (groups, document) => {
    expectRefused(await t.ask(await agent(without(...groups)), document), 'GROUP_DISABLED')
  })

  it('node and nodes by id are judged by the type of the id, and the others live', async () => {
    const token = await agent(without('Contacts'))
    const one = await t.ask(token, 'query ($id: ID!) { node(id: $id) { id } }', { id: contactId() })
    expect(one.data).toEqual({ node: null })
    expect(one.errors).toMatchObject([{ path: ['node'], extensions: { code: 'GROUP_DISABLED' } }])
    expect(t.simulator.journal()).toEqual([])

    const { data, errors } = await t.ask(token, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: [ticketId(), contactId()],
    })
    expect(data.nodes).toEqual([{ id: ticketId() }, null])
    expect(errors).toMatchObject([{ path: ['nodes', 1], extensions: { code: 'GROUP_DISABLED' } }])
    expect(t.simulator.journal().filter(({ path }) => path.includes('contacts'))).toEqual([])
  })

  it('an unset group is as good as disabled', async () => {
    const { Contacts: _, ...groups } = readOnly.groups
    expectRefused(
      await t.ask(await agent({ ...readOnly, groups }), '{ contacts { nodes { id } } }'),
      'GROUP_DISABLED',
    )
  })

  it('both kinds of notes off: none is read', async () => {
    const token = await agent(without('Ticket Notes', 'Client-Facing Notes'))
    const { data } = await t.ask(token, 'query ($id: ID!) { ticket(id: $id) { notes { nodes { text } } } }', {
      id: ticketId(),
    })
    expect(data?.ticket?.notes ?? null).toBeNull()
    expect(t.simulator.journal().filter(({ path }) => path.endsWith('/notes'))).toEqual([])
  })

  it('a client-facing note by its id is refused where these are off, and an internal one is read', async () => {
    const token = await agent(without('Client-Facing Notes'))
    const { notes } = t.simulator.dataset
    const ids = (['description', 'internal'] as const).map((kind) => {
      const note = notes.find((one) => one.kind === kind)!
      return truth.id('Note', `${note.ticketId}.${note.id}`)
    })
    const { data, errors } = await t.ask(
      token,
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Note { text } } }',
      { ids },
    )
    expect(data.nodes).toEqual([
      null,
      { id: ids[1], text: notes.find(({ kind }) => kind === 'internal')!.text },
    ])
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatchObject({ path: ['nodes', 0] })
  })
})

describe('from outside', () => {
  it.each([
    '{ _service { sdl } }',
    '{ _entities(representations: [{ __typename: "Contact", id: "acme-cw:Contact:1" }]) { __typename } }',
  ])('%s is no field', async (document) => {
    expectRefused(await t.ask((await t.agent('READ_ONLY')).token, document), 'GRAPHQL_VALIDATION_FAILED')
  })

  it('introspection shows no federation machinery', async () => {
    const { data } = await t.ask(
      (await t.agent('READ_ONLY')).token,
      '{ __schema { types { name fields { name } } } }',
    )
    const names = JSON.stringify(data)
    expect(names).toContain('"Ticket"')
    expect(names).not.toMatch(/_Entity|_Service|_entities|_service|_Any|join__/)
  })
})

describe('one document, several ways to say it', () => {
  it('fragments, aliases and repeated fields are one read of each kind', async () => {
    const { token } = await t.agent('READ_ONLY')
    const { data, errors } = await t.ask(
      token,
      `query ($no: Boolean = false) {
        tickets(first: 5) { nodes { ...One other: title company { name } ... on Ticket { company { label: name } } status @include(if: $no) { category } } }
      }
      fragment One on Ticket { number title again: number }`,
    )
    expect(errors).toEqual([])
    for (const { number, again, title, other, company, ...rest } of data.tickets.nodes) {
      const ticket = truth.tickets.find(({ id }) => String(id) === number)!
      expect({ again, title, other, company }).toEqual({
        again: number,
        title: ticket.title,
        other: ticket.title,
        company: {
          name: truth.company(ticket.companyId)!.name,
          label: truth.company(ticket.companyId)!.name,
        },
      })
      expect(rest).toEqual({})
    }
    const requests = t.simulator.journal().filter(({ path }) => !path.startsWith('/login'))
    expect(requests).toHaveLength(1)
    expect(requests[0]!.query.fields).toBe('id,_info,summary,company/id,company/name')
  })

  it('a phone in one place and a name in another load each company once', async () => {
    const { token } = await t.agent('READ_ONLY')
    const { data, errors } = await t.ask(
      token,
      `{ newest: tickets(first: 20) { nodes { company { phone } } }
         oldest: tickets(first: 20, order: { key: CREATED_AT, direction: ASC }) { nodes { company { name } contact { company { name } } } } }`,
    )
    expect(errors).toEqual([])
    expect(data.newest.nodes.every(({ company }: { company: { phone: string } }) => company.phone)).toBe(true)
    const companies = t.simulator.journal().filter(({ path }) => path.endsWith('/company/companies'))
    for (const { query } of companies)
      expect(query.fields!.split(',').toSorted()).toEqual(['id', 'name', 'phoneNumber'])
    const ids = companies.flatMap(({ query }) => query.conditions!.match(/\d+/g) ?? [])
    expect(ids.length).toBeGreaterThan(5)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
