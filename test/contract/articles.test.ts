import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Vendor } from '../../schema/source.ts'
import type { Article } from '../../simulators/dataset/index.ts'
import { along, document, PATHS } from './documents.ts'
import { NOT_SUPPORTED } from './not-supported.ts'
import { toldBy } from './told.ts'
import { type ContractGateway, startContract, vendors } from './vendors.ts'

const FIELDS = 'id title text updatedAt active'

/** Requests of the document `articles`, cold: where a title may be empty, the end of the list asks for those without one. */
const REQUESTS: Readonly<Record<Vendor, number>> = { connectwise: 1, autotask: 1, halo: 1, servicenow: 2 }

describe.each(vendors)('%s: articles of the knowledge base', (vendor) => {
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
  const idOf = ({ id }: Article) => told.id('Article', id)
  function expected(article: Article) {
    const { title, problem, solution, editedDaysAgo } = article
    const edited = new Date(dataset().anchor.getTime() - editedDaysAgo * 86_400_000)
    return {
      id: idOf(article),
      title,
      text: vendor === 'servicenow' ? `<p>${problem}</p><p>${solution}</p>` : `${problem}\n\n${solution}`,
      updatedAt: edited.toISOString().replace('.000Z', 'Z'),
      active: article.retired !== true,
      ...Object.fromEntries(Object.keys(missing.articleFields).map((field) => [field, null])),
    }
  }
  const wanted = (keeps: (article: Article) => boolean = () => true) =>
    dataset()
      .articles.filter(keeps)
      .map(expected)
      .toSorted((a, b) => a.title.localeCompare(b.title, 'en', { sensitivity: 'base' }))

  it.each(PATHS)('page by page with their texts, and one by its id, $path', async ({ beside }) => {
    const found: unknown[] = []
    let after: string | null = null
    do {
      const { data, errors } = await t.ask(
        reader,
        `query ($after: String) { articles(first: 3, after: $after) {
          nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } } ${beside} }`,
        { after },
      )
      expect(errors).toEqual([])
      found.push(...data.articles.nodes)
      after = data.articles.pageInfo.hasNextPage ? data.articles.pageInfo.endCursor : null
    } while (after !== null)
    expect(found).toEqual(wanted())
    const [one] = wanted()
    const { data, errors } = await t.ask(
      reader,
      `query ($id: ID!, $none: ID!) { article(id: $id) { ${FIELDS} } node(id: $id) { ... on Article { title } }
        none: article(id: $none) { id } ${beside} }`,
      { id: one!.id, none: told.id('Article', 4711) },
    )
    expect(data).toMatchObject({ article: one, node: { title: one!.title }, none: null })
    expect(errors).toMatchObject([{ path: ['none'], extensions: { code: 'NOT_FOUND' } }])
  })

  it.each(PATHS)('articles: those about printers, $path', async ({ beside }) => {
    await t.restart()
    const { data, errors } = await t.ask(reader, along(document('articles'), beside))
    expect(errors).toEqual([])
    expect(data.articles.nodes).toEqual(
      wanted(({ title }) => /printer/i.test(title)).map(({ id, title, updatedAt }) => ({
        id,
        title,
        updatedAt,
      })),
    )
    expect(t.desk.asked().length).toBe(REQUESTS[vendor])
  })

  it.each([
    ['text', 'VPN connect', ({ title }: Article) => /vpn/i.test(title)],
    // In the problem alone, which the list of Autotask does not look into.
    [
      'text',
      'office network',
      ({ problem }: Article) => vendor !== 'autotask' && /office net/i.test(problem),
    ],
    ['text', '100%_no', () => false],
    ['active', false, ({ retired }: Article) => retired === true],
    ['active', true, ({ retired }: Article) => retired !== true],
  ] as const)('filter by %s %j, or the reason why there is none', async (name, value, keeps) => {
    const { data, errors } = await t.ask(
      reader,
      'query ($filter: ArticleFilter) { articles(first: 100, filter: $filter) { nodes { id } } }',
      { filter: { [name]: value } },
    )
    if (missing.filters.Article?.[name] !== undefined) {
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: `filter.${name}` } }])
      expect(t.desk.asked()).toEqual([])
      return
    }
    expect(errors).toEqual([])
    expect(data.articles.nodes).toEqual(wanted(keeps).map(({ id }) => ({ id })))
  })

  it('a scope by companies leaves the knowledge base alone, and a caller without the group is refused unasked', async () => {
    const scoped = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      recordScope: { include: { companies: ['250'] } },
    }))
    const { data } = await t.ask(scoped, 'query { articles(first: 50) { nodes { id } } }')
    expect(data.articles.nodes.length).toBe(dataset().articles.length)
    t.desk.simulator.clearJournal()
    const closed = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      groups: {
        ...policy.groups,
        'Knowledge Base': { ...policy.groups['Knowledge Base']!, level: 'DISABLED' as const },
      },
    }))
    const { errors } = await t.ask(closed, 'query { articles(first: 1) { nodes { id } } }')
    expect(errors).toMatchObject([{ extensions: { code: 'GROUP_DISABLED' } }])
    expect(t.desk.asked()).toEqual([])
  })
})
