import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ConnectionPolicy } from '../../policy/types.ts'
import type { EntityType } from '../../schema/records.ts'
import type { Vendor } from '../../schema/source.ts'
import { chunks } from '../../subgraphs/reading/chunks.ts'
import { along, document, PATHS } from './documents.ts'
import { toldBy } from './told.ts'
import { type ContractGateway, startContract, vendors } from './vendors.ts'

interface Shape {
  /** The vendor's names: of the id, of a ticket's title, and of what belongs to the contact. */
  readonly id: string
  readonly title: string
  readonly contact: string
  /** What is told of it where contacts are closed. */
  readonly leftOut: string
  /** The raw read of one ticket whole, and where its answer holds the record. */
  raw(key: string): { readonly path: string; readonly query: readonly (readonly [string, string])[] }
  recordIn(body: Record<string, unknown>): unknown
  /** Requests for the tickets of a page and their own records. */
  readonly fifty: number
  /** Without a record of their own. */
  readonly none: readonly EntityType[]
}

const same = (body: Record<string, unknown>) => body

const SHAPES: Readonly<Record<Vendor, Shape>> = {
  connectwise: {
    id: 'id',
    title: 'summary',
    contact: 'contact',
    leftOut: 'contact',
    raw: (key) => ({ path: `/service/tickets/${key}`, query: [] }),
    recordIn: same,
    fifty: 2,
    none: [],
  },
  autotask: {
    id: 'id',
    title: 'title',
    contact: 'resolution',
    leftOut: 'resolution',
    raw: (key) => ({ path: `/Tickets/${key}`, query: [] }),
    recordIn: ({ item }) => item,
    fifty: 2,
    none: ['Sla', 'Board', 'TicketTemplate'],
  },
  halo: {
    id: 'id',
    title: 'summary',
    contact: 'user_name',
    leftOut: 'user_name',
    raw: (key) => ({ path: `/Tickets/${key}`, query: [['includedetails', 'true']] }),
    recordIn: same,
    fifty: 51,
    none: ['TicketLineItem', 'TicketTask', 'Attachment'],
  },
  servicenow: {
    id: 'sys_id',
    title: 'short_description',
    contact: 'description',
    leftOut: 'description',
    raw: (key) => ({ path: `/api/now/table/incident/${key.split('.')[1]}`, query: [] }),
    recordIn: ({ result }) => result,
    fifty: 2,
    none: ['Opportunity', 'TicketTemplate', 'TicketLineItem', 'ScheduleEntry'],
  },
}

/** Where contacts are not repeated on a ticket, its texts for the client are what a group of its own keeps. */
const CLOSED: Readonly<Record<Vendor, string>> = {
  connectwise: 'Contacts',
  autotask: 'Client-Facing Notes',
  halo: 'Contacts',
  servicenow: 'Client-Facing Notes',
}

/** Texts and numbers anywhere in an answer. */
function wordsIn(answer: unknown): ReadonlySet<string> {
  const found = new Set<string>()
  JSON.stringify(answer, (_name, value: unknown) => {
    if (typeof value === 'string' || typeof value === 'number') found.add(String(value))
    return value
  })
  return found
}

/** Some of each type that has a list of its own, and of two that stand below a ticket. */
const LISTS: readonly string[] = [
  `tickets(first: 40) { nodes { ...R notes(first: 2) { nodes { ...R } } timeEntries(first: 1) { nodes { ...R } } } }
    contacts(first: 2) { nodes { ...R } } companies(first: 2) { nodes { ...R } }
    scheduleEntries(first: 4, filter: { from: $from, to: $to }) { nodes { ...R } }`,
  `boards(first: 2) { nodes { ...R } } slas(first: 2) { nodes { ...R } } members(first: 2) { nodes { ...R } }
    configurationItems(first: 2) { nodes { ...R } } agreements(first: 2) { nodes { ...R } }
    projects(first: 2) { nodes { ...R } } products(first: 2) { nodes { ...R } } articles(first: 2) { nodes { ...R } }`,
].map(
  (
    lists,
  ) => `query ($fields: [String!]!${lists.includes('$from') ? ', $from: DateTime!, $to: DateTime!' : ''}) { ${lists} }
    fragment R on Node { __typename id vendorRecord(fields: $fields) { values leftOut { field group } } }`,
)

