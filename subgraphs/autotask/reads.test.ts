import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GatewayError } from '../../schema/errors.ts'
import type { VendorRecord } from '../../schema/records.ts'
import { closeReadDispatchers } from '../http/index.ts'
import type { TestBench } from '../testing.ts'
import { autotask } from './index.ts'
import { list, type Simulator, startBench, walk } from './testing.ts'

let sim: Simulator
let bench: TestBench

beforeAll(async () => {
  ;({ sim, bench } = await startBench())
})
afterAll(async () => {
  await closeReadDispatchers()
  await sim.close()
})

const iso = (time: number) => `${new Date(time).toISOString().slice(0, 19)}Z`
const serviceTickets = () => sim.dataset.tickets.filter(({ kind }) => kind === 'service')
const ticketIds = (tickets: readonly { readonly id: number }[]) =>
  tickets.map(({ id }) => `acme-cw:Ticket:${id}`)
const keyOf = (record: VendorRecord) => record.id.split(':')[2] ?? ''

interface Query {
  readonly filter: readonly unknown[]
  readonly includeFields: readonly string[]
  readonly maxRecords: number
}

/** The bodies of queries as the simulator received them. */
function queries(entity: string): readonly Query[] {
  return sim
    .journal()
    .filter(({ path }) => path.toLowerCase().endsWith(`/${entity.toLowerCase()}/query`))
    .map((entry) => {
      const { body } = entry as unknown as { readonly body: unknown }
      return (typeof body === 'string' ? JSON.parse(body) : body) as Query
    })
}

describe('paging without a sort', () => {
  it.each([
    ['CREATED_AT', 'DESC'],
    ['CREATED_AT', 'ASC'],
    ['UPDATED_AT', 'DESC'],
    ['UPDATED_AT', 'ASC'],
    ['WAITING_SINCE', 'ASC'],
    ['WAITING_SINCE', 'DESC'],
    ['DUE_AT', 'ASC'],
    ['DUE_AT', 'DESC'],
    ['PRIORITY', 'ASC'],
    ['PRIORITY', 'DESC'],
  ] as const)('goes through every ticket once by %s %s, in that order', async (key, direction) => {
    const ids: string[] = []
    const values: (string | number | null)[] = []
    let after: unknown = null
    for (;;) {
      const page = await list(bench.session(), 'Ticket', { order: [key, direction], first: 97, after })
      expect(page.partial).toBeUndefined()
      ids.push(...page.records.map(({ id }) => id))
      values.push(...page.sortValues)
      if (!page.hasNext) break
      after = page.positions.at(-1)
    }
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.toSorted()).toEqual(ticketIds(serviceTickets()).toSorted())
    const sorted = values.toSorted((a, b) => {
      if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
      return (a < b ? -1 : a > b ? 1 : 0) * (direction === 'ASC' ? 1 : -1)
    })
    expect(values).toEqual(sorted)
  })

  it.each([1, 13, 499])('orders newest first by creation, by pages of %i', async (first) => {
    const expected = serviceTickets().toSorted((a, b) => b.createdAt - a.createdAt || b.id - a.id)
    const some = first === 1 ? expected.slice(0, 20) : expected
    const ids: string[] = []
    let after: unknown = null
    while (ids.length < some.length) {
      const page = await list(bench.session(), 'Ticket', { first, after })
      ids.push(...page.records.map(({ id }) => id))
      after = page.positions.at(-1)
    }
    expect(ids).toEqual(ticketIds(some))
  })

  it.each(['Contact', 'Company', 'Member'] as const)('goes through every %s once by name', async (name) => {
    const byName = await walk(bench.session(), name, { order: ['NAME', 'ASC'], first: 7 })
    const byNumber = await walk(bench.session(), name, { order: ['NUMBER', 'DESC'], first: 100 })

    expect(new Set(byName).size).toBe(byName.length)
    expect(byName.toSorted()).toEqual(byNumber.toSorted())
    expect(byName.length).toBeGreaterThanOrEqual(name === 'Contact' ? 300 : 12)
  })

  it('goes through every time entry once, the latest work first', async () => {
    const ids = await walk(bench.session(), 'TimeEntry', { order: ['STARTED_AT', 'DESC'], first: 400 })
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBe(sim.dataset.timeEntries.length)
  })

  it('goes through more than 200 notes of a ticket, oldest and newest first', async () => {
    const parent = String(sim.dataset.facts.longTicketIds[0])
    const internal = sim.dataset.notes.filter(
      ({ ticketId, kind }) => String(ticketId) === parent && kind === 'internal',
    )
    const walked: (readonly string[])[] = []
    for (const direction of ['ASC', 'DESC'] as const) {
      const ids = await walk(bench.session(), 'Ticket.notes', {
        order: ['CREATED_AT', direction],
        first: 60,
        parent,
      })
      expect(new Set(ids).size).toBe(ids.length)
      for (const { id } of internal) expect(ids).toContain(`acme-cw:Note:${parent}.${id}`)
      walked.push(ids)
    }
    expect(walked[0]?.toReversed()).toEqual(walked[1])
    expect(walked[0]?.length).toBeGreaterThan(200)
  })
})

