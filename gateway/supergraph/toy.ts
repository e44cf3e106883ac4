import { makeExecutableSchema } from '@graphql-tools/schema'
import { MapperKind, mapSchema } from '@graphql-tools/utils'
import { defaultFieldResolver, GraphQLScalarType, type GraphQLSchema } from 'graphql'
import { type Access, type ByRecord, control, psa } from '../../schema/access.ts'
import { GatewayError } from '../../schema/errors.ts'
import { asSubgraph } from '../../schema/federation.ts'
import { parseId } from '../../schema/ids.ts'
import type { Subgraph } from './compose.ts'

/** A small `psa` and `control` for the tests of this room, shaped like the real ones. */

const PSA = `
  "A moment, ISO 8601."
  scalar DateTime
  "Work on a board."
  type Ticket {
    id: ID!
    "The one-line summary."
    title: String!
    createdAt: DateTime
    contact: Contact
    notes(first: Int = 25): NoteConnection
    boom: String
    vendorBoom: String
  }
  type Contact { id: ID! name: String email: String tickets(first: Int = 25): TicketConnection }
  interface Named { name: String }
  type Company implements Named { id: ID! name: String }
  type Board implements Named { id: ID! name: String }
  type Note { id: ID! text: String }
  type NoteConnection { nodes: [Note]! }
  type TicketConnection { nodes: [Ticket]! pageInfo: PageInfo! }
  type PageInfo { hasNextPage: Boolean! }
  enum TicketOrderKey { CREATED_AT CONTACT_NAME }
  enum Direction { ASC DESC }
  input TicketOrder { key: TicketOrderKey! direction: Direction = DESC }
  input TicketFilter { title: String contactEmail: String createdAfter: DateTime and: [TicketFilter!] }
  union Node = Ticket | Contact | Company | Board | Note
  type Query {
    ticket(id: ID!): Ticket
    tickets(first: Int = 25, connections: [String!], filter: TicketFilter, orderBy: TicketOrder): TicketConnection
    ticketByNumber(connection: String!, number: String!): Ticket
    named(connection: String!): [Named]
    node(id: ID!): Node
    nodes(ids: [ID!]!): [Node]
  }
`

const CONTROL = `
  type Ticket { id: ID! }
  type PageInfo { hasNextPage: Boolean! }
  "Waits for a person."
  type Approval { id: ID! ticket: Ticket note: String }
  type ApprovalConnection { nodes: [Approval!]! pageInfo: PageInfo! }
  interface WriteOutcome { replayed: Boolean! }
  type TicketWritten implements WriteOutcome { replayed: Boolean! ticket: Ticket }
  type DryRunPlan implements WriteOutcome { replayed: Boolean! planHash: String! }
  union TicketWriteResult = TicketWritten | DryRunPlan
  input UpdateTicketInput { id: ID! title: String }
  type Query {
    approval(id: ID!): Approval
    approvals: ApprovalConnection
    count(limit: Int!): Int
  }
  type Mutation {
    updateTicket(input: UpdateTicketInput!, dryRun: Boolean! = false): TicketWriteResult
    approve(id: ID!): Approval
  }
  type Subscription { approvals: Approval }
`

export interface ToyContext {
  readonly journal: string[]
  connections: ReadonlyMap<string, unknown>
  judge(access: Access, connection: string | null): GatewayError | null
}

/** Judges by `<connection>/<group>` or `<group>` in the denied list; CONTROL is denied by the name CONTROL. */
export function toyContext(denied: readonly string[] = []): ToyContext {
  const connections = ['acme-cw', 'beta-at']
  const refuses = (group: string, connection: string): boolean =>
    denied.includes(group) || denied.includes(`${connection}/${group}`)
  return {
    journal: [],
    connections: new Map(connections.map((slug) => [slug, {}])),
    judge(access, connection) {
      const group = access.of === 'PSA' ? access.group : 'CONTROL'
      const asked = connection === null ? connections : [connection]
      if (!asked.every((slug) => refuses(group, slug))) return null
      return new GatewayError('GROUP_DISABLED', `"${group}" is disabled.`, { group, connection })
    },
  }
}

const titles = new Map([
  ['acme-cw:Ticket:1', 'Printer'],
  ['acme-cw:Ticket:2', 'Mail'],
  ['beta-at:Ticket:7', 'VPN'],
])

