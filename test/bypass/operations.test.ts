import {
  type GraphQLInputObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConnectionPolicy } from '../../policy/types.ts'
import type { Vendor } from '../../schema/source.ts'
import type { Dataset } from '../../simulators/dataset/index.ts'
import { type ContractGateway, startContract, type VendorDesk, vendors } from '../contract/vendors.ts'
import { judged } from '../fuzz/judge.ts'
import { type Records, recordsOf } from '../fuzz/records.ts'
import type { Answer } from '../gateway.ts'

/**
 * GraphQL operations in disguise. Whatever they look like: no value of a closed group is in the answer, and no
 * request outside of the policy reached the PSA. An operation that an agent with everything open could not use to see
 * the value proves nothing, so each is asked by such an agent as well.
 */
let t: ContractGateway
let open: string
const tokens = new Map<string, string>()
const known = new Map<string, Ids>()
let written = ''

type Ids = Readonly<Record<string, string>>

/** Groups that an agent does not have; everything else is open to it for reading. */
const CLOSED = {
  contacts: ['Contacts'],
  companies: ['Companies'],
  members: ['Members'],
  notes: ['Ticket Notes', 'Client-Facing Notes'],
  clientNotes: ['Client-Facing Notes'],
  internalNotes: ['Ticket Notes'],
  time: ['Time Entries'],
  boards: ['Boards & Ticket Setup'],
  tickets: ['Tickets'],
} as const
type Closed = keyof typeof CLOSED

const READ = { level: 'READ_ONLY' } as const
const WRITE = {
  level: 'READ_WRITE',
  allowedFields: { CREATE: 'ALL', UPDATE: 'ALL' },
  approval: [{ approvers: 0 }],
} as const
const policies = new Map<string, ConnectionPolicy['groups']>()

async function agent(
  name: string,
  change: (groups: ConnectionPolicy['groups']) => ConnectionPolicy['groups'],
  connections?: readonly string[],
) {
  const token = await t.agent(
    'READ_ONLY',
    (policy) => {
      const groups = change({
        ...Object.fromEntries(Object.keys(policy.groups).map((group) => [group, READ])),
      })
      policies.set(name, { ...policies.get(name), ...groups })
      return { ...policy, groups, testMode: false }
    },
    undefined,
    connections,
  )
  tokens.set(name, token)
  return token
}

const without = (names: readonly string[]) => (groups: ConnectionPolicy['groups']) =>
  Object.fromEntries(Object.entries(groups).filter(([group]) => !names.includes(group)))

/** Where a contact's own record holds the mail address, and a ticket's the contact, by the vendor's names. */
const MAIL_FIELD: Readonly<Record<Vendor, string>> = {
  connectwise: 'communicationItems',
  autotask: 'emailAddress',
  halo: 'emailaddress',
  servicenow: 'email',
}
const PERSON_FIELD: Readonly<Record<Vendor, string>> = {
  connectwise: 'contact',
  autotask: 'contactID',
  halo: 'user_name',
  servicenow: 'caller_id',
}

const IDS = `query ($c: [String!]!) {
  tickets(first: 50, connections: $c) { pageInfo { endCursor } nodes { id number company { id } contact { id } assignee { id } board { id }
    notes(first: 6) { nodes { id clientVisible } } timeEntries(first: 1) { nodes { id } } } }
  companies(first: 2, connections: $c) { pageInfo { endCursor } } }`

beforeAll(async () => {
  t = await startContract()
  open = await agent('open', (groups) => groups)
  for (const [name, groups] of Object.entries(CLOSED)) await agent(name, without(groups))
  await agent('titles', (groups) => ({
    ...groups,
    Tickets: { ...WRITE, allowedFields: { UPDATE: ['title'] } },
  }))
  await agent('desk', (groups) => ({ ...groups, Tickets: WRITE, 'Ticket Notes': WRITE }))
  await agent('approved', (groups) => ({ ...groups, Tickets: { ...WRITE, approval: [{ approvers: 1 }] } }))
  for (const { slug } of t.desks)
    await agent(
      `all but ${slug}`,
      (groups) => groups,
      t.desks.map((one) => one.slug).filter((one) => one !== slug),
    )
  for (const { slug, vendor } of t.desks) {
    const { data, errors } = await t.ask(open, IDS, { c: [slug] })
    expect(errors).toEqual([])
    const { nodes, pageInfo } = data.tickets
    type Node = Record<string, { id: string; nodes: { id: string; clientVisible: boolean }[] }> & {
      id: string
      number: string
    }
    const ticket = (nodes as Node[]).find(
      (one) =>
        one.contact &&
        one.company &&
        one.assignee &&
        one.board &&
        one.notes?.nodes.some((note) => note.clientVisible),
    ) as Node
    const inside = (nodes as Node[]).find((one) => one.notes?.nodes.some((note) => !note.clientVisible))
    const logged = (nodes as Node[]).find((one) => (one.timeEntries?.nodes.length ?? 0) > 0)
    known.set(slug, {
      S: slug,
      T: ticket.id,
      NUMBER: ticket.number,
      OTHER: (nodes as Node[]).find((one) => one.id !== ticket.id)?.id ?? '',
      ELSEWHERE:
        (nodes as Node[]).find((one) => one.company && one.company.id !== ticket.company?.id)?.id ?? '',
      C: ticket.contact?.id ?? '',
      CO: ticket.company?.id ?? '',
      M: ticket.assignee?.id ?? '',
      B: ticket.board?.id ?? '',
      N: ticket.notes?.nodes.find((note) => note.clientVisible)?.id ?? '',
      I: inside?.notes?.nodes.find((note) => !note.clientVisible)?.id ?? '',
      E: logged?.timeEntries?.nodes[0]?.id ?? '',
      LOGGED: logged?.id ?? '',
      CURSOR: pageInfo.endCursor,
      COMPANIES: data.companies.pageInfo.endCursor,
      MAIL: MAIL_FIELD[vendor],
      WHO: PERSON_FIELD[vendor],
    })
  }
  const first = t.desks[0] as VendorDesk
  const { data } = await t.ask(
    tokens.get('approved') ?? '',
    'mutation ($id: ID!) { updateTicket(input: { id: $id, title: "Waits" }) { ... on WriteOutcome { request { id } } } }',
    { id: known.get(first.slug)?.T },
  )
  written = data.updateTicket.request.id
  expect(written).toBeTruthy()
}, 120_000)
afterAll(() => t.close())

