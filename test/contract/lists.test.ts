import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ListName, VendorCapabilities } from '../../schema/source.ts'
import type { Ticket } from '../../simulators/dataset/index.ts'
import { sources } from '../../subgraphs/index.ts'
import { NOT_SUPPORTED } from './not-supported.ts'
import { templatesOpen } from './template-group.ts'
import { iso, type Told, toldBy } from './told.ts'
import { type ContractGateway, startContract, type VendorDesk, vendors } from './vendors.ts'

interface Case {
  readonly filter: Readonly<Record<string, unknown>>
  readonly keeps: (ticket: Ticket) => boolean
}

/** Each filter of tickets with a plain computation over the data set that must find the same. */
const FILTERS: Readonly<Record<string, (told: Told) => readonly Case[]>> = {
  text: () => [
    { filter: { text: 'slow at' }, keeps: ({ title }) => title.toLowerCase().includes('slow at') },
    { filter: { text: 'no such words 4711' }, keeps: () => false },
  ],
  status: (told) => {
    const [a, b] = ['In Progress', told.status(told.tickets.find((one) => told.closed(one))!)] as const
    return [
      { filter: { status: [a] }, keeps: (one) => told.status(one) === a },
      { filter: { status: [a, b] }, keeps: (one) => [a, b].includes(told.status(one)) },
    ]
  },
  statusCategory: (told) => [
    {
      filter: { statusCategory: ['WAITING_CLIENT'] },
      keeps: (one) => told.category(one) === 'WAITING_CLIENT',
    },
    {
      filter: { statusCategory: ['NEW', 'RESOLVED'] },
      keeps: (one) => ['NEW', 'RESOLVED'].includes(told.category(one)),
    },
  ],
  open: (told) => [
    { filter: { open: true }, keeps: (one) => !told.closed(one) },
    { filter: { open: false }, keeps: (one) => told.closed(one) },
  ],
  board: (told) => [{ filter: { board: [told.id('Board', 3)] }, keeps: ({ boardId }) => boardId === 3 }],
  company: (told) => [
    { filter: { company: [told.id('Company', 302)] }, keeps: ({ companyId }) => companyId === 302 },
    {
      filter: { company: [told.id('Company', 302), told.id('Company', 251)] },
      keeps: ({ companyId }) => companyId === 302 || companyId === 251,
    },
  ],
  contact: (told) => {
    const { contactId } = told.tickets.find((one) => one.contactId !== undefined)!
    return [
      { filter: { contact: [told.id('Contact', contactId!)] }, keeps: (one) => one.contactId === contactId },
    ]
  },
  configurationItem: (told) => {
    const [id] = told.tickets.find(({ deviceIds }) => deviceIds.length > 0)!.deviceIds
    return [
      {
        filter: { configurationItem: told.id('ConfigurationItem', id!) },
        keeps: ({ deviceIds }) => deviceIds.includes(id!),
      },
    ]
  },
  assignee: (told) => [
    { filter: { assignee: [told.id('Member', 152)] }, keeps: ({ ownerId }) => ownerId === 152 },
  ],
  unassigned: () => [
    { filter: { unassigned: true }, keeps: ({ ownerId }) => ownerId === undefined },
    { filter: { unassigned: false }, keeps: ({ ownerId }) => ownerId !== undefined },
  ],
  priority: (told) => {
    const { name } = told.priority(told.tickets.find(({ priorityId }) => priorityId === 2)!)
    return [{ filter: { priority: [name] }, keeps: ({ priorityId }) => priorityId === 2 }]
  },
  createdAt: (told) => span(told, 'createdAt', (one) => one.createdAt),
  updatedAt: (told) => span(told, 'updatedAt', (one) => one.updatedAt),
  slaDueAt: (told) => span(told, 'slaDueAt', (one) => slaDueAt(told, one)),
  waitingSince: (told) => span(told, 'waitingSince', (one) => (told.closed(one) ? undefined : one.updatedAt)),
  clientReplied: () => [{ filter: { clientReplied: true }, keeps: ({ customerUpdated }) => customerUpdated }],
  numbers: (told) => {
    const some = [told.tickets[3]!, told.tickets[77]!]
    return [
      { filter: { numbers: some.map(told.number) }, keeps: ({ id }) => some.some((one) => one.id === id) },
    ]
  },
}

/** Where agreed times count from the making of a ticket. */
const slaDueAt = (told: Told, one: Ticket) => one.createdAt + told.sla(one).resolutionHours * 3_600_000

