import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { WriteName } from '../../schema/plan.ts'
import { writes } from '../../schema/writes/index.ts'
import type { Ticket } from '../../simulators/dataset/index.ts'
import { sources } from '../../subgraphs/index.ts'
import { NOT_SUPPORTED } from './not-supported.ts'
import { vendors } from './vendors.ts'
import { startWriting, type WritingDesk } from './writing.ts'

const names = Object.keys(writes) as WriteName[]

describe.each(vendors)('%s: writing', (vendor) => {
  let w: WritingDesk
  let t: WritingDesk['t']
  let desk: WritingDesk['desk']
  let told: WritingDesk['told']
  let admin: string
  let reader: string
  let helpdesk: string
  let pool: Ticket[]
  const missing = NOT_SUPPORTED[vendor]
  beforeAll(async () => {
    w = await startWriting(vendor, ['Sites', 'Companies'])
    ;({ t, desk, told, admin, reader, helpdesk, pool } = w)
  })
  afterAll(() => w.close())
  beforeEach(() => w.clear())

  const fresh: WritingDesk['fresh'] = (fits) => w.fresh(fits)
  const idOf: WritingDesk['idOf'] = (ticket) => w.idOf(ticket)
  const write: WritingDesk['write'] = (...call) => w.write(...call)
  const carriedOut: WritingDesk['carriedOut'] = (...call) => w.carriedOut(...call)
  const timeText: WritingDesk['timeText'] = (text) => w.timeText(text)
  const read: WritingDesk['read'] = (...call) => w.read(...call)

  it('every write is declared, or refused with its reason, and nothing is sent', async () => {
    const { capabilities } = sources.get(vendor)!
    expect(Object.keys(capabilities.writes).sort()).toEqual([...names].sort())
    for (const [name, reason] of Object.entries(missing.writes)) {
      const ticket = idOf(pool[0]!)
      const type = name === 'deleteTicketNote' ? 'Note' : name.replace(/^(add|update|delete)/, '')
      const id =
        type === 'Note'
          ? `${desk.slug}:Note:${vendor === 'servicenow' ? `${ticket.split(':')[2]}.0123456789abcdef0123456789abcdef` : `${pool[0]!.id}.1`}`
          : type === 'TicketLineItem'
            ? `${desk.slug}:TicketLineItem:${vendor === 'servicenow' ? '0123456789abcdef0123456789abcdef' : `${pool[0]!.id}.1`}`
            : type === 'TicketTask'
              ? told.id('TicketTask', desk.simulator.dataset.tasks[0]!.id)
              : type === 'ScheduleEntry'
                ? `${desk.slug}:ScheduleEntry:0123456789abcdef0123456789abcdef`
                : type === 'Contact'
                  ? told.id('Contact', pool[0]!.contactId!)
                  : type === 'Site'
                    ? told.id('Site', pool[0]!.siteId)
                    : type === 'ConfigurationItem'
                      ? told.id('ConfigurationItem', desk.simulator.dataset.devices[0]!.id)
                      : ticket
      const whole: Readonly<Partial<Record<string, object>>> = {
        addTicketLineItem: { ticket, product: told.id('Product', 1), quantity: '1' },
        createScheduleEntry: {
          ticket,
          member: told.id('Member', 151),
          startsAt: '2031-07-08T08:00:00Z',
          endsAt: '2031-07-08T09:00:00Z',
        },
        createTicketFromTemplate: {
          template: `${desk.slug}:TicketTemplate:0123456789abcdef0123456789abcdef`,
          company: told.id('Company', pool[0]!.companyId),
        },
      }
      const input = whole[name] ?? {
        id,
        ...(name === 'updateTicketLineItem' && { quantity: '1' }),
        ...(name === 'updateScheduleEntry' && { title: 'Visit' }),
      }
      const { errors } = await write(admin, name as WriteName, input)
      expect(errors.map(({ extensions: { code }, message }) => ({ code, message }))).toEqual([
        { code: 'NOT_SUPPORTED', message: expect.stringContaining(reason) },
      ])
    }
    expect(desk.sent()).toEqual([])
  })

  it('createTicket, and deleteTicket where there is one', async () => {
    const { contacts } = desk.simulator.dataset
    const there = new Set(contacts.flatMap(({ id, inactive }) => (inactive ? [] : [id])))
    const like = fresh(({ contactId }) => there.has(contactId!))
    const { ticket } = await carriedOut('createTicket', {
      connection: desk.slug,
      title: 'Contract: printer on fire',
      description: 'Smoke comes out of it.',
      dueAt: '2031-07-08T00:00:00Z',
      company: told.id('Company', like.companyId),
      contact: told.id('Contact', like.contactId!),
      board: told.id('Board', 1),
      priority: told.priority(like).name,
      ...(vendor === 'halo' && { type: 'Incident' }),
    })
    const query = `query ($id: ID!) { ticket(id: $id) { title closed dueAt company { id } contact { id } board { id }
      priority { name } } }`

    expect((await read(query, { id: ticket.id })).ticket).toEqual({
      title: 'Contract: printer on fire',
      closed: false,
      dueAt: '2031-07-08T00:00:00Z',
      company: { id: told.id('Company', like.companyId) },
      contact: { id: told.id('Contact', like.contactId!) },
      board: { id: told.id('Board', 1) },
      priority: { name: told.priority(like).name },
    })
    if (missing.writes.deleteTicket !== undefined) return
    w.clear()
    if (missing.refusedByVendor.deleteTicket !== undefined) {
      const refused = { state: 'FAILED', error: { code: 'VENDOR_REJECTED' } }
      await carriedOut('deleteTicket', { id: ticket.id }, refused)
      expect((await read(query, { id: ticket.id })).ticket).not.toBeNull()
      return
    }
    await carriedOut('deleteTicket', { id: ticket.id })
    const gone = await t.ask(reader, 'query ($id: ID!) { ticket(id: $id) { title } }', { id: ticket.id })
    expect(gone.data.ticket).toBeNull()
  })

  it('updateTicket: a contact who left is refused beforehand where the PSA takes none', async () => {
    const { contacts } = desk.simulator.dataset
    const gone = contacts.find(
      ({ id, inactive, companyId }) =>
        inactive && pool.some((one) => one.companyId === companyId && one.contactId !== id),
    )!
    const ticket = fresh(({ companyId, contactId }) => companyId === gone.companyId && contactId !== gone.id)
    const input = { id: idOf(ticket), contact: told.id('Contact', gone.id) }
    if (missing.inactiveContact === undefined) {
      await carriedOut('updateTicket', input)
      return
    }
    const { errors } = await write(admin, 'updateTicket', input)
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining(missing.inactiveContact),
        extensions: { code: 'BAD_USER_INPUT', argument: 'contact' },
      },
    ])
    expect(desk.sent()).toEqual([])
  })

  it('updateTicket: title, priority, status and assignee, and nobody is mailed', async () => {
    const ticket = fresh(({ ownerId, priorityId }) => ownerId !== 152 && priorityId !== 2)
    const high = told.priority(told.tickets.find(({ priorityId }) => priorityId === 2)!).name
    await carriedOut('updateTicket', {
      id: idOf(ticket),
      title: 'Contract: changed',
      priority: high,
      assignee: told.id('Member', 152),
      status: 'New',
    })

    const { ticket: now } = await read(
      'query ($id: ID!) { ticket(id: $id) { title priority { name } status { name } assignee { id } } }',
      { id: idOf(ticket) },
    )
    expect(now).toEqual({
      title: 'Contract: changed',
      priority: { name: high },
      status: { name: 'New' },
      assignee: { id: told.id('Member', 152) },
    })
  })

  it('updateTicket: the due date, set and cleared', async () => {
    const ticket = fresh()
    const query = 'query ($id: ID!) { ticket(id: $id) { dueAt } }'
    const dueAt = '2031-05-06T00:00:00Z'
    const { plan } = await carriedOut('updateTicket', { id: idOf(ticket), dueAt })
    expect(plan.changes).toMatchObject([{ field: 'dueAt', after: dueAt }])
    expect(plan.steps).toMatchObject([{ demands: ['Tickets UPDATE'], fields: ['dueAt'] }])
    expect((await read(query, { id: idOf(ticket) })).ticket).toEqual({ dueAt })

    const again = await write(admin, 'updateTicket', { id: idOf(ticket), dueAt })
    expect(again.errors.map(({ extensions }) => extensions.code)).toEqual(['NO_CHANGE'])

    const finer = '2031-05-06T10:30:00Z'
    w.clear()
    if (missing.dueAt.timeOfDay !== undefined) {
      const { errors } = await write(admin, 'updateTicket', { id: idOf(ticket), dueAt: finer })
      expect(errors).toMatchObject([
        { message: expect.stringContaining(missing.dueAt.timeOfDay), extensions: { code: 'BAD_USER_INPUT' } },
      ])
    } else {
      await carriedOut('updateTicket', { id: idOf(ticket), dueAt: finer })
      expect((await read(query, { id: idOf(ticket) })).ticket).toEqual({ dueAt: finer })
    }

    w.clear()
    if (missing.dueAt.cleared !== undefined) {
      const { errors } = await write(admin, 'updateTicket', { id: idOf(ticket), dueAt: null })
      expect(errors).toMatchObject([
        { message: expect.stringContaining(missing.dueAt.cleared), extensions: { code: 'NOT_SUPPORTED' } },
      ])
      return
    }
    await carriedOut('updateTicket', { id: idOf(ticket), dueAt: null })
    expect((await read(query, { id: idOf(ticket) })).ticket).toEqual({ dueAt: null })
  })

  it('updateTicket again with what stands there already: NO_CHANGE', async () => {
    const ticket = fresh()
    const { errors } = await write(admin, 'updateTicket', { id: idOf(ticket), title: ticket.title })

    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['NO_CHANGE'])
    expect(desk.sent()).toEqual([])
  })

  it.each(['INTERNAL', 'DESCRIPTION', 'RESOLUTION', 'CLIENT_FACING'])(
    'addTicketNote %s: it stands there, and the client is not mailed',
    async (kind) => {
      const ticket = fresh()
      const text = `Contract: a note of the kind ${kind}`
      const { plan } = await carriedOut('addTicketNote', { ticket: idOf(ticket), kind, text })

      const { ticket: now } = await read(
        'query ($id: ID!) { ticket(id: $id) { notes(last: 50) { nodes { text clientVisible } } } }',
        { id: idOf(ticket) },
      )
      const found = now.notes.nodes.filter((note: { text: string }) => note.text.includes(text))
      expect(found).toHaveLength(kind in missing.noteKindsNotRead ? 0 : 1)
      for (const note of found) expect(note.clientVisible).toBe(kind !== 'INTERNAL')
      if (kind in missing.noteKindsThatMail) {
        expect(plan.clientMail.verdict).not.toBe('NO')
        expect(desk.simulator.outbox()).not.toEqual([])
      } else expect(desk.simulator.outbox()).toEqual([])
    },
  )

  it('logTime, updateTimeEntry and deleteTimeEntry', async () => {
    const ticket = fresh()
    const query = `query ($id: ID!) { ticket(id: $id) { timeEntries(last: 50) { nodes { id hours clientText internalText
      workType { name } member { id } } } } }`
    const before = (await read(query, { id: idOf(ticket) })).ticket.timeEntries.nodes.length
    await carriedOut('logTime', {
      ticket: idOf(ticket),
      hours: 0.5,
      startedAt: new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000).toISOString(),
      ...timeText('Contract: looked at it'),
      workType: 'Remote Support',
    })
    const after = (await read(query, { id: idOf(ticket) })).ticket.timeEntries.nodes
    expect(after).toHaveLength(before + 1)
    const mine = after.find((one: { clientText: string | null; internalText: string | null }) =>
      `${one.clientText} ${one.internalText}`.includes('Contract: looked at it'),
    )
    expect(mine).toMatchObject({
      hours: 0.5,
      workType: { name: 'Remote Support' },
      member: { id: told.id('Member', 151) },
    })

    w.clear()
    await carriedOut('updateTimeEntry', { id: mine.id, hours: 0.75 })
    const changed = (await read(query, { id: idOf(ticket) })).ticket.timeEntries.nodes
    expect(changed.find(({ id }: { id: string }) => id === mine.id)).toMatchObject({ hours: 0.75 })

    w.clear()
    await carriedOut('deleteTimeEntry', { id: mine.id })
    expect((await read(query, { id: idOf(ticket) })).ticket.timeEntries.nodes).toHaveLength(before)
  })

  it('resolveTicket, and reopenTicket with a note', async () => {
    const ticket = fresh()
    await carriedOut('resolveTicket', { id: idOf(ticket), resolution: 'Contract: a new toner' })
    const query = `query ($id: ID!) { ticket(id: $id) { status { category } notes(last: 50) { nodes { text } } } }`
    const solved = (await read(query, { id: idOf(ticket) })).ticket
    expect(solved.status.category).toMatch(/^(RESOLVED|CLOSED)$/)
    expect(solved.notes.nodes.some(({ text }: { text: string }) => text.includes('a new toner'))).toBe(
      !('RESOLUTION' in missing.noteKindsNotRead),
    )

    w.clear()
    await carriedOut('reopenTicket', { id: idOf(ticket), note: 'Contract: it burns again' })
    const again = (await read(query, { id: idOf(ticket) })).ticket
    expect(again.status.category).toBe('ACTIVE')
    expect(again.notes.nodes.some(({ text }: { text: string }) => text.includes('burns again'))).toBe(true)
  })

  it('workTicket: a change, a note and time as one plan', async () => {
    const ticket = fresh()
    await carriedOut('workTicket', {
      id: idOf(ticket),
      update: { title: 'Contract: worked', dueAt: '2031-09-10T00:00:00Z' },
      notes: [{ kind: 'INTERNAL', text: 'Contract: worked on' }],
      time: [
        {
          hours: 0.25,
          startedAt: new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000).toISOString(),
          ...timeText('Contract: worked time'),
          workType: 'Remote Support',
        },
      ],
    })

    const { ticket: now } = await read(
      `query ($id: ID!) { ticket(id: $id) { title dueAt notes(last: 50) { nodes { text } }
        timeEntries(last: 50) { nodes { hours } } } }`,
      { id: idOf(ticket) },
    )
    expect(now.title).toBe('Contract: worked')
    expect(now.dueAt).toBe('2031-09-10T00:00:00Z')
    expect(now.notes.nodes.some(({ text }: { text: string }) => text.includes('worked on'))).toBe(true)
    expect(now.timeEntries.nodes.some(({ hours }: { hours: number }) => hours === 0.25)).toBe(true)
  })

  it('mergeTickets, by plain steps where the vendor has no merge and an administrator allows them', async () => {
    const into = fresh()
    const other = fresh(({ companyId }) => companyId === into.companyId)
    const input = { into: idOf(into), tickets: [idOf(other)] }
    if (missing.onlyEmulated.mergeTickets !== undefined) {
      const { errors } = await write(admin, 'mergeTickets', input)
      expect(errors.map(({ extensions: { code }, message }) => ({ code, message }))).toEqual([
        { code: 'NOT_SUPPORTED', message: expect.stringContaining('administrator can') },
      ])
      expect(desk.sent()).toEqual([])
      await t.remap(desk.slug, { emulateMerge: true })
    }
    await carriedOut('mergeTickets', input)

    const { data } = await t.ask(reader, 'query ($id: ID!) { ticket(id: $id) { status { category } } }', {
      id: idOf(other),
    })
    if (data.ticket !== null) expect(data.ticket.status.category).toMatch(/^(RESOLVED|CLOSED)$/)
  })

  it('bundleTickets: the child hangs on its parent', async () => {
    const { dataset } = desk.simulator
    const parents = dataset.facts.parentTicketIds
    const parent = told.tickets.find(
      (one) =>
        parents.includes(one.id) &&
        !told.closed(one) &&
        pool.some(({ companyId }) => companyId === one.companyId),
    )!
    const child = fresh(
      (one) => one.companyId === parent.companyId && (vendor !== 'autotask' || told.type(one) === 'Incident'),
    )
    await carriedOut('bundleTickets', { parent: idOf(parent), tickets: [idOf(child)] })

    const { ticket } = await read('query ($id: ID!) { ticket(id: $id) { parent { id } } }', {
      id: idOf(child),
    })
    expect(ticket.parent).toEqual({ id: idOf(parent) })
  })

  it('createContact, updateContact, and deleteContact where there is one', async () => {
    const company = told.id('Company', 302)
    const input = { company, firstName: 'Nora', lastName: 'Contract', email: 'nora@atlasfreight.example' }
    await carriedOut('createContact', input)
    const query = `query ($filter: ContactFilter) { contacts(filter: $filter) { nodes { id firstName lastName
      title email company { id } } } }`
    const filter = { email: 'nora@atlasfreight.example' }
    const [made] = (await read(query, { filter })).contacts.nodes
    expect(made).toMatchObject({
      firstName: 'Nora',
      lastName: 'Contract',
      email: 'nora@atlasfreight.example',
      company: { id: company },
    })

    w.clear()
    await carriedOut('updateContact', { id: made.id, title: 'Head of Contracts' })
    expect((await read(query, { filter })).contacts.nodes[0].title).toBe('Head of Contracts')

    if (missing.writes.deleteContact !== undefined) return
    w.clear()
    await carriedOut('deleteContact', { id: made.id })
    expect((await read(query, { filter: { ...filter, active: true } })).contacts.nodes).toEqual([])
  })

  /** What this PSA keeps of it. */
  const kept = (fields: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => missing.companyRefuses[name] === undefined))

  it('createCompany, updateCompany and putting that back', async () => {
    const texts = kept({ identifier: 'ContractONeil', phone: '8135550111', website: 'https://oneil.example' })
    const name = `Contract: O'Neil & "Sons"`
    const { plan, company } = await carriedOut('createCompany', {
      connection: desk.slug,
      name,
      ...texts,
      ...kept({ accountManager: told.id('Member', 151) }),
    })
    expect(plan.clientMail.verdict).toBe('NO')
    expect(plan.steps).toMatchObject([{ demands: ['Companies CREATE'] }])
    expect(company).toBeUndefined()
    const query = `query ($filter: CompanyFilter) { companies(filter: $filter) { nodes {
      id name identifier phone website status { name } active } } }`
    const find = async () => (await read(query, { filter: { text: 'Contract: O' } })).companies.nodes
    const [made, ...others] = await find()
    expect(others).toEqual([])
    expect(made).toMatchObject({ name, ...texts, ...kept({ active: true }) })

    w.clear()
    const status = { connectwise: 'Inactive', autotask: 'Vendor' }[vendor as string]
    const change = kept({ website: null, ...(vendor === 'halo' && { active: false }), status })
    const changed = await carriedOut('updateCompany', { id: made.id, name: 'Contract: Oak', ...change })
    expect(changed.plan.steps).toMatchObject([{ demands: ['Companies UPDATE'] }])
    const after = (await read(query, { filter: { text: 'Contract: Oak' } })).companies.nodes
    expect(after).toEqual([
      {
        ...made,
        name: 'Contract: Oak',
        ...('website' in change && { website: null }),
        ...(vendor === 'halo' && { active: false, status: { name: 'Inactive' } }),
        ...(status !== undefined && { status: { name: status } }),
      },
    ])

    w.clear()
    const { data, errors } = await t.ask(
      admin,
      'mutation ($id: ID!) { putBack(id: $id) { left changedSince outcome { request { id planHash } } } }',
      { id: changed.id },
    )
    expect(errors).toEqual([])
    expect(data.putBack).toMatchObject({ left: [], changedSince: [] })
    expect((await w.sign(data.putBack.outcome.request)).state).toBe('EXECUTED')
    expect(await find()).toEqual([made])
  })

  it.each(Object.entries(missing.companyRefuses))(
    'a company: %s is refused, with the reason',
    async (field, reason) => {
      const value = { active: true, accountManager: told.id('Member', 151) }[field] ?? 'Active'
      const [name, input] =
        field === 'accountManager'
          ? (['createCompany', { connection: desk.slug, name: 'x', ...kept({ identifier: 'x' }) }] as const)
          : (['updateCompany', { id: told.id('Company', 302) }] as const)
      const { errors } = await write(admin, name, { ...input, [field]: value })
      expect(errors).toMatchObject([
        { message: reason, extensions: { code: 'NOT_SUPPORTED', argument: field } },
      ])
      expect(desk.sent()).toEqual([])
    },
  )

  it('a company without what the PSA requires, a status that is not there, and a name on two lines', async () => {
    const whole = {
      name: 'Contract: x',
      identifier: 'ContractX',
      phone: '1',
      accountManager: told.id('Member', 151),
    }
    const cases: (readonly [WriteName, object, string])[] = [
      ['updateCompany', { id: told.id('Company', 302), name: 'one\ntwo' }, 'name'],
      ['updateCompany', { id: told.id('Company', 302), name: null }, 'input.name'],
      ...({
        connectwise: [
          ['createCompany', { ...kept(whole), identifier: undefined }, 'identifier'],
          ['createCompany', { ...kept(whole), identifier: 'AtlasFreight' }, 'identifier'],
          ['updateCompany', { id: told.id('Company', 302), status: 'Nowhere' }, 'status'],
        ],
        autotask: [
          ['createCompany', { ...whole, accountManager: undefined }, 'accountManager'],
          ['createCompany', { ...whole, phone: undefined }, 'phone'],
          ['updateCompany', { id: told.id('Company', 302), phone: null }, 'phone'],
          ['updateCompany', { id: told.id('Company', 302), status: 'Nowhere' }, 'status'],
        ],
        halo: [],
        servicenow: [],
      }[vendor] as readonly (readonly [WriteName, object, string])[]),
    ]
    for (const [name, input, argument] of cases) {
      const given = name === 'createCompany' ? { connection: desk.slug, ...input } : input
      const { errors } = await write(admin, name, given)
      expect(errors, argument).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }])
    }
    expect(desk.sent()).toEqual([])
  })

  it('deleteTicketNote where there is one', async () => {
    if (missing.writes.deleteTicketNote !== undefined) return
    const ticket = fresh()
    await carriedOut('addTicketNote', { ticket: idOf(ticket), kind: 'INTERNAL', text: 'Contract: to go' })
    const query = 'query ($id: ID!) { ticket(id: $id) { notes(last: 50) { nodes { id text } } } }'
    const mine = async () =>
      (await read(query, { id: idOf(ticket) })).ticket.notes.nodes.filter(
        ({ text }: { text: string }) => text === 'Contract: to go',
      )
    const [note] = await mine()
    w.clear()
    await carriedOut('deleteTicketNote', { id: note.id })
    expect(await mine()).toEqual([])
  })

  it('mailClient mails the contact, or says that it cannot', async () => {
    const ticket = fresh()
    const input = { ticket: idOf(ticket), kind: 'CLIENT_FACING', text: 'Contract: hello', mailClient: true }
    if (vendor === 'autotask') {
      const { errors } = await write(admin, 'addTicketNote', input)
      expect(errors).toMatchObject([{ extensions: { code: 'NOT_SUPPORTED', argument: 'mailClient' } }])
      expect(desk.sent()).toEqual([])
      return
    }
    const { plan } = await carriedOut('addTicketNote', input)
    expect(plan.clientMail.verdict).toBe('YES')
    expect(desk.simulator.outbox()).not.toEqual([])
  })

  describe('what the Helpdesk profile refuses, and nothing is sent', () => {
    it.each([
      ['updateTicket', 'FIELD_NOT_ALLOWED', () => ({ id: idOf(pool[0]!), company: told.id('Company', 251) })],
      ['updateTicket', 'FIELD_NOT_ALLOWED', () => ({ id: idOf(pool[0]!), dueAt: '2031-05-06T00:00:00Z' })],
      ['mergeTickets', 'ACTION_DISABLED', () => ({ into: idOf(pool[0]!), tickets: [idOf(pool[1]!)] })],
      ['logTime', 'GROUP_READ_ONLY', () => ({ ticket: idOf(pool[0]!), hours: 1 })],
    ] as const)('%s: %s', async (name, code, input) => {
      const { errors } = await write(helpdesk, name, input())

      expect(errors.map(({ extensions }) => extensions.code)).toEqual([code])
      expect(desk.asked()).toEqual([])
    })
  })
})