/** Values that stand in records of these groups and nowhere in a ticket's own words. */
function canaries(dataset: Dataset, closed: Closed, document = 'title'): readonly string[] {
  const { contacts, companies, technicians, notes, timeEntries, tickets, boards } = dataset
  const people = (all: readonly { firstName: string; lastName: string; email: string }[]) =>
    all.flatMap(({ firstName, lastName, email }) => [email, `${firstName} ${lastName}`.trim()])
  const told = (is: (kind: string) => boolean) => notes.flatMap(({ kind, text }) => (is(kind) ? [text] : []))
  const words = {
    contacts: [...people(contacts), ...contacts.map(({ phone }) => phone)],
    companies: companies.flatMap(({ name, website, phone }) => [name, website, phone]),
    members: people(technicians),
    notes: notes.map(({ text }) => text),
    clientNotes: told((kind) => kind !== 'internal'),
    internalNotes: told((kind) => kind === 'internal'),
    time: timeEntries.map(({ notes: text }) => text ?? ''),
    boards: boards.map(({ name }) => name),
    tickets: tickets.map(({ title }) => title),
  }[closed]
  // A ticket's own words may name people and companies.
  const tells = closed !== 'tickets' && /title|lastNote/.test(document)
  const elsewhere = tells ? tickets.map(({ title }) => title).join('\n') : ''
  // The same words may stand in notes of the other group.
  const other = new Set(
    closed === 'clientNotes'
      ? told((kind) => kind === 'internal')
      : closed === 'internalNotes'
        ? told((kind) => kind !== 'internal')
        : [],
  )
  return [...new Set(words)].filter(
    (word) => word.length > 5 && !elsewhere.includes(word) && !other.has(word),
  )
}

function found(answer: Answer, all: readonly string[]): readonly string[] {
  const texts: string[] = []
  JSON.stringify(answer, (_key, value: unknown) => {
    if (typeof value === 'string') texts.push(value)
    return value
  })
  return all.filter((word) => texts.some((text) => text.includes(word)))
}

const records = new Map<Vendor, Records>()
function recordsFor(vendor: Vendor, dataset: Dataset): Records {
  const made = records.get(vendor) ?? recordsOf(vendor, dataset)
  records.set(vendor, made)
  return made
}

const dryRuns = (document: string) => /dryRun: true|@dryRun/.test(document)

async function asked(
  name: string,
  document: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  for (const { simulator } of t.desks) simulator.clearJournal()
  const answer = await t.ask(tokens.get(name) ?? '', document, variables)
  const strays = t.desks.flatMap(({ vendor, asked: journal, simulator }) =>
    journal().flatMap(
      (entry) =>
        judged(entry, {
          vendor,
          policy: { groups: policies.get(name) ?? {}, testMode: false },
          dryRun: dryRuns(document),
          inQuery: !document.includes('mutation'),
          raw: /psaRequest|vendorRecord/.test(document),
          records: recordsFor(vendor, simulator.dataset),
        }).outside ?? [],
    ),
  )
  expect(strays, 'outside of the policy').toEqual([])
  expect(answer.errors.filter(({ extensions }) => extensions.code === 'INTERNAL')).toEqual([])
  return answer
}

const filled = <T>(value: T, ids: Ids): T =>
  JSON.parse(
    JSON.stringify(value).replace(/%([A-Z]+)%/g, (_all, name: string) => ids[name] ?? `no ${name}`),
  ) as T

interface Attack {
  readonly name: string
  readonly closed: Closed
  readonly document: string
  readonly variables: Readonly<Record<string, unknown>>
  /** False where nobody can be shown anything: the operation is no valid one, or shows what is no secret. */
  readonly shows: boolean
  /** Answered without an error, and without what is closed. */
  readonly silent?: boolean
}

function attack(
  closed: Closed,
  name: string,
  document: string,
  variables: Readonly<Record<string, unknown>> = {},
  more: Partial<Attack> = {},
): Attack {
  return { name, closed, document, variables, shows: true, ...more }
}
const nobody = { shows: false }
/** A list of notes holds those that may be read. */
const left = { silent: true }