function span(told: Told, name: string, at: (ticket: Ticket) => number | undefined): readonly Case[] {
  const moments = told.tickets
    .map(at)
    .filter((one) => one !== undefined)
    .toSorted((a, b) => a - b)
  const [from, to] = [moments[Math.floor(moments.length / 3)]!, moments[Math.floor(moments.length / 2)]!]
  const within = (one: Ticket, low: number, high: number) => {
    const moment = at(one)
    return moment !== undefined && moment >= low && moment < high
  }
  return [
    { filter: { [name]: { after: iso(from), before: iso(to) } }, keeps: (one) => within(one, from, to) },
    { filter: { [name]: { before: iso(from) } }, keeps: (one) => within(one, 0, from) },
  ]
}

/** Values to order by; null comes last in both directions. */
const ORDERS: Readonly<Record<string, (told: Told) => (ticket: Ticket) => number | null>> = {
  CREATED_AT: () => (one) => one.createdAt,
  UPDATED_AT: () => (one) => one.updatedAt,
  WAITING_SINCE: (told) => (one) => (told.closed(one) ? null : one.updatedAt),
  DUE_AT: () => (one) => one.dueAt ?? null,
  SLA_DUE_AT: (told) => (one) => slaDueAt(told, one),
  PRIORITY: (told) => (one) => told.priority(one).rank,
  NUMBER: () => (one) => one.id,
}

/** Filters of other lists that the public schema has, with a value to be refused. */
const OTHER_FILTERS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  Contact: { text: 'a', email: 'a@example.com', active: true },
  Company: { text: 'a', identifier: 'a', active: true },
  Site: { text: 'a', active: true },
  ConfigurationItem: { text: 'a', type: ['1'], serialNumber: 'a', active: true },
  Agreement: { text: 'a', active: true },
  Sla: { text: 'a' },
  Project: { text: 'a', open: true },
  ProjectTask: { text: 'a', open: true },
  Opportunity: { text: 'a', open: true },
  TicketTemplate: { text: 'a' },
  Product: { text: 'a', identifier: 'a', active: true },
  Article: { text: 'a', active: true },
  Member: { text: 'a', identifier: 'a', active: true },
  Board: { text: 'a', active: true },
}
const FIELD: Readonly<Record<string, string>> = {
  Ticket: 'tickets',
  Contact: 'contacts',
  Company: 'companies',
  Site: 'sites',
  ConfigurationItem: 'configurationItems',
  Agreement: 'agreements',
  Sla: 'slas',
  Project: 'projects',
  ProjectTask: 'projectTasks',
  Opportunity: 'opportunities',
  TicketTemplate: 'ticketTemplates',
  Product: 'products',
  Article: 'articles',
  Member: 'members',
  Board: 'boards',
}

