import { describe, expect, it } from 'vitest'
import { checkedText, ids, searchPiece, timeOf } from './query.ts'

describe('parameters: injection through values', () => {
  it.each([['1,2'], ['1&client_id=2'], ['-'], ['1 or 1=1'], ['0x10'], [''], ['2147483648'], ['１'], ['[1]']])(
    'refuses %j as an id',
    (value) => {
      expect(() => ids('status', [value], 'status')).toThrow('"status"')
    },
  )

  it('joins several ids, each once', () => {
    expect(ids('status', ['1', '2', '1'])).toEqual(['status', '1,2'])
    expect(() => ids('status', [])).toThrow(TypeError)
  })

  it.each([['a\nb'], ['a\u0000b'], ['a\u2028b'], ['a\ud800b'], ['x'.repeat(201)], ['  '], [5]])(
    'refuses %j as a text',
    (value) => {
      expect(() => checkedText('text', value)).toThrow('"text"')
    },
  )

  it.each`
    text                   | piece            | why
    ${'printer'}           | ${'printer'}     | ${'plain text'}
    ${'100% load'}         | ${'load'}        | ${'a per cent sign is a wildcard'}
    ${'[VIP] printer'}     | ${'printer'}     | ${'a bracket opens a set of characters'}
    ${'Delta_Fabrication'} | ${'Fabrication'} | ${'an underscore stands for any character'}
    ${"O'Brien"}           | ${'Brien'}       | ${'quotes are left out'}
    ${'Café'}              | ${'Caf'}         | ${'accents are the collation’s business'}
    ${'%_%'}               | ${null}          | ${'nothing is left to ask for'}
  `('asks for $piece of $text: $why', ({ text, piece }) => {
    expect(searchPiece(text)).toBe(piece)
  })

  it.each([['2026-01-01'], ['now()'], ['2026-01-01T00:00:00'], ['2026-13-01T00:00:00Z'], [5]])(
    'refuses %j as a time',
    (value) => {
      expect(() => timeOf('createdAt.after', value)).toThrow('"createdAt.after"')
    },
  )
})