describe('budgets', () => {
  it('50 newest tickets with company, contact and notes take 4 requests, cold', async () => {
    const cold = await startBench()
    const session = cold.bench.session()
    const page = await list(session, 'Ticket', {
      first: 50,
      fields: ['title', 'company', 'contact', 'notes'],
    })
    expect(page.hasNext).toBe(true)
    const referred = (field: string) => [
      ...new Set(page.records.flatMap((record) => (record.get(field) as VendorRecord | null)?.id ?? [])),
    ]
    const keys = (ids: readonly string[]) => ids.map((id) => id.split(':')[2] ?? '')
    const [companies, contacts, notes] = await Promise.all([
      autotask.readMany(session, 'Company', keys(referred('company')), new Set(['name'])),
      autotask.readMany(session, 'Contact', keys(referred('contact')), new Set(['name', 'email'])),
      autotask.childPages!(session, {
        list: 'Ticket.notes',
        parents: page.records.map(keyOf),
        brought: new Map(page.records.map((record) => [keyOf(record), record.get('notes')])),
        filter: {},
        order: { key: 'CREATED_AT', direction: 'DESC' },
        first: 5,
        fields: new Set(['text', 'clientVisible', 'createdAt']),
      }),
    ])
    expect(cold.sim.journal().map(({ method, path }) => `${method} ${path.split('/V1.0')[1]}`)).toEqual([
      'POST /Tickets/query',
      expect.stringMatching(/^POST \/(Companies|Contacts|TicketNotes)\/query$/),
      expect.stringMatching(/^POST \/(Companies|Contacts|TicketNotes)\/query$/),
      expect.stringMatching(/^POST \/(Companies|Contacts|TicketNotes)\/query$/),
    ])
    const [company] = companies
    expect((company as VendorRecord).get('name')).toBe(
      cold.sim.dataset.companies.find(({ id }) => `acme-cw:Company:${id}` === company?.['id' as never])?.name,
    )
    expect(contacts.every((one) => one !== null && !(one instanceof Error))).toBe(true)
    expect(notes).toHaveLength(50)
    for (const [index, one] of notes.entries()) {
      if (one instanceof Error) throw one
      const parent = keyOf(page.records[index] as VendorRecord)
      const newest = cold.sim.dataset.notes
        .filter(({ ticketId, kind }) => String(ticketId) === parent && kind === 'internal')
        .toSorted((a, b) => b.createdAt - a.createdAt || b.id - a.id)
      const shown = one.records.filter((record) => !record.get('clientVisible')).map(keyOf)
      expect(shown).toEqual(newest.slice(0, shown.length).map(({ id }) => `${parent}.${id}`))
    }
    await cold.sim.close()
  })

  it('takes one request for a page of what few tickets share', async () => {
    const before = bench.log.length
    const page = await list(bench.session(), 'Ticket', {
      first: 25,
      filter: { company: ['acme-cw:Company:302'], open: true },
    })
    expect(page.records.length).toBeGreaterThan(0)
    expect(bench.log.length - before).toBe(1)
  })

  it('takes the pages it needs for notes beyond the first 500', async () => {
    const parents = serviceTickets()
      .map(({ id }) => String(id))
      .slice(0, 250)
    parents.push(...sim.dataset.facts.longTicketIds.map(String))
    const before = bench.log.length
    const pages = await autotask.childPages!(bench.session(), {
      list: 'Ticket.notes',
      parents,
      filter: {},
      order: { key: 'CREATED_AT', direction: 'DESC' },
      first: 100,
      fields: new Set(['text', 'clientVisible']),
    })
    const last = pages.at(-1)
    expect(last instanceof Error ? last : [last?.records.length, last?.hasNext]).toEqual([100, true])
    expect(bench.log.length - before).toBeGreaterThan(1)
    expect(pages.every((page) => !(page instanceof Error))).toBe(true)
  })
})