describe.each(vendors)('%s: lists', (vendor) => {
  let t: ContractGateway
  let desk: VendorDesk
  let told: Told
  let token: string
  const { capabilities } = sources.get(vendor)!
  beforeAll(async () => {
    t = await startContract([vendor])
    desk = t.desk
    told = toldBy(vendor, desk.slug, desk.simulator.dataset)
    token = await t.agent('READ_ONLY', templatesOpen)
  })
  afterAll(() => t.close())

  async function found(
    filter: Case['filter'],
    order?: { key: string; direction: string },
    beside = '',
  ): Promise<{ ids: string[]; more: boolean }> {
    const { data, errors } = await t.ask(
      token,
      `query ($filter: TicketFilter, $order: TicketOrder) { tickets(first: 100, filter: $filter, order: $order) {
        nodes { id } pageInfo { hasNextPage incomplete { code } } } ${beside} }`,
      { filter, order },
    )
    expect(errors).toEqual([])
    expect(data.tickets.pageInfo.incomplete).toEqual([])
    const ids = data.tickets.nodes.map(({ id }: { id: string }) => id)
    return { ids, more: data.tickets.pageInfo.hasNextPage }
  }

  // `type` is a filter of the sources alone: the schema does not offer it.
  it.each(capabilities.filters.Ticket.filter((name) => name !== 'type'))(
    'filter "%s" finds what a plain computation finds',
    async (name) => {
      const cases = FILTERS[name]?.(told) ?? []
      expect(cases.length, `a case for the filter ${name}`).toBeGreaterThan(0)
      for (const { filter, keeps } of cases) {
        const want = told.tickets.filter(keeps).toSorted(told.newestFirst)
        for (const beside of ['', 'viewer { name }'])
          expect(await found(filter, undefined, beside), JSON.stringify(filter)).toEqual({
            ids: want.slice(0, 100).map(({ id }) => told.id('Ticket', id)),
            more: want.length > 100,
          })
      }
    },
  )

  it('several filters together', async () => {
    const filter = { open: true, company: [told.id('Company', 302)], text: 'e' }
    const want = told.tickets
      .filter((one) => !told.closed(one) && one.companyId === 302 && /e/i.test(one.title))
      .toSorted(told.newestFirst)

    expect((await found(filter)).ids).toEqual(want.slice(0, 100).map(({ id }) => told.id('Ticket', id)))
  })

  it.each(
    capabilities.orderBy.Ticket.flatMap((key) => [
      { key, direction: 'ASC' },
      { key, direction: 'DESC' },
    ]),
  )('order $key $direction is that of the data set', async (order) => {
    const value = ORDERS[order.key]!(told)
    const byTicket = new Map(told.tickets.map((one) => [told.id('Ticket', one.id), one]))
    const { ids } = await found({ company: [told.id('Company', 302)] }, order)
    const here = told.tickets.filter(({ companyId }) => companyId === 302)

    const sign = order.direction === 'ASC' ? 1 : -1
    const sorted = here.map(value).toSorted((a, b) => {
      if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0)
      return sign * (a - b)
    })
    expect(ids.length).toBe(Math.min(100, here.length))
    const got = ids.map((id) => value(byTicket.get(id)!))
    if (vendor === 'autotask' && order.key === 'DUE_AT') {
      // Where nobody set a date the SLA's stands: the dates that were set come in their order.
      const set = got.filter((one) => one !== null)
      expect(set).toEqual(set.toSorted((a, b) => sign * (a - b)))
    } else expect(got).toEqual(sorted.slice(0, 100))
  })

  it('filters and orders that are not declared are refused by name', async () => {
    const { filters, orders } = NOT_SUPPORTED[vendor]
    for (const name of Object.keys(filters.Ticket ?? {})) {
      const [one] = FILTERS[name]!(told)
      const { errors } = await t.ask(
        token,
        'query ($filter: TicketFilter) { tickets(filter: $filter) { nodes { id } } }',
        { filter: one!.filter },
      )
      expect(errors.map(({ extensions: { code } }) => code)).toEqual(['BAD_USER_INPUT'])
      expect(errors[0]!.message).toMatch(new RegExp(`"(filter\\.)?${name}"`))
    }
    for (const key of Object.keys(orders.Ticket ?? {})) {
      const { errors } = await t.ask(
        token,
        'query ($order: TicketOrder) { tickets(order: $order) { nodes { id } } }',
        { order: { key, direction: 'ASC' } },
      )
      expect(errors.map(({ extensions: { code } }) => code)).toEqual(['BAD_USER_INPUT'])
      expect(errors[0]!.message).toContain(key)
    }
    for (const [list, values] of Object.entries(OTHER_FILTERS)) {
      for (const name of Object.keys(filters[list as ListName] ?? {}).filter((name) => name in values)) {
        const { errors } = await t.ask(
          token,
          `query ($filter: ${list}Filter) { ${FIELD[list]}(filter: $filter) { nodes { id } } }`,
          { filter: { [name]: values[name] } },
        )
        expect(errors.map(({ extensions: { code } }) => code)).toEqual(['BAD_USER_INPUT'])
        expect(errors[0]!.message).toMatch(new RegExp(`"(filter\\.)?${name}"`))
      }
    }
  })

  it.each(Object.entries(FIELD).filter(([list]) => list !== 'Ticket'))(
    '%s: the declared filters are taken',
    async (list, field) => {
      for (const [name, value] of Object.entries(OTHER_FILTERS[list]!)) {
        if (!capabilities.filters[list as ListName].includes(name)) continue
        const { errors } = await t.ask(
          token,
          `query ($filter: ${list}Filter) { ${field}(first: 5, filter: $filter) { nodes { id ${list === 'Article' ? 'title' : 'name'} } } }`,
          {
            filter: {
              [name]: value,
              ...(list === 'Site' && { company: [told.id('Company', 302)] }),
              ...(list === 'ProjectTask' && { project: [told.id('Project', 701)] }),
            },
          },
        )
        expect(errors, `${list} by ${name}`).toEqual([])
      }
    },
  )

  it('contacts of a company, by mail address and by being there', async () => {
    const { contacts } = desk.simulator.dataset
    const here = contacts.filter(({ companyId }) => companyId === 302)
    const ids = async (filter: object) => {
      const { data, errors } = await t.ask(
        token,
        'query ($filter: ContactFilter) { contacts(first: 100, filter: $filter) { nodes { id } } }',
        { filter },
      )
      expect(errors).toEqual([])
      return data.contacts.nodes.map(({ id }: { id: string }) => id).sort()
    }
    const of = (list: typeof contacts) => list.map(({ id }) => told.id('Contact', id)).sort()

    const company = [told.id('Company', 302)]
    expect(await ids({ company })).toEqual(of(here))
    expect(await ids({ company, active: true })).toEqual(of(here.filter(({ inactive }) => !inactive)))
    expect(await ids({ email: here[0]!.email })).toEqual([told.id('Contact', here[0]!.id)])
  })
})

