import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATHS } from './documents.ts'
import { NOT_SUPPORTED } from './not-supported.ts'
import { saidBy } from './said.ts'
import { fullName, iso, type Told, toldBy } from './told.ts'
import { type ContractGateway, startContract, type VendorDesk, vendors } from './vendors.ts'

const EVERYTHING = `id number title createdAt updatedAt closedAt dueAt waitingSince clientReplied closed
  status { name category } priority { name rank } type { name } board { id name } company { id name }
  contact { id name email } assignee { id name identifier email } parent { id } mergedInto { id }`

/** Every field of a ticket as the data set has it; what the vendor does not have is null, by the table. */
function expected(told: Told, ticket: Told['tickets'][number], missing: Readonly<Record<string, string>>) {
  const contact = told.contact(ticket)
  const member = told.member(ticket)
  const all = {
    id: told.id('Ticket', ticket.id),
    number: told.number(ticket),
    title: ticket.title,
    createdAt: iso(ticket.createdAt),
    updatedAt: iso(ticket.updatedAt),
    closedAt: iso(ticket.closedAt),
    dueAt: iso(ticket.dueAt),
    waitingSince: told.closed(ticket) ? null : iso(ticket.updatedAt),
    clientReplied: ticket.customerUpdated,
    closed: told.closed(ticket),
    status: { name: told.status(ticket), category: told.category(ticket) },
    priority: told.priority(ticket),
    type: { name: told.type(ticket) },
    board: { id: told.id('Board', ticket.boardId), name: told.board(ticket) },
    company: { id: told.id('Company', ticket.companyId), name: told.company(ticket).name },
    contact: contact && {
      id: told.id('Contact', contact.id),
      name: fullName(contact),
      email: contact.email,
    },
    assignee: member && {
      id: told.id('Member', member.id),
      name: fullName(member),
      identifier: told.login(member),
      email: member.email,
    },
    parent: told.parent(ticket),
    mergedInto: ticket.mergedIntoId === undefined ? null : { id: told.id('Ticket', ticket.mergedIntoId) },
  }
  return { ...all, ...Object.fromEntries(Object.keys(missing).map((field) => [field, null])) }
}