describe('fields asked for', () => {
  const ticket = () => String(serviceTickets().find(({ contactId }) => contactId !== undefined)?.id)

  it('are exactly those, and the key', async () => {
    sim.clearJournal()
    await autotask.readMany(bench.session(), 'Ticket', [ticket()], new Set(['title', 'company', 'contact']))
    expect(queries('Tickets').at(-1)?.includeFields).toEqual(['id', 'title', 'companyID', 'contactID'])
  })

  it('leave out what the caller may not read', async () => {
    sim.clearJournal()
    const session = bench.session({ mayRead: (group, field) => group === 'Tickets' && field !== 'contact' })
    const [record] = await autotask.readMany(
      session,
      'Ticket',
      [ticket()],
      new Set(['title', 'company', 'contact', 'board.name']),
    )
    expect(queries('Tickets').at(-1)?.includeFields).toEqual(['id', 'title', 'companyID', 'queueID'])
    expect(() => (record as VendorRecord).get('contact')).toThrow('not loaded')
    expect(() => ((record as VendorRecord).get('board') as VendorRecord).get('name')).toThrow('not loaded')
  })

  it('name custom fields one by one', async () => {
    sim.clearJournal()
    const [record] = await autotask.readMany(bench.session(), 'Ticket', [ticket()], new Set(['customFields']))
    expect(queries('Tickets').at(-1)?.includeFields).toEqual([
      'id',
      ...sim.dataset.customFields.map(({ caption }) => caption),
    ])
    const sample = serviceTickets().find(({ id }) => String(id) === ticket())
    const values = (record as VendorRecord).get('customFields') as { key: string; value: unknown }[]
    expect(values.find(({ key }) => key === 'Asset Tag')?.value ?? undefined).toBe(sample?.customValues[31])
    expect(values.find(({ key }) => key === 'Root Cause')?.value ?? undefined).toBe(sample?.customValues[35])
  })

  it('become what the data set holds', async () => {
    const [sample] = serviceTickets().filter(
      ({ contactId, ownerId, dueAt }) =>
        contactId !== undefined && ownerId !== undefined && dueAt !== undefined,
    )
    if (sample === undefined) throw new Error('no sample')
    const board = sim.dataset.boards.find(({ id }) => id === sample.boardId)
    const [record] = await autotask.readMany(
      bench.session(),
      'Ticket',
      [String(sample.id)],
      new Set([
        'number',
        'url',
        'title',
        'createdAt',
        'dueAt',
        'status.category',
        'priority.rank',
        'board.name',
        'assignee',
        'company',
        'closed',
        'mergedInto',
      ]),
    )
    if (record == null || record instanceof Error) throw new Error('no ticket')
    expect(record.get('title')).toBe(sample.title)
    expect(record.get('createdAt')).toBe(iso(sample.createdAt))
    expect(record.get('dueAt')).toBe(iso(sample.dueAt ?? 0))
    expect(record.get('number')).toMatch(/^T\d{8}\.\d{4}$/)
    expect(record.get('url')).toContain(`Code=OpenTicketDetail&TicketID=${sample.id}`)
    expect(record.get('status')?.category).toBe(record.get('closed') ? 'CLOSED' : expect.any(String))
    expect(record.get('priority')?.rank).toBe(
      sim.dataset.priorities.find(({ id }) => id === sample.priorityId)?.sort,
    )
    expect(record.get('board')?.get('name')).toBe(board?.name)
    expect(record.get('assignee')?.id).toBe(`acme-cw:Member:${sample.ownerId}`)
    expect(record.get('company')?.id).toBe(`acme-cw:Company:${sample.companyId}`)
    expect(record.get('mergedInto')).toBeNull()
  })

  it('of people and companies as well', async () => {
    const session = bench.session()
    const [person] = sim.dataset.contacts
    const [contact] = await autotask.readMany(
      session,
      'Contact',
      [String(person?.id)],
      new Set(['name', 'email', 'phone', 'title', 'active', 'company']),
    )
    if (contact == null || contact instanceof Error) throw new Error('no contact')
    expect(contact.get('name')).toBe(`${person?.firstName} ${person?.lastName}`)
    expect(contact.get('email')).toBe(person?.email)
    expect(contact.get('active')).toBe(person?.inactive !== true)
    expect(contact.get('company')?.id).toBe(`acme-cw:Company:${person?.companyId}`)
    const [firm] = sim.dataset.companies
    const [company, own] = await autotask.readMany(
      session,
      'Company',
      [String(firm?.id), '0'],
      new Set(['name', 'website', 'status', 'active', 'phone']),
    )
    expect((company as VendorRecord).get('name')).toBe(firm?.name)
    expect((company as VendorRecord).get('status')).toMatchObject({ name: expect.any(String) })
    expect((own as VendorRecord).id).toBe('acme-cw:Company:0')
    const [technician] = sim.dataset.technicians
    const [member] = await autotask.readMany(
      session,
      'Member',
      [String(technician?.id)],
      new Set(['name', 'identifier', 'email', 'active']),
    )
    expect((member as VendorRecord).get('name')).toBe(`${technician?.firstName} ${technician?.lastName}`)
    expect((member as VendorRecord).get('identifier')).toBe(technician?.identifier)
  })
})

