import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainPath } from './path.ts'

describe('a plain path', () => {
  it.each([
    ['/service/tickets/1', '/service/tickets/1'],
    ['/Service/TICKETS', '/Service/TICKETS'],
    ['/company/%63ontacts', '/company/contacts'],
    ['/api/now/table/x_acme-1.2', '/api/now/table/x_acme-1.2'],
  ])('%s', (path, plain) => expect(plainPath(path)).toBe(plain))

  it('of 2,000 characters is the longest', () => {
    expect(plainPath(`/${'a'.repeat(1_999)}`)).toHaveLength(2_000)
    expect(() => plainPath(`/${'a'.repeat(2_000)}`)).toThrow('at most 2000 characters')
  })

  it.each([
    '',
    'service',
    '//x',
    '/a//b',
    '/a/',
    '/a\\b',
    '/a@b',
    '/a;b',
    '/a#b',
    '/a?b',
    '/a b',
    '/a\tb',
    '/ä',
    '/.',
    '/a/..',
    '/...',
    '/%2e',
    '/a%2Eb',
    '/%2f',
    '/%5C',
    '/%25',
    '/%2541',
    '/%3f',
    '/%23',
    '/%40',
    '/%3B',
    '/%00',
    '/%0a',
    '/%20',
    '/%7f',
    '/%c3%a4',
    '/%',
    '/%4',
    '/%u0041',
  ])('is not %j', (path) => {
    expect(() => plainPath(path)).toThrow('"path": expected')
  })

  it('tells what came without repeating it', () => {
    expect(() => plainPath('/tickets/<script>\u202e')).toThrow(
      expect.objectContaining({
        extensions: expect.objectContaining({ came: 'U+202E in part 2' }),
      }),
    )
  })

  it('stays the same when it is decoded or parsed again, whatever came', () => {
    const odd = fc.constantFrom(
      '/',
      '.',
      '%',
      '%2e',
      '%2f',
      '%25',
      '\\',
      '@',
      ';',
      '#',
      '?',
      'a',
      'Z',
      '0',
      '\t',
      '：',
    )
    fc.assert(
      fc.property(
        fc.array(fc.oneof(odd, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 12 }),
        (parts) => {
          let plain: string
          try {
            plain = plainPath(`/${parts.join('')}`)
          } catch {
            return
          }
          expect(decodeURIComponent(plain)).toBe(plain)
          const url = new URL(plain, 'https://psa.example')
          expect(url.origin).toBe('https://psa.example')
          expect(decodeURIComponent(url.pathname)).toBe(plain)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
