import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../schema/errors.ts'
import { composeSupergraph } from '../supergraph/compose.ts'
import { createSupergraph } from '../supergraph/runtime.ts'
import { toyContext, toySubgraphs } from '../supergraph/toy.ts'
import { guard } from './guard.ts'

const supergraph = createSupergraph({ composed: composeSupergraph(toySubgraphs()) })

function judged(source: string, denied: readonly string[], variables: object = {}): string {
  const prepared = supergraph.prepare({ document: supergraph.parse(source), variables })
  try {
    guard({
      ...prepared,
      schema: supergraph.apiSchema,
      access: supergraph.access,
      context: toyContext(denied),
    })
    return 'passes'
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    const { group, connection, coordinate } = error.extensions as Record<string, unknown>
    return [error.code, group ?? coordinate, connection].filter(Boolean).join(' ')
  }
}

describe('what an operation selects', () => {
  const NOTES = '{ ticket(id: "acme-cw:Ticket:1") { notes { nodes { text } } } }'
  it.each`
    source                                                                                                                   | denied                                     | verdict
    ${'{ ticket(id: "acme-cw:Ticket:1") { title } }'}                                                                        | ${[]}                                      | ${'passes'}
    ${'{ ticket(id: "acme-cw:Ticket:1") { title } }'}                                                                        | ${['Tickets']}                             | ${'GROUP_DISABLED Tickets acme-cw'}
    ${'{ ticket(id: "acme-cw:Ticket:1") { contact { email } } }'}                                                            | ${['Contacts']}                            | ${'GROUP_DISABLED Contacts acme-cw'}
    ${'{ ticket(id: "acme-cw:Ticket:1") { ...F } } fragment F on Ticket { contact { id } }'}                                 | ${['Contacts']}                            | ${'GROUP_DISABLED Contacts acme-cw'}
    ${'{ ... on Query { ticket(id: "acme-cw:Ticket:1") { ... { contact { id } } } } }'}                                      | ${['Contacts']}                            | ${'GROUP_DISABLED Contacts acme-cw'}
    ${'{ approval(id: "1") { ticket { contact { id } } } }'}                                                                 | ${['Contacts']}                            | ${'GROUP_DISABLED Contacts'}
    ${'mutation { updateTicket(input: { id: "acme-cw:Ticket:1" }) { ... on TicketWritten { ticket { contact { id } } } } }'} | ${['Contacts']}                            | ${'GROUP_DISABLED Contacts acme-cw'}
    ${'{ named(connection: "acme-cw") { name } }'}                                                                           | ${['Companies']}                           | ${'GROUP_DISABLED Companies acme-cw'}
    ${'{ named(connection: "acme-cw") { ... on Board { name } } }'}                                                          | ${['Companies']}                           | ${'passes'}
    ${'{ node(id: "acme-cw:Ticket:1") { ... on Contact { email } } }'}                                                       | ${['Contacts']}                            | ${'GROUP_DISABLED Contacts acme-cw'}
    ${NOTES}                                                                                                                 | ${['Ticket Notes']}                        | ${'passes'}
    ${NOTES}                                                                                                                 | ${['Client-Facing Notes']}                 | ${'passes'}
    ${NOTES}                                                                                                                 | ${['Ticket Notes', 'Client-Facing Notes']} | ${'GROUP_DISABLED Ticket Notes acme-cw'}
    ${'{ tickets { __typename } }'}                                                                                          | ${['Contacts']}                            | ${'passes'}
  `('$source without $denied: $verdict', ({ source, denied, verdict }) => {
    expect(judged(source, denied)).toBe(verdict)
  })

  it('leaves out what @skip and @include leave out', () => {
    const source =
      'query ($with: Boolean!) { ticket(id: "acme-cw:Ticket:1") { id contact @include(if: $with) { id } notes @skip(if: true) { nodes { id } } } }'
    expect(judged(source, ['Contacts', 'Ticket Notes'], { with: false })).toBe('passes')
    expect(judged(source, ['Contacts', 'Ticket Notes'], { with: true })).toBe(
      'GROUP_DISABLED Contacts acme-cw',
    )
  })

  it('judges one selection under both values of its condition', () => {
    const source =
      'query ($with: Boolean!) { approval(id: "1") { ...A @include(if: $with) ...A } } fragment A on Approval { ticket { contact { email } } }'
    expect(judged(source, ['Contacts'], { with: false })).toBe('GROUP_DISABLED Contacts')
  })

  it('leaves a group that depends on the record to the shield', () => {
    expect(judged('{ node(id: "acme-cw:Note:1") { ... on Note { text } } }', ['Client-Facing Notes'])).toBe(
      'passes',
    )
  })

  it('gives the same verdict for the same document each time, and another one to another caller', () => {
    const source = '{ tickets { nodes { title } } }'
    expect(judged(source, ['Tickets'])).toBe('GROUP_DISABLED Tickets')
    expect(judged(source, [])).toBe('passes')
    expect(judged(source, ['Tickets'])).toBe('GROUP_DISABLED Tickets')
  })
})

