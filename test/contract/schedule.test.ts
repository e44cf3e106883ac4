import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Vendor } from '../../schema/source.ts'
import type { Appointment, Ticket } from '../../simulators/dataset/index.ts'
import { along, document, PATHS } from './documents.ts'
import { NOT_SUPPORTED } from './not-supported.ts'
import { fullName, iso } from './told.ts'
import { vendors } from './vendors.ts'
import { startWriting, type WritingDesk } from './writing.ts'

const FIELDS = 'id title startsAt endsAt state members { id name } ticket { id number }'

/**
 * Requests of the document `schedule`, cold: the entries, and the titles of their tickets. Autotask keeps service calls in three
 * entities beside appointments, and names nobody; HaloPSA tells pages of a hundred.
 */
const SPAN_REQUESTS: Readonly<Partial<Record<Vendor, number>>> = { connectwise: 2, autotask: 6, halo: 2 }
/** Requests of the document `tickets-with-schedule`, cold: HaloPSA tells the appointments of one ticket at a time. */
const TICKET_REQUESTS: Readonly<Partial<Record<Vendor, number>>> = { connectwise: 2, autotask: 5, halo: 51 }

const DAY = 86_400_000
const HOUR = 3_600_000

describe.each(vendors)('%s: the schedule', (vendor) => {
  let w: WritingDesk
  const missing = NOT_SUPPORTED[vendor]
  const none = missing.lists.ScheduleEntry
  beforeAll(async () => {
    w = await startWriting(vendor)
  })
  afterAll(() => w.close())
  beforeEach(() => w.clear())

  const dataset = () => w.desk.simulator.dataset
  const now = () => dataset().anchor.getTime()
  const technician = (id: number) => dataset().technicians.find((one) => one.id === id)!
  const member = (id: number) => ({ id: w.told.id('Member', id), name: fullName(technician(id)) })

  interface Expected {
    readonly title: string
    readonly startsAt: string | null
    readonly endsAt: string | null
    readonly state: string
    readonly members: readonly { readonly id: string; readonly name: string | null }[]
    readonly ticket: { readonly id: string; readonly number: string } | null
  }

  /**
   * A merged ticket hands its visits on to the one that it became part of, on HaloPSA. ConnectWise keeps visits for tickets of
   * projects among those for others: their tickets are no tickets here, and their numbers all the same.
   */
  function ticketOf({ ticketId }: Appointment): Ticket | undefined {
    const named = dataset().tickets.find(({ id }) => id === ticketId)!
    if (vendor === 'connectwise') return named
    const into = vendor === 'halo' ? named.mergedIntoId : undefined
    return w.told.tickets.find(({ id }) => id === (into ?? named.id))
  }

  function expected(visit: Appointment): Expected {
    const ticket = ticketOf(visit)!
    return {
      title: vendor === 'halo' ? `Visit: ${ticket.title}` : ticket.title,
      startsAt: iso(visit.startsAt),
      endsAt: iso(visit.endsAt),
      state: visit.done ? 'DONE' : 'PLANNED',
      members: [member(visit.technicianId)],
      ticket: { id: w.told.id('Ticket', ticket.id), number: w.told.number(ticket) },
    }
  }

  /** Everybody's weekly talk, which the tenant of Autotask has as appointments. */
  const talks = (): readonly Expected[] => {
    if (vendor !== 'autotask') return []
    const at = Math.floor(now() / DAY) * DAY + 3 * DAY + 14 * HOUR
    return dataset()
      .technicians.filter(({ api, inactive }) => !api && !inactive)
      .map(({ id }) => ({
        title: 'Weekly one-to-one',
        startsAt: iso(at),
        endsAt: iso(at + HOUR / 2),
        state: 'PLANNED',
        members: [member(id)],
        ticket: null,
      }))
  }
  const visits = () => dataset().appointments.filter((visit) => ticketOf(visit) !== undefined)
  const sorted = (some: readonly Expected[]) =>
    some.toSorted((a, b) => JSON.stringify([a.startsAt, a]).localeCompare(JSON.stringify([b.startsAt, b])))
  const within = (from: number, to: number) =>
    sorted(
      [...visits().map(expected), ...talks()].filter(
        ({ startsAt, endsAt }) => Date.parse(startsAt!) < to && Date.parse(endsAt!) > from,
      ),
    )
  const withoutIds = (nodes: readonly { readonly id?: string }[]) => nodes.map(({ id, ...rest }) => rest)
  /** Autotask names the row that puts the ticket on the call, which no data set knows. */
  const entryId = (visit: Appointment) => `${w.desk.slug}:ScheduleEntry:${visit.id}`

  if (none !== undefined) {
    it('has none, and says why wherever it is asked for, instead of an empty calendar', async () => {
      const ticket = w.told.id('Ticket', w.told.tickets[0]!.id)
      const entry = `${w.desk.slug}:ScheduleEntry:${'0'.repeat(32)}`
      const { data, errors } = await w.t.ask(
        w.reader,
        `query ($ticket: ID!, $entry: ID!, $from: DateTime!, $to: DateTime!) {
          ticket(id: $ticket) { id scheduleEntries { nodes { id } } } scheduleEntry(id: $entry) { id }
          scheduleEntries(filter: { from: $from, to: $to }) { nodes { id } } }`,
        { ticket, entry, from: iso(now()), to: iso(now() + DAY) },
      )
      expect(data).toEqual({
        ticket: { id: ticket, scheduleEntries: null },
        scheduleEntry: null,
        scheduleEntries: null,
      })
      expect(
        errors.map(({ message, path, extensions }) => [path?.join('.'), message, extensions.code]).toSorted(),
      ).toEqual([
        ['scheduleEntries', none, 'NOT_SUPPORTED'],
        ['scheduleEntry', none, 'NOT_SUPPORTED'],
        ['ticket.scheduleEntries', none, 'NOT_SUPPORTED'],
      ])
      expect(w.desk.sent()).toEqual([])
    })
    return
  }

  it.each(PATHS)('of a span of time, page by page in both directions, $path', async ({ beside }) => {
    const [from, to] = [now() - 60 * DAY, now() + 10 * DAY]
    const want = within(from, to)
    expect(want.length).toBeGreaterThan(9)
    for (const latestFirst of [false, true]) {
      const found: { id: string; startsAt: string }[] = []
      let after: string | null = null
      do {
        const { data, errors } = await w.t.ask(
          w.reader,
          `query ($from: DateTime!, $to: DateTime!, $after: String, $latestFirst: Boolean!) {
            scheduleEntries(filter: { from: $from, to: $to }, latestFirst: $latestFirst, first: 9, after: $after) {
              nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } } ${beside} }`,
          { from: iso(from), to: iso(to), after, latestFirst },
        )
        expect(errors).toEqual([])
        found.push(...data.scheduleEntries.nodes)
        after = data.scheduleEntries.pageInfo.hasNextPage ? data.scheduleEntries.pageInfo.endCursor : null
      } while (after !== null)
      expect(sorted(withoutIds(found) as Expected[])).toEqual(want)
      const times = found.map(({ startsAt }) => startsAt)
      expect(times).toEqual(latestFirst ? times.toSorted().toReversed() : times.toSorted())
      expect(new Set(found.map(({ id }) => id)).size).toBe(want.length)
    }
  })

  it.each(PATHS)('schedule: a month of it, $path', async ({ beside }) => {
    const last = Math.max(...visits().map(({ startsAt }) => startsAt))
    const [from, to] = [last - 29 * DAY, last + DAY]
    await w.t.restart()
    const { data, errors } = await w.t.ask(w.reader, along(document('schedule'), beside), {
      connection: w.desk.slug,
      from: iso(from),
      to: iso(to),
    })
    expect(errors).toEqual([])
    const titleOf = (id: string | undefined) =>
      w.told.tickets.find((one) => w.told.id('Ticket', one.id) === id)?.title
    const want = within(from, to).map(({ members, ticket, ...rest }) => ({
      ...rest,
      members: members.map(({ name }) => ({ name })),
      ticket:
        ticket === null || titleOf(ticket.id) === undefined
          ? null
          : { number: ticket.number, title: titleOf(ticket.id) },
    }))
    expect(want.length).toBeGreaterThan(5)
    expect(sorted(data.scheduleEntries.nodes)).toEqual(sorted(want as unknown as Expected[]))
    expect(w.desk.asked().length).toBe(SPAN_REQUESTS[vendor])
  })

  it.each(PATHS)('tickets-with-schedule: fifty, $path', async ({ beside }) => {
    await w.t.restart()
    const { data, errors } = await w.t.ask(w.reader, along(document('tickets-with-schedule'), beside))
    expect(errors).toEqual([])
    const want = w.told.tickets.toSorted(w.told.newestFirst).slice(0, 50)
    const planned = (ticket: Ticket) => visits().filter((visit) => ticketOf(visit)!.id === ticket.id)
    expect(want.some((ticket) => planned(ticket).length > 0)).toBe(true)
    expect(data.tickets.nodes).toEqual(
      want.map((ticket) => ({
        id: w.told.id('Ticket', ticket.id),
        scheduleEntries: {
          nodes: planned(ticket)
            .map(expected)
            .map(({ startsAt, endsAt, members }) => ({
              startsAt,
              endsAt,
              members: members.map(({ name }) => ({ name })),
            })),
        },
      })),
    )
    expect(w.desk.asked().length).toBe(TICKET_REQUESTS[vendor])
  })

  it('of members, of tickets, at the very edges of a span, and one by its id', async () => {
    const visit = visits().find(
      (one) => one.startsAt > now() - 60 * DAY && w.told.tickets.some(({ id }) => id === one.ticketId),
    )!
    const ticket = w.told.id('Ticket', visit.ticketId)
    const ask = async (filter: object) => {
      const { data, errors } = await w.t.ask(
        w.reader,
        `query ($filter: ScheduleEntryFilter!) { scheduleEntries(filter: $filter, first: 100) { nodes { ${FIELDS} } } }`,
        { filter },
      )
      expect(errors).toEqual([])
      return data.scheduleEntries.nodes
    }
    const [from, to] = [iso(visit.startsAt - 30 * DAY), iso(visit.startsAt + 30 * DAY)]
    const mine = await ask({ from, to, member: [w.told.id('Member', visit.technicianId)] })
    expect(sorted(withoutIds(mine) as Expected[])).toEqual(
      within(visit.startsAt - 30 * DAY, visit.startsAt + 30 * DAY).filter(
        ({ members }) => members[0]!.id === w.told.id('Member', visit.technicianId),
      ),
    )
    const [entry, ...others] = await ask({ from, to, ticket: [ticket] })
    expect(others).toEqual([])
    expect(withoutIds([entry])).toEqual([expected(visit)])
    if (vendor !== 'autotask') expect(entry.id).toBe(entryId(visit))
    // What is under way is inside; what just ended or is about to begin is not.
    const inside = { from: iso(visit.startsAt + 60_000), to: iso(visit.endsAt - 60_000), ticket: [ticket] }
    expect(await ask(inside)).toEqual([entry])
    expect(await ask({ ...inside, from: iso(visit.endsAt), to: iso(visit.endsAt + HOUR) })).toEqual([])
    expect(await ask({ ...inside, from: iso(visit.startsAt - HOUR), to: iso(visit.startsAt) })).toEqual([])
    const { data, errors } = await w.t.ask(
      w.reader,
      `query ($id: ID!, $none: ID!) { scheduleEntry(id: $id) { ${FIELDS} }
        node(id: $id) { ... on ScheduleEntry { startsAt } } none: scheduleEntry(id: $none) { id } }`,
      { id: entry.id, none: entry.id.replace(/\d+$/, '4711') },
    )
    expect(data).toEqual({ scheduleEntry: entry, node: { startsAt: entry.startsAt }, none: null })
    expect(errors).toMatchObject([{ path: ['none'], extensions: { code: 'NOT_FOUND' } }])
  })

  it.each([
    ['a span that ends before it begins', { to: -HOUR }, 'filter.to'],
    ['a span of no length', { to: 0 }, 'filter.to'],
    ['a span of more than a quarter', { to: 93 * DAY }, 'filter.to'],
    ['a member that is none', { to: DAY, member: ['4711'] }, 'id'],
    ['no member at all', { to: DAY, member: [] }, 'filter.member'],
  ])('%s is refused', async (_what, { to, ...filter }, argument) => {
    const { errors } = await w.t.ask(
      w.reader,
      'query ($filter: ScheduleEntryFilter!) { scheduleEntries(filter: $filter) { nodes { id } } }',
      { filter: { from: iso(now()), to: iso(now() + to), ...filter } },
    )
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
    if (argument !== 'id') expect(errors[0]!.extensions.argument).toBe(argument)
    expect(w.desk.asked()).toEqual([])
  })

  const entriesOf = async (ticket: string) => {
    const { ticket: read } = await w.read(
      `query ($ticket: ID!) { ticket(id: $ticket) { scheduleEntries { nodes { ${FIELDS} } } } }`,
      { ticket },
    )
    return read.scheduleEntries.nodes
  }
  /** A Monday long after everything that is planned. */
  const at = (hour: number) => iso(Math.floor(now() / DAY) * DAY + 400 * DAY + hour * HOUR)
  const unplanned = () => w.fresh((one) => visits().every((visit) => ticketOf(visit)!.id !== one.id))

  it('createScheduleEntry, updateScheduleEntry, putBack and deleteScheduleEntry', async () => {
    const to = unplanned()
    const ticket = w.idOf(to)
    const owner = member(to.ownerId!)
    const input = { ticket, member: owner.id, startsAt: at(8), endsAt: at(9) }
    const made = await w.carriedOut('createScheduleEntry', input)
    expect(made.plan.changes).toEqual([
      { field: 'member', before: null, after: owner.name },
      { field: 'startsAt', before: null, after: at(8) },
      { field: 'endsAt', before: null, after: at(9) },
      { field: 'title', before: null, after: to.title },
    ])
    // Autotask writes the call, the ticket on it, and who is sent; its own rules may tell the client.
    expect(made.plan.steps.length).toBe(vendor === 'autotask' ? 3 : 1)
    expect(made.plan.steps.flatMap(({ demands }: { demands: string[] }) => demands)).toEqual(
      Array.from(made.plan.steps, () => 'Schedule Entries CREATE'),
    )
    expect(
      [...new Set(made.plan.steps.flatMap(({ fields }: { fields: string[] }) => fields))].toSorted(),
    ).toEqual(['endsAt', 'member', 'startsAt', 'ticket'])
    expect(made.plan.clientMail.verdict).toBe(vendor === 'autotask' ? 'MAY' : 'NO')
    expect(made.plan.warnings).toEqual([])
    const [entry, ...others] = await entriesOf(ticket)
    expect(others).toEqual([])
    expect(entry).toEqual({
      id: entry.id,
      title: to.title,
      startsAt: at(8),
      endsAt: at(9),
      state: 'PLANNED',
      members: [owner],
      ticket: { id: ticket, number: w.told.number(to) },
    })

    // Whoever signs another one sees that the time is taken.
    const again = await w.write(w.admin, 'createScheduleEntry', { ...input, endsAt: at(10) }, true)
    expect(again.errors).toEqual([])
    expect(again.data.createScheduleEntry.plan.warnings).toEqual([
      `The member is taken from ${at(8)!.slice(0, 10)} 08:00 to 09:00 UTC.`,
    ])

    // Somebody else than the owner: Autotask takes nobody who is not on the ticket, and others are told what that means.
    const other = dataset().technicians.find(
      ({ id, api, inactive }) => id !== to.ownerId && !api && !inactive,
    )!
    const elsewhere = await w.write(
      w.admin,
      'createScheduleEntry',
      { ...input, member: member(other.id).id },
      true,
    )
    if (vendor === 'autotask')
      expect(elsewhere.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'member' } }])
    else
      expect(elsewhere.data.createScheduleEntry.plan.warnings).toEqual(
        w.desk.mapping.dispatch === 'OWNER'
          ? ['Tickets are dispatched by their owner here, and the member does not own this one.']
          : [],
      )

    w.clear()
    const change = { startsAt: at(13), endsAt: at(15), title: 'Contract: after lunch' }
    const moved = await w.carriedOut('updateScheduleEntry', { id: entry.id, ...change })
    expect(moved.plan.changes).toEqual([
      { field: 'startsAt', before: at(8), after: at(13) },
      { field: 'endsAt', before: at(9), after: at(15) },
      { field: 'title', before: to.title, after: 'Contract: after lunch' },
    ])
    expect(moved.plan.steps).toMatchObject([
      { demands: ['Schedule Entries UPDATE'], fields: ['endsAt', 'startsAt', 'title'] },
    ])
    expect(moved.plan.warnings).toEqual([])
    expect(await entriesOf(ticket)).toEqual([{ ...entry, ...change }])

    w.clear()
    const back = await w.t.ask(
      w.admin,
      'mutation ($id: ID!) { putBack(id: $id) { left changedSince outcome { request { id planHash } } } }',
      { id: moved.id },
    )
    expect(back.errors).toEqual([])
    expect(back.data.putBack).toMatchObject({ left: [], changedSince: [] })
    expect((await w.sign(back.data.putBack.outcome.request)).state).toBe('EXECUTED')
    expect(await entriesOf(ticket)).toEqual([entry])

    w.clear()
    const gone = await w.carriedOut('deleteScheduleEntry', { id: entry.id })
    expect(gone.plan.changes).toContainEqual({ field: 'startsAt', before: at(8), after: null })
    expect(gone.plan.steps).toMatchObject([{ demands: ['Schedule Entries DELETE'], method: 'DELETE' }])
    expect(await entriesOf(ticket)).toEqual([])
  })

  it('an entry that was moved in the PSA since goes stale, and nothing is sent', async () => {
    const visit = visits().find((one) => !one.done && w.told.tickets.some(({ id }) => id === one.ticketId))!
    const ticket = w.told.id('Ticket', visit.ticketId)
    const [entry] = await entriesOf(ticket)
    const ask = (startsAt: string | null) =>
      w.write(w.admin, 'updateScheduleEntry', { id: entry.id, startsAt })
    const [first, second] = [
      await ask(iso(visit.startsAt + 600_000)),
      await ask(iso(visit.startsAt + 900_000)),
    ]
    expect([...first.errors, ...second.errors]).toEqual([])
    expect((await w.sign(first.data.updateScheduleEntry.request)).state).toBe('EXECUTED')
    w.clear()
    const { data, errors } = await w.t.ask(
      w.approver,
      'mutation ($id: ID!, $planHash: String!) { approve(id: $id, planHash: $planHash) { state } }',
      second.data.updateScheduleEntry.request,
    )
    expect(data?.approve?.state ?? errors[0]!.extensions.code).toMatch(/STALE/)
    expect(w.desk.sent()).toEqual([])
  })

  it.each([
    ['an end before its beginning', { endsAt: 7 }, 'BAD_USER_INPUT', 'endsAt'],
    ['a ticket that is not there', { ticket: 9_999_999 }, 'NOT_FOUND', undefined],
    ['a member that is not there', { member: 4711 }, 'NOT_FOUND', 'member'],
  ])(
    '%s is refused',
    async (_what, { endsAt = 9, ticket, member: who }: Record<string, number>, code, argument) => {
      const open = w.pool[0]!
      const { errors } = await w.write(w.admin, 'createScheduleEntry', {
        ticket: w.told.id('Ticket', ticket ?? open.id),
        member: w.told.id('Member', who ?? open.ownerId!),
        startsAt: at(8),
        endsAt: at(endsAt),
      })
      expect(errors).toMatchObject([{ extensions: { code, ...(argument && { argument }) } }])
      expect(w.desk.sent()).toEqual([])
    },
  )

  it('nothing to change, a time by fractions, and Helpdesk, which only reads', async () => {
    const visit = visits().find((one) => w.told.tickets.some(({ id }) => id === one.ticketId))!
    const [entry] = await entriesOf(w.told.id('Ticket', visit.ticketId))
    for (const [token, input, code] of [
      [w.admin, { startsAt: entry.startsAt }, 'NO_CHANGE'],
      [w.admin, {}, 'BAD_USER_INPUT'],
      [w.admin, { startsAt: '2026-11-20T16:00:00.500Z' }, 'BAD_USER_INPUT'],
      [w.admin, { title: 'one\ntwo' }, 'BAD_USER_INPUT'],
      [w.admin, { title: null }, 'BAD_USER_INPUT'],
      [w.helpdesk, { title: 'Visit' }, 'GROUP_READ_ONLY'],
    ] as const) {
      const { errors } = await w.write(token, 'updateScheduleEntry', { id: entry.id, ...input })
      expect(errors, code).toMatchObject([{ extensions: { code } }])
    }
    expect(w.desk.sent()).toEqual([])
  })

  it('a scope by companies hides what is planned for others, and a caller without the group is refused unasked', async () => {
    const visit = visits().find((one) => one.startsAt > now() - 60 * DAY)!
    const company = w.told.id('Company', ticketOf(visit)!.companyId)
    const scoped = await w.t.agent('READ_ONLY', (policy) => ({
      ...policy,
      recordScope: { include: { companies: [company.split(':').slice(2).join(':')] } },
    }))
    const [from, to] = [now() - 60 * DAY, now() + 10 * DAY]
    const query =
      'query ($from: DateTime!, $to: DateTime!) { scheduleEntries(first: 100, filter: { from: $from, to: $to }) { nodes { title } } }'
    const { data, errors } = await w.t.ask(scoped, query, { from: iso(from), to: iso(to) })
    expect(errors).toEqual([])
    const of = (one: Expected) =>
      w.told.tickets.find(({ id }) => w.told.id('Ticket', id) === one.ticket?.id)?.companyId
    expect(data.scheduleEntries.nodes.map(({ title }: { title: string }) => title).toSorted()).toEqual(
      within(from, to)
        .filter((one) => of(one) === ticketOf(visit)!.companyId)
        .map(({ title }) => title)
        .toSorted(),
    )
    const closed = await w.t.agent('READ_ONLY', (policy) => ({
      ...policy,
      groups: {
        ...policy.groups,
        'Schedule Entries': { ...policy.groups['Schedule Entries']!, level: 'DISABLED' as const },
      },
    }))
    w.clear()
    const refused = await w.t.ask(closed, query, { from: iso(from), to: iso(to) })
    expect(refused.errors).toMatchObject([{ extensions: { code: 'GROUP_DISABLED' } }])
    expect(w.desk.asked()).toEqual([])
  })
})
