import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GatewayError } from '../../schema/errors.ts'
import type { ListPage, VendorSession } from '../../schema/source.ts'
import { sysIdOf } from '../../simulators/servicenow/index.ts'
import { closeReadDispatchers } from '../http/index.ts'
import type { TestBench } from '../testing.ts'
import { servicenow } from './index.ts'
import { list, type Simulator, startBench, walk } from './testing.ts'

let sim: Simulator
let bench: TestBench
let byNumber: Map<string, { readonly id: string; readonly table: string }>

/** Every table of the data set that holds tickets. */
const TABLES = ['incident', 'sc_task', 'problem', 'sc_req_item', 'change_request']
const everything = () => bench.session({ mapping: { taskTables: TABLES } })

beforeAll(async () => {
  ;({ sim, bench } = await startBench())
  byNumber = new Map()
  let after: unknown = null
  for (;;) {
    const page = await list(everything(), 'Ticket', { first: 1000, after, fields: ['number'] })
    for (const record of page.records) {
      const [, , key = ''] = record.id.split(':')
      byNumber.set(String(record.get('number')), { id: record.id, table: key.split('.')[0] ?? '' })
    }
    if (!page.hasNext) break
    after = page.positions.at(-1)
  }
})
afterAll(async () => {
  await closeReadDispatchers()
  await sim.close()
})

const iso = (time: number) => `${new Date(time).toISOString().slice(0, 19)}Z`
/** Service tickets of the data set that are incidents here, by their number. */
const incidents = () =>
  sim.dataset.tickets.flatMap((ticket) => {
    const known = byNumber.get(`INC${String(ticket.id).padStart(7, '0')}`)
    return ticket.kind === 'service' && known !== undefined ? [{ ...ticket, globalId: known.id }] : []
  })
const lastQuery = () => new URL(`http://x${bench.log.at(-1)?.pathAndQuery}`).searchParams
const keyOf = (id: string) => id.split(':')[2] ?? ''

