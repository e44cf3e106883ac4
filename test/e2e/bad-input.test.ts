import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ERROR_CODES } from '../../schema/errors.ts'
import { type Answer, startTestGateway, type TestGateway } from '../gateway.ts'
import { asked, type Truth, truthOf } from './reads-truth.ts'

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

const HUGE = 'x'.repeat(100_000)

/** Every error has a code of the contract, says no more than it must, and lets nothing of our insides out. */
function expectClean({ errors, data }: Answer): void {
  const text = JSON.stringify({ errors, data })
  expect(text).not.toMatch(/node_modules|\.ts:\d|at \w+ \(|GatewayError:|TypeError/)
  for (const { message, extensions } of errors) {
    expect(ERROR_CODES).toContain(extensions.code)
    expect(extensions.code).not.toBe('INTERNAL')
    expect(message.length).toBeLessThanOrEqual(500)
    expect(JSON.stringify(extensions).length).toBeLessThan(1_000)
  }
}

async function refused(query: string, variables?: Record<string, unknown>): Promise<readonly unknown[]> {
  const answer = await t.ask(token, query, variables)
  expect(answer.errors.length).toBeGreaterThan(0)
  expectClean(answer)
  return answer.errors.map(({ extensions }) => extensions.code)
}

const nothingSent = () => expect(asked(t.simulator.journal())).toEqual([])

describe('ids', () => {
  const missing = 'acme-cw:Ticket:999999'

  it.each`
    id                              | what                                       | code
    ${missing}                      | ${'a ticket that is not there'}            | ${'NOT_FOUND'}
    ${'acme-cw:Ticket:60001'}       | ${'a project ticket, behind another door'} | ${'NOT_FOUND'}
    ${'acme-cw:Ticket:0'}           | ${'no id of the vendor'}                   | ${'NOT_FOUND'}
    ${'acme-cw:Ticket:1) or (id>0'} | ${'an injection'}                          | ${'NOT_FOUND'}
    ${'acme-cw:Ticket:99999999999'} | ${'a number past all ids'}                 | ${'NOT_FOUND'}
    ${'gamma-cw:Ticket:44805'}      | ${'a foreign connection'}                  | ${'CONNECTION_FORBIDDEN'}
    ${'acme-cw:Company:19'}         | ${'the id of another type'}                | ${'BAD_USER_INPUT'}
    ${'44805'}                      | ${'a bare number'}                         | ${'BAD_USER_INPUT'}
    ${''}                           | ${'nothing'}                               | ${'BAD_USER_INPUT'}
    ${'acme-cw:Ticket:'}            | ${'no key'}                                | ${'BAD_USER_INPUT'}
    ${'ACME:Ticket:1'}              | ${'no slug'}                               | ${'BAD_USER_INPUT'}
    ${HUGE}                         | ${'a text of 100 KB'}                      | ${'BAD_USER_INPUT'}
    ${`acme-cw:Ticket:${HUGE}`}     | ${'a key of 100 KB'}                       | ${'BAD_USER_INPUT'}
  `('ticket($what) is $code', async ({ id, code }) => {
    const query = 'query ($id: ID!) { ticket(id: $id) { title } }'
    expect(await refused(query, { id })).toEqual([code])
    if (id !== missing && id !== 'acme-cw:Ticket:60001') nothingSent()
  })

  it.each`
    id                         | code
    ${missing}                 | ${'NOT_FOUND'}
    ${'acme-cw:Banana:1'}      | ${'BAD_USER_INPUT'}
    ${'nonsense'}              | ${'BAD_USER_INPUT'}
    ${'gamma-cw:Ticket:44805'} | ${'CONNECTION_FORBIDDEN'}
    ${'acme-cw:Note:44805'}    | ${'NOT_FOUND'}
    ${'acme-cw:Note:1.2.3'}    | ${'NOT_FOUND'}
  `('node($id) is $code', async ({ id, code }) => {
    expect(await refused('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual([code])
  })

  it('nodes: bad ids among good ones are null with an error at their place', async () => {
    const good = truth.tickets.slice(0, 3).map(({ id }) => truth.id('Ticket', id))
    const ids = [good[0], 'nonsense', good[1], missing, 'acme-cw:Contact:999999', good[2], good[0]]
    const answer = await t.ask(token, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })

    expectClean(answer)
    expect(answer.data.nodes).toEqual(
      [good[0], null, good[1], null, null, good[2], good[0]].map((id) => id && { id }),
    )
    expect(answer.errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['nodes', 1], 'BAD_USER_INPUT'],
      [['nodes', 3], 'NOT_FOUND'],
      [['nodes', 4], 'NOT_FOUND'],
    ])
    expect(asked(t.simulator.journal())).toHaveLength(2)
  })

  it('nodes: one of a foreign connection refuses them all, before anything is sent', async () => {
    const ids = [truth.id('Ticket', truth.tickets[0]!.id), 'gamma-cw:Ticket:1']
    expect(await refused('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })).toEqual([
      'CONNECTION_FORBIDDEN',
    ])
    nothingSent()
  })

  it('nodes: none asks nothing, and more than 100 are too many', async () => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }'
    expect((await t.ask(token, query, { ids: [] })).data).toEqual({ nodes: [] })
    const ids = truth.tickets.slice(0, 101).map(({ id }) => truth.id('Ticket', id))
    expect(await refused(query, { ids })).toEqual(['LIMIT_EXCEEDED'])
    nothingSent()
  })

  it.each(['999999', 'abc', '', '-1', '1 or 1=1', HUGE])('ticketByNumber(%.20s) is null', async (number) => {
    const query = 'query ($number: String!) { ticketByNumber(connection: "acme-cw", number: $number) { id } }'
    const { data, errors } = await t.ask(token, query, { number })
    expect({ data, errors }).toEqual({ data: { ticketByNumber: null }, errors: [] })
  })

  it('ticketByNumber takes the sign that people write before a number', async () => {
    const { id } = truth.tickets[7]!
    const { data } = await t.ask(
      token,
      `{ ticketByNumber(connection: "acme-cw", number: "#${id}") { number } }`,
    )
    expect(data.ticketByNumber).toEqual({ number: String(id) })
  })

  it.each(['gamma-cw', 'ACME', '', 'acme-cw ', HUGE])(
    'ticketByNumber of connection %.20s is refused',
    async (connection) => {
      const query =
        'query ($connection: String!) { ticketByNumber(connection: $connection, number: "1") { id } }'
      expect(await refused(query, { connection })).toEqual(['CONNECTION_FORBIDDEN'])
      nothingSent()
    },
  )
})

