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
