import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GatewayError } from '../../schema/errors.ts'
import { closeReadDispatchers } from '../http/index.ts'
import type { TestBench } from '../testing.ts'
import { halo } from './index.ts'
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
/** Merged tickets are hidden from lists, and project tickets are ordinary ones below a project (API.md). */
const listed = () => sim.dataset.tickets.filter(({ mergedIntoId }) => mergedIntoId === undefined)
const ticketIds = (tickets: readonly { readonly id: number }[]) =>
  tickets.map(({ id }) => `acme-cw:Ticket:${id}`)
const lastQuery = () => new URL(`http://x${bench.log.at(-1)?.pathAndQuery}`).searchParams
const requests = async (work: () => Promise<unknown>) => {
  const before = bench.log.length
  await work()
  return bench.log.slice(before).map(({ path }) => path)
}

describe('paging', () => {
  it.each([
    ['CREATED_AT', 'DESC', 97],
    ['CREATED_AT', 'ASC', 100],
    ['UPDATED_AT', 'DESC', 60],
    ['WAITING_SINCE', 'ASC', 97],
    ['PRIORITY', 'ASC', 97],
    ['NUMBER', 'DESC', 33],
  ] as const)('goes through every ticket once by %s %s, %i at a time', async (key, direction, first) => {
    const ids = await walk(bench.session(), 'Ticket', { order: [key, direction], first })

    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.toSorted()).toEqual(ticketIds(listed()).toSorted())
  })

  it('orders newest first by creation, and by id within one second', async () => {
    const ids = await walk(bench.session(), 'Ticket', { order: ['CREATED_AT', 'DESC'], first: 500 })
    const expected = listed().toSorted((a, b) => b.createdAt - a.createdAt || b.id - a.id)
    expect(ids).toEqual(ticketIds(expected))
  })

  it('puts closed tickets behind those that wait, in both directions', async () => {
    for (const direction of ['ASC', 'DESC'] as const) {
      const values: (string | number | null)[] = []
      let after: unknown = null
      for (;;) {
        const page = await list(bench.session(), 'Ticket', {
          order: ['WAITING_SINCE', direction],
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
      const waiting = values.slice(0, firstEmpty)
      expect(waiting).toEqual(
        waiting.toSorted((a, b) => (String(a) < String(b) ? -1 : 1) * (direction === 'ASC' ? 1 : -1)),
      )
    }
  })

  it.each(['Contact', 'Company', 'Member', 'Board'] as const)(
    'goes through every %s once by name',
    async (name) => {
      const byName = await walk(bench.session(), name, { order: ['NAME', 'ASC'], first: 7 })
      const byNumber = await walk(bench.session(), name, { order: ['NUMBER', 'ASC'], first: 100 })
      const counts = { Contact: 300, Company: 21, Member: 13, Board: 5 }

      expect(byName).toHaveLength(counts[name])
      expect(new Set(byName).size).toBe(byName.length)
      expect(byName.toSorted()).toEqual(byNumber.toSorted())
    },
  )

  it('goes through more than 200 notes of a ticket, oldest and newest first', async () => {
    const parent = String(sim.dataset.facts.longTicketIds[0])
    const notes = sim.dataset.notes.filter(({ ticketId }) => String(ticketId) === parent)
    const times = sim.dataset.timeEntries.filter(({ ticketId }) => String(ticketId) === parent)
    expect(notes.length).toBeGreaterThan(200)
    for (const direction of ['ASC', 'DESC'] as const) {
      const order = ['CREATED_AT', direction] as const
      const ids = await walk(bench.session(), 'Ticket.notes', { order, first: 60, parent })
      expect(new Set(ids).size).toBe(ids.length)
      // A time entry with a text is a note too.
      expect(ids).toHaveLength(notes.length + times.length)
    }
    const page = await list(bench.session(), 'Ticket.notes', {
      order: ['CREATED_AT', 'ASC'],
      first: 300,
      parent,
      fields: ['text'],
    })
    const texts = page.records.map((record) => record.get('text'))
    for (const { text } of notes) expect(texts).toContain(text)
  })

  it('goes on behind the record it ended with when others come and go before it', async () => {
    const session = bench.session()
    const order = ['NUMBER', 'DESC'] as const
    const first = await list(session, 'Ticket', { order, first: 10 })
    const added = sim.actAs('jdoe', 'POST', '/Tickets', [
      { summary: 'In between', tickettype_id: 1, client_id: 302, sendack: false },
    ])
    expect(added.status).toBeLessThan(300)
    const second = await list(session, 'Ticket', { order, first: 10, after: first.positions.at(-1) })
    const expected = listed().toSorted((a, b) => b.id - a.id)
    expect([...first.records, ...second.records].map(({ id }) => id)).toEqual(
      ticketIds(expected.slice(0, 20)),
    )
    const { id } = (Array.isArray(added.body) ? added.body[0] : added.body) as unknown as { id: number }
    sim.actAs('jdoe', 'DELETE', `/Tickets/${id}`)
  })

  it('takes one request for a page', async () => {
    const asked = { order: ['CREATED_AT', 'DESC'], first: 50, fields: ['title'] } as const
    expect(await requests(() => list(bench.session(), 'Ticket', asked))).toEqual(['/api/Tickets'])
    expect(Object.fromEntries(lastQuery())).toEqual({
      domain: 'reqs',
      pageinate: 'true',
      page_size: '50',
      page_no: '1',
      order: 'dateoccurred',
      orderdesc: 'true',
      order2: 'id',
      orderdesc2: 'true',
    })
  })
})

describe('fields', () => {
  it('become what the data set holds', async () => {
    const sample = listed().find(
      ({ contactId, ownerId, dueAt, closedAt }) => contactId && ownerId && dueAt && closedAt,
    )
    if (sample === undefined) throw new Error('no sample')
    const [ticket] = await halo.readMany(
      bench.session(),
      'Ticket',
      [String(sample.id)],
      new Set([
        'title',
        'url',
        'createdAt',
        'updatedAt',
        'closedAt',
        'dueAt',
        'waitingSince',
        'closed',
        'company.name',
        'contact.name',
        'contact.email',
        'status.category',
        'priority.rank',
        'assignee',
        'board.name',
        'customFields',
      ]),
    )
    if (ticket === null || ticket === undefined || ticket instanceof Error) throw new Error('no ticket')
    const contact = sim.dataset.contacts.find(({ id }) => id === sample.contactId)
    expect(ticket.get('title')).toBe(sample.title)
    expect(ticket.get('url')).toBe(`${sim.url}/tickets?id=${sample.id}`)
    expect(ticket.get('createdAt')).toBe(iso(sample.createdAt))
    expect(ticket.get('updatedAt')).toBe(iso(sample.updatedAt))
    expect(ticket.get('closedAt')).toBe(iso(sample.closedAt ?? 0))
    expect(ticket.get('dueAt')).toBe(iso(sample.dueAt ?? 0))
    expect(ticket.get('waitingSince')).toBeNull()
    expect(ticket.get('closed')).toBe(true)
    expect(ticket.get('company')?.id).toBe(`acme-cw:Company:${sample.companyId}`)
    expect(ticket.get('company')?.get('name')).toBe(
      sim.dataset.companies.find(({ id }) => id === sample.companyId)?.name,
    )
    expect(ticket.get('contact')?.get('email')).toBe(contact?.email)
    expect(ticket.get('status')).toMatchObject({ name: 'Closed', category: 'CLOSED' })
    expect(ticket.get('priority')?.rank).toBe(sample.priorityId)
    expect(ticket.get('assignee')?.id).toBe(`acme-cw:Member:${sample.ownerId}`)
    expect(ticket.get('board')?.get('name')).toBe(
      sim.dataset.boards.flatMap(({ teams }) => teams).find(({ id }) => id === sample.teamId)?.name,
    )
    expect(() => ticket.get('company')?.get('phone')).toThrow('not loaded')
    const held = Object.fromEntries(ticket.get('customFields')?.map(({ key, value }) => [key, value]) ?? [])
    for (const [id, value] of Object.entries(sample.customValues)) {
      expect(held[id]).toBe(id === '33' ? iso(Number(value)) : value)
    }
  })

  it('leave out what the caller may not read, also where the vendor embeds it', async () => {
    const session = bench.session({ mayRead: (group, field) => group === 'Tickets' && field !== 'contact' })
    const [ticket] = await halo.readMany(
      session,
      'Ticket',
      [String(listed()[0]?.id)],
      new Set(['title', 'company.name', 'contact.name']),
    )
    const read = ticket as { get(name: string): { get(name: string): unknown } }
    expect(() => read.get('contact')).toThrow('not loaded')
    expect(() => read.get('company').get('name')).toThrow('not loaded')
  })

  it('ask for child objects only where custom fields are wanted', async () => {
    const keys = listed()
      .slice(0, 3)
      .map(({ id }) => String(id))
    expect(await requests(() => halo.readMany(bench.session(), 'Ticket', keys, new Set(['title'])))).toEqual([
      '/api/Tickets',
    ])
    expect(
      await requests(() => halo.readMany(bench.session(), 'Ticket', keys, new Set(['customFields']))),
    ).toHaveLength(4)
  })

  it('show a ticket of the general user as one without a contact', async () => {
    const sample = listed().find(({ contactId }) => contactId === undefined)
    const [ticket] = await halo.readMany(
      bench.session(),
      'Ticket',
      [String(sample?.id)],
      new Set(['contact']),
    )
    expect((ticket as { get(name: string): unknown }).get('contact')).toBeNull()
  })

  it('of time entries become hours and people', async () => {
    const [sample] = sim.dataset.timeEntries
    if (sample === undefined) throw new Error('no sample')
    const page = await list(bench.session(), 'Ticket.timeEntries', {
      parent: String(sample.ticketId),
      order: ['STARTED_AT', 'ASC'],
      fields: ['hours', 'startedAt', 'endedAt', 'workType', 'member', 'company'],
    })
    const mine = sim.dataset.timeEntries
      .filter(({ ticketId }) => ticketId === sample.ticketId)
      .toSorted((a, b) => a.startsAt - b.startsAt)
    // Of two that begin together either may come first.
    expect(
      page.records.map((one) => [one.get('startedAt'), one.get('endedAt'), one.get('hours')]).toSorted(),
    ).toEqual(
      mine
        .map((one) => [iso(one.startsAt), iso(one.endsAt), (one.endsAt - one.startsAt) / 3_600_000])
        .toSorted(),
    )
    expect(page.records.map((one) => (one.get('member') as { id: string }).id)).toEqual(
      mine.map(({ technicianId }) => `acme-cw:Member:${technicianId}`),
    )
  })
})

describe('records by key', () => {
  it('come in the order of the keys, null where there is none', async () => {
    const [a, b] = listed()
    const keys = [String(a?.id), '1', 'x', String(b?.id), String(a?.id)]
    const records = await halo.readMany(bench.session(), 'Ticket', keys, new Set(['title']))
    expect(records.map((one) => (one === null || one instanceof Error ? null : one.id))).toEqual([
      `acme-cw:Ticket:${a?.id}`,
      null,
      null,
      `acme-cw:Ticket:${b?.id}`,
      `acme-cw:Ticket:${a?.id}`,
    ])
  })

  it('find a merged ticket, which lists hide', async () => {
    const merged = sim.dataset.tickets.find(({ mergedIntoId }) => mergedIntoId !== undefined)
    const [record] = await halo.readMany(
      bench.session(),
      'Ticket',
      [String(merged?.id)],
      new Set(['mergedInto']),
    )
    expect((record as { get(name: string): { id: string } }).get('mergedInto').id).toBe(
      `acme-cw:Ticket:${merged?.mergedIntoId}`,
    )
  })

  it('hold no project: that is another group', async () => {
    const project = sim.dataset.projects[0]
    const [record] = await halo.readMany(bench.session(), 'Ticket', [String(project?.id)], new Set(['title']))
    expect(record).toBeNull()
  })

  it('take the cheaper way through people: one by one, or the list', async () => {
    const keys = sim.dataset.contacts.map(({ id }) => String(id))
    const fields = new Set(['name', 'email', 'company'])
    expect(await requests(() => halo.readMany(bench.session(), 'Contact', keys.slice(0, 2), fields))).toEqual(
      ['/api/Users/1001', '/api/Users/1002'],
    )
    const many = await requests(() => halo.readMany(bench.session(), 'Contact', keys.slice(0, 50), fields))
    expect(new Set(many)).toEqual(new Set(['/api/Users']))
    expect(many.length).toBeLessThanOrEqual(4)
    const records = await halo.readMany(bench.session(), 'Contact', keys, fields)
    expect(records.map((one) => (one as { get(name: string): unknown }).get('email'))).toEqual(
      sim.dataset.contacts.map(({ email }) => email),
    )
  })

  it('show internal notes only to who may read just those', async () => {
    const parent = String(sim.dataset.facts.longTicketIds[0])
    const asked = { order: ['CREATED_AT', 'ASC'], first: 300, parent, fields: ['kind'] } as const
    const internal = bench.session({ mayRead: (group) => group === 'Ticket Notes' })
    const client = bench.session({ mayRead: (group) => group === 'Client-Facing Notes' })
    const [hidden, seen] = await Promise.all([
      list(internal, 'Ticket.notes', asked),
      list(client, 'Ticket.notes', asked),
    ])
    expect(new Set(hidden.records.map((one) => one.get('kind')))).toEqual(new Set(['INTERNAL']))
    expect(seen.records.map((one) => one.get('kind'))).not.toContain('INTERNAL')
    expect(seen.records.length).toBeGreaterThan(0)
  })
})

describe('request budgets', () => {
  it('50 newest tickets with company, contact and five notes each', async () => {
    const session = bench.session()
    const paths = await requests(async () => {
      const page = await list(session, 'Ticket', {
        order: ['CREATED_AT', 'DESC'],
        first: 50,
        fields: ['title', 'company.name', 'contact.name', 'contact.email'],
      })
      await Promise.all(
        page.records.map(({ id }) =>
          list(session, 'Ticket.notes', {
            parent: id.split(':')[2] ?? '',
            order: ['CREATED_AT', 'DESC'],
            first: 5,
            fields: ['text', 'kind', 'createdAt', 'authorName'],
          }),
        ),
      )
    })
    expect(paths.length).toBeLessThanOrEqual(53)
    expect(paths).toHaveLength(51)
  })
})

describe('filters', () => {
  const open = () => {
    const closed = new Set(
      sim.dataset.boards.flatMap(({ statuses }) => statuses.filter((one) => one.closed).map(({ id }) => id)),
    )
    return listed().filter(({ statusId }) => !closed.has(statusId))
  }
  const found = (filter: Readonly<Record<string, unknown>>) =>
    walk(bench.session(), 'Ticket', { filter, first: 500 })

  it('by whether it is open', async () => {
    expect((await found({ open: true })).toSorted()).toEqual(ticketIds(open()).toSorted())
  })

  it('by company, by global id, and nothing of another connection', async () => {
    const ids = await found({ company: ['acme-cw:Company:302', 'other:Company:257'] })
    expect(ids.toSorted()).toEqual(
      ticketIds(listed().filter(({ companyId }) => companyId === 302)).toSorted(),
    )
    expect(
      await requests(async () =>
        expect(
          (await list(bench.session(), 'Ticket', { filter: { company: 'other:Company:257' } })).records,
        ).toEqual([]),
      ),
    ).toEqual([])
  })

  it('by several members, numbers and their opposite', async () => {
    const of = (...owners: readonly number[]) =>
      ticketIds(listed().filter(({ ownerId }) => owners.includes(ownerId ?? 0)))
    expect((await found({ assignee: ['acme-cw:Member:151', '152'] })).toSorted()).toEqual(
      of(151, 152).toSorted(),
    )
    expect((await found({ unassigned: true })).toSorted()).toEqual(
      ticketIds(listed().filter(({ ownerId }) => ownerId === undefined)).toSorted(),
    )
    expect(await found({ numbers: ['#41003', '1'] })).toEqual(['acme-cw:Ticket:41003'])
  })

  it('by time, from one moment on and before another', async () => {
    const [after, before] = ['2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z']
    const expected = listed().filter(
      ({ createdAt }) => createdAt >= Date.parse(after) && createdAt < Date.parse(before),
    )
    expect((await found({ createdAt: { after, before } })).toSorted()).toEqual(ticketIds(expected).toSorted())
    const touched = listed().filter(({ updatedAt }) => updatedAt >= Date.parse(before))
    expect((await found({ updatedAt: { after: before } })).toSorted()).toEqual(ticketIds(touched).toSorted())
  })

  it.each([['100%'], ['_'], ['"'], ["'"], ['['], ['é'], ['DROP TABLE'], ['a&client_id=5']])(
    'by a text that holds %s, exactly',
    async (text) => {
      const ids = new Set<string>()
      let after: unknown = null
      for (let page = 0; page < 30; page += 1) {
        const answer = await list(bench.session(), 'Ticket', { filter: { text }, first: 500, after })
        for (const { id } of answer.records) ids.add(id)
        // Where a wildcard is all there is to ask for, the search says that it was stopped.
        if (!answer.hasNext) {
          if (answer.partial !== undefined) return
          break
        }
        after = answer.positions.at(-1)
      }
      const fold = (value: string) => value.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
      const expected = listed().filter(({ title }) => fold(title).includes(fold(text)))
      expect([...ids].toSorted()).toEqual(ticketIds(expected).toSorted())
    },
  )

  it('by the mail address and by words of a name of a contact', async () => {
    const [contact] = sim.dataset.contacts
    const page = await list(bench.session(), 'Contact', {
      filter: { email: contact?.email },
      fields: ['email'],
    })
    expect(page.records.map((record) => record.get('email'))).toEqual([contact?.email])
    const lopez = await walk(bench.session(), 'Contact', { filter: { text: 'lopez maria' } })
    const expected = sim.dataset.contacts.filter(
      (one) => one.firstName === 'Maria' && one.lastName === 'Lopez',
    )
    expect(lopez.toSorted()).toEqual(expected.map(({ id }) => `acme-cw:Contact:${id}`).toSorted())
    const inactive = await walk(bench.session(), 'Contact', { filter: { active: false } })
    expect(inactive).toHaveLength(sim.dataset.contacts.filter((one) => one.inactive).length)
  })

  it.each([
    ['Ticket', { colour: 'red' }, 'filter.colour'],
    ['Ticket', { clientReplied: true }, 'filter.clientReplied'],
    ['Ticket', { constructor: 'x' }, 'filter.constructor'],
    ['Ticket', { createdAt: { since: '2026-01-01T00:00:00Z' } }, 'filter.createdAt.since'],
    ['Ticket', { createdAt: { after: '2026-01-01' } }, 'filter.createdAt.after'],
    ['Ticket', { text: 'a\nb' }, 'filter.text'],
    ['Ticket', { company: '5&client_id=6' }, 'filter.company'],
    ['Ticket', { company: '5,6' }, 'filter.company'],
    ['Ticket', { numbers: ['1,2'] }, 'filter.numbers'],
    ['Contact', { company: 'x) or (id > 0' }, 'filter.company'],
    ['Ticket.notes', { kinds: ['SECRET'] }, 'kinds'],
  ] as const)('are honoured or refused by name: %s %j', async (name, filter, argument) => {
    const refused = list(bench.session(), name, {
      filter,
      parent: '44791',
      order: name === 'Ticket.notes' ? ['CREATED_AT', 'ASC'] : ['NUMBER', 'ASC'],
    })
    await expect(refused).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument } })
  })

  it('refuse an order that Halo does not do', async () => {
    await expect(list(bench.session(), 'Ticket', { order: ['DUE_AT', 'ASC'] })).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', argument: 'order' },
    })
  })
})

