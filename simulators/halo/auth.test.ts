import { afterEach, describe, expect, it } from 'vitest'
import { type Bench, NOW, startBench } from './harness.ts'

let bench: Bench
afterEach(() => bench.simulator.close())

const later = (seconds: number) => bench.simulator.setNow(new Date(NOW.getTime() + seconds * 1000))

describe('tokens', () => {
  it('tells everybody where they are made', async () => {
    bench = await startBench()
    const reply = await bench.call('GET', '/AuthInfo', undefined, { authorization: '' })
    expect(reply.body).toEqual({ auth_url: `${bench.simulator.url}/auth`, tenant_id: 'anchorpoint' })
  })

  it('are given for an hour against id and secret', async () => {
    bench = await startBench()
    const { status, body } = await bench.token()
    expect([status, body.token_type, body.expires_in, body.scope]).toEqual([200, 'Bearer', 3600, 'all'])
    expect(body).not.toHaveProperty('refresh_token')
    later(3599)
    expect((await bench.get('/Agent/me')).status).toBe(200)
    later(3600)
    const expired = await bench.get('/Agent/me')
    expect([expired.status, expired.text]).toEqual([401, ''])
  })

  it.each([
    [{ client_secret: 'wrong' }, '', 'invalid_client'],
    [{ client_id: 'wrong' }, '', 'invalid_client'],
    [{}, '?tenant=other', 'invalid_client'],
    [{ grant_type: 'password' }, '', 'unsupported_grant_type'],
    [{ scope: 'everything' }, '', 'invalid_scope'],
    [{ scope: '' }, '', 'invalid_scope'],
  ])('are refused for %j%s', async (form, query, error) => {
    bench = await startBench()
    const reply = await bench.token(form as Record<string, string>, query)
    expect([reply.status, reply.body]).toEqual([400, { error }])
  })

  it('end at once when the vendor restarts, and a new one works', async () => {
    bench = await startBench()
    bench.simulator.expireTokens()
    expect((await bench.get('/Status')).status).toBe(401)
    await bench.token()
    expect((await bench.get('/Status')).status).toBe(200)
  })

  it('never show in the journal, nor does the secret', async () => {
    bench = await startBench()
    await bench.token()
    await bench.get('/Status')
    const text = (await bench.call('GET', '/__journal')).text
    expect(text).toContain('client_secret')
    expect(text).not.toContain(bench.simulator.credentials.clientSecret)
    expect(text).not.toContain('Bearer')
  })
})

describe('scopes', () => {
  it.each([
    ['read:tickets', 'GET', '/Tickets', 200],
    ['read:tickets', 'POST', '/Actions', 403],
    ['edit:tickets', 'GET', '/Actions', 200],
    ['edit:tickets', 'POST', '/Tickets', 400],
    ['read:customers', 'GET', '/Tickets', 403],
    ['read:customers', 'GET', '/Users', 200],
    ['read:customers', 'GET', '/Status', 200],
    ['read:tickets', 'GET', '/Projects', 403],
    ['all:standard', 'POST', '/Users', 400],
  ])('%s: %s %s answers %i', async (scope, method, path, status) => {
    bench = await startBench({ scopes: [scope] })
    await bench.token({ scope })
    const reply = await bench.call(method, path, method === 'POST' ? [{}] : undefined)
    expect(reply.status).toBe(status)
    if (status === 403) expect(reply.text).toBe('')
  })

  it('that the application does not have are refused', async () => {
    bench = await startBench({ scopes: ['read:tickets'] })
    expect((await bench.token({ scope: 'read:tickets edit:tickets' })).body).toEqual({
      error: 'invalid_scope',
    })
  })
})

describe('the rolling window', () => {
  it('answers 429 with the limit in words and the seconds to wait, and opens again', async () => {
    bench = await startBench({ requestsPerWindow: 3 })
    later(60)
    await bench.get('/Status')
    await bench.get('/Status')
    const reply = await bench.get('/Status')
    expect([reply.status, reply.text]).toEqual([
      429,
      'Rate Limit Reached - 3 Requests per rolling 5 minute window',
    ])
    expect(reply.headers.get('retry-after')).toBe('240')
    later(300)
    expect((await bench.get('/Status')).status).toBe(200)
  })
})