function ticket(id: string): object | null {
  return titles.has(id) ? { __typename: 'Ticket', id, connection: id.split(':')[0] } : null
}

const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'A moment, ISO 8601.',
  serialize: (value) => (value as Date).toISOString(),
  parseValue(value) {
    const date = new Date(String(value))
    if (Number.isNaN(date.getTime())) throw new GatewayError('BAD_USER_INPUT', 'DateTime: expected ISO 8601.')
    return date
  },
})

interface Record_ {
  readonly id: string
  readonly connection: string
}

function psaSchema(): GraphQLSchema {
  return makeExecutableSchema<ToyContext>({
    typeDefs: PSA,
    resolvers: {
      DateTime,
      Query: {
        ticket: (_root, { id }: { id: string }, { journal }) => {
          journal.push(`ticket ${id}`)
          if (id.endsWith(':down')) throw new GatewayError('VENDOR_UNAVAILABLE', 'The PSA does not answer.')
          return ticket(id)
        },
        tickets: (_root, { first }: { first: number }) => ({
          nodes: [...titles.keys()].slice(0, first).map(ticket),
          pageInfo: { hasNextPage: false },
        }),
        ticketByNumber: (_root, args: { connection: string; number: string }) =>
          ticket(`${args.connection}:Ticket:${args.number}`),
        named: (_root, { connection }: { connection: string }) => [
          { __typename: 'Company', id: `${connection}:Company:1`, name: 'Acme', connection },
          { __typename: 'Board', id: `${connection}:Board:1`, name: 'Help', connection },
        ],
        node: (_root, { id }: { id: string }) => toyNode(id),
        nodes: (_root, { ids }: { ids: string[] }) => ids.map(toyNode),
      },
      Ticket: {
        title: ({ id }: Record_, _args, { journal }) => {
          journal.push(`title ${id}`)
          return titles.get(id)
        },
        createdAt: () => new Date('2026-11-20T16:00:00Z'),
        contact: ({ connection }: Record_) => toyNode(`${connection}:Contact:9`),
        notes: ({ connection }: Record_) => ({
          nodes: [
            { id: `${connection}:Note:1`, connection, text: 'ours', clientVisible: false },
            { id: `${connection}:Note:2`, connection, text: 'theirs', clientVisible: true },
          ],
        }),
        boom: () => {
          throw new Error('secret: postgres://app:hunter2@db')
        },
        vendorBoom: () => {
          throw new GatewayError('VENDOR_UNAVAILABLE', 'The PSA does not answer.', { retryAfterMs: 5 })
        },
      },
    },
  })
}

function toyNode(id: string): object | null {
  const { type, connection } = parseId(id) ?? {}
  if (type === 'Ticket') return ticket(id)
  if (type === undefined || connection === undefined) return null
  return { __typename: type, id, connection, name: `${type} of ${connection}`, email: `x@${connection}` }
}

function controlSchema(): GraphQLSchema {
  const approval = (id: string): object => ({
    id,
    ticket: { id: `acme-cw:Ticket:${id}` },
    note: `note ${id}`,
  })
  return makeExecutableSchema<ToyContext>({
    typeDefs: CONTROL,
    resolvers: {
      Query: {
        approval: (_root, { id }: { id: string }) => approval(id),
        approvals: () => ({ nodes: ['1', '404', '2'].map(approval), pageInfo: { hasNextPage: false } }),
        count: (_root, { limit }: { limit: number }) => limit,
      },
      Mutation: {
        updateTicket: async (
          _root,
          { input, dryRun }: { input: { id: string; title?: string }; dryRun: boolean },
          { journal },
        ) => {
          journal.push(`begin ${input.id}${dryRun ? ' dry' : ''}`)
          await new Promise((resolve) => setTimeout(resolve, input.id.endsWith('1') ? 20 : 1))
          journal.push(`end ${input.id}`)
          if (input.title === 'bad') throw new GatewayError('VENDOR_REJECTED', 'The PSA refused it.')
          return dryRun
            ? { __typename: 'DryRunPlan', replayed: false, planHash: 'h' }
            : { __typename: 'TicketWritten', replayed: false, ticket: { id: input.id } }
        },
        approve: (_root, { id }: { id: string }) => approval(id),
      },
    },
  })
}

type Declarations = Readonly<Record<string, { access: Access }>>