describe.each(vendors)('%s: records in the own shape of the PSA', (vendor) => {
  let t: ContractGateway
  let reader: string
  let told: ReturnType<typeof toldBy>
  const shape = SHAPES[vendor]
  beforeAll(async () => {
    t = await startContract([vendor])
    reader = await t.agent('READ_ONLY')
    told = toldBy(vendor, t.desk.slug, t.desk.simulator.dataset)
  })
  afterAll(() => t.close())
  beforeEach(() => t.desk.simulator.clearJournal())

  const closing = (group: string) => (policy: ConnectionPolicy) => ({
    ...policy,
    groups: { ...policy.groups, [group]: { level: 'DISABLED' as const } },
  })
  const keyOf = (id: string) => id.split(':').slice(2).join(':')
  const TICKETS = `query ($first: Int!, $fields: [String!]!) { tickets(first: $first) { nodes {
    id title vendorRecord(fields: $fields) { values leftOut { field group } } } } }`
  interface Told {
    readonly id: string
    readonly title: string
    readonly vendorRecord: { readonly values: Record<string, unknown>; readonly leftOut: readonly unknown[] }
  }

  /** As the raw passthrough tells it. */
  async function rawTicket(token: string, id: string): Promise<Record<string, unknown>> {
    const { path, query } = shape.raw(keyOf(id))
    const { data, errors } = await t.ask(
      token,
      'query ($c: String!, $path: String!, $query: [QueryParameterInput!]) { psaRequest(connection: $c, path: $path, query: $query) { body } }',
      { c: t.desk.slug, path, query: query.map(([name, value]) => ({ name, value })) },
    )
    expect(errors).toEqual([])
    return shape.recordIn(JSON.parse(data.psaRequest.body)) as Record<string, unknown>
  }

  it.each(PATHS)(
    'fifty tickets: together where the vendor can, saying what the raw read says, $path',
    async ({ beside }) => {
      await t.restart()
      const fields = [shape.title, shape.id, shape.contact]
      const { data, errors } = await t.ask(reader, along(document('vendor-record'), beside), { fields })
      expect(errors).toEqual([])
      const nodes: readonly Told[] = data.tickets.nodes
      expect(t.desk.asked().length).toBe(shape.fifty)
      expect(nodes).toHaveLength(50)
      for (const { title, vendorRecord } of nodes) {
        expect(vendorRecord.values[shape.title]).toBe(title)
        expect(vendorRecord.leftOut).toEqual([])
      }
      const record = await rawTicket(reader, nodes[3]!.id)
      expect(nodes[3]!.vendorRecord.values).toEqual(
        Object.fromEntries(fields.map((field) => [field, record[field] ?? null])),
      )
    },
  )

  it('what belongs to a closed group is left out, said so, and not in the answer', async () => {
    const open = await t.ask(reader, TICKETS, { first: 20, fields: [shape.contact] })
    const values = (open.data.tickets.nodes as Told[]).map(
      ({ vendorRecord }) => vendorRecord.values[shape.contact],
    )
    expect(values.some((value) => value !== null && value !== '')).toBe(true)
    const closed = await t.agent('READ_ONLY', closing(CLOSED[vendor]))
    const { data, errors } = await t.ask(closed, TICKETS, { first: 20, fields: [shape.title, shape.contact] })
    expect(errors).toEqual([])
    for (const { title, vendorRecord } of data.tickets.nodes as Told[]) {
      expect(vendorRecord.values).toEqual({ [shape.title]: title })
      expect(vendorRecord.leftOut).toEqual([{ field: shape.leftOut, group: CLOSED[vendor] }])
    }
  })

  it('whoever asks for all that a ticket has is told no word more than by the raw read', async () => {
    const id = told.id(
      'Ticket',
      told.tickets.find((one) => one.contactId !== undefined && one.ownerId !== undefined)!.id,
    )
    const names = await t.desk.source.passthrough!.records.fieldsOf({} as never, 'Ticket', keyOf(id), [])
    const closed = await t.agent('READ_ONLY', (policy) =>
      closing('Members')(closing('Companies')(closing(CLOSED[vendor])(policy))),
    )
    const all = async (token: string) => {
      const found: Record<string, unknown>[] = []
      for (const fields of chunks([...names], 50)) {
        const { data, errors } = await t.ask(
          token,
          'query ($id: ID!, $fields: [String!]!) { ticket(id: $id) { vendorRecord(fields: $fields) { values } } }',
          { id, fields },
        )
        expect(errors).toEqual([])
        found.push(data.ticket.vendorRecord.values)
      }
      return wordsIn(found)
    }
    const raw = wordsIn(await rawTicket(closed, id))
    const open = await all(reader)
    expect([...open].filter((word) => !raw.has(word))).not.toEqual([])
    expect([...(await all(closed))].filter((word) => !raw.has(word))).toEqual([])
  })

  it('each type answers with the very record, or the reason why it has none', async () => {
    const variables = {
      fields: [shape.id],
      from: new Date(Date.now() - 40 * 86_400_000).toISOString(),
      to: new Date(Date.now() + 40 * 86_400_000).toISOString(),
    }
    const answers = [
      await t.ask(reader, LISTS[0]!, variables),
      await t.ask(reader, LISTS[1]!, { fields: [shape.id] }),
    ]
    const errors = answers.flatMap((answer) => answer.errors)
    const seen = new Set<string>()
    interface Node {
      readonly __typename: EntityType
      readonly id: string
      readonly vendorRecord: { readonly values: Record<string, unknown> } | null
    }
    const walk = (value: unknown): void => {
      if (Array.isArray(value)) for (const one of value as readonly unknown[]) walk(one)
      else if (typeof value === 'object' && value !== null) {
        const { __typename, id, vendorRecord } = value as Node
        if (__typename !== undefined && vendorRecord !== null) {
          expect(String(vendorRecord.values[shape.id]), id).toBe(keyOf(id).split('.').at(-1))
          seen.add(__typename)
        }
        for (const member of Object.values(value)) if (typeof member === 'object') walk(member)
      }
    }
    walk(answers.map(({ data }) => data))
    const unexpected = errors.filter(
      ({ path, extensions }) =>
        extensions.code !== 'NOT_SUPPORTED' &&
        !(path?.includes('notes') === true && extensions.code === 'GROUP_DISABLED'),
    )
    expect(unexpected).toEqual([])
    const listed: readonly EntityType[] = [
      'Ticket',
      'Note',
      'TimeEntry',
      'Contact',
      'Company',
      'ConfigurationItem',
      'Agreement',
      'Project',
      'Product',
      'Article',
      'Member',
      'Board',
      'Sla',
      'ScheduleEntry',
    ]
    for (const type of listed.filter((one) => !shape.none.includes(one))) expect(seen).toContain(type)
  })

  it('a reason for each type that has no record there', () => {
    const { none } = t.desk.source.passthrough!.records
    expect(Object.keys(none).toSorted()).toEqual([...shape.none].toSorted())
  })

  it('an unknown name is refused with the names there are, before anything is asked of its record', async () => {
    const id = told.id('Ticket', told.tickets[0]!.id)
    const one = `query ($id: ID!, $fields: [String!]!) { ticket(id: $id) { vendorRecord(fields: $fields) { values } } }`
    const { data, errors } = await t.ask(reader, one, { id, fields: [shape.title, 'no_such_field'] })
    expect(data.ticket.vendorRecord).toBeNull()
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', argument: 'fields', came: ['no_such_field'] } },
    ])
    expect(errors[0]!.extensions.allowed).toContain(shape.title)
    for (const fields of [
      [],
      [`${shape.title}/id`],
      ['contact.email'],
      Array.from({ length: 51 }, () => shape.id),
    ]) {
      const refused = await t.ask(reader, one, { id, fields })
      expect(refused.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'fields' } }])
    }
  })

  it('a scope hides the records that it hides from every read', async () => {
    const company = keyOf(told.id('Company', 302))
    const scoped = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      recordScope: { include: { companies: [company] } },
    }))
    const { data, errors } = await t.ask(scoped, TICKETS, { first: 5, fields: [shape.title] })
    expect(errors).toEqual([])
    for (const { title, vendorRecord } of data.tickets.nodes as Told[])
      expect(vendorRecord.values[shape.title]).toBe(title)
    const outside = told.tickets.find(({ companyId }) => companyId !== 302)!
    const hidden = await t.ask(
      scoped,
      'query ($id: ID!, $fields: [String!]!) { node(id: $id) { vendorRecord(fields: $fields) { values } } }',
      { id: told.id('Ticket', outside.id), fields: [shape.title] },
    )
    expect(hidden.data.node).toBeNull()
    expect(hidden.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
  })
})