describe('records by key', () => {
  it('come in the order of the keys, null where there is none', async () => {
    const [a, b] = serviceTickets().map(({ id }) => String(id)) as [string, string]
    const records = await autotask.readMany(
      bench.session(),
      'Ticket',
      [b, '1', 'x', a, b],
      new Set(['title']),
    )
    expect(records.map((record) => (record === null || record instanceof Error ? null : record.id))).toEqual([
      `acme-cw:Ticket:${b}`,
      null,
      null,
      `acme-cw:Ticket:${a}`,
      `acme-cw:Ticket:${b}`,
    ])
  })

  it('are asked for by 500', async () => {
    const keys = serviceTickets()
      .slice(0, 700)
      .map(({ id }) => String(id))
    const before = bench.log.length
    const records = await autotask.readMany(bench.session(), 'Ticket', keys, new Set(['title']))
    expect(records.filter((record) => record !== null)).toHaveLength(700)
    expect(bench.log.length - before).toBe(2)
  })

  it('hold no task of a project: those are another entity', async () => {
    const project = sim.dataset.tickets.find(({ kind }) => kind !== 'service')
    const [record] = await autotask.readMany(
      bench.session(),
      'Ticket',
      [String(project?.id)],
      new Set(['title']),
    )
    expect(record).toBeNull()
  })

  it('find a ticket by the number that people say', async () => {
    const [sample] = (await list(bench.session(), 'Ticket', { first: 1, fields: ['number'] })).records
    const number = String(sample?.get('number'))
    const found = await autotask.ticketByNumber(bench.session(), `#${number}`, new Set(['title']))
    expect(found?.id).toBe(sample?.id)
    expect(await autotask.ticketByNumber(bench.session(), 'T19990101.0001', new Set(['title']))).toBeNull()
  })

  it('show a note below its own ticket only', async () => {
    const [description, sample] = (
      await list(bench.session(), 'Ticket.notes', {
        parent: String(sim.dataset.facts.longTicketIds[0]),
        order: ['CREATED_AT', 'ASC'],
      })
    ).records
    expect(keyOf(description as VendorRecord)).toBe(`${sim.dataset.facts.longTicketIds[0]}.description`)
    const [, note] = keyOf(sample as VendorRecord).split('.')
    const other = String(sim.dataset.facts.longTicketIds[1])
    const records = await autotask.readMany(
      bench.session(),
      'Note',
      [keyOf(sample as VendorRecord), `${other}.${note}`],
      new Set(['text']),
    )
    expect(records.map((one) => (one === null || one instanceof Error ? null : one.id))).toEqual([
      sample?.id,
      null,
    ])
  })
})

