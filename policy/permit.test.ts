import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { bodyHash, freshNonce, mintPermit, openPermit, type PermitClaims, permitMatches } from './permit.ts'

const key = new Uint8Array(32).fill(7)
const body = '[{"op":"replace","path":"status","value":{"id":5}}]'
const claims: PermitClaims = {
  requestId: 'req-1',
  attemptId: 'attempt-1',
  step: 1,
  method: 'PATCH',
  url: 'https://api-na.myconnectwise.net/v4_6_release/apis/3.0/service/tickets/42?x=1',
  bodyHash: bodyHash(body),
  nonce: '00112233445566778899aabbccddeeff',
  expiresAt: 10_000,
}
const permit = mintPermit(key, claims)
const request = { method: claims.method, url: claims.url, body }

describe('a permit', () => {
  it('opens to what it was minted for', () => expect(openPermit(key, permit, 9_999)).toEqual(claims))

  it('can be written into a header', () => expect(permit).toMatch(/^permit1\.[\w-]+\.[\w-]+$/))

  it.each`
    now           | why
    ${10_000}     | ${'its time is over'}
    ${20_000}     | ${'its time is long over'}
    ${Number.NaN} | ${'the clock is no number'}
  `('does not open at $now: $why', ({ now }) => {
    expect(() => openPermit(key, permit, now)).toThrow('Write permit refused: expired')
  })

  it('does not open with another key', () => {
    expect(() => openPermit(new Uint8Array(32).fill(8), permit, 0)).toThrow('wrong signature')
  })

  it.each(Object.keys(claims))('does not open once its %s was changed', (name) => {
    const changed = name === 'step' || name === 'expiresAt' ? 99_999 : 'POST'
    const payload = Buffer.from(JSON.stringify({ ...claims, [name]: changed })).toString('base64url')
    const forged = ['permit1', payload, permit.split('.')[2]].join('.')

    expect(() => openPermit(key, forged, 0)).toThrow('wrong signature')
  })

  it.each`
    text                                            | says
    ${''}                                           | ${'not a permit'}
    ${'permit1.e30'}                                | ${'not a permit'}
    ${`${permit}.`}                                 | ${'not a permit'}
    ${permit.replace('permit1', 'permit2')}         | ${'another version'}
    ${`${permit}=`}                                 | ${'wrong signature'}
    ${`${permit} `}                                 | ${'wrong signature'}
    ${permit.slice(0, -1)}                          | ${'wrong signature'}
    ${permit.slice(0, permit.lastIndexOf('.') + 1)} | ${'wrong signature'}
  `('refuses $text', ({ text, says }) => expect(() => openPermit(key, text, 0)).toThrow(says))

  it('refuses a version of its own that was signed with the right key', () => {
    const signed = `permit0.${permit.split('.')[1]}`
    const mac = createHmac('sha256', key).update(signed).digest('base64url')

    expect(() => openPermit(key, `${signed}.${mac}`, 0)).toThrow('another version')
  })

  it('is not minted from claims that say too little, or with a short key', () => {
    expect(() => mintPermit(key, { ...claims, nonce: 'x' })).toThrow()
    expect(() => mintPermit(key, { ...claims, bodyHash: '' })).toThrow()
    expect(() => mintPermit(key, { ...claims, url: '/service/tickets/42' })).toThrow()
    expect(() => mintPermit(new Uint8Array(16), claims)).toThrow('at least 32 bytes, got 16')
  })
})

describe('permitMatches', () => {
  it('matches the very request', () => expect(permitMatches(claims, request)).toBe(true))

  it.each`
    part        | value
    ${'method'} | ${'POST'}
    ${'method'} | ${'patch'}
    ${'url'}    | ${claims.url.replace('42', '43')}
    ${'url'}    | ${claims.url.replace('?x=1', '')}
    ${'url'}    | ${claims.url.replace('api-na', 'api-eu')}
    ${'body'}   | ${`${body} `}
    ${'body'}   | ${null}
  `('does not match another $part: $value', ({ part, value }) => {
    expect(permitMatches(claims, { ...request, [part]: value })).toBe(false)
  })
})

describe('bodyHash', () => {
  it('is SHA-256 of the bytes, and of the empty text for no body', () => {
    expect(bodyHash('ä')).toBe('33e6d73fee82904c8d7afb78de1154d1e8dc2a0edb08120e63df5b9385c2d9cc')
    expect(bodyHash(null)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(bodyHash('')).toBe(bodyHash(null))
    expect(bodyHash(Buffer.from('ä'))).toBe(bodyHash('ä'))
    // What is no text is not told by what a decoder makes of it.
    expect(bodyHash(Buffer.from([0xff]))).not.toBe(bodyHash(Buffer.from([0xfe])))
  })
})

describe('freshNonce', () => {
  it('has 128 bits and is never the same', () => {
    expect(freshNonce()).toMatch(/^[0-9a-f]{32}$/)
    expect(freshNonce()).not.toBe(freshNonce())
  })
})
