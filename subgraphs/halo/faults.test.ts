import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { closeReadDispatchers, referenceCache } from '../http/index.ts'
import { plantFault, type TestBench, testBench } from '../testing.ts'
import { halo } from './index.ts'
import { list, type Simulator, startBench } from './testing.ts'

let sim: Simulator
let bench: TestBench

beforeAll(async () => {
  ;({ sim, bench } = await startBench({
    ports: { settings: { readTimeoutMs: 1_500, maxResponseBytes: 2_000_000 } },
  }))
  await list(bench.session(), 'Ticket', { first: 1 })
})
afterEach(async () => {
  await fetch(`${sim.url}/__faults`, { method: 'DELETE' })
})
afterAll(async () => {
  await closeReadDispatchers()
  await sim.close()
})

const tickets = () => list(bench.session(), 'Ticket', { first: 1, fields: ['title'] })
const path = '/Tickets'
const signIns = () => sim.journal().filter((one) => one.path.includes('/auth/token')).length

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

  it.each([502, 503, 504])('are tried once more after %i', async (status) => {
    await plantFault(sim, { match: { path }, times: 1, kind: 'status', status })
    expect((await tickets()).records).toHaveLength(1)
  })

  it('are tried once more after a reset', async () => {
    await plantFault(sim, { match: { path }, times: 1, kind: 'reset' })
    expect((await tickets()).records).toHaveLength(1)
  })

  it.each([
    [{ kind: 'status', status: 401 }, 'VENDOR_UNAVAILABLE'],
    [{ kind: 'status', status: 403 }, 'VENDOR_UNAVAILABLE'],
    [{ kind: 'status', status: 400 }, 'VENDOR_REJECTED'],
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
    for (const secret of [sim.credentials.clientId, sim.credentials.clientSecret])
      expect(said).not.toContain(secret)
  })
})

describe('tokens', () => {
  it('are shared by all sessions until they end', async () => {
    const before = signIns()
    await Promise.all([tickets(), tickets(), tickets()])
    expect(signIns()).toBe(before)
  })

  it('are asked for again once when the vendor ended them early', async () => {
    const before = signIns()
    sim.expireTokens()
    expect((await tickets()).records).toHaveLength(1)
    expect(signIns() - before).toBe(1)
  })

  it('are asked for again when they are about to end by their own word', async () => {
    // A life under a minute counts as over: a write begins with a token that outlives it.
    const send = (life: number) => async () => ({
      status: 200,
      headers: {},
      body: JSON.stringify({ access_token: 't', token_type: 'Bearer', expires_in: life }),
      durationMs: 1,
    })
    const now = Date.now()
    const grant = await halo.dialect.signIn?.({ clientId: 'a', clientSecret: 'b' }, send(120))
    expect((grant?.expiresAt ?? 0) - now).toBeGreaterThanOrEqual(120_000)
    expect((grant?.expiresAt ?? 0) - now).toBeLessThan(125_000)
  })

  it('are not given for wrong credentials, and the secret stands in no error', async () => {
    const wrong = testBench({
      source: halo,
      baseUrl: sim.url,
      credentials: { ...sim.credentials, clientSecret: 'wrong-secret-wrong' },
      ports: { references: referenceCache() },
    })
    const error = await list(wrong.session(), 'Ticket').catch((caught: unknown) => caught)
    expect(error).toMatchObject({ extensions: { code: 'VENDOR_UNAVAILABLE' } })
    expect(JSON.stringify([error, (error as Error).message])).not.toContain('wrong-secret')
  })
})