describe('notes of two groups', () => {
  const parent = () => String(sim.dataset.facts.longTicketIds[0])
  const kindsFor = async (mayRead: (group: string) => boolean, filter = {}) => {
    const page = await list(bench.session({ mayRead }), 'Ticket.notes', {
      order: ['CREATED_AT', 'ASC'],
      first: 400,
      parent: parent(),
      fields: ['kind'],
      filter,
    })
    return new Set(page.records.map((record) => record.get('kind')))
  }

  it('show each caller those of the groups that it may read', async () => {
    expect([...(await kindsFor((group) => group === 'Ticket Notes'))]).toEqual(['INTERNAL'])
    expect([...(await kindsFor((group) => group === 'Client-Facing Notes'))]).not.toContain('INTERNAL')
    expect([...(await kindsFor(() => true, { kinds: ['INTERNAL'] }))]).toEqual(['INTERNAL'])
  })

  it('hold the texts of the ticket, and who may not read what the client can see is not shown them', async () => {
    const sample = serviceTickets().find(({ closedAt }) => closedAt !== undefined)
    const ask = (mayRead: (group: string) => boolean) =>
      list(bench.session({ mayRead }), 'Ticket.notes', {
        order: ['CREATED_AT', 'ASC'],
        parent: String(sample?.id),
        fields: ['kind', 'text', 'clientVisible', 'authorName', 'createdAt'],
        filter: { kinds: ['DESCRIPTION', 'RESOLUTION'] },
      })
    const page = await ask(() => true)
    const [description] = page.records
    expect(description?.id).toBe(`acme-cw:Note:${sample?.id}.description`)
    expect(description?.get('clientVisible')).toBe(true)
    expect(description?.get('createdAt')).toBe(iso(sample?.createdAt ?? 0))
    const told = sim.dataset.notes.find(
      ({ ticketId, kind }) => ticketId === sample?.id && kind === 'description',
    )
    expect(description?.get('text')).toBe(told?.text)
    expect((await ask((group) => group === 'Ticket Notes')).records).toEqual([])
  })
})

