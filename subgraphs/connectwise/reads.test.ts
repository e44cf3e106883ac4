import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GatewayError } from '../../schema/errors.ts'
import { closeReadDispatchers } from '../http/index.ts'
import type { TestBench } from '../testing.ts'
import { connectwise } from './index.ts'
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
const lastQuery = () => new URL(`http://x${bench.log.at(-1)?.pathAndQuery}`).searchParams

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
  ] as const)('goes through every ticket once by %s %s', async (key, direction) => {
    const ids = await walk(bench.session(), 'Ticket', { order: [key, direction], first: 97 })

    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.toSorted()).toEqual(ticketIds(serviceTickets()).toSorted())
  })

  it('orders newest first by creation, and by id within one second', async () => {
    const ids = await walk(bench.session(), 'Ticket', { order: ['CREATED_AT', 'DESC'], first: 500 })
    const expected = serviceTickets().toSorted(
      (a, b) => Math.floor(b.createdAt / 1000) - Math.floor(a.createdAt / 1000) || b.id - a.id,
    )
    expect(ids).toEqual(ticketIds(expected))
  })

  it('puts tickets without a due date last, in both directions', async () => {
    for (const direction of ['ASC', 'DESC'] as const) {
      const values: (string | number | null)[] = []
      let after: unknown = null
      for (;;) {
        const page = await list(bench.session(), 'Ticket', {
          order: ['DUE_AT', direction],
          first: 400,
          after,
        })
        values.push(...page.sortValues)
        if (!page.hasNext) break
        after = page.positions.at(-1)
      }
      const firstEmpty = values.indexOf(null)
      expect(firstEmpty).toBeGreaterThan(0)
      expect(values.slice(firstEmpty).every((value) => value === null)).toBe(true)
    }
  })

  it.each(['Contact', 'Company', 'Member'] as const)('goes through every %s once by name', async (name) => {
    const byName = await walk(bench.session(), name, { order: ['NAME', 'ASC'], first: 7 })
    const byNumber = await walk(bench.session(), name, { order: ['NUMBER', 'ASC'], first: 100 })

    expect(new Set(byName).size).toBe(byName.length)
    expect(byName.toSorted()).toEqual(byNumber.toSorted())
  })

  it('goes through more than 200 notes of a ticket, oldest and newest first', async () => {
    const parent = String(sim.dataset.facts.longTicketIds[0])
    const notes = sim.dataset.notes
      .filter(({ ticketId }) => String(ticketId) === parent)
      .map(({ id }) => `acme-cw:Note:${parent}.${id}`)
    expect(notes.length).toBeGreaterThan(200)
    for (const direction of ['ASC', 'DESC'] as const) {
      const ids = await walk(bench.session(), 'Ticket.notes', {
        order: ['CREATED_AT', direction],
        first: 60,
        parent,
      })
      expect(ids.toSorted()).toEqual(notes.toSorted())
    }
  })

  it('takes one request for a page', async () => {
    const before = bench.log.length
    const page = await list(bench.session(), 'Ticket', {
      order: ['CREATED_AT', 'DESC'],
      first: 50,
      fields: ['title'],
    })
    expect(page.hasNext).toBe(true)
    expect(bench.log.length - before).toBe(1)
    expect(lastQuery().get('pageSize')).toBe('51')
  })
})

describe('fields asked for', () => {
  it('are exactly those, and the key', async () => {
    await connectwise.readMany(
      bench.session(),
      'Ticket',
      ['44791'],
      new Set(['title', 'company', 'contact.name']),
    )
    expect(lastQuery().get('fields')).toBe('id,summary,company/id,contact/id,contact/name')
  })

  it('leave out what the caller may not read, also where the vendor embeds it', async () => {
    const session = bench.session({ mayRead: (group, field) => group === 'Tickets' && field !== 'contact' })
    const [ticket] = await connectwise.readMany(
      session,
      'Ticket',
      ['44791'],
      new Set(['title', 'company.name', 'contact.name']),
    )
    expect(lastQuery().get('fields')).toBe('id,summary,company/id')
    expect(() => (ticket as { get(name: string): unknown }).get('contact')).toThrow('not loaded')
  })

  it('become what the data set holds', async () => {
    const [sample] = serviceTickets().filter(
      ({ contactId, ownerId }) => contactId !== undefined && ownerId !== undefined,
    )
    if (sample === undefined) throw new Error('no sample')
    const [ticket] = await connectwise.readMany(
      bench.session(),
      'Ticket',
      [String(sample.id)],
      new Set([
        'title',
        'createdAt',
        'company.identifier',
        'status.category',
        'priority.rank',
        'assignee.identifier',
      ]),
    )
    if (ticket === null || ticket === undefined || ticket instanceof Error) throw new Error('no ticket')
    expect(ticket.get('title')).toBe(sample.title)
    expect(ticket.get('createdAt')).toBe(iso(sample.createdAt))
    expect(ticket.get('status')?.key).toBe(String(sample.statusId))
    expect(ticket.get('status')?.category).toBe('CLOSED')
    expect(ticket.get('company')?.get('identifier')).toBe(
      sim.dataset.companies.find(({ id }) => id === sample.companyId)?.identifier,
    )
    expect(() => ticket.get('company')?.get('phone')).toThrow('not loaded')
  })
})