describe('paging by key', () => {
  it.each([
    ['CREATED_AT', 'DESC'],
    ['CREATED_AT', 'ASC'],
    ['UPDATED_AT', 'DESC'],
    ['WAITING_SINCE', 'ASC'],
    ['DUE_AT', 'ASC'],
    ['DUE_AT', 'DESC'],
    ['PRIORITY', 'ASC'],
    ['NUMBER', 'DESC'],
  ] as const)('goes through every incident once by %s %s', async (key, direction) => {
    const ids = await walk(bench.session(), 'Ticket', { order: [key, direction], first: 97 })
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBe([...byNumber.values()].filter(({ table }) => table === 'incident').length)
    for (const { globalId } of incidents()) expect(ids).toContain(globalId)
  })

  it('holds every service ticket of the data set, over all tables', () => {
    const shown = new Set([...byNumber.keys()].map((number) => Number(number.replace(/^\D+/, ''))))
    const missing = sim.dataset.tickets.filter(({ id, kind }) => kind === 'service' && !shown.has(id))
    expect(missing.map(({ id }) => id)).toEqual([])
  })

  it.each(['CREATED_AT', 'UPDATED_AT', 'DUE_AT', 'PRIORITY'] as const)(
    'puts several tables together by %s without loss or repetition',
    async (key) => {
      const values: (string | number | null)[] = []
      const ids: string[] = []
      let after: unknown = null
      for (;;) {
        const page: ListPage = await list(everything(), 'Ticket', { order: [key, 'ASC'], first: 300, after })
        ids.push(...page.records.map(({ id }) => id))
        values.push(...page.sortValues)
        if (!page.hasNext) break
        after = page.positions.at(-1)
      }
      expect(ids.toSorted()).toEqual([...byNumber.values()].map(({ id }) => id).toSorted())
      const known = values.filter((value) => value !== null)
      expect(values.slice(0, known.length)).toEqual(known)
      expect(known).toEqual(known.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)))
    },
  )

  it('orders newest first by creation', async () => {
    const page = await list(bench.session(), 'Ticket', { first: 50, fields: ['createdAt'] })
    const expected = incidents()
      .toSorted((a, b) => b.createdAt - a.createdAt)
      .slice(0, 50)
      .map(({ createdAt }) => iso(createdAt))
    expect(page.records.map((record) => record.get('createdAt'))).toEqual(expected)
  })

  it.each(['Contact', 'Company', 'Member', 'Board'] as const)(
    'goes through every %s once by name',
    async (name) => {
      const paged = await walk(bench.session(), name, { order: ['NAME', 'ASC'], first: 7 })
      const whole = await walk(bench.session(), name, { order: ['NAME', 'DESC'], first: 1000 })
      expect(new Set(paged).size).toBe(paged.length)
      expect(paged.toSorted()).toEqual(whole.toSorted())
    },
  )

  it('shows clients and their people, and staff apart from them', async () => {
    const active = sim.dataset.companies.filter(({ status }) => status === 'Active')
    const companies = await list(bench.session(), 'Company', {
      order: ['NAME', 'ASC'],
      first: 100,
      fields: ['name'],
    })
    expect(companies.records.map((record) => record.get('name')).toSorted()).toEqual(
      active.map(({ name }) => name).toSorted(),
    )
    const ids = new Set(active.map(({ id }) => id))
    const contacts = await walk(bench.session(), 'Contact', { order: ['NAME', 'ASC'], first: 100 })
    expect(contacts.length).toBe(sim.dataset.contacts.filter(({ companyId }) => ids.has(companyId)).length)
    const members = await list(bench.session(), 'Member', {
      order: ['NAME', 'ASC'],
      first: 100,
      fields: ['identifier'],
    })
    const logins = members.records.map((record) => record.get('identifier'))
    for (const { identifier } of sim.dataset.technicians) expect(logins).toContain(identifier)
    expect(logins.filter((login) => String(login).includes('@'))).toEqual([])
    // A colleague is no contact, and the other way round.
    const [member] = members.records
    const [contact] = await servicenow.readMany(
      bench.session(),
      'Contact',
      [keyOf(member?.id ?? '')],
      new Set(['name']),
    )
    expect(contact).toBeNull()
    const [other] = await servicenow.readMany(
      bench.session(),
      'Member',
      [keyOf(contacts[0] ?? '')],
      new Set(['name']),
    )
    expect(other).toBeNull()
  })

  it('goes on behind a name that no query can hold', async () => {
    const names = ['A^NQactive=true', 'javascript:gs.log()', '=x', 'A plain one']
    const added = names.map((name, index) => {
      const answer = sim.actAs('admin', 'POST', '/api/now/table/sys_user_group', { name })
      const { result } = answer.body as { result?: { sys_id?: string } }
      return { index, id: result?.sys_id }
    })
    expect(added.every(({ id }) => id !== undefined)).toBe(true)
    for (const direction of ['ASC', 'DESC'] as const) {
      const ids = await walk(bench.session(), 'Board', { order: ['NAME', direction], first: 1 })
      expect(new Set(ids).size).toBe(ids.length)
      for (const { id } of added) expect(ids).toContain(`acme-cw:Board:${id}`)
    }
  })
})

