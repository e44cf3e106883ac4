import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { closeReadDispatchers } from '../http/index.ts'
import type { TestBench } from '../testing.ts'
import { plantFault } from '../testing.ts'
import { servicenow } from './index.ts'
import { credentialsOf, list, type Simulator, startBench } from './testing.ts'

let sim: Simulator
let bench: TestBench

beforeAll(async () => {
  ;({ sim, bench } = await startBench({
    ports: { settings: { readTimeoutMs: 1_500, maxResponseBytes: 2_000_000 } },
  }))
})
afterEach(async () => {
  await fetch(`${sim.url}/__faults`, { method: 'DELETE' })
})
afterAll(async () => {
  await closeReadDispatchers()
  await sim.close()
})

const tickets = () => list(bench.session(), 'Ticket', { first: 1, fields: ['title'] })
const path = '/api/now/table/incident'

describe('reads that go wrong', () => {
  it('wait for a short Retry-After, and then succeed', async () => {
    await plantFault(sim, {
      match: { path },
      times: 1,
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '1' },
    })
    const before = bench.log.length
    expect((await tickets()).records).toHaveLength(1)
    expect(bench.log.slice(before).map(({ status }) => status)).toEqual([429, 200])
  })

  it('hand on a long Retry-After', async () => {
    await plantFault(sim, {
      match: { path },
      times: 1,
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '60' },
    })
    await expect(tickets()).rejects.toMatchObject({
      extensions: { code: 'BACKPRESSURE', retryAfterMs: 60_000 },
    })
  })

  it.each([
    [{ kind: 'status', status: 403 }, 'VENDOR_UNAVAILABLE'],
    [{ kind: 'status', status: 400 }, 'VENDOR_REJECTED'],
    [{ kind: 'status', status: 404 }, 'VENDOR_UNAVAILABLE'],
    [{ kind: 'status', status: 500 }, 'VENDOR_UNAVAILABLE'],
    [{ kind: 'status', status: 302 }, 'VENDOR_UNAVAILABLE'],
    [{ kind: 'malformed' }, 'VENDOR_UNAVAILABLE'],
    [{ kind: 'html' }, 'VENDOR_UNAVAILABLE'],
    [{ kind: 'oversized' }, 'VENDOR_UNAVAILABLE'],
    [{ kind: 'delay', delayMs: 4_000 }, 'VENDOR_UNAVAILABLE'],
    [{ kind: 'reset' }, 'VENDOR_UNAVAILABLE'],
  ] as const)('%j become %s, with nothing of the vendor in the message', async (fault, code) => {
    await plantFault(sim, { match: { path }, times: 3, ...fault })
    const error = await tickets().catch((caught: unknown) => caught)
    expect(error).toMatchObject({ extensions: { code } })
    const said = JSON.stringify([error, (error as Error).message])
    expect(said).not.toContain(sim.credentials.password)
  })
})

describe('signing in', () => {
  const oauth = (over: Readonly<Record<string, string>> = {}) =>
    ({ credentials: { ...credentialsOf(sim, true), ...over } }) as const

  async function fresh(over: Readonly<Record<string, string>> = {}) {
    const { testBench } = await import('../testing.ts')
    return testBench({ source: servicenow, baseUrl: sim.url, ...oauth(over) })
  }
  const tokens = () => sim.journal().filter((entry) => entry.path === '/oauth_token.do').length

  it('happens once for many reads', async () => {
    const own = await fresh()
    const before = tokens()
    for (let read = 0; read < 3; read += 1) await list(own.session(), 'Ticket', { first: 1 })
    expect(tokens() - before).toBe(1)
  })

  it('happens again after a token was revoked, and the read is repeated once', async () => {
    const own = await fresh()
    await list(own.session(), 'Ticket', { first: 1 })
    sim.revokeAccess()
    const before = tokens()
    expect((await list(own.session(), 'Ticket', { first: 1 })).records).toHaveLength(1)
    expect(tokens() - before).toBe(1)
  })

  it('uses the refresh token, and the credentials when that has ended', async () => {
    const forms: Readonly<Record<string, string>>[] = []
    const grant = (access: string) => ({
      status: 200,
      headers: {},
      body: JSON.stringify({ access_token: access, refresh_token: 'r2', expires_in: 1799 }),
      durationMs: 1,
    })
    const refused = { status: 401, headers: {}, body: '{"error":"invalid_client"}', durationMs: 1 }
    const credentials = { username: 'u', password: 'p', clientId: 'c', clientSecret: 's', refreshToken: 'r1' }
    const granted = await servicenow.dialect.signIn?.(credentials, async (_path, form) => {
      forms.push(form)
      return form.grant_type === 'refresh_token' ? refused : grant('t')
    })
    expect(forms.map(({ grant_type }) => grant_type)).toEqual(['refresh_token', 'password'])
    expect(granted).toMatchObject({ token: 't', refresh: 'r2' })
    expect(granted?.expiresAt).toBeGreaterThan(Date.now() + 1_700_000)
    const again = await servicenow.dialect.signIn?.(credentials, async () => grant('t2'))
    expect(again?.token).toBe('t2')
  })

  it('takes client credentials without a user, and says when they are refused', async () => {
    const forms: Readonly<Record<string, string>>[] = []
    const refused = { status: 401, headers: {}, body: '{"error":"access_denied"}', durationMs: 1 }
    await expect(
      servicenow.dialect.signIn?.({ clientId: 'c', clientSecret: 's' }, async (_path, form) => {
        forms.push(form)
        return refused
      }),
    ).rejects.toMatchObject({ extensions: { code: 'VENDOR_UNAVAILABLE' } })
    expect(forms[0]).toEqual({ grant_type: 'client_credentials', client_id: 'c', client_secret: 's' })
  })

  it('is refused with wrong credentials, of either kind', async () => {
    const basic = await fresh({ clientId: '', password: 'wrong-password' })
    await expect(list(basic.session(), 'Ticket')).rejects.toMatchObject({
      extensions: { code: 'VENDOR_UNAVAILABLE' },
    })
    const token = await fresh({ password: 'wrong-password' })
    await expect(list(token.session(), 'Ticket')).rejects.toMatchObject({
      extensions: { code: 'VENDOR_UNAVAILABLE' },
    })
  })
})