const attacks: readonly Attack[] = [
  // What is selected.
  attack(
    'contacts',
    'an alias that names it otherwise',
    '{ ticket(id: "%T%") { title: contact { number: email } } }',
  ),
  attack(
    'contacts',
    'the same field twice, once allowed',
    '{ ticket(id: "%T%") { title company { id } contact { id } contact { email } } }',
  ),
  attack(
    'contacts',
    'a fragment on the interface',
    '{ node(id: "%C%") { ...F } } fragment F on Node { id ... on Contact { email } }',
  ),
  attack(
    'contacts',
    'a fragment on the interface within the type',
    '{ ticket(id: "%T%") { ... on Node { ... on Ticket { contact { ... on Node { ... on Contact { email } } } } } } }',
  ),
  attack(
    'contacts',
    'a chain of fragments',
    '{ ticket(id: "%T%") { ...A } } fragment A on Ticket { ...B } fragment B on Ticket { ...D } fragment D on Ticket { contact { email } }',
  ),
  attack(
    'contacts',
    'a fragment used before and after',
    '{ a: ticket(id: "%T%") { ...A } b: ticket(id: "%T%") { number ...A } } fragment A on Ticket { contact { phone } }',
  ),
  attack('contacts', 'node by its id', '{ node(id: "%C%") { id ... on Contact { email } } }'),
  attack(
    'contacts',
    'nodes among others',
    '{ nodes(ids: ["%T%", "%C%"]) { id ... on Contact { email name } } }',
  ),
  attack(
    'contacts',
    'nodes a hundred times',
    'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Contact { email } } }',
    { ids: Array.from({ length: 100 }, () => '%C%') },
  ),
  attack(
    'contacts',
    'node of another type’s name',
    '{ node(id: "%C%") { __typename ... on Ticket { title contact { email } } } }',
    {},
    nobody,
  ),
  attack(
    'contacts',
    'include by a variable with a default',
    'query ($yes: Boolean = true) { ticket(id: "%T%") { contact @include(if: $yes) { email } } }',
  ),
  attack(
    'contacts',
    'skip by a variable that is given',
    'query ($no: Boolean!) { ticket(id: "%T%") { contact @skip(if: $no) { email } } }',
    { no: false },
  ),
  attack(
    'contacts',
    'skip and include against each other',
    'query ($a: Boolean!, $b: Boolean!) { ticket(id: "%T%") { contact @skip(if: $a) @include(if: $b) { email } } }',
    { a: false, b: true },
  ),
  attack(
    'contacts',
    'include on a fragment around it',
    'query ($yes: Boolean!) { ticket(id: "%T%") { ... @include(if: $yes) { contact { email } } } }',
    { yes: true },
  ),
  attack(
    'contacts',
    'include on the spread of a fragment',
    'query ($yes: Boolean!) { ticket(id: "%T%") { ...A @include(if: $yes) } } fragment A on Ticket { contact { email } }',
    { yes: true },
  ),
  attack(
    'contacts',
    'cached for a caller whose variable left it out',
    'query ($with: Boolean!) { ticket(id: "%T%") { number contact @include(if: $with) { email } } }',
    { with: true },
  ),
  attack(
    'contacts',
    'a detour by company and ticket',
    '{ contacts(first: 3, connections: ["%S%"]) { nodes { company { id } email } } }',
  ),
  attack(
    'contacts',
    'a detour by time entry and ticket',
    '{ node(id: "%E%") { ... on TimeEntry { ticket { notes(first: 9) { nodes { contact { email } } } contact { email } } } } }',
  ),
  attack(
    'contacts',
    'a detour by parent tickets',
    '{ ticket(id: "%T%") { parent { contact { email } } mergedInto { contact { email } } contact { email } } }',
  ),
  attack(
    'contacts',
    'a detour by a note and back',
    '{ ticket(id: "%T%") { notes(first: 1) { nodes { ticket { contact { email } } } } } }',
  ),
  attack(
    'contacts',
    'nested as deep as is allowed',
    '{ ticket(id: "%T%") { notes(first: 1) { nodes { ticket { notes(first: 1) { nodes { ticket { contact { email } } } } } } } } }',
  ),
  attack('contacts', '__typename alone', '{ ticket(id: "%T%") { contact { __typename } } }', {}, nobody),
  attack(
    'contacts',
    'introspection beside the data',
    '{ __schema { types { name } } ticket(id: "%T%") { contact { email } } }',
    {},
    nobody,
  ),
  attack(
    'contacts',
    'an edge instead of a node',
    '{ contacts(first: 2, connections: ["%S%"]) { edges { node { email } cursor } } }',
  ),
  attack(
    'contacts',
    'whether there are any',
    '{ contacts(first: 1, connections: ["%S%"]) { pageInfo { hasNextPage endCursor } } }',
    {},
    nobody,
  ),
  attack(
    'contacts',
    'an allowed list with a closed one behind',
    '{ tickets(first: 2, connections: ["%S%"]) { nodes { number } } contacts(first: 2, connections: ["%S%"]) { nodes { email } } }',
  ),
  attack(
    'contacts',
    'through the event of a write',
    '{ writeRequests(first: 5) { nodes { ticket { contact { email } } } } }',
    {},
    nobody,
  ),
  attack(
    'contacts',
    'two operations in one document',
    'query A { ticket(id: "%T%") { number } } query B { ticket(id: "%T%") { contact { email } } }',
    {},
    nobody,
  ),
  attack(
    'contacts',
    'in the own shape of the PSA, by node',
    '{ node(id: "%C%") { vendorRecord(fields: ["%MAIL%"]) { values } } }',
  ),
  attack(
    'contacts',
    'in the own shape of the PSA, behind an allowed record',
    '{ ticket(id: "%T%") { contact { ... on Node { a: vendorRecord(fields: ["%MAIL%"]) { values } } } } }',
  ),
  attack(
    'contacts',
    'in the own shape of a ticket that tells of its contact',
    '{ ticket(id: "%T%") { vendorRecord(fields: ["%WHO%"]) { values } } }',
    {},
    { ...nobody, silent: true },
  ),
  attack(
    'members',
    'whose calendar it is',
    '{ availability(members: ["%M%"], from: "2026-11-01T00:00:00Z", to: "2026-11-02T00:00:00Z") { member { name email } busy { startsAt } } }',
    {},
    nobody,
  ),
  attack('companies', 'a detour by contact', '{ contact(id: "%C%") { company { name phone } } }'),
  attack(
    'companies',
    'a detour by time entry',
    '{ node(id: "%E%") { ... on TimeEntry { company { name } } } }',
  ),
  attack(
    'companies',
    'embedded in a list of tickets',
    '{ tickets(first: 5, connections: ["%S%"]) { nodes { company { name } } } }',
  ),
  attack('companies', 'by node', '{ nodes(ids: ["%CO%"]) { ... on Company { name website } } }'),
  attack(
    'companies',
    'its status behind an alias',
    '{ ticket(id: "%T%") { a: company { b: name c: website } } }',
  ),
  attack('companies', 'by a record of its own', '{ company(id: "%CO%") { name } }'),
  attack('members', 'as the assignee', '{ ticket(id: "%T%") { assignee { name email } } }'),
  attack(
    'members',
    'as the author of a note',
    '{ ticket(id: "%T%") { notes(last: 20) { nodes { author { name email } } } assignee { name } } }',
  ),
  attack('members', 'whose time it is', '{ node(id: "%E%") { ... on TimeEntry { member { name email } } } }'),
  attack('members', 'by node', '{ node(id: "%M%") { ... on Member { name email } } }'),
  attack(
    'members',
    'a list by identifier',
    '{ members(first: 5, connections: ["%S%"]) { nodes { name email } } }',
  ),
  attack('notes', 'the last one', '{ ticket(id: "%T%") { lastNote } }'),
  attack(
    'notes',
    'the last one of a list',
    '{ tickets(first: 20, connections: ["%S%"]) { nodes { number lastNote } } }',
  ),
  attack(
    'notes',
    'by their kind',
    '{ ticket(id: "%T%") { notes(first: 50, kinds: [INTERNAL, CLIENT_FACING, DESCRIPTION, RESOLUTION]) { nodes { text } } } }',
  ),
  attack('notes', 'one by its id', '{ node(id: "%N%") { ... on Note { text } } }'),
  attack(
    'notes',
    'how many there are',
    '{ ticket(id: "%T%") { notes(first: 1) { pageInfo { hasNextPage endCursor } } } }',
    {},
    nobody,
  ),
  attack('clientNotes', 'one by its id', '{ node(id: "%N%") { ... on Note { text clientVisible } } }'),
  attack(
    'clientNotes',
    'among all kinds',
    '{ ticket(id: "%T%") { notes(first: 50) { nodes { text } } } }',
    {},
    left,
  ),
  attack(
    'clientNotes',
    'asked for alone',
    '{ ticket(id: "%T%") { notes(first: 50, kinds: [CLIENT_FACING, DESCRIPTION, RESOLUTION]) { nodes { text } } } }',
    {},
    left,
  ),
  attack(
    'clientNotes',
    'the last one, whatever its kind',
    '{ tickets(first: 30, connections: ["%S%"]) { nodes { lastNote } } }',
    {},
    nobody,
  ),
  attack(
    'internalNotes',
    'among all kinds',
    '{ tickets(first: 30, connections: ["%S%"]) { nodes { notes(last: 5) { nodes { text } } } } }',
    {},
    left,
  ),
  attack(
    'internalNotes',
    'asked for beside others',
    '{ ticket(id: "%T%") { notes(first: 50, kinds: [INTERNAL, CLIENT_FACING]) { nodes { text } } } }',
    {},
    nobody,
  ),
  attack(
    'internalNotes',
    'the last one, whatever its kind',
    '{ tickets(first: 30, connections: ["%S%"]) { nodes { lastNote } } }',
    {},
    left,
  ),
  attack('internalNotes', 'by their ids', '{ nodes(ids: ["%I%"]) { ... on Note { text clientVisible } } }'),
  attack(
    'time',
    'of a ticket',
    '{ ticket(id: "%LOGGED%") { timeEntries(first: 20) { nodes { clientText internalText } } } }',
    {},
    nobody,
  ),
  attack(
    'time',
    'by node',
    '{ node(id: "%E%") { ... on TimeEntry { hours clientText internalText } } }',
    {},
    nobody,
  ),
  attack(
    'time',
    'a list by ticket',
    '{ timeEntries(first: 20, connections: ["%S%"], filter: { ticket: ["%LOGGED%"] }) { nodes { hours clientText internalText } } }',
    {},
    nobody,
  ),
  attack('boards', 'of a ticket', '{ ticket(id: "%T%") { board { name statuses { name } } } }', {}, nobody),
  attack('boards', 'by node', '{ node(id: "%B%") { ... on Board { name types { name } } } }', {}, nobody),
  attack('tickets', 'by number', '{ ticketByNumber(connection: "%S%", number: "%NUMBER%") { title } }'),
  attack('tickets', 'behind a note', '{ node(id: "%N%") { ... on Note { ticket { title } } } }'),
  attack('tickets', 'behind a time entry', '{ node(id: "%E%") { ... on TimeEntry { ticket { title } } } }'),
  attack(
    'tickets',
    'custom fields alone',
    '{ ticket(id: "%T%") { customFields { key name value } } }',
    {},
    nobody,
  ),
  attack(
    'tickets',
    'with a cursor of a caller who may',
    '{ tickets(first: 50, connections: ["%S%"], after: "%CURSOR%") { nodes { title } } }',
  ),
  // From outside of the federation.
  attack(
    'contacts',
    'entities from outside',
    '{ _entities(representations: [{ __typename: "Contact", id: "%C%" }]) { ... on Contact { email } } }',
    {},
    nobody,
  ),
  attack(
    'contacts',
    'a forged representation with more in it',
    'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }',
    { r: [{ __typename: 'Ticket', id: '%T%', contact: { email: 'x' } }] },
    nobody,
  ),
  attack('contacts', 'the service’s own schema', '{ _service { sdl } }', {}, nobody),
  attack(
    'contacts',
    'an alias of the planner’s own kind',
    '{ ticket(id: "%T%") { __contact: contact { email } } }',
    {},
    nobody,
  ),
  attack(
    'contacts',
    'a directive of the federation',
    '{ ticket(id: "%T%") @requires(fields: "contact") { number contact { email } } }',
    {},
    nobody,
  ),
  attack(
    'contacts',
    'a subscription with closed fields',
    'subscription { approvalEvents { request { ticket { contact { email } } } } }',
    {},
    nobody,
  ),
  attack(
    'contacts',
    'a batch of operations as one',
    '[{ ticket(id: "%T%") { contact { email } } }]',
    {},
    nobody,
  ),
  // Ids.
  attack(
    'tickets',
    'a composite id where there is none',
    '{ node(id: "%T%.1") { ... on Ticket { title } } }',
    {},
    nobody,
  ),
  attack(
    'contacts',
    'a contact’s key under another type',
    '{ node(id: "%S%:Contact:%C%") { ... on Contact { email } } }',
    {},
    nobody,
  ),
  attack(
    'contacts',
    'a type in other letters',
    '{ a: node(id: "%S%:contact:1") { id } b: node(id: "%S%:CONTACT:1") { ... on Contact { email } } }',
    {},
    nobody,
  ),
  attack(
    'contacts',
    'a path in an id',
    '{ node(id: "%S%:Ticket:1/../../company/contacts/1") { ... on Ticket { title } } }',
    {},
    nobody,
  ),
  attack(
    'contacts',
    'a filter within an id',
    '{ node(id: "%S%:Ticket:1 or contact/name like x") { ... on Ticket { title } } }',
    {},
    nobody,
  ),
]