describe('time entries across tickets', () => {
  const entries = (keep: (one: (typeof sim.dataset.timeEntries)[number]) => boolean) =>
    sim.dataset.timeEntries
      .filter((one) => listed().some(({ id }) => id === one.ticketId) && keep(one))
      .map(
        (one) =>
          `${one.ticketId} ${iso(one.startsAt)} ${(one.endsAt - one.startsAt) / 3_600_000} ${one.technicianId}`,
      )
      .toSorted()
  async function logged(filter: Readonly<Record<string, unknown>>, first = 40): Promise<readonly string[]> {
    const found: string[] = []
    const starts: (string | number | null)[] = []
    let after: unknown = null
    for (;;) {
      const page = await list(bench.session(), 'TimeEntry', {
        filter,
        order: ['STARTED_AT', 'DESC'],
        first,
        after,
        fields: ['startedAt', 'hours', 'member', 'ticket'],
      })
      const key = (value: unknown) => (value as { id: string }).id.split(':')[2]
      starts.push(...page.sortValues)
      for (const one of page.records)
        found.push(
          `${key(one.get('ticket'))} ${one.get('startedAt')} ${one.get('hours')} ${key(one.get('member'))}`,
        )
      if (!page.hasNext) break
      after = page.positions.at(-1)
    }
    expect(starts).toEqual(starts.toSorted().toReversed())
    return found.toSorted()
  }

  it('come latest first, over all spans, each once', async () => {
    expect(await logged({ member: 'acme-cw:Member:151' }, 100)).toEqual(
      entries(({ technicianId }) => technicianId === 151),
    )
  })

  it('of a span, a company, a ticket', async () => {
    const [after, before] = ['2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z']
    const inside = (at: number) => at >= Date.parse(after) && at < Date.parse(before)
    const company = new Map(sim.dataset.tickets.map(({ id, companyId }) => [id, companyId]))
    expect(await logged({ startedAt: { after, before } })).toEqual(
      entries(({ startsAt }) => inside(startsAt)),
    )
    expect(await logged({ startedAt: { after, before }, company: '302' })).toEqual(
      entries(({ startsAt, ticketId }) => inside(startsAt) && company.get(ticketId) === 302),
    )
    const some = sim.dataset.timeEntries[0]?.ticketId ?? 0
    expect(await logged({ ticket: `acme-cw:Ticket:${some}` })).toEqual(
      entries(({ ticketId }) => ticketId === some),
    )
  })

  it('bring the texts of their actions where those are wanted', async () => {
    const page = await list(bench.session(), 'TimeEntry', {
      order: ['STARTED_AT', 'DESC'],
      first: 3,
      fields: ['internalText', 'member.name', 'company.name', 'workType'],
    })
    expect(page.records).toHaveLength(3)
    for (const one of page.records) expect(one.get('internalText')).toEqual(expect.any(String))
  })
})

describe('the policy at the door', () => {
  it('keeps a refused read from being sent, and lets reference data pass', async () => {
    const refused = new GatewayError('GROUP_DISABLED', 'Tickets are off.')
    const session = bench.session({ judge: ({ group }) => (group === 'Tickets' ? refused : null) })
    await halo.test(session)
    const before = sim.journal().length
    await expect(list(session, 'Ticket')).rejects.toBe(refused)
    expect(sim.journal().length).toBe(before)
  })
})
