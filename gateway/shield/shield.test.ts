import { execute, type GraphQLSchema, parse, printSchema } from 'graphql'
import { describe, expect, it } from 'vitest'
import { type Access, psa } from '../../schema/access.ts'
import { subgraphSdl } from '../../schema/federation.ts'
import { CONTROL_ACCESS, PSA_ACCESS, toyContext, toyControl, toyPsa } from '../supergraph/toy.ts'
import { checkShield } from './check.ts'
import { shielded } from './shield.ts'

const psaSchema = shielded(toyPsa())

async function run(
  schema: GraphQLSchema,
  source: string,
  denied: readonly string[],
  variableValues?: object,
) {
  const context = toyContext(denied)
  const result = await execute({
    schema,
    document: parse(source),
    contextValue: context,
    variableValues: variableValues as Record<string, unknown>,
  })
  return {
    data: JSON.parse(JSON.stringify(result.data)) as unknown,
    errors: (result.errors ?? []).map(
      ({ path, extensions }) => `${path?.join('.')}: ${String(extensions.code)}`,
    ),
    journal: context.journal,
  }
}

describe('the shield keeps what it does not judge', () => {
  it('the printed schema, the subgraph SDL and the extensions', () => {
    expect(printSchema(psaSchema)).toBe(printSchema(toyPsa()))
    expect(subgraphSdl(psaSchema)).toBe(subgraphSdl(toyPsa()))
    expect(psaSchema.getQueryType()!.getFields().ticket!.extensions.access).toEqual(
      PSA_ACCESS['Query.ticket']!.access,
    )
  })

  it('answers of those who may', async () => {
    const { data, errors } = await run(
      psaSchema,
      '{ ticket(id: "acme-cw:Ticket:1") { title contact { name } } }',
      [],
    )
    expect(errors).toEqual([])
    expect(data).toEqual({ ticket: { title: 'Printer', contact: { name: 'Contact of acme-cw' } } })
  })

  it('codes of errors that the resolvers throw', async () => {
    const { errors } = await run(psaSchema, '{ ticket(id: "acme-cw:Ticket:1") { vendorBoom } }', [])
    expect(errors).toEqual(['ticket.vendorBoom: VENDOR_UNAVAILABLE'])
    const behindAGate = await run(psaSchema, '{ ticket(id: "acme-cw:Ticket:down") { id } }', [])
    expect(behindAGate.errors).toEqual(['ticket: VENDOR_UNAVAILABLE'])
  })
})

describe('root fields', () => {
  it.each`
    query                                                              | denied                 | path
    ${'{ ticket(id: "acme-cw:Ticket:1") { id } }'}                     | ${['Tickets']}         | ${'ticket'}
    ${'{ ticket(id: "acme-cw:Ticket:1") { id } }'}                     | ${['acme-cw/Tickets']} | ${'ticket'}
    ${'{ ticketByNumber(connection: "acme-cw", number: "1") { id } }'} | ${['acme-cw/Tickets']} | ${'ticketByNumber'}
    ${'{ tickets(connections: ["acme-cw"]) { nodes { id } } }'}        | ${['acme-cw/Tickets']} | ${'tickets'}
    ${'{ node(id: "acme-cw:Ticket:1") { __typename } }'}               | ${['acme-cw/Tickets']} | ${'node'}
    ${'{ node(id: "acme-cw:Unheard:1") { __typename } }'}              | ${[]}                  | ${'node'}
  `('denies $query without $denied', async ({ query, denied, path }) => {
    const { data, errors, journal } = await run(psaSchema, query, denied)
    expect(data).toEqual({ [path]: null })
    expect(errors).toEqual([expect.stringMatching(new RegExp(`^${path}: (GROUP_DISABLED|NOT_CATALOGUED)$`))])
    expect(journal).toEqual([])
  })

  it('lets a ticket of another connection pass', async () => {
    const { errors } = await run(psaSchema, '{ ticket(id: "beta-at:Ticket:7") { title } }', [
      'acme-cw/Tickets',
    ])
    expect(errors).toEqual([])
  })
})

