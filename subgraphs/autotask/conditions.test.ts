import { describe, expect, it } from 'vitest'
import { containsExactly } from '../reading/fold.ts'
import {
  alternatives,
  any,
  boolean,
  type Condition,
  compare,
  contains,
  datetime,
  exists,
  fieldName,
  instant,
  integer,
  isIn,
  text,
} from './conditions.ts'

const title = fieldName('title')
const sent = (condition: Condition) => JSON.parse(JSON.stringify(condition)) as unknown

describe('filters: injection through values', () => {
  it.each`
    value                                               | why
    ${'printer'}                                        | ${'plain text'}
    ${'x"},{"op":"gte","field":"id","value":0},{"a":"'} | ${'JSON inside a JSON text is text'}
    ${"O'Brien' or 1=1 --"}                             | ${'no SQL is made of it here'}
    ${'a\\'}                                            | ${'a backslash is escaped by JSON'}
    ${'100% [VIP] _'}                                   | ${'what may be wildcards, left to the second look'}
    ${'Café ☕'}                                        | ${'any language'}
  `('$value stays one value: $why', ({ value }) => {
    expect(sent(contains('text', title, value))).toEqual({ op: 'contains', field: 'title', value })
    expect(sent(compare(title, 'eq', text('text', value)))).toEqual({ op: 'eq', field: 'title', value })
  })

  it.each`
    value                                   | why
    ${{ op: 'gte', field: 'id', value: 0 }} | ${'an object instead of a text'}
    ${['a', 'b']}                           | ${'a list instead of a text'}
    ${'a\nb'}                               | ${'a line end'}
    ${'a\u0000b'}                           | ${'a NUL'}
    ${'a\u2028b'}                           | ${'a line separator'}
    ${'a\ud800b'}                           | ${'half a character'}
    ${'x'.repeat(201)}                      | ${'too long'}
  `('refuses $why', ({ value }) => {
    expect(() => text('text', value)).toThrow('"text"')
  })

  it.each([['1 or 1=1'], ['-1'], ['1.5'], ['0x10'], [''], ['99999999999999999'], ['１'], [{ $gt: 0 }]])(
    'refuses %j as a number',
    (value) => {
      expect(() => integer('company', value)).toThrow('"company"')
    },
  )

  it.each([['true'], [1], [null]])('refuses %j as a boolean', (value) => {
    expect(() => boolean('active', value)).toThrow('"active"')
  })

  it.each([['2026-01-01'], ['now()'], ['2026-01-01T00:00:00'], ['2026-13-01T00:00:00Z'], [0]])(
    'refuses %j as a time',
    (value) => {
      expect(() => instant('createdAt.after', value)).toThrow('"createdAt.after"')
    },
  )

  it.each([['Company.name'], ['a b'], [''], ['id"'], ['1d']])('refuses %j as a field', (name) => {
    expect(() => fieldName(name)).toThrow(TypeError)
  })
})

describe('filters: values', () => {
  it('writes times in UTC, and says so', () => {
    expect(
      sent(compare(fieldName('createDate'), 'gte', datetime(instant('at', '2026-11-20T18:00:00+02:00')))),
    ).toEqual({ op: 'gte', field: 'createDate', value: '2026-11-20T16:00:00.000Z' })
  })

  it('counts what the vendor counts as OR conditions', () => {
    const ids = Array.from({ length: 30 }, (_, index) => integer('id', index))
    expect(alternatives([isIn(fieldName('id'), ids), exists(title)])).toBe(30)
    expect(alternatives([any([exists(title), exists(title, false)]) as Condition])).toBe(2)
  })

  it('compares once more as loosely as a collation may', () => {
    expect(containsExactly('CAFÉ at 100% load', 'cafe at 100%')).toBe(true)
    expect(containsExactly('at 1000 load', '100% load')).toBe(false)
  })
})