describe('filters', () => {
  it('by whether it is open', async () => {
    const ids = await walk(bench.session(), 'Ticket', { filter: { open: true }, first: 400 })
    const all = await walk(bench.session(), 'Ticket', { filter: { open: false }, first: 400 })
    expect(ids.length + all.length).toBe(serviceTickets().length)
    const [record] = await autotask.readMany(
      bench.session(),
      'Ticket',
      [ids[0]?.split(':')[2] ?? ''],
      new Set(['closed']),
    )
    expect((record as VendorRecord).get('closed')).toBe(false)
  })

  it('by company, by global id, and nothing of another connection', async () => {
    const ids = await walk(bench.session(), 'Ticket', {
      filter: { company: ['acme-cw:Company:302', 'other:Company:257'] },
      first: 400,
    })
    expect(ids.toSorted()).toEqual(
      ticketIds(serviceTickets().filter(({ companyId }) => companyId === 302)).toSorted(),
    )
    const before = bench.log.length
    const none = await list(bench.session(), 'Ticket', { filter: { company: 'other:Company:257' } })
    expect(none.records).toEqual([])
    expect(bench.log.length).toBe(before)
  })

  it('by board, priority and category, by name', async () => {
    const ids = await walk(bench.session(), 'Ticket', {
      filter: { board: ['security'], priority: ['Critical', 'HIGH'] },
      first: 400,
    })
    const expected = serviceTickets().filter(({ boardId, priorityId }) => boardId === 3 && priorityId <= 2)
    expect(ids.toSorted()).toEqual(ticketIds(expected).toSorted())
    const waiting = await list(bench.session(), 'Ticket', {
      filter: { statusCategory: ['WAITING_CLIENT'] },
      fields: ['status.category'],
    })
    expect(waiting.records.length).toBeGreaterThan(0)
    for (const record of waiting.records)
      expect((record.get('status') as { category: string }).category).toBe('WAITING_CLIENT')
    expect((await list(bench.session(), 'Ticket', { filter: { board: ['Nope'] } })).records).toEqual([])
  })

  it('by owner or none', async () => {
    const none = await walk(bench.session(), 'Ticket', { filter: { unassigned: true }, first: 400 })
    const some = await walk(bench.session(), 'Ticket', { filter: { unassigned: false }, first: 400 })
    expect(none.toSorted()).toEqual(
      ticketIds(serviceTickets().filter(({ ownerId }) => ownerId === undefined)).toSorted(),
    )
    expect(none.length + some.length).toBe(serviceTickets().length)
  })

  it.each(['WAITING_SINCE', 'CREATED_AT', 'PRIORITY'])(
    'by who wrote last, which can be read but not asked for, by %s',
    async (key) => {
      const asked = { order: [key, 'ASC'], first: 10 } as const
      const replied = await walk(bench.session(), 'Ticket', { ...asked, filter: { clientReplied: true } })
      const others = await walk(bench.session(), 'Ticket', {
        ...asked,
        first: 400,
        filter: { clientReplied: false },
      })
      expect(new Set([...replied, ...others]).size).toBe(serviceTickets().length)
      expect(replied.length + others.length).toBe(serviceTickets().length)
      const records = await autotask.readMany(
        bench.session(),
        'Ticket',
        replied.map((id) => id.split(':')[2] ?? ''),
        new Set(['clientReplied', 'closed']),
      )
      expect(replied.length).toBeGreaterThan(0)
      for (const record of records) {
        expect((record as VendorRecord).get('clientReplied')).toBe(true)
        expect((record as VendorRecord).get('closed')).toBe(false)
      }
    },
  )

  it('by time, from one moment on and before another', async () => {
    const anchor = sim.dataset.anchor.getTime()
    const [after, before] = [iso(anchor - 60 * 86_400_000), iso(anchor - 20 * 86_400_000)]
    const ids = await walk(bench.session(), 'Ticket', { filter: { createdAt: { after, before } }, first: 50 })
    const expected = serviceTickets()
      .filter(({ createdAt }) => createdAt >= Date.parse(after) && createdAt < Date.parse(before))
      .toSorted((a, b) => b.createdAt - a.createdAt || b.id - a.id)
    expect(ids).toEqual(ticketIds(expected))
  })

  it.each([['100%'], ['_'], ['"'], ["'"], ['['], ['é']])('by a text that holds %s, exactly', async (part) => {
    const ids = await walk(bench.session(), 'Ticket', { filter: { text: part }, first: 400 })
    const fold = (value: string) => value.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
    const exact = serviceTickets().filter(({ title }) => title.includes(part))
    const loose = serviceTickets().filter(({ title }) => fold(title).includes(fold(part)))
    for (const id of ticketIds(exact)) expect(ids).toContain(id)
    for (const id of ids) expect(ticketIds(loose)).toContain(id)
  })

  it('by the mail address of a contact', async () => {
    const [contact] = sim.dataset.contacts
    const page = await list(bench.session(), 'Contact', {
      order: ['NAME', 'ASC'],
      filter: { email: contact?.email, active: contact?.inactive !== true },
      fields: ['email', 'name'],
    })
    expect(page.records.map((record) => record.get('email'))).toEqual([contact?.email])
  })

  it.each([
    ['Ticket', { colour: 'red' }, 'filter.colour'],
    ['Ticket', { constructor: 'x' }, 'filter.constructor'],
    ['Ticket', { clientReplied: 'yes' }, 'filter.clientReplied'],
    ['Ticket', { createdAt: { since: '2026-01-01T00:00:00Z' } }, 'filter.createdAt.since'],
    ['Ticket', { text: 'a\nb' }, 'filter.text'],
    ['Ticket', { open: 'yes' }, 'filter.open'],
    ['Ticket', { numbers: ['1 or 1'] }, 'filter.numbers'],
    ['Contact', { company: '{"op":"gte"}' }, 'filter.company'],
    ['Contact', { active: 1 }, 'filter.active'],
    ['TimeEntry', { company: ['acme-cw:Company:302'] }, 'filter.company'],
    ['Ticket.notes', { kinds: ['SECRET'] }, 'kinds'],
  ] as const)('are honoured or refused by name: %s %j', async (name, filter, argument) => {
    const order = { Contact: 'NAME', TimeEntry: 'STARTED_AT' }[name as string] ?? 'CREATED_AT'
    const refused = list(bench.session(), name, { filter, parent: '44791', order: [order, 'ASC'] })
    await expect(refused).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument } })
  })

  it.each(['COLOUR', 'NUMBER'])('refuse the order %s, which cannot be had exactly', async (key) => {
    await expect(list(bench.session(), 'Ticket', { order: [key, 'ASC'] })).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', argument: 'order' },
    })
    expect(autotask.capabilities.orderBy.Ticket).not.toContain(key)
  })
})

describe('the connection', () => {
  it('finds its zone, and tells its version and its user', async () => {
    const session = bench.session()
    expect(await autotask.locate?.(session)).toBe(new URL(sim.url).origin)
    expect(await autotask.test(session)).toMatchObject({ version: expect.stringMatching(/^\d{4}\./) })
  })

  it('keeps a refused read from being sent, and lets reference data pass', async () => {
    const refused = new GatewayError('GROUP_DISABLED', 'Tickets are off.')
    const session = bench.session({
      judge: ({ group }) => (group === 'Tickets' ? refused : null),
    })
    await autotask.test(session)
    const before = sim.journal().length
    await expect(list(session, 'Ticket')).rejects.toBe(refused)
    expect(sim.journal().length).toBe(before)
  })
})
