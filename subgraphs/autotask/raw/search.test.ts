import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPaging, readSearch } from './search.ts'

const names = (query: unknown) => readSearch('body', query).filtered.map(({ name }) => name)
const one = (condition: unknown) => ({ filter: [condition] })
const ID = { op: 'exist', field: 'id' }

describe('fields of a query', () => {
  it.each([
    [one(ID), ['id']],
    [{ FILTER: [{ OP: 'eq', Field: 'status', VALUE: 5 }] }, ['status']],
    [{ filter: [ID, { op: 'in', field: 'queueID', value: [1, 2] }] }, ['id', 'queueID']],
    [
      one({ op: 'or', items: [ID, { op: 'and', items: [{ op: 'noteq', field: 'title', value: 'x' }] }] }),
      ['id', 'title'],
    ],
    [one({ op: 'contains', field: 'Asset Tag', value: 'x', udf: true }), ['Asset Tag']],
    [{ ...one(ID), maxRecords: 500, includeFields: [] }, ['id']],
  ])('%j', (query, expected) => expect(names(query)).toEqual(expected))

  it('tells custom fields from columns, and what a page shows', () => {
    const query = {
      ...one({ op: 'eq', field: 'Status', value: 'x', udf: true }),
      IncludeFields: ['id', 'Asset Tag'],
    }
    expect(readSearch('body', query)).toMatchObject({
      filtered: [{ name: 'Status', custom: true }],
      included: [
        { name: 'id', custom: false },
        { name: 'Asset Tag', custom: true },
      ],
      pins: [],
    })
  })

  it('pins only what every row meets', () => {
    const pinned = { op: 'eq', field: 'ticketID', value: 5 }
    expect(readSearch('body', one(pinned)).pins).toEqual([{ field: 'ticketid', op: 'eq', value: 5 }])
    expect(readSearch('body', one({ op: 'or', items: [pinned, ID] })).pins).toEqual([])
    expect(readSearch('body', one({ op: 'and', items: [pinned] })).pins).toEqual([])
    expect(readSearch('body', one({ ...pinned, udf: true })).pins).toEqual([])
    expect(readSearch('body', one({ op: 'gte', field: 'ticketID', value: 5 })).pins).toEqual([])
  })

  it.each([
    undefined,
    null,
    [],
    'x',
    {},
    { filter: [] },
    { filter: ID },
    { filter: [null] },
    { filter: [[ID]] },
    { ...one(ID), Filter: [] },
    { ...one(ID), expand: 'x' },
    { ...one(ID), maxRecords: 0 },
    { ...one(ID), maxRecords: '5' },
    { ...one(ID), maxRecords: 1.5 },
    { ...one(ID), includeFields: 'id' },
    { ...one(ID), includeFields: [1] },
    { ...one(ID), includeFields: ['a.b'] },
    { ...one(ID), includeFields: ['a/b'] },
    one({ field: 'id' }),
    one({ op: 'exist' }),
    one({ op: 'Exist', field: 'id' }),
    one({ op: 'noteExist', field: 'id' }),
    one({ op: 'exist', field: 'id', value: null }),
    one({ op: 'exist', field: 'a.b' }),
    one({ op: 'exist', field: 'a b' }),
    one({ op: 'exist', field: 'a.b', udf: true }),
    one({ op: 'exist', field: 'id', udf: 1 }),
    one({ op: 'exist', field: 'id', FIELD: 'x' }),
    one({ op: 'eq', field: 'id' }),
    one({ op: 'eq', field: 'id', value: null }),
    one({ op: 'eq', field: 'id', value: [1] }),
    one({ op: 'in', field: 'id', value: 1 }),
    one({ op: 'in', field: 'id', value: [] }),
    one({ op: 'in', field: 'id', value: [{}] }),
    one({ op: 'and', items: [] }),
    one({ op: 'and', items: ID }),
    one({ op: 'and', items: [ID], field: 'id' }),
    one({ op: 'AND', items: [ID] }),
    one({ op: 'eq', field: 'id', value: 1, items: [ID] }),
    one({ op: 'in', field: 'id', value: Array.from({ length: 501 }, (_one, index) => index) }),
  ])('refuses %j', (query) => {
    expect(() => readSearch('body', query)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }))
  })

  it('finds a field however deep it stands, in whatever is read', () => {
    const field = fc.constantFrom('id', 'title', 'description', 'queueID')
    const leaf = fc.record({ op: fc.constantFrom('exist', 'notExist'), field })
    const { condition } = fc.letrec<{ condition: unknown }>((tie) => ({
      condition: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.record({
          op: fc.constantFrom('and', 'or'),
          items: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
        }),
      ),
    }))
    fc.assert(
      fc.property(fc.array(condition, { minLength: 1, maxLength: 3 }), (filter) => {
        const written = [...JSON.stringify(filter).matchAll(/"field":"(\w+)"/g)].map(([, name]) => name)
        expect(names({ filter })).toEqual(written)
      }),
    )
  })
})

describe('paging', () => {
  it('is sizes and ids', () => {
    const paging = { pageSize: 5, previousIds: [], nextIds: [7] }
    expect(readPaging('paging', paging)).toEqual(paging)
  })
  it.each([
    null,
    'x',
    {},
    { pageSize: 0, previousIds: [], nextIds: [] },
    { pageSize: 501, previousIds: [], nextIds: [] },
    { pageSize: 5, previousIds: ['1'], nextIds: [] },
    { pageSize: 5, previousIds: [], nextIds: [1.5] },
    { pageSize: 5, previousIds: [], nextIds: [], filter: [] },
  ])('and nothing else: %j', (given) => {
    expect(() => readPaging('paging', given)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }))
  })
})