describe('documents', () => {
  const wide = `{ tickets { nodes { ${Array.from({ length: 250 }, (_, n) => `a${n}: title`).join(' ')} } } }`
  const deep = `{ tickets { nodes { ${'parent { '.repeat(12)} id ${'} '.repeat(12)} } } }`
  const aliases = `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: viewer { id }`).join(' ')} }`
  const roots = `{ tickets { nodes { id } } ${Array.from({ length: 10 }, (_, n) => `b${n}: node(id: "acme-cw:Ticket:1") { id }`).join(' ')} }`
  const bomb = `{ tickets { nodes { ...F0 } } } ${Array.from({ length: 25 }, (_, n) => `fragment F${n} on Ticket { ...F${n + 1} parent { ...F${n + 1} } }`).join(' ')} fragment F25 on Ticket { id }`
  const dear =
    '{ tickets(first: 100) { nodes { notes(first: 100) { nodes { ticket { notes(first: 100) { nodes { text } } } } } } } }'
  const cycle = '{ tickets { nodes { ...A } } } fragment A on Ticket { parent { ...A } }'

  it.each`
    what                                       | query                                                                                      | code
    ${'an unknown field'}                      | ${'{ tickets { nodes { colour } } }'}                                                      | ${'GRAPHQL_VALIDATION_FAILED'}
    ${'an unknown root field'}                 | ${'{ banana }'}                                                                            | ${'GRAPHQL_VALIDATION_FAILED'}
    ${'an unknown argument'}                   | ${'{ tickets(colour: 1) { nodes { id } } }'}                                               | ${'GRAPHQL_VALIDATION_FAILED'}
    ${'an unknown filter member'}              | ${'{ tickets(filter: { colour: "red" }) { nodes { id } } }'}                               | ${'GRAPHQL_VALIDATION_FAILED'}
    ${'an unknown order'}                      | ${'{ tickets(order: { key: COLOUR }) { nodes { id } } }'}                                  | ${'GRAPHQL_VALIDATION_FAILED'}
    ${'a text for a number'}                   | ${'{ tickets(first: "5") { nodes { id } } }'}                                              | ${'GRAPHQL_VALIDATION_FAILED'}
    ${'a broken date'}                         | ${'{ tickets(filter: { createdAt: { after: "yesterday" } }) { nodes { id } } }'}           | ${'GRAPHQL_VALIDATION_FAILED'}
    ${'a date without a zone'}                 | ${'{ tickets(filter: { createdAt: { after: "2026-01-01T00:00:00" } }) { nodes { id } } }'} | ${'GRAPHQL_VALIDATION_FAILED'}
    ${'a huge integer'}                        | ${'{ tickets(first: 99999999999999999999999) { nodes { id } } }'}                          | ${'GRAPHQL_VALIDATION_FAILED'}
    ${'a huge integer that crosses subgraphs'} | ${'{ viewer { id } tickets(first: 99999999999999999999999) { nodes { id } } }'}            | ${'GRAPHQL_VALIDATION_FAILED'}
    ${'a huge integer for an id'}              | ${'{ viewer { id } ticket(id: 99999999999999999999999) { id } }'}                          | ${'BAD_USER_INPUT'}
    ${'a field without its selection'}         | ${'{ tickets }'}                                                                           | ${'GRAPHQL_VALIDATION_FAILED'}
    ${'nothing'}                               | ${'{ }'}                                                                                   | ${'GRAPHQL_VALIDATION_FAILED'}
    ${'half a document'}                       | ${'{ tickets { nodes {'}                                                                   | ${'GRAPHQL_VALIDATION_FAILED'}
    ${'two operations and no name'}            | ${'query A { viewer { id } } query B { tickets { nodes { id } } }'}                        | ${'GRAPHQL_VALIDATION_FAILED'}
    ${'a fragment that holds itself'}          | ${cycle}                                                                                   | ${'GRAPHQL_VALIDATION_FAILED'}
    ${'a reserved response key'}               | ${'{ tickets { nodes { __typename: id } } }'}                                              | ${'GRAPHQL_VALIDATION_FAILED'}
    ${'a subscription on this way'}            | ${'subscription { approvalEvents { __typename } }'}                                        | ${'GRAPHQL_VALIDATION_FAILED'}
    ${'250 fields'}                            | ${wide}                                                                                    | ${'LIMIT_EXCEEDED'}
    ${'15 levels'}                             | ${deep}                                                                                    | ${'LIMIT_EXCEEDED'}
    ${'31 aliases'}                            | ${aliases}                                                                                 | ${'LIMIT_EXCEEDED'}
    ${'11 root fields'}                        | ${roots}                                                                                   | ${'LIMIT_EXCEEDED'}
    ${'fragments that double each other'}      | ${bomb}                                                                                    | ${'LIMIT_EXCEEDED'}
    ${'2,000 repeated words'}                  | ${`{ tickets { nodes { ${'title '.repeat(2_100)} } } }`}                                   | ${'LIMIT_EXCEEDED'}
    ${'lists in lists'}                        | ${dear}                                                                                    | ${'LIMIT_EXCEEDED'}
    ${'31 directives'}                         | ${`{ tickets { nodes { ${'id @include(if: true) '.repeat(31)} } } }`}                      | ${'LIMIT_EXCEEDED'}
  `('$what is $code', async ({ query, code }) => {
    expect(new Set(await refused(query))).toEqual(new Set([code]))
    nothingSent()
  })

  it('an operation name that names nothing is refused', async () => {
    const caller = await t.gateway.calls.authenticate(token, { address: 'test' })
    const result = await t.gateway.calls.run(
      caller,
      { query: 'query A { viewer { id } }', operationName: 'B' },
      { address: 'test', headers: { get: () => null } },
    )
    expect(result.errors?.map(({ extensions }) => extensions.code)).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    expect(result.data).toBeUndefined()
  })
})

describe('variables', () => {
  const LIST =
    'query ($first: Int, $filter: TicketFilter, $order: TicketOrder) { tickets(first: $first, filter: $filter, order: $order) { nodes { id } } }'
  const CROSSING = LIST.replace('{ tickets', '{ viewer { id } tickets')

  it.each`
    what                        | variables
    ${'a text for a number'}    | ${{ first: '5' }}
    ${'a fraction'}             | ${{ first: 1.5 }}
    ${'a huge integer'}         | ${{ first: 2 ** 40 }}
    ${'past every number'}      | ${{ first: 1e300 }}
    ${'an unknown member'}      | ${{ filter: { colour: 'red' } }}
    ${'a list for a text'}      | ${{ filter: { text: ['a'] } }}
    ${'an object for a text'}   | ${{ filter: { text: { like: 'a' } } }}
    ${'a broken date'}          | ${{ filter: { createdAt: { after: 'yesterday' } } }}
    ${'a 30th of February'}     | ${{ filter: { createdAt: { after: '2026-02-30T00:00:00Z' } } }}
    ${'an unknown order'}       | ${{ order: { key: 'COLOUR' } }}
    ${'an order without a key'} | ${{ order: {} }}
    ${'an explicit null'}       | ${{ filter: { text: null } }}
  `('$what is BAD_USER_INPUT, on both paths', async ({ variables }) => {
    for (const query of [LIST, CROSSING])
      expect(new Set(await refused(query, variables))).toEqual(new Set(['BAD_USER_INPUT']))
    nothingSent()
  })

  it('a missing one is BAD_USER_INPUT', async () => {
    for (const query of [
      'query ($id: ID!) { ticket(id: $id) { id } }',
      'query ($id: ID!) { viewer { id } ticket(id: $id) { id } }',
    ]) {
      expect(await refused(query)).toEqual(['BAD_USER_INPUT'])
      expect(await refused(query, { id: null })).toEqual(['BAD_USER_INPUT'])
    }
    nothingSent()
  })

  it('an undeclared one is nobody’s business', async () => {
    const { errors } = await t.ask(token, 'query { viewer { id } }', { id: HUGE })
    expect(errors).toEqual([])
  })

  it('a huge text is refused without being repeated', async () => {
    const answer = await t.ask(token, LIST, { filter: { text: HUGE } })
    expectClean(answer)
    expect(answer.errors[0]!.extensions.code).toBe('BAD_USER_INPUT')
  })

  it.each(['query', 'mutation'])('a %s of which nothing is left answers nothing', async (kind) => {
    const field =
      kind === 'query'
        ? 'node(id: "acme-cw:Ticket:44805")'
        : 'deleteContact(input: { id: "acme-cw:Contact:1" })'
    const on = kind === 'query' ? 'Ticket { title }' : 'ContactWritten { contact { active } }'
    const { data, errors } = await t.ask(
      token,
      `${kind} ($no: Boolean!) { a: ${field} @include(if: $no) { ... on ${on} } ... @skip(if: true) { b: ${field} { __typename } } }`,
      { no: false },
    )
    expect({ data, errors }).toEqual({ data: {}, errors: [] })
    nothingSent()
  })

  it('an order without a direction is the largest first', async () => {
    const { data, errors } = await t.ask(
      token,
      'query ($order: TicketOrder) { tickets(first: 1, order: $order) { nodes { number } } }',
      {
        order: { key: 'NUMBER' },
      },
    )
    expect(errors).toEqual([])
    expect(data.tickets.nodes).toEqual([{ number: String(Math.max(...truth.tickets.map(({ id }) => id))) }])
  })
})

describe('tokens', () => {
  it.each([null, '', 'nonsense', `csa_${'0'.repeat(16)}_${'A'.repeat(43)}`, 'csp_x_y', HUGE])(
    '%.30s is UNAUTHENTICATED',
    async (wrong) => {
      await expect(t.gateway.calls.authenticate(wrong, { address: 'test' })).rejects.toMatchObject({
        extensions: { code: 'UNAUTHENTICATED' },
      })
      nothingSent()
    },
  )

  it('one with another secret is UNAUTHENTICATED', async () => {
    const wrong = `${token.slice(0, -4)}${token.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`
    await expect(t.ask(wrong, '{ viewer { id } }')).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    })
  })
})