describe('records are judged one by one', () => {
  it('a relation of another group is null with an error at its path, and siblings survive', async () => {
    const { data, errors } = await run(
      psaSchema,
      '{ a: ticket(id: "acme-cw:Ticket:1") { title contact { email } } b: ticket(id: "beta-at:Ticket:7") { contact { email } } }',
      ['acme-cw/Contacts'],
    )
    expect(data).toEqual({ a: { title: 'Printer', contact: null }, b: { contact: { email: 'x@beta-at' } } })
    expect(errors).toEqual(['a.contact: GROUP_DISABLED'])
  })

  it('nodes(ids): the denied one is null with an error, the others are resolved', async () => {
    const { data, errors } = await run(
      psaSchema,
      '{ nodes(ids: ["acme-cw:Ticket:1", "acme-cw:Contact:9", "beta-at:Contact:3"]) { ... on Contact { email } ... on Ticket { title } } }',
      ['acme-cw/Contacts'],
    )
    expect(data).toEqual({ nodes: [{ title: 'Printer' }, null, { email: 'x@beta-at' }] })
    expect(errors).toEqual(['nodes.1: GROUP_DISABLED'])
  })

  it('an open root field that answers records of several types judges each', async () => {
    const { data, errors } = await run(psaSchema, '{ named(connection: "acme-cw") { name } }', [
      'acme-cw/Companies',
    ])
    expect(data).toEqual({ named: [null, { name: 'Help' }] })
    expect(errors).toEqual(['named.0: GROUP_DISABLED'])
  })

  it('a list over connections does not hand out the records of a denied one', async () => {
    const { data } = await run(psaSchema, '{ tickets { nodes { title } } }', ['acme-cw/Tickets'])
    expect(JSON.stringify(data)).not.toContain('Printer')
  })

  it('a note that the client can see belongs to its own group', async () => {
    const { data, errors } = await run(
      psaSchema,
      '{ ticket(id: "acme-cw:Ticket:1") { notes { nodes { text } } } }',
      ['Client-Facing Notes'],
    )
    expect(data).toEqual({ ticket: { notes: { nodes: [{ text: 'ours' }, { text: null }] } } })
    expect(errors).toEqual(['ticket.notes.nodes.1.text: GROUP_DISABLED'])
  })
})

describe('a list of records of two groups', () => {
  const NOTES = '{ ticket(id: "acme-cw:Ticket:1") { title notes { nodes { text } } } }'

  it('hands out those of the group that is open', async () => {
    const { data, errors } = await run(psaSchema, NOTES, ['Ticket Notes'])
    expect(data).toEqual({
      ticket: { title: 'Printer', notes: { nodes: [{ text: null }, { text: 'theirs' }] } },
    })
    expect(errors).toEqual(['ticket.notes.nodes.0.text: GROUP_DISABLED'])
  })

  it('is closed where both are, and its siblings live', async () => {
    const { data, errors } = await run(psaSchema, NOTES, ['Ticket Notes', 'Client-Facing Notes'])
    expect(data).toEqual({ ticket: { title: 'Printer', notes: null } })
    expect(errors).toEqual(['ticket.notes: GROUP_DISABLED'])
  })
})

describe('a type whose records are told apart by themselves', () => {
  const byNote = PSA_ACCESS['Note.text']!.access
  const schema = shielded(toyPsa({ ...PSA_ACCESS, Note: { access: byNote } }))
  const NOTES = '{ ticket(id: "acme-cw:Ticket:1") { notes { nodes { id text } } } }'

  it('judges each record once as a whole, and its siblings live', async () => {
    const { data, errors } = await run(schema, NOTES, ['Client-Facing Notes'])
    expect(data).toEqual({ ticket: { notes: { nodes: [{ id: 'acme-cw:Note:1', text: 'ours' }, null] } } })
    expect(errors).toEqual(['ticket.notes.nodes.1: GROUP_DISABLED'])
  })

  it('asks once for each record, however much is selected of it', async () => {
    const asked: string[] = []
    const context = toyContext()
    const { errors } = await execute({
      schema,
      document: parse(NOTES),
      contextValue: {
        ...context,
        judge(access: Access, connection: string | null) {
          if (access.of === 'PSA' && access.group.endsWith('Notes')) asked.push(access.group)
          return context.judge(access, connection)
        },
      },
    })
    expect(errors).toBeUndefined()
    // The field, and then the two notes.
    expect(asked).toEqual(['Ticket Notes', 'Ticket Notes', 'Client-Facing Notes'])
  })

  it('refuses by the id alone who may read none of its groups, and reads the record for others', async () => {
    const node = '{ node(id: "acme-cw:Note:1") { __typename } }'
    expect((await run(schema, node, ['Ticket Notes', 'Client-Facing Notes'])).errors).toEqual([
      'node: GROUP_DISABLED',
    ])
    expect((await run(schema, node, ['Client-Facing Notes'])).data).toEqual({ node: { __typename: 'Note' } })
  })

  it('whose list hands them out unjudged is named by the start-up test', async () => {
    await expect(checkShield(schema)).resolves.toBeUndefined()
    await expect(checkShield(toyPsa({ ...PSA_ACCESS, Note: { access: byNote } }))).rejects.toThrow(
      /NoteConnection\.nodes/,
    )
  })
})

