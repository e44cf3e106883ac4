import { describe, expect, it } from 'vitest'
import type { RecordScope } from '../../policy/types.ts'
import { GatewayError } from '../../schema/errors.ts'
import { type EntityType, VendorRecord } from '../../schema/records.ts'
import type {
  ChildrenRequest,
  ListPage,
  ListRequest,
  VendorSession,
  VendorSource,
} from '../../schema/source.ts'
import { withinScope } from './scoped-source.ts'

const SLUG = 'acme-cw'
const record = (type: EntityType, key: string, values: Record<string, unknown> = {}) =>
  new VendorRecord(`${SLUG}:${type}:${key}`, type, SLUG, values, Object.keys(values))
const ticket = (key: string, company: string, board = '1') =>
  record('Ticket', key, { company: record('Company', company), board: record('Board', board) })

/** One site below these companies. */
function pageOf(companies: string[], asked: string[][]): ListPage {
  asked.push(companies)
  return { records: [record('Site', '1')], positions: [1], sortValues: [null], hasNext: false }
}

/** A vendor of a few records, which keeps what it was asked for. */
function vendorWith(records: readonly VendorRecord[], { filters = true, types = false } = {}) {
  const asked: string[] = []
  const session = { connection: { slug: SLUG } } as VendorSession
  const page = (request: ListRequest): ListPage => {
    const { list, filter, after, first } = request
    asked.push(`${list} ${JSON.stringify(filter)} ${first} after ${after}`)
    const wanted = filter.company as readonly string[] | undefined
    const all = records.filter(
      (one) =>
        one.type === list &&
        (wanted === undefined || wanted.includes((one.get('company') as VendorRecord).id)),
    )
    const from = (after as number | null) ?? 0
    const shown = all.slice(from, from + first)
    return {
      records: shown,
      positions: shown.map((_one, index) => from + index + 1),
      sortValues: shown.map(() => null),
      hasNext: all.length > from + first,
    }
  }
  const source = {
    capabilities: {
      filters: { Ticket: filters ? ['company'] : [], Contact: [], Company: [] },
      maxIdsPerRead: { Ticket: 2 },
      embeds: {},
    },
    listPage: async (_session: VendorSession, request: ListRequest) => page(request),
    async readMany(_session: VendorSession, type: EntityType, keys: readonly string[]) {
      asked.push(`${type} ${keys}`)
      return keys.map((key) => records.find(({ id }) => id === `${SLUG}:${type}:${key}`) ?? null)
    },
    ...(types && {
      companyTypes: async () =>
        new Map([
          ['a', ['Client', 'Vendor']],
          ['b', ['Owner']],
        ]),
    }),
  } as unknown as VendorSource
  const within = (scope: RecordScope) => withinScope(source, session, scope)
  const list = async (scope: RecordScope, request: Partial<ListRequest> = {}) => {
    const answer = await within(scope).source.listPage(session, {
      list: 'Ticket',
      filter: {},
      order: { key: 'CREATED_AT', direction: 'DESC' },
      first: 3,
      after: null,
      fields: new Set(),
      ...request,
    })
    return { ...answer, keys: answer.records.map(({ id }) => id.split(':')[2]) }
  }
  const read = async (scope: RecordScope, type: EntityType, ...keys: string[]) =>
    (await within(scope).source.readMany(session, type, keys, new Set())).map((one) =>
      one instanceof VendorRecord ? one.id.split(':')[2] : one,
    )
  return { asked, within, list, read }
}

const many = (count: number, of: (index: number) => string) =>
  Array.from({ length: count }, (_one, index) => ticket(String(index), of(index)))