/** The first query of a dispatcher's agent, cold; requests for tokens and addresses are not counted. */
const BUDGET = { connectwise: 52, autotask: 4, halo: 53, servicenow: 3 } as const

describe.each(vendors)('%s: the budget', (vendor) => {
  it(`50 tickets with contact and last notes cost at most ${BUDGET[vendor]} requests`, async () => {
    const t = await startContract([vendor])
    try {
      const token = await t.agent('READ_ONLY')
      const document = readFileSync(new URL('../operations/fifty-tickets.graphql', import.meta.url), 'utf8')
      const { data, errors } = await t.ask(token, document)

      expect(errors).toEqual([])
      const told = toldBy(vendor, t.desk.slug, t.desk.simulator.dataset)
      expect(data.tickets.nodes.map(({ number }: { number: string }) => number)).toEqual(
        told.tickets.toSorted(told.newestFirst).slice(0, 50).map(told.number),
      )
      expect(t.desk.asked().length).toBeLessThanOrEqual(BUDGET[vendor])
      expect(t.desk.asked().length).toBeGreaterThan(1)
      expect(t.desk.sent()).toEqual([])
    } finally {
      await t.close()
    }
  })
})

describe('the table of what is not supported says what the capabilities say', () => {
  const all = (of: (capabilities: VendorCapabilities) => readonly string[]) =>
    new Set(vendors.flatMap((vendor) => [...of(sources.get(vendor)!.capabilities)]))
  const lists = [
    'Ticket',
    'TimeEntry',
    'Contact',
    'Company',
    'Site',
    'ConfigurationItem',
    'Agreement',
    'Sla',
    'Project',
    'ProjectTask',
    'Opportunity',
    'TicketTemplate',
    'Product',
    'Article',
    'Member',
    'Board',
    'Ticket.notes',
  ] as const

  it.each(vendors)('%s: writes, with their reasons word for word', (vendor) => {
    const { writes } = sources.get(vendor)!.capabilities
    const refused = Object.entries(writes).flatMap(([name, can]) =>
      can === true ? [] : [[name, can.unsupported] as const],
    )
    expect(Object.fromEntries(refused)).toEqual(NOT_SUPPORTED[vendor].writes)
    expect(sources.get(vendor)!.capabilities.noLists ?? {}).toEqual(NOT_SUPPORTED[vendor].lists)
  })

  it.each(vendors.flatMap((vendor) => lists.map((list) => ({ vendor, list }))))(
    '$vendor: filters and orders of $list',
    ({ vendor, list }) => {
      const { capabilities } = sources.get(vendor)!
      // A list that is not there at all is refused whatever is asked of it, with a reason of its own.
      if (capabilities.noLists?.[list] !== undefined) return
      // What one vendor can and another cannot is missing there; `status` of companies is no public filter.
      const filters = [...all((one) => one.filters[list])].filter(
        (name) => !capabilities.filters[list].includes(name) && !(list === 'Company' && name === 'status'),
      )
      const orders = [...all((one) => one.orderBy[list])].filter(
        (key) => !capabilities.orderBy[list].includes(key),
      )
      expect(filters.sort()).toEqual(Object.keys(NOT_SUPPORTED[vendor].filters[list] ?? {}).sort())
      expect(orders.sort()).toEqual(Object.keys(NOT_SUPPORTED[vendor].orders[list] ?? {}).sort())
    },
  )
})