const cases = vendors.flatMap((vendor) => attacks.map((one) => ({ vendor, ...one })))

describe('reads in disguise', () => {
  it.each(cases)(
    '$vendor: $closed, $name',
    async ({ vendor, closed, document, variables, shows, silent }) => {
      const desk = t.desks.find((one) => one.vendor === vendor) as VendorDesk
      const ids = known.get(desk.slug) as Ids
      const words = canaries(desk.simulator.dataset, closed, document)
      const honest = await t.ask(open, filled(document, ids), filled(variables, ids))
      if (shows)
        expect(found(honest, words).length, `proves nothing: ${JSON.stringify(honest)}`).toBeGreaterThan(0)
      const answer = await asked(closed, filled(document, ids), filled(variables, ids))
      expect(found(answer, words)).toEqual([])
      if (shows && silent !== true)
        expect(answer.errors.length, JSON.stringify(answer.data)).toBeGreaterThan(0)
    },
  )

  it('are at least sixty', () => {
    expect(new Set(attacks.map(({ closed, name }) => `${closed} ${name}`)).size).toBeGreaterThanOrEqual(60)
  })
})

/** A value of an argument's type that a validation takes. */
function sample(type: Parameters<typeof getNamedType>[0], ids: Ids): string {
  if (isNonNullType(type)) return sample(type.ofType, ids)
  if (isListType(type)) return `[${sample(type.ofType, ids)}]`
  if (isEnumType(type)) return type.getValues()[0]?.name ?? ''
  if (isInputObjectType(type))
    return `{ ${Object.values(type.getFields())
      .map((one) => `${one.name}: ${sample(one.type, ids)}`)
      .join(', ')} }`
  const { name } = getNamedType(type) as { name: string }
  return name === 'Boolean'
    ? 'true'
    : name === 'ID'
      ? JSON.stringify(ids.CO)
      : name === 'DateTime'
        ? '"2026-01-01T00:00:00Z"'
        : '"a"'
}

