import { makeExecutableSchema } from '@graphql-tools/schema'
import { execute, type GraphQLObjectType, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { psa } from './access.ts'
import { GatewayError } from './errors.ts'
import { asSubgraph, stubTypes, subgraphSdl } from './federation.ts'

const typeDefs = `
  "Work." type Ticket { "The number." id: ID! title: String contact: Contact }
  type Contact { id: ID! }
  type PageInfo { hasNextPage: Boolean! }
  type Query { ticket: Ticket page: PageInfo }
  type Mutation { touch: Ticket }
`

function subgraph() {
  const schema = makeExecutableSchema({
    typeDefs,
    resolvers: { Ticket: { title: ({ id }: { id: string }) => `title of ${id}` } },
  })
  const ticket = schema.getType('Ticket') as GraphQLObjectType
  ticket.extensions = psa('Tickets', 'id')
  ticket.getFields().title!.extensions = psa('Tickets', 'title')
  return asSubgraph(schema, {
    Ticket: {
      key: 'id',
      resolveReference({ id }) {
        if (id === 'thrown') throw new GatewayError('VENDOR_UNAVAILABLE', 'The PSA does not answer.')
        return id === 'gone' ? null : Object.freeze({ id })
      },
    },
    Contact: { key: 'id', resolvable: false },
  })
}

describe('the SDL', () => {
  const sdl = subgraphSdl(subgraph())

  it.each([
    'https://specs.apollo.dev/federation/v2',
    'type Ticket @key(fields: "id")',
    'type Contact @key(fields: "id", resolvable: false)',
    'type PageInfo @shareable',
    '"""The number."""',
  ])('holds %s', (part) => expect(sdl).toContain(part))

  it('leaves root types alone and does not show the machinery', () => {
    expect(sdl).not.toMatch(/type (Query|Mutation) @/)
    expect(sdl).not.toMatch(/_Entity|_service|_Any/)
  })

  it('is what _service answers', async () => {
    const { data } = await execute({ schema: subgraph(), document: parse('{ _service { sdl } }') })
    expect(data).toEqual({ _service: { sdl } })
  })

  it('knows its stubs', () => expect([...stubTypes(subgraph())]).toEqual(['Contact']))
})

describe('_entities', () => {
  const ask = (representations: readonly unknown[]) =>
    execute({
      schema: subgraph(),
      document: parse('query ($r: [_Any!]!) { _entities(representations: $r) { ... on Ticket { title } } }'),
      variableValues: { r: representations },
    })

  it('one that fails is null with its error, its siblings survive', async () => {
    const { data, errors } = await ask(
      ['1', 'thrown', '2', 'gone'].map((id) => ({ __typename: 'Ticket', id })),
    )
    expect(JSON.parse(JSON.stringify(data))).toEqual({
      _entities: [{ title: 'title of 1' }, null, { title: 'title of 2' }, null],
    })
    expect(errors!.map(({ path, extensions }) => [path?.[1], extensions.code])).toEqual([
      [1, 'VENDOR_UNAVAILABLE'],
      [3, 'NOT_FOUND'],
    ])
  })

  it.each([
    [{ __typename: 'Contact', id: '1' }],
    [{ __typename: 'constructor', id: '1' }],
    [{ id: '1' }],
    ['Ticket'],
    [{ __typename: 'Ticket' }],
  ])('refuses %j', async (representation) => {
    const { errors } = await ask([representation])
    expect(errors![0]!.extensions.code).toBe('BAD_USER_INPUT')
  })
})

describe('what it keeps', () => {
  it('extensions of types and fields, and resolvers', () => {
    const ticket = subgraph().getType('Ticket') as GraphQLObjectType
    expect(ticket.extensions).toEqual(psa('Tickets', 'id'))
    expect(ticket.getFields().title!.extensions).toEqual(psa('Tickets', 'title'))
    expect(ticket.getFields().title!.resolve).toBeTypeOf('function')
  })
})

it.each([
  ['an unknown type', { Nothing: { key: 'id' as const, resolvable: false } }, /"Nothing"/],
  ['an entity nobody resolves', { Ticket: { key: 'id' as const } }, /"Ticket" to have resolveReference/],
  ['a type without its key', { PageInfo: { key: 'id' as const, resolvable: false } }, /"PageInfo"/],
])('refuses %s', (_what, entities, message) => {
  expect(() => asSubgraph(makeExecutableSchema({ typeDefs }), entities)).toThrow(message)
})