describe('lists', () => {
  it('ask the vendor for what is included, where it can filter so', async () => {
    const { list, asked } = vendorWith(many(9, (index) => (index % 3 === 0 ? 'a' : 'b')))

    expect(await list({ include: { companies: ['a'] } })).toMatchObject({
      keys: ['0', '3', '6'],
      hasNext: false,
    })
    expect(asked).toEqual(['Ticket {"company":["acme-cw:Company:a"]} 3 after null'])
  })

  it('narrow what the caller asks for, and ask nothing when nothing of it is inside', async () => {
    const { list, asked } = vendorWith(many(4, () => 'a'))
    const company = ['acme-cw:Company:a', 'acme-cw:Company:b']

    await list({ include: { companies: ['A'] } }, { filter: { company } })
    expect(asked).toEqual(['Ticket {"company":["acme-cw:Company:a"]} 3 after null'])
    expect(await list({ exclude: { companies: ['a', 'b'] } }, { filter: { company } })).toMatchObject({
      keys: [],
      hasNext: false,
    })
    expect(asked).toHaveLength(1)
  })

  it('are filled up, and look ahead for whether one more is inside', async () => {
    const { list } = vendorWith(many(40, (index) => (index < 30 ? 'b' : 'a')))

    expect(await list({ exclude: { companies: ['b'] } })).toMatchObject({
      keys: ['30', '31', '32'],
      hasNext: true,
    })
    const rest = await list({ exclude: { companies: ['b'] } }, { first: 7, after: 33 })
    expect(rest).toMatchObject({ hasNext: false, positions: [34, 35, 36, 37, 38, 39, 40] })
  })

  it('say nothing of what lies behind the last that is inside', async () => {
    const { list } = vendorWith(many(40, (index) => (index < 3 ? 'a' : 'b')))

    expect(await list({ exclude: { companies: ['b'] } })).toMatchObject({
      keys: ['0', '1', '2'],
      hasNext: false,
    })
  })

  it('end somewhere, and go on there', async () => {
    const { list, asked } = vendorWith(many(2_000, (index) => (index < 1_950 ? 'b' : 'a')))
    const first = await list({ exclude: { companies: ['b'] } })

    expect(first).toMatchObject({ keys: [], hasNext: true, behind: 904 })
    expect(asked).toHaveLength(10)
    const second = await list({ exclude: { companies: ['b'] } }, { after: first.behind })
    const third = await list({ exclude: { companies: ['b'] } }, { after: second.behind })
    expect(third).toMatchObject({ keys: ['1950', '1951', '1952'], hasNext: true })
    expect(third).not.toHaveProperty('behind')
  })

  it('do not blame the caller for a scope that the PSA cannot have', async () => {
    const { within } = vendorWith([])
    const { source } = within({ include: { companies: ['?'] } })
    const failing = withinScope(
      {
        ...source,
        listPage: async () => {
          throw new GatewayError('BAD_USER_INPUT', 'no', { argument: 'filter.company' })
        },
      },
      { connection: { slug: SLUG } } as VendorSession,
      { include: { companies: ['?'] } },
    )
    const ask = (filter: object) =>
      failing.source.listPage({} as VendorSession, {
        list: 'Ticket',
        filter: filter as never,
        order: { key: 'CREATED_AT', direction: 'DESC' },
        first: 3,
        after: null,
        fields: new Set(),
      })

    await expect(ask({})).rejects.toMatchObject({ extensions: { code: 'RECORD_OUT_OF_SCOPE' } })
    await expect(ask({ company: ['acme-cw:Company:?'] })).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
    })
  })
})

