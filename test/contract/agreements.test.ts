import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Vendor } from '../../schema/source.ts'
import type { Agreement } from '../../simulators/dataset/index.ts'
import { along, document, PATHS } from './documents.ts'
import { NOT_SUPPORTED } from './not-supported.ts'
import { toldBy } from './told.ts'
import { type ContractGateway, startContract, vendors } from './vendors.ts'

const FIELDS =
  'id name type { name } active startsOn endsOn coverage hoursIncluded hoursRemaining company { id name }'

/** Requests of the document `agreements`, cold: where a name may be empty, the end of the list asks for those without one. */
const REQUESTS: Readonly<Record<Vendor, number>> = { connectwise: 1, autotask: 2, halo: 1, servicenow: 2 }

const DAY = 86_400_000
const COVERAGE = { 'Managed Services': ['TIME', 'EXPENSES'], 'Block Hours': ['TIME'], Backup: ['PRODUCTS'] }
/** Kinds of contracts that Autotask tells the data set's types as. */
const CONTRACTS = {
  'Managed Services': 'Recurring Service',
  'Block Hours': 'Block Hours',
  Backup: 'Recurring Service',
}

describe.each(vendors)('%s: agreements', (vendor) => {
  let t: ContractGateway
  let told: ReturnType<typeof toldBy>
  let reader: string
  const missing = NOT_SUPPORTED[vendor]
  beforeAll(async () => {
    t = await startContract([vendor])
    told = toldBy(vendor, t.desk.slug, t.desk.simulator.dataset)
    reader = await t.agent('READ_ONLY')
  })
  afterAll(() => t.close())
  beforeEach(() => t.desk.simulator.clearJournal())

  const dataset = () => t.desk.simulator.dataset
  const idOf = ({ id }: Agreement) => told.id('Agreement', id)
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)

  function expected(one: Agreement) {
    // Autotask requires an end, and a tenant writes one far away.
    const endsAt = one.endsAt ?? (vendor === 'autotask' ? dataset().anchor.getTime() + 730 * DAY : undefined)
    const block = one.type === 'Block Hours'
    return {
      id: idOf(one),
      name: one.name,
      type: { name: vendor === 'autotask' ? CONTRACTS[one.type] : one.type },
      active: !one.cancelled,
      startsOn: day(one.startsAt),
      endsOn: endsAt === undefined ? null : day(endsAt),
      coverage: COVERAGE[one.type],
      // HaloPSA also has hours that come with each period, and does not tell how many are left of those.
      hoursIncluded: block ? '100' : vendor === 'halo' && one.type === 'Managed Services' ? '20' : null,
      hoursRemaining: block ? '87.5' : null,
      company: {
        id: told.id('Company', one.companyId),
        name: dataset().companies.find(({ id }) => id === one.companyId)!.name,
      },
      ...Object.fromEntries(Object.keys(missing.agreementFields).map((field) => [field, null])),
    }
  }
  const byName = (a: Agreement, b: Agreement) => a.name.localeCompare(b.name, 'en', { sensitivity: 'base' })
  const wanted = (keeps: (one: Agreement) => boolean = () => true) =>
    dataset().agreements.filter(keeps).toSorted(byName)

  it.each(PATHS)('page by page with their hours, and one by its id, $path', async ({ beside }) => {
    const found: unknown[] = []
    let after: string | null = null
    do {
      const { data, errors } = await t.ask(
        reader,
        `query ($after: String) { agreements(first: 10, after: $after) {
          nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } } ${beside} }`,
        { after },
      )
      expect(errors).toEqual([])
      found.push(...data.agreements.nodes)
      after = data.agreements.pageInfo.hasNextPage ? data.agreements.pageInfo.endCursor : null
    } while (after !== null)
    expect(found).toEqual(wanted().map(expected))
    const block = expected(dataset().agreements.find(({ type }) => type === 'Block Hours')!)
    const { data, errors } = await t.ask(
      reader,
      `query ($id: ID!) { agreement(id: $id) { ${FIELDS} } node(id: $id) { ... on Agreement { name } } ${beside} }`,
      { id: block.id },
    )
    expect(errors).toEqual([])
    expect(data).toMatchObject({ agreement: block, node: { name: block.name } })
  })

  it.each(PATHS)('agreements: fifty in force with their clients, $path', async ({ beside }) => {
    await t.restart()
    const { data, errors } = await t.ask(reader, along(document('agreements'), beside))
    expect(errors).toEqual([])
    expect(data.agreements.nodes).toEqual(
      wanted(({ cancelled }) => !cancelled)
        .map(expected)
        .map(({ id, name, endsOn, company }) => ({ id, name, endsOn, company: { name: company.name } })),
    )
    expect(t.desk.asked().length).toBe(REQUESTS[vendor])
  })

  it('of a company, of a ticket, and by text and standing', async () => {
    const { companyId } = dataset().agreements.find(({ type }) => type === 'Backup')!
    const ticket = told.tickets.find(({ agreementId }) => agreementId !== undefined)!
    const none = told.tickets.find(({ agreementId }) => agreementId === undefined)!
    const { data, errors } = await t.ask(
      reader,
      `query ($company: ID!, $ticket: ID!, $none: ID!) {
        company(id: $company) { agreements { nodes { id name } } }
        ticket(id: $ticket) { agreement { id name } } none: ticket(id: $none) { agreement { id } }
        backups: agreements(first: 50, filter: { text: "backup", company: [$company] }) { nodes { name } }
        ended: agreements(first: 50, filter: { active: false }) { nodes { name } } }`,
      {
        company: told.id('Company', companyId),
        ticket: told.id('Ticket', ticket.id),
        none: told.id('Ticket', none.id),
      },
    )
    expect(errors).toEqual([])
    const named = (some: readonly Agreement[]) => some.map(({ name }) => ({ name }))
    const own = wanted((one) => one.companyId === companyId)
    expect(own.length).toBe(2)
    expect(data.company.agreements.nodes).toEqual(own.map((one) => ({ id: idOf(one), name: one.name })))
    const its = dataset().agreements.find(({ id }) => id === ticket.agreementId)!
    expect(data.ticket.agreement).toEqual({ id: idOf(its), name: its.name })
    expect(data.none.agreement).toBeNull()
    expect(data.backups.nodes).toEqual(named(own.filter(({ type }) => type === 'Backup')))
    expect(data.ended.nodes).toEqual(named(wanted(({ cancelled }) => cancelled)))
  })

  it('a scope by companies hides those of others, and a caller without the group is refused unasked', async () => {
    const [one, ...others] = wanted()
    const other = others.find(({ companyId }) => companyId !== one!.companyId)!
    const key = told.id('Company', one!.companyId).split(':').slice(2).join(':')
    const scoped = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      recordScope: { include: { companies: [key] } },
    }))
    const { data } = await t.ask(
      scoped,
      'query ($mine: ID!, $other: ID!) { agreements(first: 50) { nodes { id } } mine: agreement(id: $mine) { id } other: agreement(id: $other) { id } }',
      { mine: idOf(one!), other: idOf(other) },
    )
    expect(data.agreements.nodes).toEqual(
      wanted(({ companyId }) => companyId === one!.companyId).map((mine) => ({ id: idOf(mine) })),
    )
    expect([data.mine, data.other]).toEqual([{ id: idOf(one!) }, null])
    const closed = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      groups: {
        ...policy.groups,
        Agreements: { ...policy.groups.Agreements!, level: 'DISABLED' as const },
      },
    }))
    t.desk.simulator.clearJournal()
    const { errors } = await t.ask(closed, 'query { agreements(first: 1) { nodes { id } } }')
    expect(errors).toMatchObject([{ extensions: { code: 'GROUP_DISABLED' } }])
    expect(t.desk.asked()).toEqual([])
  })
})