describe('records by key', () => {
  it('come in the order of the keys, null where there is none', async () => {
    const records = await connectwise.readMany(
      bench.session(),
      'Ticket',
      ['44791', '1', 'x', '44789', '44791'],
      new Set(['title']),
    )
    expect(records.map((record) => (record === null || record instanceof Error ? null : record.id))).toEqual([
      'acme-cw:Ticket:44791',
      null,
      null,
      'acme-cw:Ticket:44789',
      'acme-cw:Ticket:44791',
    ])
  })

  it('are asked for in one search beyond 150 tickets', async () => {
    const keys = serviceTickets()
      .slice(0, 700)
      .map(({ id }) => String(id))
    const before = bench.log.length
    const records = await connectwise.readMany(bench.session(), 'Ticket', keys, new Set(['title']))
    expect(records.filter((record) => record !== null)).toHaveLength(700)
    expect(bench.log.slice(before).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v2026_4/apis/3.0/service/tickets/search',
    ])
  })

  it('hold no project ticket: those are another group', async () => {
    const project = sim.dataset.tickets.find(({ kind }) => kind !== 'service')
    const [record] = await connectwise.readMany(
      bench.session(),
      'Ticket',
      [String(project?.id)],
      new Set(['title']),
    )
    expect(record).toBeNull()
  })

  it('show internal notes only to who may read just those', async () => {
    const parent = String(sim.dataset.facts.longTicketIds[0])
    const session = bench.session({ mayRead: (group) => group === 'Ticket Notes' })
    const page = await list(session, 'Ticket.notes', {
      order: ['CREATED_AT', 'ASC'],
      first: 300,
      parent,
      fields: ['kind'],
    })
    const internal = sim.dataset.notes.filter(
      ({ ticketId, kind }) => String(ticketId) === parent && kind === 'internal',
    )
    expect(page.records.map((record) => record.get('kind'))).toEqual(internal.map(() => 'INTERNAL'))
  })
})

describe('filters', () => {
  const open = () => {
    const closed = new Set(
      sim.dataset.boards.flatMap(({ statuses }) => statuses.filter((one) => one.closed).map(({ id }) => id)),
    )
    return serviceTickets().filter(({ statusId }) => !closed.has(statusId))
  }

  it('by whether it is open', async () => {
    const ids = await walk(bench.session(), 'Ticket', { filter: { open: true }, first: 500 })
    expect(ids.toSorted()).toEqual(ticketIds(open()).toSorted())
  })

  it('by company, by global id, and nothing of another connection', async () => {
    const ids = await walk(bench.session(), 'Ticket', {
      filter: { company: ['acme-cw:Company:302', 'other:Company:257'] },
      first: 500,
    })
    expect(ids).toEqual(ticketIds(serviceTickets().filter(({ companyId }) => companyId === 302)))
    const before = bench.log.length
    expect(
      (await list(bench.session(), 'Ticket', { filter: { company: 'other:Company:257' } })).records,
    ).toEqual([])
    expect(bench.log.length).toBe(before)
  })

  it('by time, from one moment on and before another', async () => {
    const [after, before] = ['2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z']
    const ids = await walk(bench.session(), 'Ticket', {
      filter: { createdAt: { after, before } },
      first: 500,
    })
    const expected = serviceTickets().filter(
      ({ createdAt }) =>
        Math.floor(createdAt / 1000) * 1000 >= Date.parse(after) && createdAt < Date.parse(before),
    )
    expect(ids).toEqual(ticketIds(expected))
  })

  it.each([['100%'], ['_'], ['"'], ["'"], ['['], ['é']])('by a text that holds %s, exactly', async (part) => {
    const ids = await walk(bench.session(), 'Ticket', { filter: { text: part }, first: 500 })
    const fold = (value: string) => value.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
    const exact = serviceTickets().filter(({ title }) => title.includes(part))
    const loose = serviceTickets().filter(({ title }) => fold(title).includes(fold(part)))
    for (const id of ticketIds(exact)) expect(ids).toContain(id)
    for (const id of ids) expect(ticketIds(loose)).toContain(id)
  })

  it('by the mail address of a contact', async () => {
    const [contact] = sim.dataset.contacts
    const page = await list(bench.session(), 'Contact', {
      filter: { email: contact?.email },
      fields: ['email', 'name'],
    })
    expect(page.records.map((record) => record.get('email'))).toEqual([contact?.email])
  })

  it.each([
    ['Ticket', { colour: 'red' }, 'filter.colour'],
    ['Ticket', { constructor: 'x' }, 'filter.constructor'],
    ['Ticket', { createdAt: { since: '2026-01-01T00:00:00Z' } }, 'filter.createdAt.since'],
    ['Ticket', { text: 'a\\' }, 'filter.text'],
    ['Contact', { company: 'x) or (id > 0' }, 'filter.company'],
    ['Ticket.notes', { kinds: ['CLIENT_FACING'] }, 'kinds'],
  ] as const)('are honoured or refused by name: %s %j', async (name, filter, argument) => {
    const refused = list(bench.session(), name, {
      filter,
      parent: '44791',
      order: name === 'Ticket.notes' ? ['CREATED_AT', 'ASC'] : ['NUMBER', 'ASC'],
    })
    await expect(refused).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument } })
  })

  it('refuse an order that is not there', async () => {
    await expect(list(bench.session(), 'Ticket', { order: ['COLOUR', 'ASC'] })).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', argument: 'order' },
    })
  })
})

describe('the policy at the door', () => {
  it('keeps a refused read from being sent, and lets reference data pass', async () => {
    const { GatewayError: Refused } = await import('../../schema/errors.ts')
    const refused: GatewayError = new Refused('GROUP_DISABLED', 'Tickets are off.')
    const session = bench.session({ judge: ({ group }) => (group === 'Tickets' ? refused : null) })
    await connectwise.test(session)
    const before = sim.journal().length
    await expect(list(session, 'Ticket')).rejects.toBe(refused)
    expect(sim.journal().length).toBe(before)
  })
})