const LISTS = {
  tickets: 'tickets',
  contacts: 'contacts',
  companies: 'companies',
  members: 'members',
  boards: 'boards',
  timeEntries: 'time',
} as const

describe('filters and orders of closed lists', () => {
  it.each(
    vendors.flatMap((vendor) => Object.entries(LISTS).map(([list, closed]) => ({ vendor, list, closed }))),
  )(
    '$vendor: each member of the filter of $list, and each order, asks the PSA nothing',
    async ({ vendor, list, closed }) => {
      const desk = t.desks.find((one) => one.vendor === vendor) as VendorDesk
      const ids = known.get(desk.slug) as Ids
      const { args = [] } = t.gateway.supergraph.apiSchema.getQueryType()?.getFields()[list] ?? {}
      const filter = args.find(({ name }) => name === 'filter')?.type as GraphQLInputObjectType
      const order = args.find(({ name }) => name === 'order')
      const parts = Object.values(filter.getFields()).map(
        (member) => `filter: { ${member.name}: ${sample(member.type, ids)} }`,
      )
      if (order !== undefined) {
        const keys = (getNamedType(order.type) as GraphQLInputObjectType).getFields().key?.type
        const named = keys === undefined ? undefined : getNamedType(keys)
        if (isEnumType(named)) parts.push(...named.getValues().map(({ name }) => `order: { key: ${name} }`))
      }
      expect(parts.length).toBeGreaterThan(0)
      for (const part of parts) {
        const answer = await asked(
          closed,
          `{ ${list}(first: 1, connections: ["${desk.slug}"], ${part}) { pageInfo { hasNextPage } } }`,
          {},
        )
        expect(
          answer.errors.map(({ extensions }) => extensions.code),
          part,
        ).toEqual(['GROUP_DISABLED'])
        expect(desk.asked(), part).toEqual([])
      }
    },
  )
})

