import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Vendor } from '../../schema/source.ts'
import type { Site } from '../../simulators/dataset/index.ts'
import { along, document, PATHS } from './documents.ts'
import { NOT_SUPPORTED } from './not-supported.ts'
import { vendors } from './vendors.ts'
import { startWriting, type WritingDesk } from './writing.ts'

const FIELDS = 'id name phone street city state postalCode primary active company { id name }'

/** As in the table of docs/budgets.md, which gives the reasons. */
const REQUESTS: Readonly<
  Record<Vendor, Readonly<Record<'companies-with-sites' | 'tickets-with-sites', number>>>
> = {
  connectwise: { 'companies-with-sites': 16, 'tickets-with-sites': 2 },
  autotask: { 'companies-with-sites': 2, 'tickets-with-sites': 3 },
  halo: { 'companies-with-sites': 2, 'tickets-with-sites': 4 },
  servicenow: { 'companies-with-sites': 2, 'tickets-with-sites': 2 },
}

describe.each(vendors)('%s: sites', (vendor) => {
  let w: WritingDesk
  const missing = NOT_SUPPORTED[vendor]
  beforeAll(async () => {
    w = await startWriting(vendor, ['Sites'])
  })
  afterAll(() => w.close())
  beforeEach(() => w.clear())

  const dataset = () => w.desk.simulator.dataset
  const siteId = (id: number) => w.told.id('Site', id)
  const companyId = (id: number) => w.told.id('Company', id)

  /** Every field of a site as the data set has it; what the vendor does not keep is null, by the table. */
  function expected(site: Site) {
    const { line1, line2, city, state, zip } = site.address
    return {
      id: siteId(site.id),
      name: site.name,
      phone: site.phone,
      street: [line1, line2].filter(Boolean).join('\n'),
      city,
      state,
      postalCode: zip,
      primary: site.primary,
      active: true,
      company: { id: companyId(site.companyId), name: nameOf(site.companyId) },
      ...Object.fromEntries(Object.keys(missing.siteFields).map((field) => [field, null])),
    }
  }
  const nameOf = (company: number) =>
    [dataset().msp, ...dataset().companies].find(({ id }) => id === company)!.name
  const byName = (a: Site, b: Site) => a.name.localeCompare(b.name, 'en', { sensitivity: 'base' })
  const sitesOf = (company: number) =>
    dataset()
      .sites.filter(({ companyId: at }) => at === company)
      .toSorted(byName)
  const roomy = () => dataset().companies.find(({ id }) => sitesOf(id).length >= 2)!

  it.each(PATHS)(
    'sites of one company, by name, page by page, and one by its id, $path',
    async ({ beside }) => {
      const { id } = roomy()
      const want = sitesOf(id).map(expected)
      const page = async (after: string | null) =>
        w.t.ask(
          w.reader,
          `query ($company: [ID!], $after: String, $id: ID!) {
          sites(first: 1, after: $after, filter: { company: $company }) {
            nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } }
          site(id: $id) { ${FIELDS} } node(id: $id) { ... on Site { name } } ${beside} }`,
          { company: [companyId(id)], after, id: want[0]!.id },
        )
      const first = await page(null)
      expect(first.errors).toEqual([])
      expect(first.data.sites.nodes).toEqual([want[0]])
      expect(first.data.site).toEqual(want[0])
      expect(first.data.node).toEqual({ name: want[0]!.name })
      const second = await page(first.data.sites.pageInfo.endCursor)
      expect(second.data.sites.nodes).toEqual([want[1]])
      expect(second.data.sites.pageInfo.hasNextPage).toBe(want.length > 2)
    },
  )

  it('a list of all sites, or the reason why there is none', async () => {
    const { data, errors } = await w.t.ask(
      w.reader,
      'query { sites(first: 100) { nodes { name company { id } } } }',
    )
    if (missing.allSites !== undefined) {
      expect(errors).toMatchObject([
        {
          message: expect.stringContaining(missing.allSites),
          extensions: { code: 'BAD_USER_INPUT', argument: 'filter.company' },
        },
      ])
      expect(w.desk.asked()).toEqual([])
      return
    }
    expect(errors).toEqual([])
    const line = ({ name, company }: { name: string; company: { id: string } }) => `${company.id} ${name}`
    expect(data.sites.nodes.map(line).sort()).toEqual(
      dataset()
        .sites.map(({ name, companyId: company }) => `${companyId(company)} ${name}`)
        .sort(),
    )
    expect(w.desk.asked().length).toBeLessThanOrEqual(2)
  })

  it('text finds part of a name', async () => {
    const { id } = roomy()
    const [, other] = sitesOf(id)
    const { sites } = await w.read(
      'query ($filter: SiteFilter) { sites(filter: $filter) { nodes { name } } }',
      { filter: { company: [companyId(id)], text: other!.name.slice(1, 5) } },
    )
    expect(sites.nodes).toEqual([{ name: other!.name }])
  })

  it.each(PATHS)('companies-with-sites: each with its own, $path', async ({ beside }) => {
    await w.t.restart()
    const { data, errors } = await w.t.ask(w.reader, along(document('companies-with-sites'), beside))
    expect(errors).toEqual([])
    const nodes = data.companies.nodes as { id: string; sites: object }[]
    expect(nodes).toHaveLength(15)
    for (const { id, sites } of nodes) {
      const company = [dataset().msp, ...dataset().companies].find((one) => companyId(one.id) === id)!
      const want = sitesOf(company.id)
      expect(sites, company.name).toEqual({
        nodes: want.slice(0, 2).map((one) => ({ name: one.name, street: expected(one).street })),
        pageInfo: { hasNextPage: want.length > 2 },
      })
    }
    expect(w.desk.asked().length).toBe(REQUESTS[vendor]['companies-with-sites'])
  })

  it.each(PATHS)('tickets-with-sites: where each is, and its contact, $path', async ({ beside }) => {
    await w.t.restart()
    const { data, errors } = await w.t.ask(w.reader, along(document('tickets-with-sites'), beside))
    expect(errors).toEqual([])
    const want = w.told.tickets.toSorted(w.told.newestFirst).slice(0, 50)
    const names = new Map(dataset().sites.map(({ id, name }) => [id, name]))
    expect(data.tickets.nodes).toEqual(
      want.map((ticket) => {
        const contact = w.told.contact(ticket)
        // Where client, site and user must agree, a ticket is where its contact is.
        const at = vendor === 'halo' && contact ? contact.siteId : ticket.siteId
        return {
          id: w.told.id('Ticket', ticket.id),
          site: { id: siteId(at), name: names.get(at) },
          // There the people of a company that is no customer any more are nobody's contacts.
          contact:
            contact && !(vendor === 'servicenow' && w.told.company(ticket).status === 'Inactive')
              ? { site: { id: siteId(contact.siteId) } }
              : null,
        }
      }),
    )
    expect(w.desk.asked().length).toBe(REQUESTS[vendor]['tickets-with-sites'])
  })

  it('createSite, updateSite, putBack, and deleteSite where there is one', async () => {
    const { id } = roomy()
    const company = companyId(id)
    const { address } = dataset().sites[0]!
    const { plan } = await w.carriedOut('createSite', {
      company,
      name: 'Contract: annex',
      phone: '8135550199',
      street: '1 Annex Way\nFloor 2',
      city: 'Tampa',
      state: address.state,
      postalCode: '33602',
    })
    expect(plan.clientMail.verdict).toBe('NO')
    const find = async () => {
      const { sites } = await w.read(
        `query ($filter: SiteFilter) { sites(first: 10, filter: $filter) { nodes { ${FIELDS} } } }`,
        { filter: { company: [company], text: 'Contract' } },
      )
      return sites.nodes
    }
    const [made, ...others] = await find()
    expect(others).toEqual([])
    const want = expected({
      id: 0,
      companyId: id,
      name: 'Contract: annex',
      phone: '8135550199',
      address: { line1: '1 Annex Way', line2: 'Floor 2', city: 'Tampa', state: address.state, zip: '33602' },
      primary: false,
    })
    expect(made).toEqual({ ...want, id: made.id })

    w.clear()
    const changed = await w.carriedOut('updateSite', { id: made.id, street: '2 Annex Way', phone: null })
    expect(changed.plan.steps).toMatchObject([{ demands: ['Sites UPDATE'], fields: ['phone', 'street'] }])
    expect(await find()).toEqual([{ ...made, street: '2 Annex Way', phone: null }])

    w.clear()
    const back = await w.t.ask(
      w.admin,
      `mutation ($id: ID!) { putBack(id: $id) { left changedSince outcome { request { id state } } } }`,
      { id: changed.id },
    )
    expect(back.errors).toEqual([])
    expect(back.data.putBack).toMatchObject({ left: [], changedSince: [] })

    if (missing.writes.deleteSite !== undefined) return
    w.clear()
    await w.carriedOut('deleteSite', { id: made.id })
    expect(await find()).toEqual([])
  })

  it('a site in use is not deleted, in the words of the PSA', async () => {
    if (missing.writes.deleteSite !== undefined) return
    const contact = dataset().contacts.find(({ primary }) => primary)!
    // Autotask says so in a 500, which proves nothing until the site was read again.
    const state = vendor === 'autotask' ? 'UNKNOWN_OUTCOME' : 'FAILED'
    await w.carriedOut('deleteSite', { id: siteId(contact.siteId) }, { state })
    expect(
      (await w.read('query ($id: ID!) { site(id: $id) { id } }', { id: siteId(contact.siteId) })).site,
    ).toEqual({
      id: siteId(contact.siteId),
    })
  })

  it.each([
    ['updateSite', 'name', null, 'BAD_USER_INPUT'],
    ['updateSite', 'street', 'one\ntwo\nthree', 'BAD_USER_INPUT'],
    ['updateSite', 'city', 'x'.repeat(300), 'BAD_USER_INPUT'],
  ] as const)('%s refuses a %s of %j', async (name, field, value, code) => {
    const { errors } = await w.write(w.admin, name, {
      id: siteId(sitesOf(roomy().id)[0]!.id),
      [field]: value,
    })
    expect(errors.map(({ extensions }) => extensions.code)).toEqual([code])
    expect(w.desk.sent()).toEqual([])
  })

  it('is off for the Helpdesk profile and for IT Admin, which may read it', async () => {
    const { errors } = await w.write(w.helpdesk, 'updateSite', {
      id: siteId(dataset().sites[0]!.id),
      city: 'X',
    })
    expect(errors).toMatchObject([{ extensions: { code: 'GROUP_READ_ONLY' } }])
    expect(w.desk.asked()).toEqual([])
  })
})
