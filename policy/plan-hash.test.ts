import { describe, expect, it } from 'vitest'
import { planHash } from './plan-hash.ts'

describe('planHash', () => {
  it('is hex SHA-256 of the RFC 8785 text', () => {
    // printf '{"a":[1,true,null],"b":"\303\244"}' | sha256sum
    expect(planHash({ b: 'ä', a: [1.0, true, null] })).toBe(
      '969f837dc907ce425d3075e4047f12a0b40019a48623474c735721c438c5f60f',
    )
  })

  it('does not depend on the order of keys, and does on that of steps', () => {
    expect(planHash({ a: 1, b: { c: 2, d: 3 } })).toBe(planHash({ b: { d: 3, c: 2 }, a: 1 }))
    expect(planHash({ steps: [1, 2] })).not.toBe(planHash({ steps: [2, 1] }))
  })

  it('is the same after a way through the store', () => {
    const plan = { body: '{"id": 1}', left: undefined, hours: 0.1 + 0.2, text: 'a\u2028b\u{1f600}' }

    expect(planHash(JSON.parse(JSON.stringify(plan)))).toBe(planHash(plan))
  })

  it.each([undefined, Number.NaN, { hours: Number.POSITIVE_INFINITY }, { id: 1n }, () => 1, '\ud800'])(
    'refuses what has no JSON form: %s',
    (plan) => expect(() => planHash(plan)).toThrow(),
  )
})
