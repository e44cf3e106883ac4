import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Vendor } from '../../schema/source.ts'
import type { Ticket } from '../../simulators/dataset/index.ts'
import { along, document, PATHS } from './documents.ts'
import { NOT_SUPPORTED } from './not-supported.ts'
import { iso, toldBy } from './told.ts'
import { type ContractGateway, startContract, vendors } from './vendors.ts'

const FIELDS = 'id name responseHours planHours resolutionHours'
const CLOCKS = 'policy { id name } clocks { kind dueAt metAt breached paused }'

/** Requests of the document `tickets-with-sla`, cold: lists of names and statuses among them. */
const REQUESTS: Readonly<Record<Vendor, number>> = { connectwise: 2, autotask: 2, halo: 4, servicenow: 2 }

const HOUR = 3_600_000
const KINDS: Readonly<Record<Vendor, readonly string[]>> = {
  connectwise: ['RESPONSE', 'PLAN', 'RESOLUTION'],
  autotask: ['RESPONSE', 'PLAN', 'RESOLUTION'],
  halo: ['RESPONSE', 'RESOLUTION'],
  servicenow: ['RESPONSE', 'RESOLUTION'],
}

interface Clock {
  readonly kind: string
  readonly dueAt: string | null
  readonly metAt: string | null
  readonly breached: boolean
  readonly paused: boolean | null
}
interface Listed {
  readonly id: string
  readonly name: string
  readonly responseHours: string | null
  readonly planHours: string | null
  readonly resolutionHours: string | null
}
const byKind = (a: Clock, b: Clock) => (a.kind < b.kind ? -1 : 1)