type Trick = readonly [name: string, who: string, document: string, codes: readonly string[]]
const FIELD = ['FIELD_NOT_ALLOWED'] as const
const BAD = ['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED'] as const

const tricks: readonly Trick[] = [
  [
    'a field outside of the whitelist beside an allowed one',
    'titles',
    'mutation { updateTicket(input: { id: "%T%", title: "x", status: "Closed" }) { __typename } }',
    FIELD,
  ],
  [
    'a field set to null',
    'titles',
    'mutation { updateTicket(input: { id: "%T%", title: "x", assignee: null }) { __typename } }',
    [...FIELD, ...BAD],
  ],
  [
    'a custom field by its container',
    'titles',
    'mutation { updateTicket(input: { id: "%T%", customFields: [{ field: "1", value: "x" }] }) { __typename } }',
    FIELD,
  ],
  [
    'the same write under two aliases',
    'titles',
    'mutation { a: updateTicket(input: { id: "%T%", priority: "1" }) { __typename } b: updateTicket(input: { id: "%T%", priority: "2" }) { __typename } }',
    FIELD,
  ],
  [
    'all in one go',
    'titles',
    'mutation { workTicket(input: { id: "%T%", update: { title: "x" }, notes: [{ kind: INTERNAL, text: "x" }] }) { __typename } }',
    ['GROUP_READ_ONLY'],
  ],
  [
    'a note to the client by an agent for internal ones',
    'desk',
    'mutation { addTicketNote(input: { ticket: "%T%", kind: CLIENT_FACING, text: "x" }) { __typename } }',
    ['GROUP_READ_ONLY'],
  ],
  [
    'mail with an internal note',
    'desk',
    'mutation { addTicketNote(input: { ticket: "%T%", kind: INTERNAL, text: "x", mailClient: true }) { __typename } }',
    ['GROUP_READ_ONLY', ...BAD],
  ],
  [
    'a resolution, which the client reads',
    'desk',
    'mutation { resolveTicket(input: { id: "%T%", resolution: "x" }) { __typename } }',
    ['GROUP_READ_ONLY', 'NOT_CONFIGURED'],
  ],
  [
    'time with the resolution',
    'desk',
    'mutation { workTicket(input: { id: "%T%", time: [{ hours: 1 }] }) { __typename } }',
    ['GROUP_READ_ONLY'],
  ],
  [
    'a merge without its switch',
    'desk',
    'mutation { mergeTickets(input: { into: "%T%", tickets: ["%OTHER%"] }) { __typename } }',
    ['ACTION_DISABLED'],
  ],
  [
    'a bundle without its switch',
    'desk',
    'mutation { bundleTickets(input: { parent: "%T%", tickets: ["%OTHER%"] }) { __typename } }',
    ['ACTION_DISABLED'],
  ],
  [
    'a deletion without its switch',
    'desk',
    'mutation { deleteTicket(input: { id: "%T%" }) { __typename } }',
    ['ACTION_DISABLED', 'NOT_SUPPORTED'],
  ],
  [
    'a deletion as a dry run',
    'desk',
    'mutation { deleteTicket(input: { id: "%T%" }, dryRun: true) { __typename } }',
    ['ACTION_DISABLED', 'NOT_SUPPORTED'],
  ],
  [
    'a write as a query',
    'desk',
    'query { updateTicket(input: { id: "%T%", title: "x" }) { __typename } }',
    BAD,
  ],
  [
    'a dry run that is denied',
    'titles',
    'mutation { updateTicket(input: { id: "%T%", status: "Closed" }, dryRun: true) { __typename } }',
    FIELD,
  ],
  [
    'a dry run by the directive that is denied',
    'titles',
    'mutation { updateTicket(input: { id: "%T%", status: "Closed" }) @dryRun { __typename } }',
    FIELD,
  ],
  [
    'a dry run that is off and on',
    'contacts',
    'mutation { updateTicket(input: { id: "%T%", title: "x" }, dryRun: true) @dryRun(if: false) { __typename } }',
    ['GROUP_READ_ONLY', ...BAD],
  ],
  [
    'the directive where it does nothing',
    'desk',
    'mutation { updateTicket(input: { id: "%T%", title: "x" }) { ... on WriteOutcome @dryRun { replayed } } }',
    BAD,
  ],
  [
    'a write whose answer shows a closed group',
    'contacts',
    'mutation { updateTicket(input: { id: "%T%", title: "x" }) { ... on TicketWritten { ticket { contact { email } } } } }',
    ['GROUP_READ_ONLY', 'GROUP_DISABLED'],
  ],
  [
    'one’s own approval',
    'approved',
    'mutation { approve(id: "%WRITTEN%", planHash: "x") { id } }',
    ['ROLE_REQUIRED', 'FORBIDDEN_OPERATION', 'APPROVER_ROLE_REQUIRED'],
  ],
  [
    'the request of another workflow',
    'open',
    '{ writeRequest(id: "%WRITTEN%") { id plan { changes { after } } } }',
    ['NOT_FOUND'],
  ],
  [
    'cancelling the request of another workflow',
    'desk',
    'mutation { cancelWriteRequest(id: "%WRITTEN%") { id } }',
    ['NOT_FOUND', 'ROLE_REQUIRED', 'FORBIDDEN_OPERATION'],
  ],
  [
    'a revision of another workflow’s request',
    'desk',
    'mutation { updateTicket(input: { id: "%T%", title: "y", request: "%WRITTEN%" }) { __typename } }',
    ['NOT_FOUND', ...BAD],
  ],
  [
    'editing a request',
    'approved',
    'mutation { editWriteRequest(id: "%WRITTEN%", revision: 1, changes: { title: "z" }) { id } }',
    ['ROLE_REQUIRED', 'APPROVER_ROLE_REQUIRED', 'FORBIDDEN_OPERATION'],
  ],
  [
    'putting another workflow’s write back',
    'desk',
    'mutation { putBack(id: "%WRITTEN%") { __typename } }',
    ['NOT_FOUND', 'ROLE_REQUIRED', 'FORBIDDEN_OPERATION'],
  ],
  [
    'trying another workflow’s write again',
    'desk',
    'mutation { retryWriteRequest(id: "%WRITTEN%") { __typename } }',
    ['NOT_FOUND', 'ROLE_REQUIRED', 'FORBIDDEN_OPERATION'],
  ],
  [
    'the approvals of people',
    'open',
    '{ approval(id: "%WRITTEN%") { plan { changes { after } } } }',
    ['NOT_FOUND', 'ROLE_REQUIRED', 'FORBIDDEN_OPERATION'],
  ],
  [
    'seeing who looks at another workflow’s request',
    'desk',
    'mutation { lookAtRequest(id: "%WRITTEN%") { person { name } } }',
    ['NOT_FOUND', 'ROLE_REQUIRED', 'FORBIDDEN_OPERATION'],
  ],
  [
    'asking to be asked no longer',
    'desk',
    'mutation { proposeRule(request: "%WRITTEN%") { id } }',
    ['NOT_FOUND', 'ROLE_REQUIRED', 'FORBIDDEN_OPERATION'],
  ],
  [
    'taking a connection from a workflow',
    'desk',
    'mutation { unassignConnection(workflow: "wf_1", connection: "%S%") { version } }',
    ['NOT_FOUND', 'ROLE_REQUIRED', 'FORBIDDEN_OPERATION'],
  ],
  [
    'accepting that nobody is asked',
    'desk',
    'mutation { acceptRuleProposal(id: "rp_1", version: 1) { id } }',
    ['NOT_FOUND', 'ROLE_REQUIRED', 'FORBIDDEN_OPERATION'],
  ],
  [
    'a raw read in the field for writes',
    'desk',
    'mutation { psaRequest(input: { connection: "%S%", method: GET, path: "/service/tickets/1" }) { __typename } }',
    ['BAD_USER_INPUT', 'NOT_CATALOGUED', 'NOT_SUPPORTED', 'FORBIDDEN_OPERATION', 'GROUP_DISABLED'],
  ],
  [
    'a raw write in the field for reads',
    'desk',
    '{ psaRequest(connection: "%S%", method: PATCH, path: "/service/tickets/1", body: "[]") { status } }',
    ['BAD_USER_INPUT', 'NOT_CATALOGUED', 'NOT_SUPPORTED', 'FORBIDDEN_OPERATION', 'GROUP_READ_ONLY'],
  ],
  [
    'a policy by an agent',
    'open',
    'mutation { setTestMode(on: false) { on: installation } }',
    ['ROLE_REQUIRED', 'FORBIDDEN_OPERATION', ...BAD],
  ],
  [
    'an endpoint by an agent',
    'open',
    'mutation { saveEndpoint(input: { connection: "%S%", method: GET, path: "/acme/x", group: "X", kind: READ }) { path } }',
    ['ROLE_REQUIRED'],
  ],
  [
    'a foreign connection by an id',
    'all but %S%',
    '{ ticket(id: "%T%") { title } }',
    ['CONNECTION_FORBIDDEN'],
  ],
  [
    'a foreign connection among ids',
    'all but %S%',
    '{ nodes(ids: ["%T%"]) { ... on Ticket { title } } }',
    ['CONNECTION_FORBIDDEN'],
  ],
  [
    'a foreign connection in a list',
    'all but %S%',
    '{ tickets(first: 1, connections: ["%S%"]) { nodes { title } } }',
    ['CONNECTION_FORBIDDEN'],
  ],
  [
    'a foreign connection within a filter',
    'all but %S%',
    '{ tickets(first: 1, filter: { company: ["%CO%"] }) { nodes { title } } }',
    ['CONNECTION_FORBIDDEN', 'BAD_USER_INPUT'],
  ],
  [
    'a foreign connection by raw',
    'all but %S%',
    '{ psaRequest(connection: "%S%", path: "/service/tickets/1") { status } }',
    ['CONNECTION_FORBIDDEN'],
  ],
  [
    'a cursor of a caller with more connections',
    'all but %S%',
    '{ tickets(first: 1, after: "%CURSOR%") { nodes { title } } }',
    ['BAD_USER_INPUT', 'CONNECTION_FORBIDDEN'],
  ],
  [
    'a cursor of another list',
    'open',
    '{ tickets(first: 1, connections: ["%S%"], after: "%COMPANIES%") { nodes { title } } }',
    ['BAD_USER_INPUT'],
  ],
  [
    'a cursor under another filter',
    'open',
    '{ tickets(first: 1, connections: ["%S%"], filter: { open: true }, after: "%CURSOR%") { nodes { title } } }',
    ['BAD_USER_INPUT'],
  ],
  [
    'a cursor that somebody changed',
    'open',
    '{ tickets(first: 1, connections: ["%S%"], after: "%CURSOR%x") { nodes { title } } }',
    ['BAD_USER_INPUT'],
  ],
  [
    'introspection beside data',
    'open',
    '{ __type(name: "Ticket") { name } ticket(id: "%T%") { title } }',
    BAD,
  ],
]