describe('notes', () => {
  const long = () => {
    const id = sim.dataset.facts.longTicketIds[0]
    const parent = byNumber.get(`INC${String(id).padStart(7, '0')}`)
    if (parent === undefined) throw new Error('the long ticket is no incident')
    return { key: keyOf(parent.id), notes: sim.dataset.notes.filter(({ ticketId }) => ticketId === id) }
  }

  it.each(['ASC', 'DESC'] as const)('goes through more than 200 of a ticket, %s', async (direction) => {
    const { key, notes } = long()
    expect(notes.length).toBeGreaterThan(200)
    const texts: unknown[] = []
    let after: unknown = null
    for (;;) {
      const page = await list(bench.session(), 'Ticket.notes', {
        order: ['CREATED_AT', direction],
        first: 60,
        parent: key,
        after,
        fields: ['text', 'createdAt'],
      })
      expect(page.partial).toBeUndefined()
      texts.push(...page.records.map((record) => record.get('text')))
      if (!page.hasNext) break
      after = page.positions.at(-1)
    }
    expect(texts.toSorted()).toEqual(notes.map(({ text }) => text).toSorted())
  })

  it('of fifty tickets take one read of entries and one of tickets', async () => {
    const session = bench.session()
    const fields = ['number', 'title', 'company', 'company.name', 'contact', 'contact.name', 'contact.email']
    const before = bench.log.length
    const page = await list(session, 'Ticket', { first: 50, fields })
    const parents = page.records.map(({ id }) => keyOf(id))
    const pages = (await servicenow.childPages?.(session, {
      list: 'Ticket.notes',
      parents,
      filter: {},
      order: { key: 'CREATED_AT', direction: 'DESC' },
      first: 5,
      fields: new Set(['kind', 'text', 'createdAt', 'clientVisible']),
    })) as readonly ListPage[]
    expect(bench.log.length - before).toBe(3)
    for (const [index, one] of pages.entries()) {
      const number = String(page.records[index]?.get('number'))
      const notes = sim.dataset.notes
        .filter(({ ticketId }) => ticketId === Number(number.replace(/^INC0*/, '')))
        .toSorted((a, b) => b.createdAt - a.createdAt)
      expect(one.records.map((record) => record.get('createdAt'))).toEqual(
        notes.slice(0, 5).map(({ createdAt }) => iso(createdAt)),
      )
      expect(one.hasNext).toBe(notes.length > 5)
    }
  })

  it('name who wrote them, and on whose side', async () => {
    const { key } = long()
    const page = await list(bench.session(), 'Ticket.notes', {
      order: ['CREATED_AT', 'ASC'],
      first: 100,
      parent: key,
      fields: ['authorName', 'author', 'contact', 'kind'],
    })
    const names = new Set(
      sim.dataset.technicians.map(({ firstName, lastName }) => `${firstName} ${lastName}`),
    )
    const internal = page.records.filter((record) => record.get('kind') === 'INTERNAL')
    expect(internal.length).toBeGreaterThan(0)
    for (const record of internal) {
      expect(names).toContain(record.get('authorName'))
      expect(record.get('author')).not.toBeNull()
      expect(record.get('contact')).toBeNull()
    }
  })

  it.each([
    ['Ticket Notes', ['INTERNAL']],
    ['Client-Facing Notes', ['CLIENT_FACING', 'DESCRIPTION', 'RESOLUTION']],
  ] as const)('of %s alone are shown to who may read just those', async (group, kinds) => {
    const session = bench.session({ mayRead: (one) => one === group })
    const { key } = long()
    const page = await list(session, 'Ticket.notes', {
      order: ['CREATED_AT', 'ASC'],
      first: 300,
      parent: key,
      fields: ['kind'],
    })
    expect(page.records.length).toBeGreaterThan(0)
    for (const record of page.records) expect(kinds).toContain(record.get('kind'))
    expect(bench.log.at(-1)?.access.group).toBe(group)
  })

  it('are read again by their ids', async () => {
    const { key } = long()
    const page = await list(bench.session(), 'Ticket.notes', {
      order: ['CREATED_AT', 'ASC'],
      first: 30,
      parent: key,
      fields: ['text'],
    })
    const keys = page.records.map(({ id }) => keyOf(id))
    expect(keys[0]).toBe(`${key}.description`)
    const again = await servicenow.readMany(
      bench.session(),
      'Note',
      [...keys, 'nope', `${key}.x`],
      new Set(['text']),
    )
    expect(again.slice(0, -2).map((note) => (note as { id: string }).id)).toEqual(
      page.records.map(({ id }) => id),
    )
    expect(again.slice(-2)).toEqual([null, null])
  })

  it('by kind and time', async () => {
    const { key, notes } = long()
    const middle = iso(notes[100]?.createdAt ?? 0)
    const page = await list(bench.session(), 'Ticket.notes', {
      order: ['CREATED_AT', 'ASC'],
      first: 500,
      parent: key,
      filter: { kinds: ['INTERNAL'], createdAt: { after: middle } },
      fields: ['kind', 'createdAt'],
    })
    const expected = notes.filter(({ kind, createdAt }) => kind === 'internal' && iso(createdAt) >= middle)
    expect(page.records).toHaveLength(expected.length)
  })

  it('say when the platform hides them, and fail when it refuses them', async () => {
    const { key } = long()
    const notes = () =>
      list(bench.session(), 'Ticket.notes', { order: ['CREATED_AT', 'ASC'], parent: key, fields: ['text'] })
    sim.acl.unreadableTables.add('sys_journal_field')
    expect((await notes()).partial).toContain('Notes may be missing')
    sim.acl.unreadableTables.clear()
    sim.acl.closedTables.add('sys_journal_field')
    await expect(notes()).rejects.toMatchObject({ extensions: { code: 'VENDOR_UNAVAILABLE' } })
    sim.acl.closedTables.clear()
  })

  it('of no ticket are not found', async () => {
    await expect(
      list(bench.session(), 'Ticket.notes', {
        order: ['CREATED_AT', 'ASC'],
        parent: `incident.${'f'.repeat(32)}`,
      }),
    ).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } })
  })
})

