import { describe, expect, it } from 'vitest'
import { containsExactly } from '../reading/fold.ts'
import {
  any,
  compare,
  contains,
  encode,
  integer,
  isIn,
  moment,
  sysId,
  text,
  unsafe,
} from './encoded-query.ts'

const ID = 'a'.repeat(32)

describe('encoded queries: injection through values', () => {
  it.each`
    value                                 | why
    ${'x^active=true'}                    | ${'ends the condition'}
    ${'x^NQnumberISNOTEMPTY'}             | ${'begins a query beside the fixed conditions'}
    ${'^ORsys_idISNOTEMPTY'}              | ${'widens the condition before it'}
    ${'a^^b'}                             | ${'an escape that is only said to work'}
    ${'javascript:gs.getUserID()'}        | ${'runs on the server'}
    ${'JavaScript :gs.getUserID()'}       | ${'runs on the server, spelled otherwise'}
    ${'today@javascript:gs.endOfToday()'} | ${'runs on the server, behind a separator'}
    ${'=x'}                               | ${'makes another operator of ">"'}
    ${'>5'}                               | ${'an operator'}
    ${'*x'}                               | ${'a shorthand of LIKE'}
    ${'%x'}                               | ${'a shorthand of ENDSWITH'}
    ${' x'}                               | ${'may be trimmed to another value'}
    ${'a\nb'}                             | ${'a line end'}
    ${'a\u0000b'}                         | ${'a NUL'}
    ${'a\u2028b'}                         | ${'a line separator'}
    ${'a\ud800b'}                         | ${'half a character'}
    ${''}                                 | ${'an empty value asks for something else'}
    ${'x'.repeat(201)}                    | ${'too long'}
  `('refuses $value: $why', ({ value }) => {
    expect(() => text('text', value)).toThrow('"text"')
  })

  it.each`
    value
    ${'printer'}
    ${`O'Brien & "Sons" 100%`}
    ${'Northwind [East]'}
    ${'Café ☕'}
    ${'a,b@c=d'}
    ${'ORDERBYsys_id'}
  `('writes $value as it is', ({ value }) => {
    expect(encode([compare('name', '=', text('name', value))])).toBe(`name=${value}`)
  })

  it.each([['1 OR'], ['1^x'], ['0x1'], [''], ['1,2'], ['１'], ['9999999999']])(
    'refuses %j as a number',
    (value) => {
      expect(() => integer('n', value)).toThrow('"n"')
    },
  )

  it.each([['x'], ['A'.repeat(32)], [`${ID}^x`], [`${ID},${ID}`], [ID.slice(1)]])(
    'refuses %j as an id',
    (value) => {
      expect(() => sysId('id', value)).toThrow('"id"')
    },
  )

  it.each([['now'], ['2026-01-01T00:00:00Z'], ['2026-01-01 00:00:00^x'], ['javascript:1']])(
    'refuses %j as a time',
    (value) => {
      expect(() => moment('at', value)).toThrow('"at"')
    },
  )

  it.each([['a^b'], [''], ['a.b.c.d'], ['A'], ['a b'], ['a='], ['variables.x^']])(
    'refuses %j as a field',
    (name) => {
      expect(() => compare(name, '=', text('x', 'y'))).toThrow(TypeError)
    },
  )

  it('puts no free text into a list', () => {
    expect(() => isIn('name', [text('name', '_HIERARCHYx'), text('name', 'y')])).toThrow(TypeError)
    expect(isIn('state', [integer('s', -5), integer('s', 3)])).toBe('stateIN-5,3')
    expect(isIn('sys_id', [sysId('id', ID)])).toBe(`sys_id=${ID}`)
  })
})

describe('encoded queries: shape', () => {
  it('is a conjunction of disjunctions with the order behind it', () => {
    const query = encode(
      [
        any([compare('state', '=', integer('s', 1)), contains('name', text('t', 'x'))]),
        compare('active', '=', text('a', 'true')),
      ],
      [
        { field: 'opened_at', descending: true },
        { field: 'sys_id', descending: true },
      ],
    )
    expect(query).toBe('state=1^ORnameLIKEx^active=true^ORDERBYDESCopened_at^ORDERBYDESCsys_id')
  })

  it('compares once more as the platform does', () => {
    expect(containsExactly('CAFÉ at 100% load', 'cafe at 100%')).toBe(true)
    expect(containsExactly('at 1000 load', '100% load')).toBe(false)
    expect(unsafe('plain')).toBeUndefined()
  })
})