describe('what an operation filters and sorts by', () => {
  const FILTER =
    'query ($f: TicketFilter, $o: TicketOrder) { tickets(filter: $f, orderBy: $o) { nodes { id } } }'
  it.each`
    source                                                                                      | variables                                         | verdict
    ${'{ tickets(filter: { contactEmail: "x" }) { nodes { id } } }'}                            | ${{}}                                             | ${'GROUP_DISABLED Contacts'}
    ${'{ tickets(filter: { and: [{ title: "x" }, { contactEmail: "x" }] }) { nodes { id } } }'} | ${{}}                                             | ${'GROUP_DISABLED Contacts'}
    ${'{ tickets(filter: { title: "x" }, orderBy: { key: CREATED_AT }) { nodes { id } } }'}     | ${{}}                                             | ${'passes'}
    ${'{ tickets(orderBy: { key: CONTACT_NAME }) { nodes { id } } }'}                           | ${{}}                                             | ${'GROUP_DISABLED Contacts'}
    ${FILTER}                                                                                   | ${{}}                                             | ${'passes'}
    ${FILTER}                                                                                   | ${{ f: { contactEmail: 'x' } }}                   | ${'GROUP_DISABLED Contacts'}
    ${FILTER}                                                                                   | ${{ f: { contactEmail: null } }}                  | ${'GROUP_DISABLED Contacts'}
    ${FILTER}                                                                                   | ${{ f: { and: { and: { contactEmail: 'x' } } } }} | ${'GROUP_DISABLED Contacts'}
    ${FILTER}                                                                                   | ${{ o: { key: 'CONTACT_NAME' } }}                 | ${'GROUP_DISABLED Contacts'}
    ${'query ($e: String) { tickets(filter: { contactEmail: $e }) { nodes { id } } }'}          | ${{}}                                             | ${'passes'}
    ${'query ($e: String = "x") { tickets(filter: { contactEmail: $e }) { nodes { id } } }'}    | ${{}}                                             | ${'GROUP_DISABLED Contacts'}
  `('$source with $variables: $verdict', ({ source, variables, verdict }) => {
    expect(judged(source, ['Contacts'], variables)).toBe(verdict)
  })
})

describe('connections that an operation can touch', () => {
  it.each`
    source                                                                                     | denied                                    | verdict
    ${'{ tickets { nodes { id } } }'}                                                          | ${['acme-cw/Tickets']}                    | ${'passes'}
    ${'{ tickets { nodes { id } } }'}                                                          | ${['acme-cw/Tickets', 'beta-at/Tickets']} | ${'GROUP_DISABLED Tickets'}
    ${'{ tickets(connections: ["acme-cw"]) { nodes { id } } }'}                                | ${['acme-cw/Tickets']}                    | ${'GROUP_DISABLED Tickets acme-cw'}
    ${'{ tickets(connections: ["beta-at", "acme-cw"]) { nodes { id } } }'}                     | ${['acme-cw/Tickets']}                    | ${'passes'}
    ${'{ ticketByNumber(connection: "beta-at", number: "7") { id } }'}                         | ${['acme-cw/Tickets']}                    | ${'passes'}
    ${'{ nodes(ids: ["acme-cw:Ticket:1"]) { ... on Ticket { id } } }'}                         | ${['acme-cw/Tickets']}                    | ${'GROUP_DISABLED Tickets acme-cw'}
    ${'{ a: ticket(id: "beta-at:Ticket:7") { id } b: ticket(id: "acme-cw:Ticket:1") { id } }'} | ${['acme-cw/Tickets']}                    | ${'GROUP_DISABLED Tickets acme-cw'}
    ${'{ ticket(id: "other-cw:Ticket:1") { id } }'}                                            | ${[]}                                     | ${'CONNECTION_FORBIDDEN other-cw'}
    ${'{ tickets(connections: ["acme-cw", "other-cw"]) { nodes { id } } }'}                    | ${[]}                                     | ${'CONNECTION_FORBIDDEN other-cw'}
    ${'mutation { updateTicket(input: { id: "other-cw:Ticket:1" }) { __typename } }'}          | ${[]}                                     | ${'CONNECTION_FORBIDDEN other-cw'}
  `('$source without $denied: $verdict', ({ source, denied, verdict }) => {
    expect(judged(source, denied)).toBe(verdict)
  })

  it('never repeats text that is no slug', () => {
    expect(judged('{ ticketByNumber(connection: "<b>", number: "7") { id } }', [])).toBe(
      'CONNECTION_FORBIDDEN',
    )
  })
})

it('refuses a coordinate without a declaration', () => {
  const { document, operation, variables } = supergraph.prepare({
    document: supergraph.parse('{ ticket(id: "acme-cw:Ticket:1") { title } }'),
  })
  const context = toyContext()
  const request = { document, operation, variables, schema: supergraph.apiSchema, access: new Map(), context }
  expect(() => guard(request)).toThrow('"Query.ticket" is not in the gateway')
})