describe('rows that an ACL hides', () => {
  it('are stepped over, and a short answer is not taken for the end', async () => {
    const hidden = new Set(
      incidents()
        .filter((_, index) => index % 3 !== 0)
        .map(({ globalId }) => keyOf(globalId).slice('incident.'.length)),
    )
    sim.acl.hidesRow = (table, row) => table === 'incident' && hidden.has(String(row.sys_id))
    const ids = await walk(bench.session(), 'Ticket', { first: 97 })
    sim.acl.hidesRow = () => false
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBe(
      [...byNumber.values()].filter(({ table }) => table === 'incident').length - hidden.size,
    )
  })

  it('take a part of the page along when too many lie together, and it says so', async () => {
    sim.acl.hidesRow = (table) => table === 'incident'
    const page = await list(bench.session(), 'Ticket', { first: 25 })
    sim.acl.hidesRow = () => false
    expect(page.records).toEqual([])
    expect(page.partial).toContain('stopped')
  })

  it('and columns whose filter cannot be seen to hold are not shown', async () => {
    sim.acl.hiddenColumns.add('incident.company')
    const page = await list(bench.session(), 'Ticket', {
      filter: { company: [`acme-cw:Company:${sysIdOf('company', sim.dataset.companies[3]?.id ?? 0)}`] },
    })
    sim.acl.hiddenColumns.clear()
    expect(page.records).toEqual([])
    expect(page.partial).toContain('left a part of the filter out')
  })
})

describe('an instance that keeps its setup to itself', () => {
  it('is read with the names of the base system', async () => {
    const closed = await startBench()
    for (const table of ['sys_choice', 'sys_user_grmember']) closed.sim.acl.closedTables.add(table)
    const page = await list(closed.bench.session(), 'Ticket', {
      filter: { status: ['New'] },
      fields: ['status', 'priority'],
      first: 5,
    })
    for (const record of page.records) {
      expect(record.get('status')).toEqual({ key: '1', name: 'New', category: 'NEW' })
      expect((record.get('priority') as { name: string }).name).toMatch(/^\d - /)
    }
    expect(page.records).toHaveLength(5)
    await closed.sim.close()
  })
})

describe('fields asked for', () => {
  const read = (session: VendorSession, fields: readonly string[]) =>
    servicenow.readMany(session, 'Ticket', [keyOf(incidents()[0]?.globalId ?? '')], new Set(fields))

  it('are exactly those, and the key', async () => {
    await read(bench.session(), ['title', 'company', 'contact.name'])
    expect(lastQuery().get('sysparm_fields')).toBe(
      'sys_id,short_description,company,caller_id,caller_id.name',
    )
    expect(lastQuery().get('sysparm_display_value')).toBe('false')
  })

  it('leave out what the caller may not read, also where it is only walked to', async () => {
    const session = bench.session({ mayRead: (group, field) => group === 'Tickets' && field !== 'contact' })
    const [ticket] = await read(session, ['title', 'company.name', 'contact.name'])
    expect(lastQuery().get('sysparm_fields')).toBe('sys_id,short_description,company')
    expect(() => (ticket as { get(name: string): unknown }).get('contact')).toThrow('not loaded')
  })

  it('become what the data set holds', async () => {
    const samples = incidents()
      .filter(({ contactId, ownerId }) => contactId !== undefined && ownerId !== undefined)
      .slice(0, 40)
    const records = await servicenow.readMany(
      bench.session(),
      'Ticket',
      samples.map(({ globalId }) => keyOf(globalId)),
      new Set([
        'title',
        'createdAt',
        'updatedAt',
        'closedAt',
        'dueAt',
        'company.name',
        'contact.email',
        'assignee.identifier',
        'customFields',
        'closed',
        'status.category',
        'board.name',
      ]),
    )
    for (const [index, sample] of samples.entries()) {
      const record = records[index] as { get(name: string): unknown } | null
      if (record === null) throw new Error(`no ${sample.id}`)
      const embedded = (name: string, part: string) =>
        (record.get(name) as { get(name: string): unknown } | null)?.get(part)
      const company = sim.dataset.companies.find(({ id }) => id === sample.companyId)
      expect(record.get('title')).toBe(sample.title)
      expect(record.get('createdAt')).toBe(iso(sample.createdAt))
      expect(embedded('company', 'name')).toBe(company?.name)
      expect(embedded('contact', 'email')).toBe(
        sim.dataset.contacts.find(({ id }) => id === sample.contactId)?.email,
      )
      expect(embedded('assignee', 'identifier')).toBe(
        sim.dataset.technicians.find(({ id }) => id === sample.ownerId)?.identifier,
      )
      const fields = record.get('customFields') as readonly { key: string; value: unknown }[]
      const tag = fields.find(({ key }) => key === 'u_asset_tag')?.value
      expect(tag ?? undefined).toBe(sample.customValues[31])
      const users = fields.find(({ key }) => key === 'u_affected_users')?.value
      expect(users ?? undefined).toBe(sample.customValues[34])
      expect(fields.find(({ key }) => key === 'u_root_cause')?.value ?? undefined).toBe(
        sample.customValues[35],
      )
      expect(record.get('closed')).toBe(sample.closedAt !== undefined)
    }
  })

  it('tell what a ticket on hold waits for', async () => {
    const page = await list(bench.session(), 'Ticket', {
      filter: { statusCategory: ['WAITING_CLIENT'] },
      first: 50,
      fields: ['status', 'status.category'],
    })
    expect(page.records.length).toBeGreaterThan(0)
    for (const record of page.records) {
      expect(record.get('status')).toEqual({
        key: '3.1',
        name: 'On Hold: Awaiting Caller',
        category: 'WAITING_CLIENT',
      })
    }
  })
})