describe('writes, cursors and connections in disguise', () => {
  it.each(
    vendors.flatMap((vendor) =>
      tricks.map(([name, who, document, codes]) => ({ vendor, name, who, document, codes })),
    ),
  )('$vendor: $name', async ({ vendor, who, document, codes }) => {
    const desk = t.desks.find((one) => one.vendor === vendor) as VendorDesk
    const ids = { ...(known.get(desk.slug) as Ids), WRITTEN: written }
    const answer = await asked(filled(who, ids), filled(document, ids), {})
    expect(answer.errors.length, JSON.stringify(answer.data)).toBeGreaterThan(0)
    for (const { extensions } of answer.errors)
      expect(codes, JSON.stringify(answer.errors)).toContain(extensions.code)
    expect(desk.sent()).toEqual([])
    expect(found(answer, canaries(desk.simulator.dataset, 'tickets'))).toEqual([])
  })
})

/** The same id of a record that there is not: no dataset counts so far. */
const missing = (id: string) =>
  id.replace(/[^:/.]+$/, (key) => (/^\d+$/.test(key) ? '99999999' : 'f'.repeat(32)))

const DENIED = {
  contacts: [
    'C',
    'query ($id: ID!) { contact(id: $id) { name } }',
    'query ($id: ID!) { node(id: $id) { ... on Contact { name } } }',
  ],
  companies: ['CO', 'query ($id: ID!) { company(id: $id) { name } }'],
  members: [
    'M',
    'query ($id: ID!) { node(id: $id) { ... on Member { name } } }',
    'query ($id: ID!) { tickets(filter: { assignee: [$id] }) { nodes { company { name } assignee { name } } } }',
  ],
  notes: ['N', 'query ($id: ID!) { node(id: $id) { ... on Note { text } } }'],
  time: [
    'E',
    'query ($id: ID!) { node(id: $id) { ... on TimeEntry { hours } } }',
    'mutation ($id: ID!) { deleteTimeEntry(input: { id: $id }) { __typename } }',
  ],
  boards: ['B', 'query ($id: ID!) { board(id: $id) { name } }'],
  tickets: [
    'T',
    'query ($id: ID!) { ticket(id: $id) { title } }',
    'query ($id: ID!) { node(id: $id) { ... on Ticket { title notes(first: 1) { nodes { text } } } } }',
    'mutation ($id: ID!) { updateTicket(input: { id: $id, title: "x" }) { __typename } }',
    'mutation ($id: ID!) { logTime(input: { ticket: $id, hours: 1 }) { __typename } }',
    'mutation ($id: ID!) { deleteTicket(input: { id: $id }) { __typename } }',
  ],
} as const

