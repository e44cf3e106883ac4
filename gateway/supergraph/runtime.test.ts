import { getIntrospectionQuery, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { harness } from './harness.ts'

const { supergraph, ask, route } = harness()

/** Appended to a query, makes it cross subgraphs; the answer's own part stays the same. */
const CROSS = {
  query: ' crossing: approval(id: "1") { ticket { title } }',
  data: { crossing: { ticket: { title: 'Printer' } } },
}

describe.each([
  { path: 'one subgraph alone', expected: 'SUBGRAPH', extra: '', extraData: {} },
  { path: 'planned', expected: 'PLANNER', extra: CROSS.query, extraData: CROSS.data },
])('reads, $path', ({ expected, extra, extraData }) => {
  const query = (head: string, body: string, tail = ''): string => `${head} { ${body}${extra} } ${tail}`

  it('goes the way this suite is about', () => {
    expect(route(query('query', 'ticket(id: "acme-cw:Ticket:1") { title }'))).toBe(expected)
  })

  it.each`
    body                                                                                    | data
    ${'ticket(id: "acme-cw:Ticket:1") { id title createdAt }'}                              | ${{ ticket: { id: 'acme-cw:Ticket:1', title: 'Printer', createdAt: '2026-11-20T16:00:00.000Z' } }}
    ${'t: ticket(id: "acme-cw:Ticket:1") { kind: __typename contact { c: name } }'}         | ${{ t: { kind: 'Ticket', contact: { c: 'Contact of acme-cw' } } }}
    ${'tickets(first: 2) { nodes { title } pageInfo { hasNextPage } }'}                     | ${{ tickets: { nodes: [{ title: 'Printer' }, { title: 'Mail' }], pageInfo: { hasNextPage: false } } }}
    ${'named(connection: "acme-cw") { name ... on Company { id } }'}                        | ${{ named: [{ name: 'Acme', id: 'acme-cw:Company:1' }, { name: 'Help' }] }}
    ${'node(id: "acme-cw:Contact:9") { ... on Contact { email } ... on Ticket { title } }'} | ${{ node: { email: 'x@acme-cw' } }}
    ${'... on Query { ticket(id: "acme-cw:Ticket:1") { ... { title } } }'}                  | ${{ ticket: { title: 'Printer' } }}
    ${'ticket(id: "acme-cw:Ticket:404") { title }'}                                         | ${{ ticket: null }}
  `('$body', async ({ body, data }) => {
    const answer = await ask(query('query', body as string))
    expect(answer.errors).toEqual([])
    expect(answer.data).toEqual({ ...(data as object), ...extraData })
  })

  it('named fragments', async () => {
    const { data } = await ask(
      query(
        'query',
        '...R',
        'fragment R on Query { ticket(id: "acme-cw:Ticket:2") { ...T } } fragment T on Ticket { title }',
      ),
    )
    expect(data).toEqual({ ticket: { title: 'Mail' }, ...extraData })
  })

  it('@skip and @include with variables', async () => {
    const source = query(
      'query ($yes: Boolean!, $no: Boolean!)',
      'ticket(id: "acme-cw:Ticket:1") { a: title @skip(if: $yes) b: title @include(if: $no) c: title @skip(if: $no) @include(if: $yes) } gone: tickets @skip(if: $yes) { nodes { id } }',
    )
    const { data, errors } = await ask(source, { yes: true, no: false })
    expect(errors).toEqual([])
    expect(data).toEqual({ ticket: { c: 'Printer' }, ...extraData })
  })

  it('keeps code and path of a GatewayError', async () => {
    const { data, errors, result } = await ask(
      query('query', 't: ticket(id: "acme-cw:Ticket:1") { title vendorBoom }'),
    )
    expect(data).toEqual({ t: { title: 'Printer', vendorBoom: null }, ...extraData })
    expect(errors).toEqual(['t.vendorBoom: VENDOR_UNAVAILABLE'])
    expect(result.errors![0]!.extensions).toEqual({ code: 'VENDOR_UNAVAILABLE', retryAfterMs: 5 })
  })

  it('masks what nobody expected and logs the original', async () => {
    const { errors, result, logged } = await ask(query('query', 'ticket(id: "acme-cw:Ticket:1") { boom }'))
    expect(errors).toEqual(['ticket.boom: INTERNAL'])
    expect(JSON.stringify(result)).not.toContain('hunter2')
    expect(JSON.stringify(result)).not.toContain('.ts:')
    expect(result.errors![0]!.message).toBe('Something went wrong inside the gateway.')
    expect(result.errors![0]!.extensions.correlationId).toMatch(/^[0-9a-f-]{36}$/)
    expect(String(logged[0])).toContain('hunter2')
  })

  it.each`
    what                           | head                             | body                                                                            | variables
    ${'an integer beyond 32 bits'} | ${'query ($n: Int!)'}            | ${'count(limit: $n)'}                                                           | ${{ n: 99999999999 }}
    ${'a text for an integer'}     | ${'query ($n: Int!)'}            | ${'count(limit: $n)'}                                                           | ${{ n: 'x' }}
    ${'a missing variable'}        | ${'query ($n: Int!)'}            | ${'count(limit: $n)'}                                                           | ${{}}
    ${'an unknown member'}         | ${'query ($f: TicketFilter)'}    | ${'tickets(filter: $f) { nodes { id } }'}                                       | ${{ f: { secret: 1 } }}
    ${'an unknown enum value'}     | ${'query ($o: TicketOrderKey!)'} | ${'tickets(orderBy: { key: $o }) { nodes { id } }'}                             | ${{ o: 'SECRET' }}
    ${'a bad moment'}              | ${'query ($d: DateTime)'}        | ${'tickets(filter: { createdAfter: $d }) { nodes { id } }'}                     | ${{ d: 'soon' }}
    ${'variables that are a list'} | ${'query ($n: Int)'}             | ${'ticket(id: "x") @skip(if: true) { id } tickets(first: $n) { nodes { id } }'} | ${[]}
  `('refuses $what as BAD_USER_INPUT before anything runs', async ({ head, body, variables }) => {
    const { errors, journal, result } = await ask(query(head as string, body as string), variables)
    expect(errors).toEqual(['BAD_USER_INPUT'])
    expect(result.data).toBeUndefined()
    expect(journal).toEqual([])
  })

  it("a null that a default would have replaced is the caller's mistake", async () => {
    const { errors } = await ask(query('query ($n: Int = 3)', 'count(limit: $n)'), { n: null })
    expect(errors).toEqual(['count: BAD_USER_INPUT'])
  })

  it.each(['"q\\"uo\\\\te \\u00e9 😀\\n"', '"""block "x" \\ y"""', '99999999999999999999999'])(
    'carries the literal %s as it is',
    async (literal) => {
      const { result } = await ask(
        query('query', `node(id: ${literal}) { __typename } a: approval(id: ${literal}) { id }`),
      )
      const { a } = result.data as { a: { id: string } }
      const field = parse(`{ a(b: ${literal}) }`).definitions[0] as never as {
        selectionSet: { selections: [{ arguments: [{ value: { value: string } }] }] }
      }
      expect(a.id).toBe(field.selectionSet.selections[0].arguments[0].value.value)
    },
  )
})

describe('across subgraphs', () => {
  it('an entity that fails is null with its error, and its siblings live', async () => {
    const { data, errors } = await ask(
      '{ approvals { nodes { id ticket { ...T } } } } fragment T on Ticket { title }',
    )
    expect(data).toEqual({
      approvals: {
        nodes: [
          { id: '1', ticket: { title: 'Printer' } },
          { id: '404', ticket: null },
          { id: '2', ticket: { title: 'Mail' } },
        ],
      },
    })
    expect(errors).toEqual(['approvals.nodes.1.ticket: NOT_FOUND'])
  })

  it('an entity that is not there is told, also behind a fragment', async () => {
    for (const selection of ['id title', 'id ... on Ticket { title }']) {
      const { data, errors } = await ask(`{ approval(id: "5") { note ticket { ${selection} } } }`)
      expect(data).toEqual({ approval: { note: 'note 5', ticket: null } })
      expect(errors).toEqual(['approval.ticket: NOT_FOUND'])
    }
  })

  it('an answer in which everything was skipped is empty, not an error', async () => {
    const source = 'query ($yes: Boolean!) { approval(id: "1") @skip(if: $yes) { ticket { title } } }'
    expect((await ask(source, { yes: true })).result).toEqual({ data: {} })
  })

  it('the subgraphs get the very context of the caller', async () => {
    expect((await ask('{ approval(id: "1") { ticket { title } } }')).journal).toEqual([
      'entity acme-cw:Ticket:1',
      'title acme-cw:Ticket:1',
    ])
  })
})

describe('mutations', () => {
  it('run in order, and what they answer is read again from the other subgraph', async () => {
    const { data, errors, journal } = await ask(`
      mutation {
        a: updateTicket(input: { id: "acme-cw:Ticket:1" }) { ... on TicketWritten { ticket { id title } } }
        ... on Mutation { b: updateTicket(input: { id: "acme-cw:Ticket:2" }) { ...W } }
        ...C
      }
      fragment W on TicketWritten { ticket { title } }
      fragment C on Mutation { c: updateTicket(input: { id: "beta-at:Ticket:7", title: "bad" }) { __typename } }
    `)
    expect(data).toEqual({
      a: { ticket: { id: 'acme-cw:Ticket:1', title: 'Printer' } },
      b: { ticket: { title: 'Mail' } },
      c: null,
    })
    expect(errors).toEqual(['c: VENDOR_REJECTED'])
    expect(journal.slice(0, 6)).toEqual(
      ['acme-cw:Ticket:1', 'acme-cw:Ticket:2', 'beta-at:Ticket:7'].flatMap((id) => [
        `begin ${id}`,
        `end ${id}`,
      ]),
    )
    expect(journal).toContain('entity acme-cw:Ticket:1')
  })
})

describe('refused before planning', () => {
  it.each`
    what                                   | source
    ${'a reserved response key'}           | ${'{ __x: ticket(id: "1") { id } }'}
    ${'a reserved key deep down'}          | ${'{ ticket(id: "1") { ...F } } fragment F on Ticket { __title: title }'}
    ${'another field under __typename'}    | ${'{ ticket(id: "1") { __typename: title } }'}
    ${"the planner's variable"}            | ${'query ($representations: ID!) { ticket(id: $representations) { id } }'}
    ${'introspection mixed with data'}     | ${'{ __schema { queryType { name } } ticket(id: "1") { id } }'}
    ${'introspection mixed in a fragment'} | ${'{ ...F tickets { nodes { id } } } fragment F on Query { __type(name: "Ticket") { name } }'}
    ${'an unknown field'}                  | ${'{ secrets }'}
    ${'federation machinery'}              | ${'{ _service { sdl } }'}
    ${'entities'}                          | ${'{ _entities(representations: []) { __typename } }'}
    ${'a fragment that contains itself'}   | ${'{ ticket(id: "1") { ...F } } fragment F on Ticket { contact { tickets { nodes { ...F } } } }'}
    ${'two operations and no name'}        | ${'query A { tickets { __typename } } query B { tickets { __typename } }'}
    ${'a syntax error'}                    | ${'{ ticket('}
    ${'a subscription'}                    | ${'subscription { approvals { id } }'}
  `('$what', async ({ source }) => {
    const { errors, journal } = await ask(source as string, { representations: '1' })
    expect(new Set(errors)).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']))
    expect(journal).toEqual([])
  })

  it('an unknown operationName', async () => {
    const { errors } = await ask('query A { tickets { __typename } }', {}, 'B')
    expect(errors).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })

  it('suggests nothing', async () => {
    const { result } = await ask('{ ticke { id } }')
    expect(result.errors![0]!.message).not.toContain('Did you mean')
  })

  it('tells several mistakes at once', async () => {
    expect((await ask('{ a b }')).errors).toHaveLength(2)
  })
})

describe('introspection', () => {
  it('is answered by our own schema: no machinery, our directive, descriptions', async () => {
    const { result } = await ask(getIntrospectionQuery())
    const text = JSON.stringify(result.data)
    expect(result.errors).toBeUndefined()
    expect(text).toContain('"dryRun"')
    expect(text).toContain('The one-line summary.')
    expect(text).not.toMatch(/_Entity|_service|join__|link__/)
  })
})

describe('operations of one document', () => {
  it('each by its name, from one parsed document', async () => {
    const source =
      'query A { tickets(first: 1) { nodes { title } } } query B { approval(id: "1") { ticket { title } } }'
    expect((await ask(source, {}, 'A')).data).toEqual({ tickets: { nodes: [{ title: 'Printer' }] } })
    expect((await ask(source, {}, 'B')).data).toEqual({ approval: { ticket: { title: 'Printer' } } })
  })

  it('keeps a bounded number of documents', () => {
    expect(supergraph.parse('{ __typename }')).toBe(supergraph.parse('{ __typename }'))
  })
})