describe('reads by id and number', () => {
  it('answer in the order of the keys, in reads of fifty', async () => {
    const keys = incidents()
      .slice(0, 120)
      .map(({ globalId }) => keyOf(globalId))
    const before = bench.log.length
    const records = await servicenow.readMany(
      bench.session(),
      'Ticket',
      ['x', ...keys, `incident.${'0'.repeat(32)}`, `task.${keys[0]?.slice(9)}`],
      new Set(['title']),
    )
    expect(records[0]).toBeNull()
    expect(records.slice(-2)).toEqual([null, null])
    expect(records.slice(1, -2).map((one) => keyOf((one as { id: string }).id))).toEqual(keys)
    expect(bench.log.length - before).toBe(3)
  })

  it.each([['INC'], ['#inc'], ['']])('find a ticket by %s and its number', async (prefix) => {
    const [sample] = incidents()
    const number = `${prefix}${prefix === '' ? sample?.id : String(sample?.id).padStart(7, '0')}`
    const record = await servicenow.ticketByNumber(bench.session(), number, new Set(['title']))
    expect(record?.id).toBe(sample?.globalId)
  })

  it('ask only the table whose number it is', async () => {
    const before = bench.log.length
    const [sample] = incidents()
    await servicenow.ticketByNumber(
      everything(),
      `INC${String(sample?.id).padStart(7, '0')}`,
      new Set(['title']),
    )
    expect(bench.log.slice(before).map(({ path }) => path)).toEqual(['/api/now/table/incident'])
    expect(await servicenow.ticketByNumber(bench.session(), 'INC9999999', new Set(['title']))).toBeNull()
    expect(
      await servicenow.ticketByNumber(bench.session(), 'INC1^NQsys_idISNOTEMPTY', new Set(['title'])),
    ).toBeNull()
  })
})