describe.each(vendors)('%s: reading', (vendor) => {
  let t: ContractGateway
  let desk: VendorDesk
  let told: Told
  let token: string
  const missing = NOT_SUPPORTED[vendor].ticketFields
  beforeAll(async () => {
    t = await startContract([vendor])
    desk = t.desk
    told = toldBy(vendor, desk.slug, desk.simulator.dataset)
    token = await t.agent('READ_ONLY')
  })
  afterAll(() => t.close())

  /** Autotask works out a date where nobody set one: its SLA's. */
  const settled = (nodes: readonly { dueAt: string | null }[], want: readonly { dueAt: string | null }[]) =>
    vendor === 'autotask'
      ? nodes.map((node, index) => (want[index]?.dueAt === null ? { ...node, dueAt: null } : node))
      : nodes

  describe('the name of who wrote a note', () => {
    const NOTES = 'query ($id: ID!) { ticket(id: $id) { notes(last: 50) { nodes { text authorName } } } }'
    const lacking = (group: string) =>
      t.agent('READ_ONLY', (policy) => ({
        ...policy,
        groups: { ...policy.groups, [group]: { level: 'DISABLED' } },
      }))
    /** A ticket on which both sides wrote, the client more than the description; each note with whose it is. */
    const written = async () => {
      const { notes } = desk.simulator.dataset
      const both = told.tickets.find(({ id }) => {
        const on = notes.filter(({ ticketId }) => ticketId === id)
        return (
          on.filter((one) => one.contactId).length > 1 && on.some((one) => one.technicianId) && on.length < 50
        )
      })!
      const id = told.id('Ticket', both.id)
      const { data, errors } = await t.ask(
        token,
        NOTES.replace('authorName', 'authorName author { id } contact { id }'),
        { id },
      )
      expect(errors).toEqual([])
      return { id, notes: data.ticket.notes.nodes as Written[] }
    }
    interface Written {
      readonly text: string
      readonly authorName: string
      readonly author: object | null
      readonly contact: object | null
    }
    /** What names people of the other group alone must not be asked for. */
    const NAMES = {
      connectwise: { Contacts: /contact\/name|createdBy/, Members: /member\/name|createdBy/ },
      autotask: { Contacts: /\/Contacts\b/, Members: /\/Resources\b/ },
      halo: { Contacts: null, Members: null },
      servicenow: { Contacts: /opened_by\.name/, Members: /opened_by\.name/ },
    }[vendor]

    it.each([
      ['Contacts', ({ author }: Written) => author !== null],
      ['Members', ({ contact }: Written) => contact !== null],
    ] as const)(
      'is null without %s where it is of that group, or nobody tells of which',
      async (group, told) => {
        const { id, notes } = await written()
        expect(notes.some((one) => one.contact !== null && one.authorName !== '')).toBe(true)
        expect(notes.some((one) => one.author !== null && one.authorName !== '')).toBe(true)
        desk.simulator.clearJournal()
        const { data, errors } = await t.ask(await lacking(group), NOTES, { id })
        expect(data.ticket.notes.nodes).toEqual(
          notes.map((note) => ({ text: note.text, authorName: told(note) ? note.authorName : null })),
        )
        const denied = notes.flatMap((note, index) => (told(note) ? [] : [index]))
        expect(denied).not.toEqual([])
        expect(errors.map(({ path, extensions: { code, group } }) => [path, code, group])).toEqual(
          denied.map((index) => [['ticket', 'notes', 'nodes', index, 'authorName'], 'GROUP_DISABLED', group]),
        )
        const asked = desk
          .asked()
          .map((entry) => decodeURIComponent(JSON.stringify([entry.path, entry.query])))
        if (NAMES[group] !== null) for (const one of asked) expect(one).not.toMatch(NAMES[group])
      },
    )
  })

  describe.each([
    {
      closed: 'Client-Facing Notes',
      left: ['DESCRIPTION', 'RESOLUTION', 'CLIENT_FACING'],
      asked: [['CLIENT_FACING'], ['DESCRIPTION'], ['RESOLUTION'], ['INTERNAL', 'DESCRIPTION']],
    },
    { closed: 'Ticket Notes', left: ['INTERNAL'], asked: [['INTERNAL'], ['CLIENT_FACING', 'INTERNAL']] },
  ])('notes without $closed', ({ closed, left, asked }) => {
    interface Page {
      readonly nodes: readonly { readonly kind: string; readonly text: string }[]
      readonly pageInfo: {
        readonly hasNextPage: boolean
        readonly hasPreviousPage: boolean
        readonly startCursor: string
        readonly endCursor: string
        readonly incomplete: readonly object[]
      }
    }
    const NOTES = `query ($id: ID!, $kinds: [NoteKind!], $first: Int, $after: String, $last: Int, $before: String) {
      ticket(id: $id) { notes(kinds: $kinds, first: $first, after: $after, last: $last, before: $before) {
        nodes { kind text } pageInfo { hasNextPage hasPreviousPage startCursor endCursor
        incomplete { connection code message } } } } }`
    let agent: string
    beforeAll(async () => {
      agent = await t.agent('READ_ONLY', (policy) => ({
        ...policy,
        groups: { ...policy.groups, [closed]: { level: 'DISABLED' } },
      }))
    })
    const ask = (ticket: number, variables: object, by = agent) =>
      t.ask(by, NOTES, { id: told.id('Ticket', ticket), ...variables })
    const page = async (ticket: number, variables: object): Promise<Page> => {
      const { data, errors } = await ask(ticket, variables)
      expect(errors).toEqual([])
      return data.ticket.notes
    }

    it('are refused where they are asked for by kind, and nothing is read', async () => {
      const { id } = told.tickets[0]!
      desk.simulator.clearJournal()
      for (const kinds of asked) {
        const { data, errors } = await ask(id, { kinds })
        expect(data).toBeNull()
        expect(errors).toMatchObject([
          { extensions: { code: 'GROUP_DISABLED', group: closed, kind: 'READ' } },
        ])
      }
      expect(desk.asked()).toEqual([])
    })

    it('are left out and said to be, and pages hold and count the others alone', async () => {
      const said = saidBy(vendor, told, desk.simulator.dataset)
      const readable = (one: (typeof told.tickets)[number]) =>
        said.notes(one).filter(({ kind }) => !left.includes(kind))
      // What may not be read stands among what may.
      const ticket = told.tickets.find((one) => {
        const closed = said.notes(one).map(({ kind }) => left.includes(kind))
        return readable(one).length > 2 && closed.includes(true, closed.indexOf(false))
      })!
      const want = readable(ticket).map(({ kind, text }) => ({ kind, text }))
      const half = Math.ceil(want.length / 2)

      const newest = await page(ticket.id, { last: half })
      expect(newest.nodes).toEqual(want.slice(-half))
      expect(newest.pageInfo).toMatchObject({
        hasPreviousPage: true,
        incomplete: [
          {
            connection: desk.slug,
            code: 'GROUP_DISABLED',
            message: expect.stringContaining(`${left.join(', ')} are left out`),
          },
        ],
      })
      const before = await page(ticket.id, { last: 100, before: newest.pageInfo.startCursor })
      expect(before.nodes).toEqual(want.slice(0, -half))
      expect(before.pageInfo.hasPreviousPage).toBe(false)

      const oldest = await page(ticket.id, { first: half })
      expect(oldest.nodes).toEqual(want.slice(0, half))
      expect(oldest.pageInfo.hasNextPage).toBe(true)
      const rest = await page(ticket.id, { first: want.length - half, after: oldest.pageInfo.endCursor })
      expect(rest.nodes).toEqual(want.slice(half))
      expect(rest.pageInfo.hasNextPage).toBe(false)

      const whole = await ask(ticket.id, { last: 1 }, token)
      expect(whole.data.ticket.notes.pageInfo.incomplete).toEqual([])
    })
  })

  it.each(PATHS)("the README's first query, $path", async ({ beside }) => {
    const { data, errors } = await t.ask(
      token,
      `query { tickets(first: 2) { nodes { number title status { name } company { name } } } ${beside} }`,
    )

    expect(errors).toEqual([])
    const newest = told.tickets.toSorted(told.newestFirst).slice(0, 2)
    expect(data.tickets.nodes).toEqual(
      newest.map((ticket) => ({
        number: told.number(ticket),
        title: ticket.title,
        status: { name: told.status(ticket) },
        company: { name: told.company(ticket).name },
      })),
    )
  })

  it.each(PATHS)('every ticket with every field, page by page to the end, $path', async ({ beside }) => {
    const want = told.tickets.toSorted(told.newestFirst)
    const some = beside === '' ? want : want.slice(0, 200)
    const nodes: { dueAt: string | null }[] = []
    let after: string | null = null
    for (;;) {
      const { data, errors } = await t.ask(
        token,
        `query ($after: String) { tickets(first: 100, after: $after) {
          nodes { ${EVERYTHING} } pageInfo { hasNextPage endCursor incomplete { code } } } ${beside} }`,
        { after },
      )
      expect(errors).toEqual([])
      expect(data.tickets.pageInfo.incomplete).toEqual([])
      nodes.push(...data.tickets.nodes)
      after = data.tickets.pageInfo.endCursor
      if (!data.tickets.pageInfo.hasNextPage || nodes.length >= some.length) break
    }

    const all = some.map((ticket) => expected(told, ticket, missing))
    expect(settled(nodes, all)).toEqual(all)
  })

  it.each(PATHS)('one ticket by its id and by its number, $path', async ({ beside }) => {
    const ticket = told.tickets.find(({ contactId, ownerId, parentId }) => contactId && ownerId && parentId)!
    const { data, errors } = await t.ask(
      token,
      `query ($id: ID!, $connection: String!, $number: String!) {
        ticket(id: $id) { ${EVERYTHING} }
        ticketByNumber(connection: $connection, number: $number) { ${EVERYTHING} } ${beside} }`,
      { id: told.id('Ticket', ticket.id), connection: desk.slug, number: told.number(ticket) },
    )

    expect(errors).toEqual([])
    const want = expected(told, ticket, missing)
    expect(settled([data.ticket, data.ticketByNumber], [want, want])).toEqual([want, want])
  })

  it('no ticket of that number, no record of that id', async () => {
    const { data, errors } = await t.ask(
      token,
      `query ($id: ID!, $connection: String!, $number: String!) {
        ticket(id: $id) { title } ticketByNumber(connection: $connection, number: $number) { title } }`,
      {
        id: told.id('Ticket', 999_999),
        connection: desk.slug,
        number: vendor === 'autotask' ? 'T20010101.0001' : '999999',
      },
    )

    expect(data).toEqual({ ticket: null, ticketByNumber: null })
    expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['ticket'], 'NOT_FOUND']])
  })

  it('custom fields with their values', async () => {
    const { customFields } = desk.simulator.dataset
    const ticket = told.tickets.find(({ customValues }) => customValues[31] && customValues[35])!
    const { data, errors } = await t.ask(
      token,
      'query ($id: ID!) { ticket(id: $id) { customFields { name value } } }',
      { id: told.id('Ticket', ticket.id) },
    )

    expect(errors).toEqual([])
    const values = Object.fromEntries(
      data.ticket.customFields.map(({ name, value }: { name: string; value: string }) => [name, value]),
    )
    expect(Object.keys(values).sort()).toEqual(customFields.map(({ caption }) => caption).sort())
    for (const { id, caption, type } of customFields) {
      const value = ticket.customValues[id]
      if (value === undefined || type === 'Date' || type === 'Checkbox') continue
      expect(values[caption], caption).toBe(String(value))
    }
  })

  it('a board with the statuses and types that its tickets have', async () => {
    const [ticket] = told.tickets
    const { data, errors } = await t.ask(
      token,
      'query ($id: ID!) { board(id: $id) { id name active statuses { name category } types { name } } }',
      { id: told.id('Board', ticket!.boardId) },
    )

    expect(errors).toEqual([])
    expect(data.board).toMatchObject({
      id: told.id('Board', ticket!.boardId),
      name: told.board(ticket!),
      active: true,
    })
    const here = told.tickets.filter(({ boardId, statusId }) => boardId === ticket!.boardId && statusId)
    for (const name of new Set(here.map((one) => told.status(one))))
      if (!name.startsWith('Old:'))
        expect(data.board.statuses).toContainEqual({
          name,
          category: told.category(here.find((one) => told.status(one) === name)!),
        })
    for (const name of new Set(here.map((one) => told.type(one))))
      expect(data.board.types).toContainEqual({ name })
  })

  it('a company, a contact and a member by id', async () => {
    const contact = desk.simulator.dataset.contacts.find(({ inactive }) => !inactive)!
    const company = desk.simulator.dataset.companies.find(({ id }) => id === contact.companyId)!
    const member = desk.simulator.dataset.technicians.find(({ api, inactive }) => !api && !inactive)!
    const { data, errors } = await t.ask(
      token,
      `query ($company: ID!, $contact: ID!, $member: ID!) {
        company(id: $company) { id name website }
        contact(id: $contact) { id name firstName lastName email phone title active company { name } }
        member(id: $member) { id name identifier email active } }`,
      {
        company: told.id('Company', company.id),
        contact: told.id('Contact', contact.id),
        member: told.id('Member', member.id),
      },
    )

    expect(errors).toEqual([])
    expect(data).toEqual({
      company: { id: told.id('Company', company.id), name: company.name, website: company.website },
      contact: {
        id: told.id('Contact', contact.id),
        name: fullName(contact),
        firstName: contact.firstName,
        lastName: contact.lastName,
        email: contact.email,
        phone: contact.phone,
        title: contact.title,
        active: true,
        company: { name: company.name },
      },
      member: {
        id: told.id('Member', member.id),
        name: fullName(member),
        identifier: told.login(member),
        email: member.email,
        active: true,
      },
    })
  })

  it.each(PATHS)('notes: what was said inside, in order, from either end, $path', async ({ beside }) => {
    const { dataset } = desk.simulator
    const said = Map.groupBy(
      dataset.notes.filter(({ kind }) => kind === 'internal'),
      ({ ticketId }) => ticketId,
    )
    const merged = new Set(dataset.tickets.map(({ mergedIntoId }) => mergedIntoId))
    const timed = new Set(dataset.timeEntries.map(({ ticketId }) => ticketId))
    const ticket = told.tickets.find(
      ({ id }) => (said.get(id)?.length ?? 0) >= 2 && !merged.has(id) && !timed.has(id),
    )!
    const { data, errors } = await t.ask(
      token,
      `query ($id: ID!) { ticket(id: $id) {
        notes(first: 50, kinds: [INTERNAL]) { nodes { kind text createdAt clientVisible author { name } } }
        newest: notes(last: 1, kinds: [INTERNAL]) { nodes { text } } } ${beside} }`,
      { id: told.id('Ticket', ticket.id) },
    )

    expect(errors).toEqual([])
    const notes = said.get(ticket.id)!.toSorted((a, b) => a.createdAt - b.createdAt || a.id - b.id)
    const nameOf = new Map(dataset.technicians.map((one) => [one.id, fullName(one)]))
    expect(data.ticket.notes.nodes).toEqual(
      notes.map(({ text, createdAt, technicianId }) => ({
        kind: 'INTERNAL',
        text,
        createdAt: iso(createdAt),
        clientVisible: false,
        author: technicianId === undefined ? null : { name: nameOf.get(technicianId) },
      })),
    )
    expect(data.ticket.newest.nodes).toEqual([{ text: notes.at(-1)!.text }])
  })

  it.each(PATHS)('time entries: hours, text, work type and whose they are, $path', async ({ beside }) => {
    const { dataset } = desk.simulator
    const entries = Map.groupBy(dataset.timeEntries, ({ ticketId }) => ticketId)
    const merged = new Set(dataset.tickets.map(({ mergedIntoId }) => mergedIntoId))
    const ticket = told.tickets.find(({ id }) => entries.get(id)?.length === 2 && !merged.has(id))!
    const { data, errors } = await t.ask(
      token,
      `query ($id: ID!) { ticket(id: $id) { timeEntries(first: 10) { nodes {
        hours clientText internalText workType { name } member { name } ticket { number } } } } ${beside} }`,
      { id: told.id('Ticket', ticket.id) },
    )

    expect(errors).toEqual([])
    const line = (one: { hours: number; text: string; workType: string; member: string | null }) =>
      JSON.stringify(one)
    const got = data.ticket.timeEntries.nodes.map(
      (one: {
        hours: number
        clientText: string | null
        internalText: string | null
        workType: { name: string }
        member: { name: string }
        ticket: { number: string }
      }) => {
        expect(one.ticket.number).toBe(told.number(ticket))
        return line({
          hours: one.hours,
          text: (one.clientText ?? one.internalText ?? '').split('\n')[0]!,
          workType: one.workType.name,
          member: one.member.name,
        })
      },
    )
    const workTypes = new Map(dataset.workTypes.map(({ id, name }) => [id, name]))
    const nameOf = new Map(dataset.technicians.map((one) => [one.id, fullName(one)]))
    expect(got.sort()).toEqual(
      entries
        .get(ticket.id)!
        .map((one) =>
          line({
            hours: (one.endsAt - one.startsAt) / 3_600_000,
            text: one.notes,
            workType: workTypes.get(one.workTypeId)!,
            member: nameOf.get(one.technicianId) ?? null,
          }),
        )
        .sort(),
    )
  })
})