describe.each(vendors)('%s: SLAs', (vendor) => {
  let t: ContractGateway
  let told: ReturnType<typeof toldBy>
  let reader: string
  beforeAll(async () => {
    t = await startContract([vendor])
    told = toldBy(vendor, t.desk.slug, t.desk.simulator.dataset)
    reader = await t.agent('READ_ONLY')
  })
  afterAll(() => t.close())
  beforeEach(() => t.desk.simulator.clearJournal())

  const dataset = () => t.desk.simulator.dataset

  function dueAt(ticket: Ticket, kind: string): number {
    const { respondHours, planHours, resolutionHours } = told.sla(ticket)
    const hours = { RESPONSE: respondHours, PLAN: planHours, RESOLUTION: resolutionHours }[kind]!
    // Each priority of an SLA of HaloPSA has times of its own.
    const factor = vendor === 'halo' ? Math.max(1, told.priority(ticket).rank - 1) : 1
    return ticket.createdAt + hours * factor * HOUR
  }

  /** When a kind of promise was met; HaloPSA and Autotask tell of a response by what was said, which is compared apart. */
  function clocks(ticket: Ticket): readonly Clock[] {
    const closedAt = told.closed(ticket) ? (ticket.closedAt ?? ticket.updatedAt) : undefined
    // The engine of ServiceNow says itself what is late, as of its last look.
    const now = vendor === 'servicenow' ? dataset().anchor.getTime() : Date.now()
    return KINDS[vendor].map((kind) => {
      const due = dueAt(ticket, kind)
      const told = vendor !== 'autotask' || kind === 'RESOLUTION'
      return {
        kind,
        dueAt: iso(due),
        metAt: told ? iso(closedAt) : null,
        breached: (closedAt ?? now) > due,
        paused:
          closedAt === undefined
            ? { connectwise: null, autotask: false, halo: held(ticket), servicenow: false }[vendor]
            : false,
      }
    })
  }

  /** Statuses of HaloPSA that hold the clocks. */
  const held = (ticket: Ticket) => /waiting|hold|awaiting/i.test(told.status(ticket))

  /** What HaloPSA tells of a response depends on who said something, and not on the ticket's closing. */
  const comparable = (all: readonly Clock[]) =>
    all
      .map(({ metAt, breached, ...clock }) =>
        vendor === 'halo' && clock.kind === 'RESPONSE'
          ? { kind: clock.kind, dueAt: clock.dueAt }
          : { ...clock, metAt, breached },
      )
      .toSorted((a, b) => byKind(a as Clock, b as Clock))

  it.each(PATHS)('are listed by name, and one is read by its id, $path', async ({ beside }) => {
    const { data, errors } = await t.ask(reader, `{ slas(first: 50) { nodes { ${FIELDS} } } ${beside} }`)
    expect(errors).toEqual([])
    const missing = Object.fromEntries(
      Object.keys(NOT_SUPPORTED[vendor].slaFields).map((field) => [field, null]),
    )
    const all = dataset().slas.flatMap(({ id, name, respondHours, planHours, resolutionHours }): Listed[] => {
      const whole: Listed = {
        id: told.id('Sla', id),
        name,
        responseHours: String(respondHours),
        planHours: String(planHours),
        resolutionHours: String(resolutionHours),
        ...missing,
      }
      if (vendor !== 'servicenow') return [whole]
      // A definition of ServiceNow promises one thing.
      const response = { ...whole, id: expect.any(String), name: `${name} response`, resolutionHours: null }
      return [{ ...whole, responseHours: null }, response]
    })
    expect(data.slas.nodes).toEqual(all.toSorted((a, b) => a.name.localeCompare(b.name)))
    const [one] = all
    const read = await t.ask(
      reader,
      `query ($id: ID!) { sla(id: $id) { ${FIELDS} } node(id: $id) { ... on Sla { name } }
        found: slas(filter: { text: "gold" }) { nodes { name } } ${beside} }`,
      { id: one!.id },
    )
    expect(read.errors).toEqual([])
    expect(read.data).toMatchObject({ sla: one, node: { name: one!.name } })
    expect(read.data.found.nodes).toEqual(
      all.filter(({ name }) => /gold/i.test(name)).map(({ name }) => ({ name })),
    )
  })

  it.each(PATHS)('tickets-with-sla: the newest with their clocks, $path', async ({ beside }) => {
    await t.restart()
    const { data, errors } = await t.ask(reader, along(document('tickets-with-sla'), beside))
    expect(errors).toEqual([])
    const newest = told.tickets.toSorted(told.newestFirst).slice(0, 50)
    expect(data.tickets.nodes.map(({ id }: { id: string }) => id)).toEqual(
      newest.map(({ id }) => told.id('Ticket', id)),
    )
    for (const [index, { sla }] of data.tickets.nodes.entries()) {
      const ticket = newest[index]!
      expect(sla.policy).toEqual({ name: told.sla(ticket).name })
      const plain = (all: readonly Clock[]) =>
        all.map(({ kind, dueAt, breached }) => ({
          kind,
          dueAt,
          ...((vendor !== 'halo' || kind !== 'RESPONSE') && { breached }),
        }))
      expect(plain(sla.clocks.toSorted(byKind))).toEqual(plain(clocks(ticket).toSorted(byKind)))
    }
    expect(t.desk.asked().length).toBe(REQUESTS[vendor])
  })

  it('of one ticket, open, waiting or closed, by its id and by its number', async () => {
    const some = [
      told.tickets.find((one) => !told.closed(one) && held(one))!,
      told.tickets.find((one) => !told.closed(one) && !held(one))!,
      told.tickets.find((one) => told.closed(one) && one.mergedIntoId === undefined)!,
    ]
    for (const ticket of some) {
      const { data, errors } = await t.ask(
        reader,
        `query ($id: ID!, $slug: String!, $number: String!) { ticket(id: $id) { sla { ${CLOCKS} } }
          ticketByNumber(connection: $slug, number: $number) { sla { ${CLOCKS} } } }`,
        { id: told.id('Ticket', ticket.id), slug: t.desk.slug, number: told.number(ticket) },
      )
      expect(errors).toEqual([])
      for (const { sla } of [data.ticket, data.ticketByNumber]) {
        const { id, name } = told.sla(ticket)
        expect(sla.policy).toEqual({ id: told.id('Sla', id), name })
        expect(comparable(sla.clocks)).toEqual(comparable(clocks(ticket)))
      }
    }
  })

  it('a caller without the group is refused unasked: the list, the clocks, the filter and the order', async () => {
    const closed = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      groups: { ...policy.groups, SLAs: { ...policy.groups.SLAs!, level: 'DISABLED' as const } },
    }))
    t.desk.simulator.clearJournal()
    for (const query of [
      '{ slas(first: 1) { nodes { id } } }',
      '{ tickets(first: 1) { nodes { sla { clocks { dueAt } } } } }',
      '{ tickets(first: 1, filter: { slaDueAt: { after: "2026-01-01T00:00:00Z" } }) { nodes { id } } }',
      '{ tickets(first: 1, order: { key: SLA_DUE_AT }) { nodes { id } } }',
    ]) {
      const { errors } = await t.ask(closed, query)
      expect(errors, query).toMatchObject([{ extensions: { code: 'GROUP_DISABLED' } }])
    }
    expect(t.desk.asked()).toEqual([])
  })
})