describe('filters', () => {
  const ids = (filter: Readonly<Record<string, unknown>>) =>
    walk(bench.session(), 'Ticket', { filter, first: 500 })

  it('by whether it is open', async () => {
    const open = incidents().filter(({ closedAt }) => closedAt === undefined)
    const found = await ids({ open: true })
    for (const { globalId } of open) expect(found).toContain(globalId)
    const closed = await ids({ open: false })
    expect(found.filter((id) => closed.includes(id))).toEqual([])
  })

  it('by company, by global id, and nothing of another connection', async () => {
    const company = sim.dataset.companies[3]
    const key = sysIdOfCompany(company?.id)
    const found = await ids({ company: [`acme-cw:Company:${key}`, `other:Company:${key}`] })
    expect(found.toSorted()).toEqual(
      incidents()
        .filter(({ companyId }) => companyId === company?.id)
        .map(({ globalId }) => globalId)
        .toSorted(),
    )
    const before = bench.log.length
    expect(await ids({ company: [`other:Company:${key}`] })).toEqual([])
    expect(bench.log.length).toBe(before)
  })

  it('by time, from one moment on and before another', async () => {
    const [after, before] = ['2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z']
    const expected = incidents().filter(({ createdAt }) => iso(createdAt) >= after && iso(createdAt) < before)
    expect((await ids({ createdAt: { after, before } })).toSorted()).toEqual(
      expected.map(({ globalId }) => globalId).toSorted(),
    )
  })

  it.each([['100%'], ['_'], ['"'], ["'"], ['['], ['é'], ['printer']])(
    'by a text that holds %s, exactly',
    async (part) => {
      const found = await ids({ text: part })
      const fold = (value: string) => value.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
      const exact = incidents().filter(({ title }) => title.includes(part))
      const loose = incidents().filter(({ title }) => fold(title).includes(fold(part)))
      for (const { globalId } of exact) expect(found).toContain(globalId)
      const looseIds = new Set(loose.map(({ globalId }) => globalId))
      expect(
        found.filter((id) => incidents().some(({ globalId }) => globalId === id) && !looseIds.has(id)),
      ).toEqual([])
    },
  )

  it('by status name, with every reason or one, and by category', async () => {
    const held = await ids({ status: ['On Hold'] })
    const caller = await ids({ status: ['on hold: awaiting caller'] })
    const vendor = await ids({ status: ['3.4'] })
    expect(caller.length).toBeGreaterThan(0)
    expect(held.length).toBeGreaterThanOrEqual(caller.length + vendor.length)
    expect((await ids({ statusCategory: ['WAITING_CLIENT', 'WAITING_OTHER'] })).toSorted()).toEqual(
      held.toSorted(),
    )
    const both = await ids({ status: ['New', 'On Hold: Awaiting Caller'] })
    expect(both.toSorted()).toEqual([...caller, ...(await ids({ status: ['1'] }))].toSorted())
  })

  it('by number, priority, owner and board', async () => {
    const [sample] = incidents().filter(({ ownerId }) => ownerId !== undefined)
    const found = await ids({ numbers: [String(sample?.id)] })
    expect(found).toEqual([sample?.globalId])
    const [record] = (
      await list(bench.session(), 'Ticket', {
        filter: { numbers: [String(sample?.id)] },
        fields: ['priority', 'assignee', 'board', 'board.name'],
      })
    ).records
    const reference = (name: string) => (record?.get(name) as { id: string } | undefined)?.id
    expect(
      await ids({
        priority: [(record?.get('priority') as { name: string } | undefined)?.name],
        assignee: [reference('assignee')],
      }),
    ).toContain(sample?.globalId)
    expect(await ids({ board: [reference('board')], unassigned: false })).toContain(sample?.globalId)
    expect(await ids({ numbers: [String(sample?.id)], unassigned: true })).toEqual([])
  })

  it('by the mail address of a contact', async () => {
    const contact = sim.dataset.contacts.find(({ inactive }) => !inactive)
    const page = await list(bench.session(), 'Contact', {
      order: ['NAME', 'ASC'],
      filter: { email: contact?.email },
      fields: ['email', 'name'],
    })
    expect(page.records.map((record) => record.get('email'))).toEqual([contact?.email])
  })

  it.each([
    ['Ticket', { colour: 'red' }, 'colour'],
    ['Ticket', { constructor: 'x' }, 'constructor'],
    ['Ticket', { clientReplied: true }, 'clientReplied'],
    ['Ticket', { createdAt: { since: '2026-01-01T00:00:00Z' } }, 'createdAt.since'],
    ['Ticket', { text: 'x^NQsys_idISNOTEMPTY' }, 'text'],
    ['Ticket', { text: 'javascript:gs.getUserID()' }, 'text'],
    ['Ticket', { priority: ['1^ORpriority=2'] }, 'priority'],
    ['Ticket', { numbers: ['INC1^x'] }, 'numbers'],
    ['Contact', { company: 'x^NQx' }, 'company'],
    ['Contact', { email: 'a@b^ORactive=true' }, 'email'],
    ['Company', { active: true }, 'active'],
    ['Ticket.notes', { kinds: ['LOUD'] }, 'kinds'],
  ] as const)('are honoured or refused by name: %s %j', async (name, filter, argument) => {
    const refused = list(bench.session(), name, {
      filter,
      parent: keyOf(incidents()[0]?.globalId ?? ''),
      order: name === 'Contact' || name === 'Company' ? ['NAME', 'ASC'] : ['CREATED_AT', 'ASC'],
    })
    await expect(refused).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument } })
  })

  it('refuse an order that is not there', async () => {
    await expect(list(bench.session(), 'Ticket', { order: ['COLOUR', 'ASC'] })).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', argument: 'order' },
    })
  })

  function sysIdOfCompany(id: number | undefined): string {
    return sysIdOf('company', id ?? 0)
  }
})