describe('a denial', () => {
  const texts = (answer: Answer, id: string) =>
    JSON.parse(JSON.stringify([answer.data, answer.errors]).replaceAll(id, 'ID'))

  it.each(
    vendors.flatMap((vendor) =>
      Object.entries(DENIED).flatMap(([closed, [of, ...documents]]) =>
        documents.map((document) => ({ vendor, closed: closed as keyof typeof DENIED, of, document })),
      ),
    ),
  )(
    '$vendor: $closed says the same of a record that there is not: $document',
    async ({ vendor, closed, of, document }) => {
      const { slug } = t.desks.find((one) => one.vendor === vendor) as VendorDesk
      const id = known.get(slug)?.[of] ?? ''
      const there = await asked(closed, document, { id })
      const gone = await asked(closed, document, { id: missing(id) })
      expect(there.errors.length).toBeGreaterThan(0)
      expect(there.errors.map(({ extensions }) => extensions.code)).not.toContain('GRAPHQL_VALIDATION_FAILED')
      expect(texts(gone, missing(id))).toEqual(texts(there, id))
    },
  )

  it.each(vendors)('%s: a record out of scope is as one that there is not', async (vendor) => {
    const desk = t.desks.find((one) => one.vendor === vendor) as VendorDesk
    const ids = known.get(desk.slug) as Ids
    const scoped = await t.agent(
      'IT_ADMIN',
      (policy) => ({ ...policy, recordScope: { exclude: { companies: [ids.CO?.split(':').at(-1) ?? ''] } } }),
      undefined,
      [desk.slug],
    )
    for (const [of, document] of [
      ['T', 'query ($id: ID!) { ticket(id: $id) { title } }'],
      ['T', 'query ($id: ID!) { node(id: $id) { ... on Ticket { title } } }'],
      ['T', 'mutation ($id: ID!) { updateTicket(input: { id: $id, title: "x" }) { __typename } }'],
      [
        'T',
        'mutation ($id: ID!) { addNote(input: { ticket: $id, kind: INTERNAL, text: "x" }) { __typename } }',
      ],
      ['C', 'query ($id: ID!) { contact(id: $id) { name } }'],
      ['C', 'mutation ($id: ID!) { updateContact(input: { id: $id, lastName: "x" }) { __typename } }'],
      [
        'C',
        'mutation ($id: ID!) { updateTicket(input: { id: "%ELSEWHERE%", contact: $id }) { __typename } }',
      ],
      ['CO', 'query ($id: ID!) { company(id: $id) { name } }'],
      ['N', 'query ($id: ID!) { node(id: $id) { ... on Note { text } } }'],
    ] as const) {
      const id = ids[of] ?? ''
      const there = await t.ask(scoped, filled(document, ids), { id })
      const gone = await t.ask(scoped, filled(document, ids), { id: missing(id) })
      expect(Object.values(there.data ?? {}), document).toSatisfy((all: unknown[]) =>
        all.every((one) => one === null),
      )
      expect(texts(gone, missing(id)), document).toEqual(texts(there, id))
    }
  })
})
