import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conditionPaths, fieldPaths, orderPaths } from './condition-paths.ts'

describe('paths of a condition', () => {
  it.each([
    ['id = 1', ['id']],
    ['id=1', ['id']],
    ['board/name in ("A", "B") AND closedFlag=False', ['board/name', 'closedFlag']],
    ['(a = 1 or (b != -2.5 and c <= [2026-01-01]))', ['a', 'b', 'c']],
    ['summary not contains "and contact/name = 1"', ['summary']],
    ["summary like '%x%' Or x > [2026-08-20T18:04:26Z]", ['summary', 'x']],
    ['a = null and b = true', ['a', 'b']],
    ['a not in (1)', ['a']],
    ['contains contains "x"', ['contains']],
  ])('%s', (text, paths) => expect(conditionPaths('conditions', text)).toEqual(paths))

  it.each([
    '',
    ' ',
    'id',
    'id =',
    '= 1',
    'id = 1 id = 2',
    'id = 1 and',
    'and id = 1',
    'id == 1',
    'id = 1)',
    '(id = 1',
    'id = "x',
    'id = "x\\"',
    'id = "x" "y"',
    'id in ()',
    'id in (1,)',
    'id in 1',
    'id contains 1 2',
    'id contains x',
    'id = other',
    'not id = 1',
    'id = 1;',
    'id = [2026]',
    'id = [2026-01-01',
    'a/ = 1',
    '/a = 1',
    'a//b = 1',
    'a.b = 1',
    '"a" = 1',
    'f(a) = 1',
    'id = 1 -- x',
    'id = 1x',
    'id\t= 1',
    `${'('.repeat(22)}id = 1${')'.repeat(22)}`,
  ])('refuses %j', (text) => {
    expect(() => conditionPaths('conditions', text)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT' }),
    )
  })

  it('leaves no name out, whatever stands in the texts', () => {
    const name = fc.constantFrom('id', 'contact/name', 'board/id', 'summary')
    const text = fc.string({ maxLength: 12 }).map((one) => `"${one.replace(/["\\]/g, '')}"`)
    const comparison = fc.oneof(
      fc.tuple(name, text).map(([path, value]) => ({ path, text: `${path} = ${value}` })),
      fc.tuple(name, text).map(([path, value]) => ({ path, text: `(${path} not contains ${value})` })),
      fc.tuple(name, fc.integer()).map(([path, value]) => ({ path, text: `${path} in (${value}, 1)` })),
    )
    fc.assert(
      fc.property(
        fc.array(comparison, { minLength: 1, maxLength: 5 }),
        fc.constantFrom('and', 'OR'),
        (all, word) => {
          const text = all.map((one) => one.text).join(` ${word} `)
          expect(conditionPaths('conditions', text)).toEqual(all.map(({ path }) => path))
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

describe('paths of fields and orders', () => {
  it('reads them', () => {
    expect(fieldPaths('fields', 'id, company/name,_info')).toEqual(['id', 'company/name', '_info'])
    expect(orderPaths('orderBy', 'lastUpdated desc, id,name ASC')).toEqual(['lastUpdated', 'id', 'name'])
  })
  it.each(['', ',', 'a,', 'a b', 'a;b', 'a/', '*', 'a.b', '"a"'])('refuses %j as fields', (text) => {
    expect(() => fieldPaths('fields', text)).toThrow()
  })
  it.each(['', 'a up', 'a asc desc', 'a;b', 'a,'])('refuses %j as an order', (text) => {
    expect(() => orderPaths('orderBy', text)).toThrow()
  })
})