describe('time entries', () => {
  it('are listed by the day of the work, all of them', async () => {
    const ids = await walk(bench.session(), 'TimeEntry', { order: ['STARTED_AT', 'DESC'], first: 300 })
    expect(new Set(ids).size).toBe(ids.length)
    const service = new Set(sim.dataset.tickets.filter(({ kind }) => kind === 'service').map(({ id }) => id))
    expect(ids.length).toBeGreaterThanOrEqual(
      sim.dataset.timeEntries.filter(({ ticketId }) => service.has(ticketId)).length,
    )
  })

  it('of many tickets take one read', async () => {
    const session = bench.session()
    const worked = incidents()
      .filter(({ id }) => sim.dataset.timeEntries.some(({ ticketId }) => ticketId === id))
      .slice(0, 40)
    const before = bench.log.length
    const pages = (await servicenow.childPages?.(session, {
      list: 'Ticket.timeEntries',
      parents: worked.map(({ globalId }) => keyOf(globalId)),
      filter: {},
      order: { key: 'CREATED_AT', direction: 'ASC' },
      first: 25,
      fields: new Set(['hours', 'startedAt', 'internalText', 'ticket', 'ticket.number', 'member.identifier']),
    })) as readonly ListPage[]
    expect(bench.log.length - before).toBe(1)
    for (const [index, page] of pages.entries()) {
      const own = sim.dataset.timeEntries.filter(({ ticketId }) => ticketId === worked[index]?.id)
      expect(page.records.map((record) => record.get('hours')).toSorted()).toEqual(
        own.map(({ startsAt, endsAt }) => (endsAt - startsAt) / 3_600_000).toSorted(),
      )
      expect((page.records[0]?.get('ticket') as { id: string } | undefined)?.id).toBe(worked[index]?.globalId)
    }
  })

  it('by ticket, member and day', async () => {
    const [entry] = sim.dataset.timeEntries.filter(({ ticketId }) =>
      incidents().some(({ id }) => id === ticketId),
    )
    const ticket = incidents().find(({ id }) => id === entry?.ticketId)
    const day = new Date(entry?.startsAt ?? 0).toISOString().slice(0, 10)
    const page = await list(bench.session(), 'TimeEntry', {
      order: ['STARTED_AT', 'DESC'],
      filter: {
        ticket: [ticket?.globalId],
        startedAt: { after: `${day}T00:00:00Z`, before: `${day}T00:00:01Z` },
      },
      fields: ['startedAt', 'hours'],
    })
    expect(page.records.length).toBeGreaterThan(0)
    for (const record of page.records) expect(record.get('startedAt')).toBe(`${day}T00:00:00Z`)
  })
})

describe('the policy at the door', () => {
  it('keeps a refused read from being sent, and lets reference data pass', async () => {
    const { GatewayError: Refused } = await import('../../schema/errors.ts')
    const refused: GatewayError = new Refused('GROUP_DISABLED', 'Tickets are off.')
    const session = bench.session({ judge: ({ group }) => (group === 'Tickets' ? refused : null) })
    expect(await servicenow.test(session)).toMatchObject({ member: 'Automation API' })
    const before = sim.journal().length
    await expect(list(session, 'Ticket')).rejects.toBe(refused)
    expect(sim.journal().length).toBe(before)
  })

  it('guesses the mapping and tells what it is not sure of', async () => {
    const guess = await servicenow.guessMapping?.(bench.session())
    expect(guess?.mapping).toMatchObject({
      taskTables: ['incident'],
      resolvedStatus: { '*': '6' },
      reopenStatus: { '*': '2' },
      closeCode: 'Solution provided',
    })
    expect(guess?.doubts.join(' ')).toContain('close codes')
  })
})