const byNote: ByRecord = {
  among: ['Ticket Notes', 'Client-Facing Notes'],
  groupsOf: (record) => [
    (record as unknown as { clientVisible: boolean }).clientVisible ? 'Client-Facing Notes' : 'Ticket Notes',
  ],
}

export const PSA_ACCESS: Declarations = {
  Ticket: psa('Tickets', 'id'),
  'Ticket.contact': psa('Contacts', 'contact'),
  'Ticket.notes': psa('Ticket Notes', 'notes', { among: byNote.among }),
  Contact: psa('Contacts', 'id'),
  'Contact.tickets': psa('Tickets', 'tickets'),
  Company: psa('Companies', 'id'),
  Board: psa('Boards & Ticket Setup', 'id'),
  Note: psa('OPEN', 'id'),
  'Note.text': psa('Ticket Notes', 'text', byNote),
  NoteConnection: psa('OPEN', 'nodes'),
  TicketConnection: psa('OPEN', 'nodes'),
  PageInfo: psa('OPEN', 'pageInfo'),
  TicketOrder: psa('OPEN', 'order'),
  'TicketOrderKey.CREATED_AT': psa('Tickets', 'createdAt'),
  'TicketOrderKey.CONTACT_NAME': psa('Contacts', 'name'),
  TicketFilter: psa('Tickets', 'id'),
  'TicketFilter.and': psa('OPEN', 'and'),
  'TicketFilter.contactEmail': psa('Contacts', 'email'),
  'Query.ticket': psa('Tickets', 'id'),
  'Query.tickets': psa('Tickets', 'id'),
  'Query.ticketByNumber': psa('Tickets', 'number'),
  'Query.named': psa('OPEN', 'named'),
  'Query.node': psa('OPEN', 'node'),
  'Query.nodes': psa('OPEN', 'nodes'),
}

const everyone = control({ agents: true, roles: 'ANY' })

export const CONTROL_ACCESS: Declarations = {
  Ticket: everyone,
  PageInfo: psa('OPEN', 'pageInfo'),
  Approval: everyone,
  ApprovalConnection: everyone,
  TicketWritten: everyone,
  DryRunPlan: everyone,
  Query: everyone,
  Mutation: everyone,
  Subscription: everyone,
}

/** Puts declarations into the extensions, as Pothos' options do, and gives every declared field a resolver. */
export function declare(schema: GraphQLSchema, declarations: Declarations): GraphQLSchema {
  const declared = <T extends { extensions?: unknown }>(element: T, coordinate: string): T => {
    const access = declarations[coordinate]
    return access === undefined ? element : { ...element, extensions: access }
  }
  const withFields = mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field, name, type) => {
      const coordinate = `${type}.${name}`
      if (declarations[coordinate] === undefined) return field
      const resolve =
        field.resolve ?? ((parent, args, context, info) => defaultFieldResolver(parent, args, context, info))
      return { ...declared(field, coordinate), resolve }
    },
    [MapperKind.INPUT_OBJECT_FIELD]: (field, name, type) => declared(field, `${type}.${name}`),
    [MapperKind.ENUM_VALUE]: (value, type, _schema, name) => declared(value, `${type}.${name}`),
  })
  for (const type of Object.values(withFields.getTypeMap())) {
    const access = declarations[type.name]
    if (access !== undefined) type.extensions = access
  }
  return withFields
}

export function toyPsa(declarations: Declarations = PSA_ACCESS): GraphQLSchema {
  return asSubgraph(declare(psaSchema(), declarations), {
    Ticket: {
      key: 'id',
      async resolveReference({ id }, { journal }: ToyContext) {
        journal.push(`entity ${id}`)
        if (id.endsWith(':404'))
          throw new GatewayError('NOT_FOUND', 'No Ticket with this id is visible to you.')
        return ticket(id)
      },
    },
    Contact: { key: 'id', resolveReference: ({ id }) => toyNode(id) },
  })
}

export function toyControl(): GraphQLSchema {
  return asSubgraph(declare(controlSchema(), CONTROL_ACCESS), { Ticket: { key: 'id', resolvable: false } })
}

export function toySubgraphs(): readonly Subgraph[] {
  return [
    { name: 'psa', schema: toyPsa() },
    { name: 'control', schema: toyControl() },
  ]
}
