import { describe, expect, it } from 'vitest'
import { containsExactly } from '../reading/fold.ts'
import { compare, contains, datetime, fieldPath, integer, isIn, text } from './conditions.ts'

const summary = fieldPath('summary')

describe('conditions: injection through values', () => {
  it.each`
    value                        | literal                        | why
    ${'printer'}                 | ${'"printer"'}                 | ${'plain text'}
    ${'x" or id > 0 or "'}       | ${`'x" or id > 0 or "'`}       | ${'a double quote stays inside single ones'}
    ${"O'Brien' or closedFlag="} | ${`"O'Brien' or closedFlag="`} | ${'an apostrophe stays inside double ones'}
    ${') or (id > 0'}            | ${'") or (id > 0"'}            | ${'parentheses mean nothing in quotes'}
    ${'[2026-01-01]'}            | ${'"[2026-01-01]"'}            | ${'no datetime'}
    ${'null'}                    | ${'"null"'}                    | ${'no keyword'}
    ${'Café ☕'}                 | ${'"Café ☕"'}                 | ${'any language'}
  `('writes $value as $literal: $why', ({ value, literal }) => {
    expect(compare(summary, '=', text('text', value))).toBe(`summary = ${literal}`)
  })

  it.each`
    value              | why
    ${`a"b'c`}         | ${'no kind of quotes is left'}
    ${'a\\'}           | ${'a backslash might take the closing quote along'}
    ${'a\\" or 1=1'}   | ${'an escape that the server may or may not know'}
    ${'a\nb'}          | ${'a line end'}
    ${'a\u0000b'}      | ${'a NUL'}
    ${'a\u2028b'}      | ${'a line separator'}
    ${'a\ud800b'}      | ${'half a character'}
    ${'x'.repeat(201)} | ${'too long'}
  `('refuses $value: $why', ({ value }) => {
    expect(() => text('text', value)).toThrow('"text"')
  })

  it.each([['1 or 1=1'], ['-1'], ['1.5'], ['0x10'], [''], ['2147483648'], ['１']])(
    'refuses %j as a number',
    (value) => {
      expect(() => integer('numbers', value)).toThrow('"numbers"')
    },
  )

  it.each([
    ['2026-01-01'],
    ['now()'],
    ['2026-01-01T00:00:00'],
    ['2026-13-01T00:00:00Z'],
    ['[2026-01-01T00:00:00Z]'],
  ])('refuses %j as a time', (value) => {
    expect(() => datetime('createdAt.after', value)).toThrow('"createdAt.after"')
  })

  it.each([['agreement/name) or (id'], ['a b'], [''], ['a/b/c'], ['a"']])('refuses %j as a field', (path) => {
    expect(() => fieldPath(path)).toThrow(TypeError)
  })
})

describe('conditions: values', () => {
  it('turns a time into whole seconds of UTC, either way', () => {
    expect(datetime('at', '2026-11-20T18:00:00.400+02:00')).toBe('[2026-11-20T16:00:00Z]')
    expect(datetime('at', '2026-11-20T16:00:00.400Z', 'up')).toBe('[2026-11-20T16:00:01Z]')
  })

  it('writes one value without a list', () => {
    expect(isIn(fieldPath('id'), [integer('id', 1)])).toBe('id = 1')
    expect(isIn(fieldPath('id'), [integer('id', 1), integer('id', 2)])).toBe('id in (1,2)')
  })

  it('asks for a bracket in both spellings, and leaves what may be a wildcard to the second look', () => {
    expect(contains('text', summary, '[VIP] 100%')).toBe(
      '(summary contains "[VIP] 100%" or summary contains "[[]VIP] 100%")',
    )
    expect(containsExactly('CAFÉ at 100% load', 'cafe at 100%')).toBe(true)
    expect(containsExactly('at 1000 load', '100% load')).toBe(false)
  })
})