describe('records by id', () => {
  const inside = record('Contact', '1', { company: record('Company', 'a') })
  const outside = record('Contact', '2', { company: record('Company', 'b') })
  const homeless = record('Contact', '3', { company: null })
  const sites = [
    record('Site', '1', { company: record('Company', 'a') }),
    record('Site', '2', { company: record('Company', 'b') }),
  ]
  const items = [
    record('ConfigurationItem', '1', { company: record('Company', 'a') }),
    record('ConfigurationItem', '2', { company: record('Company', 'b') }),
    record('ConfigurationItem', '3', { company: null }),
  ]
  const records = [
    ...items,
    inside,
    outside,
    homeless,
    ...sites,
    ticket('7', 'a'),
    ticket('8', 'b'),
    ticket('9', 'a', '2'),
  ]
  const note = (key: string, of: string) => record('Note', key, { ticket: record('Ticket', of) })
  const time = (key: string, of: string | null, company: string | null) =>
    record('TimeEntry', key, {
      ticket: of === null ? null : record('Ticket', of),
      company: company === null ? null : record('Company', company),
    })
  const vendor = vendorWith([
    ...records,
    ...[note('7.1', '7'), note('8.1', '8'), note('9.1', '9')],
    ...[
      time('1', '7', 'b'),
      time('2', '8', 'a'),
      time('3', null, 'a'),
      time('4', null, null),
      time('5', '404', 'a'),
    ],
    ...[record('Company', 'a'), record('Company', 'b'), record('Member', '5')],
  ])
  const onlyA: RecordScope = { include: { companies: ['a'] } }

  it('of contacts: their company decides, and none is no company of the list', async () => {
    expect(await vendor.read(onlyA, 'Contact', '1', '2', '3', '4')).toEqual(['1', null, null, null])
    expect(await vendor.read({ exclude: { companies: ['a'] } }, 'Contact', '1', '2', '3')).toEqual([
      null,
      '2',
      '3',
    ])
  })

  it('of configuration items: their company decides, and without one nobody sees them', async () => {
    expect(await vendor.read(onlyA, 'ConfigurationItem', '1', '2', '3')).toEqual(['1', null, null])
  })

  it('of configuration items below a ticket: their own company decides, which is asked for with them', async () => {
    const fields: string[][] = []
    const page: ListPage = {
      records: [
        record('ConfigurationItem', '1', { company: record('Company', 'a') }),
        record('ConfigurationItem', '2', { company: record('Company', 'b') }),
      ],
      positions: ['first', 'second'],
      sortValues: ['A', 'B'],
      hasNext: true,
    }
    const source = {
      capabilities: { maxIdsPerRead: { Ticket: 2 }, embeds: {} },
      readMany: async () => [ticket('7', 'a')],
      listPage: async (_session: VendorSession, request: ListRequest) => {
        fields.push([...request.fields])
        return page
      },
      childPages: async (_session: VendorSession, request: ChildrenRequest) => {
        fields.push([...request.fields])
        return request.parents.map(() => page)
      },
    } as unknown as VendorSource
    const session = { connection: { slug: SLUG } } as VendorSession
    const below = withinScope(source, session, onlyA).source
    const request = { list: 'Ticket.configurationItems', parents: ['7'], fields: new Set(['name']) }
    const shown = { records: [page.records[0]], positions: ['first'], sortValues: ['A'], hasNext: true }
    expect(await below.childPages?.(session, request as unknown as ChildrenRequest)).toEqual([shown])
    const next = { ...request, parent: '7' } as unknown as ListRequest
    expect(await below.listPage(session, next)).toEqual(shown)
    expect(fields).toEqual([
      ['name', 'company'],
      ['name', 'company'],
    ])
  })

  it('of sites: their company decides, by id and below companies', async () => {
    expect(await vendor.read(onlyA, 'Site', '1', '2')).toEqual(['1', null])
    const asked: string[][] = []
    const source = {
      capabilities: { maxIdsPerRead: { Ticket: 2 } },
      listPage: async (_session: VendorSession, { parent = '' }: ListRequest) => pageOf([parent], asked),
      childPages: async (_session: VendorSession, { parents }: ChildrenRequest) =>
        parents.map((parent) => pageOf([parent], asked)),
    } as unknown as VendorSource
    const session = { connection: { slug: SLUG } } as VendorSession
    const below = (scope: RecordScope) => withinScope(source, session, scope).source
    const request = { list: 'Company.sites', parents: ['a', 'b'] } as unknown as ChildrenRequest
    const pages = await below(onlyA).childPages?.(session, request)
    expect(pages?.map((page) => page instanceof Error || page.records.length)).toEqual([1, 0])
    expect(asked).toEqual([['a']])

    const next = (parent: string) => ({ ...request, parent }) as unknown as ListRequest
    expect((await below(onlyA).listPage(session, next('b'))).records).toEqual([])
    expect((await below(onlyA).listPage(session, next('a'))).records).toHaveLength(1)

    // A board says nothing of a site, and would hold none back.
    const byBoard: RecordScope = { include: { boards: ['1'] } }
    await expect(below(byBoard).childPages?.(session, request)).rejects.toMatchObject({
      extensions: { code: 'RECORD_OUT_OF_SCOPE' },
    })
  })

  it('of companies: themselves; of members: nobody is outside', async () => {
    expect(await vendor.read(onlyA, 'Company', 'a', 'b')).toEqual(['a', null])
    expect(await vendor.read(onlyA, 'Member', '5')).toEqual(['5'])
  })

  it('of notes and time: their ticket decides, whatever company they tell', async () => {
    expect(await vendor.read(onlyA, 'Note', '7.1', '8.1', '9.1')).toEqual(['7.1', null, '9.1'])
    expect(await vendor.read(onlyA, 'TimeEntry', '1', '2', '3', '4', '5')).toEqual([
      '1',
      null,
      '3',
      null,
      null,
    ])
    const board: RecordScope = { include: { boards: ['1'] } }
    expect(await vendor.read(board, 'Note', '7.1', '8.1', '9.1')).toEqual(['7.1', '8.1', null])
    expect(await vendor.read(board, 'TimeEntry', '1', '3')).toEqual(['1', null])
  })

  it('of types of companies: any that a company has counts, where they can be read', async () => {
    const typed = vendorWith([ticket('7', 'a'), ticket('8', 'b'), ticket('9', 'c')], { types: true })

    expect(await typed.read({ include: { companyTypes: ['vendor'] } }, 'Ticket', '7', '8', '9')).toEqual([
      '7',
      null,
      null,
    ])
    expect(await typed.read({ exclude: { companyTypes: ['Client'] } }, 'Ticket', '7', '8', '9')).toEqual([
      null,
      '8',
      null,
    ])
    expect(await vendor.read({ exclude: { companyTypes: ['Client'] } }, 'Ticket', '7', '8')).toEqual([
      null,
      null,
    ])
  })

  it('are refused alone when the scope says nothing of them, and followed after a look', () => {
    const { scope } = vendor.within({ include: { boards: ['1'] } })
    expect(scope?.refuseAlone('Contact')).toMatchObject({ extensions: { code: 'RECORD_OUT_OF_SCOPE' } })
    expect(scope?.refuseAlone('Ticket')).toBeNull()
    expect(scope?.follow(inside)).toBe('AS_IT_IS')

    const byCompany = vendor.within(onlyA).scope!
    expect(byCompany.refuseAlone('Contact')).toBeNull()
    expect(byCompany.follow(record('Contact', '1', { name: 'Ann' }))).toBe('LOAD')
    expect([inside, outside].map((one) => byCompany.follow(one))).toEqual(['AS_IT_IS', 'NOWHERE'])
    expect(byCompany.follow(record('Ticket', '7'))).toBe('LOAD')
    expect(byCompany.follow(record('Company', 'b'))).toBe('NOWHERE')
    expect(byCompany.follow(record('Board', '2'))).toBe('AS_IT_IS')
  })
})
