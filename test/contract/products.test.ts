import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Vendor } from '../../schema/source.ts'
import type { CatalogItem } from '../../simulators/dataset/index.ts'
import { along, document, PATHS } from './documents.ts'
import { NOT_SUPPORTED } from './not-supported.ts'
import { toldBy } from './told.ts'
import { type ContractGateway, startContract, vendors } from './vendors.ts'

const FIELDS = 'id identifier name description price cost active'

/** Requests of the document `products`, cold: where a name may be empty, the end of the list asks for those without one. */
const REQUESTS: Readonly<Record<Vendor, number>> = { connectwise: 1, autotask: 1, halo: 1, servicenow: 2 }

interface Named {
  readonly id: string
  readonly name: string
}

describe.each(vendors)('%s: products', (vendor) => {
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

  const catalog = () => t.desk.simulator.dataset.catalog
  const idOf = ({ id }: CatalogItem) => told.id('Product', id)

  function expected(item: CatalogItem) {
    return {
      id: idOf(item),
      identifier: item.name,
      // ConnectWise lists its catalogue by part number and shows the short description for a name.
      name: vendor === 'connectwise' ? item.description : item.name,
      description: item.description,
      price: item.price.toFixed(2),
      cost: item.cost.toFixed(2),
      active: item.retired !== true,
      ...Object.fromEntries(Object.keys(missing.productFields).map((field) => [field, null])),
    }
  }
  const byName = (a: Named, b: Named) => a.name.localeCompare(b.name, 'en', { sensitivity: 'base' })
  const wanted = (keeps: (item: CatalogItem) => boolean = () => true) =>
    catalog().filter(keeps).map(expected).toSorted(byName)
  /** Some PSAs have more products than the data set: models of devices, services. Those have no price here. */
  function ours<N extends { readonly id: string }>(nodes: readonly N[]): readonly N[] {
    const known = new Set(catalog().map(idOf))
    return nodes.filter(({ id }) => known.has(id))
  }

  it.each(PATHS)('products: fifty with price and cost, $path', async ({ beside }) => {
    await t.restart()
    const { data, errors } = await t.ask(reader, along(document('products'), beside))
    expect(errors).toEqual([])
    const { nodes } = data.products
    expect(ours(nodes)).toEqual(
      wanted().map(({ id, identifier, name, price, cost }) => ({ id, identifier, name, price, cost })),
    )
    expect(nodes).toEqual(nodes.toSorted(byName))
    const others = nodes.filter((one: Named) => !ours(nodes).includes(one))
    for (const { price, cost } of others)
      for (const none of [price, cost]) expect([null, '0.00']).toContain(none)
    expect(t.desk.asked().length).toBe(REQUESTS[vendor])
  })

  it.each(PATHS)('page by page, and one by its id, $path', async ({ beside }) => {
    const found: Named[] = []
    let after: string | null = null
    do {
      const { data, errors } = await t.ask(
        reader,
        `query ($after: String) { products(first: 4, after: $after) {
          nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } } ${beside} }`,
        { after },
      )
      expect(errors).toEqual([])
      found.push(...data.products.nodes)
      after = data.products.pageInfo.hasNextPage ? data.products.pageInfo.endCursor : null
    } while (after !== null)
    expect(ours(found)).toEqual(wanted())
    const [one] = wanted()
    const { data, errors } = await t.ask(
      reader,
      `query ($id: ID!, $none: ID!) { product(id: $id) { ${FIELDS} } node(id: $id) { ... on Product { name } }
        none: product(id: $none) { id } ${beside} }`,
      { id: one!.id, none: told.id('Product', 4711) },
    )
    expect(data).toMatchObject({ product: one, node: { name: one!.name }, none: null })
    expect(errors).toMatchObject([{ path: ['none'], extensions: { code: 'NOT_FOUND' } }])
  })

  it.each([
    ['text', 'ap-1', ({ name }: CatalogItem) => /ap-1/i.test(name)],
    ['text', '100%_no', () => false],
    ['identifier', 'DOCK-USBC', ({ name }: CatalogItem) => name === 'DOCK-USBC'],
    ['active', false, ({ retired }: CatalogItem) => retired === true],
  ] as const)('filter by %s %j, or the reason why there is none', async (name, value, keeps) => {
    const { data, errors } = await t.ask(
      reader,
      'query ($filter: ProductFilter) { products(first: 100, filter: $filter) { nodes { id } } }',
      { filter: { [name]: value } },
    )
    if (missing.filters.Product?.[name] !== undefined) {
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: `filter.${name}` } }])
      expect(t.desk.asked()).toEqual([])
      return
    }
    expect(errors).toEqual([])
    expect(data.products.nodes).toEqual(wanted(keeps).map(({ id }) => ({ id })))
  })

  it('a scope by companies leaves the catalogue alone, and a caller without the group is refused unasked', async () => {
    const scoped = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      recordScope: { include: { companies: ['250'] } },
    }))
    const { data } = await t.ask(scoped, 'query { products(first: 50) { nodes { id } } }')
    expect(ours(data.products.nodes).length).toBe(catalog().length)
    t.desk.simulator.clearJournal()
    const closed = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      groups: { ...policy.groups, Products: { ...policy.groups.Products!, level: 'DISABLED' as const } },
    }))
    const { errors } = await t.ask(closed, 'query { products(first: 1) { nodes { id } } }')
    expect(errors).toMatchObject([{ extensions: { code: 'GROUP_DISABLED' } }])
    expect(t.desk.asked()).toEqual([])
  })
})
