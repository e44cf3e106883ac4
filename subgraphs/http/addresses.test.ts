import { describe, expect, it } from 'vitest'
import { rangeOf, refusedRange } from './addresses.ts'
import { assertOrigin, buildUrl } from './origins.ts'

describe('addresses that a host may resolve to', () => {
  it.each`
    address                     | cloud    | onPremises
    ${'20.1.2.3'}               | ${true}  | ${true}
    ${'2606:4700::1'}           | ${true}  | ${true}
    ${'127.0.0.1'}              | ${false} | ${true}
    ${'::1'}                    | ${false} | ${true}
    ${'10.0.0.1'}               | ${false} | ${true}
    ${'192.168.1.1'}            | ${false} | ${true}
    ${'100.64.0.1'}             | ${false} | ${true}
    ${'fd00::1'}                | ${false} | ${true}
    ${'::ffff:127.0.0.1'}       | ${false} | ${true}
    ${'169.254.169.254'}        | ${false} | ${false}
    ${'::ffff:169.254.169.254'} | ${false} | ${false}
    ${'fe80::1'}                | ${false} | ${false}
    ${'64:ff9b::7f00:1'}        | ${false} | ${false}
    ${'2002:7f00:1::'}          | ${false} | ${false}
    ${'0.0.0.0'}                | ${false} | ${false}
    ${'224.0.0.1'}              | ${false} | ${false}
    ${'255.255.255.255'}        | ${false} | ${false}
    ${'::'}                     | ${false} | ${false}
    ${'not an address'}         | ${false} | ${false}
  `('$address: cloud $cloud, on premises $onPremises', ({ address, cloud, onPremises }) => {
    expect(refusedRange(address, false) === undefined).toBe(cloud)
    expect(refusedRange(address, true) === undefined).toBe(onPremises)
  })
})

describe('ranges that an administrator names', () => {
  it.each([
    ['10.20.0.0/16', '10.20.0.0/16'],
    ['10.20.1.7', '10.20.1.7/32'],
    ['fd00::1', 'fd00::1/128'],
    ['fd00::/8', 'fd00::/8'],
    ['10.20.0.0/33', null],
    ['10.20.0.0/', null],
    ['10.20.0.0/16/8', null],
    ['psa.example', null],
    ['', null],
  ])('%j is %j', (text, range) => {
    expect(rangeOf(text)).toBe(range)
  })
})

describe('origins', () => {
  const pinned = { origin: 'https://api-na.myconnectwise.net', allowPrivate: false }
  it.each([
    ['https://evil.example'],
    ['http://api-na.myconnectwise.net'],
    ['https://user:pw@api-na.myconnectwise.net'],
    ['https://api-na.myconnectwise.net/path'],
    ['https://api-na.myconnectwise.net:8443'],
    ['nothing'],
  ])('refuses %s as the address of a connection', (url) => {
    expect(() => assertOrigin('acme-cw', url, pinned)).toThrow(
      expect.objectContaining({ code: 'NOT_CONFIGURED' }),
    )
  })

  it.each([
    ['//evil.example/x'],
    ['/\\evil.example'],
    ['/a/../b'],
    ['/a/%2e%2e/b'],
    ['/a//b'],
    ['x'],
    ['/a?b=c'],
    ['/a\tb'],
  ])('refuses %j as a path', (path) => {
    expect(() => buildUrl(pinned.origin, path, [])).toThrow(expect.objectContaining({ code: 'INTERNAL' }))
  })

  it('encodes a query whole', () => {
    expect(buildUrl(pinned.origin, '/a', [['conditions', `x = 'a&b#c' + "*"`]]).href).toBe(
      'https://api-na.myconnectwise.net/a?conditions=x%20%3D%20%27a%26b%23c%27%20%2B%20%22%2A%22',
    )
  })
})
