import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { strictJson } from './strict-json.ts'

describe('strict JSON', () => {
  it.each([
    '{}',
    '[]',
    '{"a":[1,2.5,-0.125,1e3,true,null,"x"]}',
    '{"a":{"b":1},"b":{"b":1}}',
    '[{"a":1},{"a":1}]',
    '{"A":1,"a":2}',
    '{"a":9007199254740991}',
    '{"a":"9007199254740993"}',
    `${'['.repeat(20)}${']'.repeat(20)}`,
    '{"a":"\\ud83d\\ude00"}',
  ])('takes %s', (text) => expect(strictJson(text)).toEqual(JSON.parse(text)))

  it.each([
    ['a name twice', '{"a":1,"a":1}', 'each name once'],
    ['a name twice by an escape', '{"a":1,"\\u0061":1}', 'each name once'],
    ['a name twice far below', '[{"x":{"a":1,"b":2,"a":3}}]', 'each name once'],
    ['__proto__', '{"__proto__":{}}', '__proto__'],
    ['an escaped __proto__', '{"\\u005f_proto__":{}}', '__proto__'],
    ['constructor', '[{"constructor":1}]', 'constructor'],
    ['prototype', '{"a":{"prototype":1}}', 'prototype'],
    ['21 levels', `${'['.repeat(21)}${']'.repeat(21)}`, 'at most 20 levels'],
    ['10,000 levels', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, 'at most 20 levels'],
    ['an integer beyond a double', '{"a":9007199254740992}', 'holds exactly'],
    ['a large integer in another notation', '{"a":1e16}', 'holds exactly'],
    ['more than a double', '{"a":1e400}', 'holds exactly'],
    ['less than a double', '{"a":1e-400}', 'holds exactly'],
    ['more digits than a double', '{"a":0.12345678901234567890}', 'holds exactly'],
    ['half a character', '{"a":"\\ud800"}', 'whole characters'],
    ['half a character as a name', '{"\\udc00":1}', 'whole characters'],
    ['a text behind it', '{} {}', 'JSON text'],
    ['a comment', '{/**/}', 'JSON text'],
    ['a comma at the end', '[1,]', 'JSON text'],
    ['single quotes', "{'a':1}", 'JSON text'],
    ['NaN', '[NaN]', 'JSON text'],
    ['a leading zero', '[01]', 'JSON text'],
    ['a raw line end in a text', '["a\nb"]', 'JSON text'],
    ['a byte order mark', '\ufeff{}', 'JSON text'],
    ['a number alone', '1', 'a JSON object or array'],
    ['null', 'null', 'a JSON object or array'],
    ['nothing', '', 'JSON text'],
    ['200,001 characters', `["${'x'.repeat(199_997)}"]`, 'at most 200000 characters'],
  ])('refuses %s', (_name, text, expected) => {
    expect(() => strictJson(text)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(expected) }),
    )
  })

  it('says where, and not what', () => {
    expect(() => strictJson('{"secret":1,\n "secret":2}')).toThrow(
      expect.objectContaining({
        extensions: expect.objectContaining({ came: 'the same name again at line 2, column 2' }),
      }),
    )
  })

  it('reads what was written, and nothing else', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        let value: unknown
        try {
          value = strictJson(text)
        } catch {
          return
        }
        expect(value).toEqual(JSON.parse(text))
        expect(strictJson(JSON.stringify(value))).toEqual(value)
      }),
      { numRuns: 2_000 },
    )
  })
})