describe('_entities', () => {
  const ENTITIES =
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Ticket { title } ... on Contact { email } } }'

  it('judges each representation; the denied one is never resolved', async () => {
    const { data, errors, journal } = await run(psaSchema, ENTITIES, ['acme-cw/Tickets'], {
      r: [
        { __typename: 'Ticket', id: 'acme-cw:Ticket:1' },
        { __typename: 'Ticket', id: 'beta-at:Ticket:7' },
        { __typename: 'Contact', id: 'acme-cw:Contact:9' },
      ],
    })
    expect(data).toEqual({ _entities: [null, { title: 'VPN' }, { email: 'x@acme-cw' }] })
    expect(errors).toEqual(['_entities.0: GROUP_DISABLED'])
    expect(journal).toEqual(['entity beta-at:Ticket:7', 'title beta-at:Ticket:7'])
  })

  it.each([
    ['an id without a connection', { __typename: 'Ticket', id: '1' }, 'FORBIDDEN_OPERATION'],
    ['a type that is no entity', { __typename: 'Board', id: 'acme-cw:Board:1' }, 'BAD_USER_INPUT'],
    ['an unknown type', { __typename: 'Secret', id: 'acme-cw:Secret:1' }, 'NOT_CATALOGUED'],
  ])('refuses %s', async (_what, representation, code) => {
    const { data, errors } = await run(psaSchema, ENTITIES, [], { r: [representation] })
    expect(data).toEqual({ _entities: [null] })
    expect(errors).toEqual([`_entities.0: ${code}`])
  })
})

describe('closed by default', () => {
  it('a field that neither it nor its type declares is denied to everyone', async () => {
    const { Contact: _, ...rest } = PSA_ACCESS
    const schema = shielded(toyPsa(rest))
    const { errors } = await run(schema, '{ ticket(id: "acme-cw:Ticket:1") { contact { email } } }', [])
    expect(errors).toEqual(['ticket.contact.email: NOT_CATALOGUED'])
  })

  it('a judgement that throws is a refusal', async () => {
    const schema = shielded(
      toyPsa({
        ...PSA_ACCESS,
        'Note.text': psa('Ticket Notes', 'text', {
          among: ['Ticket Notes'],
          groupsOf() {
            throw new Error('no such record')
          },
        }),
      }),
    )
    const { errors } = await run(
      schema,
      '{ ticket(id: "acme-cw:Ticket:1") { notes { nodes { text } } } }',
      [],
    )
    expect(errors).toEqual([
      'ticket.notes.nodes.0.text: FORBIDDEN_OPERATION',
      'ticket.notes.nodes.1.text: FORBIDDEN_OPERATION',
    ])
  })
})

describe('control', () => {
  const controlSchema = shielded(toyControl())

  it('judges writes by the connection in their input, before anything runs', async () => {
    const { data, errors, journal } = await run(
      controlSchema,
      'mutation { updateTicket(input: { id: "acme-cw:Ticket:1" }) { __typename } }',
      ['CONTROL'],
    )
    expect(data).toEqual({ updateTicket: null })
    expect(errors).toEqual(['updateTicket: GROUP_DISABLED'])
    expect(journal).toEqual([])
  })

  it('hands out stubs without judging what only the other subgraph can', async () => {
    expect(CONTROL_ACCESS.Ticket).toBeDefined()
    const { errors } = await run(controlSchema, '{ approvals { nodes { ticket { id } } } }', ['Tickets'])
    expect(errors).toEqual([])
  })
})

describe('checkShield', () => {
  it('passes a shielded schema', async () => {
    await expect(checkShield(psaSchema)).resolves.toBeUndefined()
    await expect(checkShield(shielded(toyControl()))).resolves.toBeUndefined()
  })

  it('names every coordinate that answers on a schema without a shield', async () => {
    await expect(checkShield(toyPsa())).rejects.toThrow(/Ticket\.contact.*Query\.ticket/s)
    await expect(checkShield(toyPsa())).rejects.toThrow(/_entities\(Ticket\)/)
  })
})
