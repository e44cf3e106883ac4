import { getIntrospectionQuery } from 'graphql'
import { describe, expect, it } from 'vitest'
import { harness } from './harness.ts'
import { Lru } from './lru.ts'

const { ask } = harness()

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_item, index) => text(index)).join(' ')

/** `contact { tickets { nodes { ... } } }`: three levels each. */
const nested = (depth: number): string => {
  const names = ['contact', 'tickets(first: 1)', 'nodes']
  let text = '__typename'
  for (let level = depth - 3; level >= 0; level--) text = `${names[level % 3]} { ${text} }`
  return `{ ticket(id: "acme-cw:Ticket:1") { ${text} } }`
}

describe('limits', () => {
  it.each`
    limit                   | allowed | within                                                                                                                                                                                         | beyond
    ${'tokens'}             | ${2000} | ${`{ tickets(connections: [${times(1980, () => '"a"')}]) { nodes { id } } }`}                                                                                                                  | ${`{ tickets(connections: [${times(2000, () => '"a"')}]) { nodes { id } } }`}
    ${'depth'}              | ${10}   | ${nested(10)}                                                                                                                                                                                  | ${nested(11)}
    ${'aliases'}            | ${30}   | ${`{ tickets { ${times(30, (i) => `a${i}: __typename`)} } }`}                                                                                                                                  | ${`{ tickets { ${times(31, (i) => `a${i}: __typename`)} } }`}
    ${'aliases'}            | ${30}   | ${`{ tickets { ${times(31, () => '__typename')} } }`}                                                                                                                                          | ${`{ tickets { ${times(32, () => '__typename')} } }`}
    ${'directives'}         | ${30}   | ${`{ tickets { ${times(30, () => '__typename @skip(if: false)').replace(/__typename/g, 'pageInfo')} } }`.replaceAll('pageInfo @skip(if: false)', 'pageInfo @skip(if: false) { hasNextPage }')} | ${`{ tickets { ${times(31, () => 'pageInfo @skip(if: false) { hasNextPage }')} } }`}
    ${'rootFields'}         | ${10}   | ${`{ ${times(10, (i) => `a${i}: tickets { __typename }`)} }`}                                                                                                                                  | ${`{ ${times(11, (i) => `a${i}: tickets { __typename }`)} }`}
    ${'mutationRootFields'} | ${5}    | ${`mutation { ${times(5, (i) => `a${i}: approve(id: "1") { id }`)} }`}                                                                                                                         | ${`mutation { ...F a5: approve(id: "1") { id } } fragment F on Mutation { ${times(5, (i) => `a${i}: approve(id: "1") { id }`)} }`}
    ${'cost'}               | ${5000} | ${'{ tickets(first: 50) { nodes { title contact { name email } notes(first: 5) { nodes { text } } } } }'}                                                                                      | ${'{ tickets(first: 100) { nodes { contact { tickets(first: 100) { nodes { notes(first: 100) { nodes { text } } } } } } } }'}
  `('$limit: $allowed pass, one more is refused', async ({ limit, allowed, within, beyond }) => {
    expect((await ask(within as string)).errors).toEqual([])
    const { errors, result, journal } = await ask(beyond as string)
    expect(errors).toEqual(['LIMIT_EXCEEDED'])
    expect(result.errors![0]!.extensions).toEqual({
      code: 'LIMIT_EXCEEDED',
      limit,
      allowed,
      came: expect.any(Number),
    })
    expect(journal).toEqual([])
  })

  it('fields: 200 after merging', async () => {
    const few = harness({ fields: 5 })
    expect(
      (await few.ask('{ tickets { nodes { id id id title } } tickets { nodes { title } } }')).errors,
    ).toEqual([])
    expect((await few.ask('{ tickets { nodes { id title } pageInfo { hasNextPage } } }')).errors).toEqual([
      'LIMIT_EXCEEDED',
    ])
  })

  it('a page size in a variable counts', async () => {
    const source = 'query ($n: Int) { tickets(first: $n) { nodes { notes(first: $n) { nodes { text } } } } }'
    expect((await ask(source, { n: 5 })).errors).toEqual([])
    expect((await ask(source, { n: 1000 })).errors).toEqual(['LIMIT_EXCEEDED'])
  })

  it('a page larger than the installation allows is refused, wherever its size stands', async () => {
    const few = harness({ page: 30 })
    const source = 'query ($n: Int) { tickets { nodes { notes(first: $n) { nodes { text } } } } }'
    expect((await few.ask(source, { n: 30 })).errors).toEqual([])
    const { errors, result } = await few.ask(source, { n: 31 })
    expect(errors).toEqual(['LIMIT_EXCEEDED'])
    expect(result.errors![0]!.extensions).toMatchObject({ limit: 'page', allowed: 30, came: 31 })
  })

  it('introspection alone is exempt from depth and fields', async () => {
    const strict = harness({ depth: 2, fields: 2 })
    expect((await strict.ask(getIntrospectionQuery())).errors).toEqual([])
  })
})

describe('documents made to be slow end quickly', () => {
  it.each([
    [
      'fragments that double each other',
      `{ ticket(id: "1") { ...F0 } } ${times(60, (i) => `fragment F${i} on Ticket { a: contact { tickets { nodes { ...F${i + 1} } } } b: contact { tickets { nodes { ...F${i + 1} } } } }`)} fragment F60 on Ticket { id }`,
    ],
    [
      'fragments that only spread',
      `{ ticket(id: "1") { ...F0 } } ${times(100, (i) => `fragment F${i} on Ticket { ...F${i + 1} ...F${i + 1} }`)} fragment F100 on Ticket { id }`,
    ],
    [
      'fragments in a circle',
      '{ ticket(id: "1") { ...A } } fragment A on Ticket { ...B } fragment B on Ticket { contact { tickets { nodes { ...A } } } }',
    ],
    ['a deep document', `{ ticket(id: "1") ${times(400, () => '{ contact')} ${'}'.repeat(400)} }`],
  ])('%s', async (_what, source) => {
    const started = performance.now()
    await ask(source)
    expect(performance.now() - started).toBeLessThan(500)
  })
})

it('the cache forgets what was used longest ago', () => {
  const lru = new Lru<number>(2)
  lru.set('a', 1)
  lru.set('b', 2)
  lru.get('a')
  lru.set('c', 3)
  expect([lru.get('a'), lru.get('b'), lru.get('c'), lru.size]).toEqual([1, undefined, 3, 2])
})
