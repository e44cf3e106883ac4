import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { closeReadDispatchers, referenceCache } from '../http/index.ts'
import { plantFault, type TestBench, testBench } from '../testing.ts'
import { connectwise } from './index.ts'
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
const path = '/service/tickets'

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
    for (const secret of [sim.credentials.publicKey, sim.credentials.privateKey, sim.credentials.clientId]) {
      expect(said).not.toContain(secret)
    }
  })
})

describe('a tenant that moves to another release', () => {
  it('is found again once, and the read repeated', async () => {
    const moved: string[] = []
    let release = 'v2026_3'
    const server = createServer((request, response) => {
      const url = request.url ?? ''
      moved.push(url.split('?')[0] ?? '')
      if (url.startsWith('/login/companyinfo/'))
        return response.end(JSON.stringify({ Codebase: `${release}/` }))
      if (!url.startsWith(`/${release}/`)) {
        response.statusCode = 404
        return response.end('{"code":"ConnectWiseApi","message":"The endpoint does not exist."}')
      }
      return response.end('[{"id":1}]')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const moving = testBench({ source: connectwise, baseUrl, credentials: { ...sim.credentials } })
    await list(moving.session(), 'Ticket', { first: 1 })
    release = 'v2026_4'
    moved.length = 0
    expect((await list(moving.session(), 'Ticket', { first: 1 })).records).toHaveLength(1)
    expect(moved).toEqual([
      '/v2026_3/apis/3.0/service/tickets',
      `/login/companyinfo/${sim.credentials.companyId}`,
      '/v2026_4/apis/3.0/service/tickets',
    ])
    server.close()
  })
})

describe('answers with a record that cannot be read', () => {
  it('lose that record, not the page, and go on behind it', async () => {
    const rows = [1, 2, 3, 4, 5].map((id) => ({ id, summary: id === 2 ? 7 : `t${id}` }))
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://x')
      if (url.pathname.startsWith('/login/')) return response.end('{"Codebase":"v2026_4/"}')
      const after = Number(/id > (\d+)/.exec(url.searchParams.get('conditions') ?? '')?.[1] ?? 0)
      return response.end(
        JSON.stringify(
          rows.filter(({ id }) => id > after).slice(0, Number(url.searchParams.get('pageSize'))),
        ),
      )
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const session = testBench({ source: connectwise, baseUrl, credentials: { ...sim.credentials } }).session()
    const page = await list(session, 'Ticket', { first: 3, fields: ['title'] })
    expect(page.records.map(({ id }) => id)).toEqual([
      'acme-cw:Ticket:1',
      'acme-cw:Ticket:3',
      'acme-cw:Ticket:4',
    ])
    expect(page.partial).toBe('One record could not be read.')
    expect(page.hasNext).toBe(true)
    server.close()
  })
})

describe('reference data', () => {
  it('loads once for all who ask meanwhile, and forgets a failure', async () => {
    const cache = referenceCache()
    let loads = 0
    const load = async () => {
      loads += 1
      if (loads === 1) throw new Error('first')
      return loads
    }
    await expect(cache.get('k', 60, load)).rejects.toThrow('first')
    expect(await Promise.all([cache.get('k', 60, load), cache.get('k', 60, load)])).toEqual([2, 2])
    expect(await cache.get('k', 60, load)).toBe(2)
  })
})
