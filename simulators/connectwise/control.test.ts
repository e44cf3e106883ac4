import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, newTicket, startBench } from './harness.ts'

let bench: Bench
const journalFile = join(mkdtempSync(join(tmpdir(), 'simulator-')), 'journal.ndjson')
beforeAll(async () => {
  bench = await startBench({ journalFile })
})
beforeEach(async () => {
  await bench.call('DELETE', '/__faults')
  await bench.call('DELETE', '/__journal')
})
afterAll(() => bench.simulator.close())

const fault = (body: unknown) => bench.call('POST', '/__faults', body)
const note = { text: 'n', internalAnalysisFlag: true }

describe('the journal', () => {
  it('keeps requests oldest first, with names of headers but not their values', async () => {
    await bench.get('/service/tickets', { pageSize: '1', fields: 'id' })
    await bench.call('POST', '/service/tickets/90001/notes', note)
    const { rows, text } = await bench.call('GET', '/__journal')
    expect(rows).toMatchObject([
      {
        method: 'GET',
        path: '/v2026_4/apis/3.0/service/tickets',
        query: { pageSize: '1', fields: 'id' },
        status: 200,
      },
      { method: 'POST', path: '/v2026_4/apis/3.0/service/tickets/90001/notes', body: note, status: 201 },
    ])
    expect(rows[0]!.headers).toEqual(expect.arrayContaining(['authorization', 'clientid']))
    expect(text).not.toContain('Basic ')
  })

  it('has neither control calls nor, after DELETE, anything else', async () => {
    await bench.get('/system/info')
    await bench.call('GET', '/__faults')
    expect(bench.simulator.journal()).toHaveLength(1)
    await bench.call('DELETE', '/__journal')
    expect(bench.simulator.journal()).toEqual([])
  })

  it('is on disk before the answer is out', async () => {
    await bench.get('/system/info', { fields: 'version' })
    const last = readFileSync(journalFile, 'utf8').trim().split('\n').at(-1)!
    expect(JSON.parse(last)).toMatchObject({ query: { fields: 'version' }, status: 200 })
  })
})

describe('strictness', () => {
  it.each([
    ['/service/tickets', { limit: '5' }],
    ['/service/tickets/90001', { expand: 'notes' }],
    ['/system/audittrail', { type: 'Ticket', id: '90001', kind: 'x' }],
  ])('refuses an unknown query parameter of %s', async (path, query) => {
    const reply = await bench.get(path, query as Record<string, string>)
    expect(reply.status).toBe(400)
    expect(bench.simulator.journal()[0]!.refused).toMatch(/^unknown query parameter/)
  })

  it('knows parameters in any case', async () => {
    expect(
      (await bench.get('/service/tickets', { PAGESIZE: '1', Conditions: 'id=90001' })).rows,
    ).toHaveLength(1)
  })

  it.each([
    ['/service/tickets/90001/notes', { ...note, visibility: 'all' }],
    ['/time/entries', { timeStart: '2026-11-20T14:00:00Z', hours: 1 }],
    ['/service/tickets/90001/merge', { mergeTicketIds: [1], status: { id: 109 }, force: true }],
    ['/service/tickets/search', { conditions: 'id=1', fields: 'id' }],
    ['/service/tickets', { summary: 'x', company: { id: 257, code: 'y' } }],
  ])('refuses an unknown body member of %s', async (path, body) => {
    const reply = await bench.call('POST', path, body)
    expect([reply.status, reply.body.code]).toEqual([400, 'ConnectWiseApi'])
    expect(bench.simulator.journal()[0]!.refused).toMatch(/^unknown body member/)
  })

  it('says when it does not play an endpoint, and 405 for a verb', async () => {
    expect((await bench.get('/system/callbacks')).body.message).toBe('The endpoint does not exist.')
    expect(bench.simulator.journal()[0]!.refused).toContain('/system/callbacks')
    expect((await bench.call('DELETE', '/service/boards/1')).status).toBe(405)
  })

  it('takes JSON only', async () => {
    const reply = await bench.call(
      'POST',
      '/service/tickets',
      { summary: 'x' },
      { 'content-type': 'text/plain' },
    )
    expect(reply.status).toBe(415)
  })
})

describe('faults', () => {
  it('hit as many requests as they were told, and only those that match', async () => {
    await fault({ match: { method: 'GET', path: '/service/tickets' }, times: 2, kind: 'status', status: 503 })
    expect((await bench.get('/system/info')).status).toBe(200)
    const statuses = []
    for (let n = 0; n < 3; n++) statuses.push((await bench.get('/service/tickets/count')).status)
    expect(statuses).toEqual([503, 503, 200])
    expect(bench.simulator.journal().map((entry) => entry.fault)).toEqual([
      undefined,
      'status',
      'status',
      undefined,
    ])
  })

  it('match by regular expression', async () => {
    await fault({ match: { path: '/tickets/\\d+/notes$/' }, times: 1, kind: 'status', status: 500 })
    expect((await bench.get('/service/tickets/90001')).status).toBe(200)
    expect((await bench.get('/service/tickets/90001/notes')).status).toBe(500)
  })

  it('a write told to apply later answers broken first, and takes effect after its time', async () => {
    const count = async () => (await bench.get('/service/tickets/90001/notes/count')).body.count as number
    const before = await count()
    await fault({ match: { method: 'POST' }, kind: 'status', status: 502, when: 'later', laterMs: 150 })
    expect((await bench.call('POST', '/service/tickets/90001/notes', note)).status).toBe(502)
    expect(await count()).toBe(before)
    const deadline = Date.now() + 5_000
    while ((await count()) === before && Date.now() < deadline)
      await new Promise((done) => setTimeout(done, 20))
    expect(await count()).toBe(before + 1)
  })

  it.each([
    { kind: 'reset', when: 'later' },
    { kind: 'reset', when: 'after', laterMs: 5 },
    { kind: 'delay', delayMs: 1, when: 'later', laterMs: 5 },
  ])('refuses %j', async (wrong) => {
    const answer = await fetch(`${bench.simulator.url}/__faults`, {
      method: 'POST',
      body: JSON.stringify(wrong),
    })
    expect(answer.status).toBe(400)
  })

  it('a 429 has Retry-After and a body in another shape', async () => {
    await fault({ match: {}, times: 1, kind: 'status', status: 429, headers: { 'Retry-After': '7' } })
    const reply = await bench.get('/system/info')
    expect(reply.headers.get('retry-after')).toBe('7')
    expect(reply.body).toEqual({
      error: 'ConnectWiseAPI',
      message: 'Too many requests. Please try again in 7 seconds.',
    })
  })

  const notes = async (id: number) => (await bench.get(`/service/tickets/${id}/notes`)).rows.length
  it.each([
    ['status', 'before', 0],
    ['status', 'after', 1],
    ['html', 'after', 1],
    ['malformed', 'after', 1],
    ['malformed', 'before', 0],
  ])('%s %s the write leaves %i notes', async (kind, when, expected) => {
    const id = await newTicket(bench)
    await fault({
      match: { method: 'POST' },
      times: 1,
      kind,
      when,
      ...(kind === 'status' && { status: 500 }),
    })
    const reply = await bench.call('POST', `/service/tickets/${id}/notes`, note)
    expect(() => JSON.parse(kind === 'status' ? 'x' : reply.text)).toThrow()
    expect(await notes(id)).toBe(expected)
  })

  it.each([
    ['before', 0],
    ['after', 1],
  ])('a reset %s the write leaves %i notes', async (when, expected) => {
    const id = await newTicket(bench)
    await fault({ match: { method: 'POST' }, times: 1, kind: 'reset', when })
    await expect(bench.call('POST', `/service/tickets/${id}/notes`, note)).rejects.toThrow()
    expect(bench.simulator.journal().at(-1)).toMatchObject({ status: 0, fault: 'reset' })
    expect(await notes(id)).toBe(expected)
  })

  it('a delay still answers', async () => {
    await fault({ match: {}, times: 1, kind: 'delay', delayMs: 120 })
    const start = performance.now()
    expect((await bench.get('/system/info')).status).toBe(200)
    expect(performance.now() - start).toBeGreaterThan(100)
  })

  it('an oversized answer is a hundred megabytes long', async () => {
    await fault({ match: {}, times: 1, kind: 'oversized' })
    expect((await bench.get('/system/info')).text.length).toBeGreaterThan(100_000_000)
  })

  it('are listed and cleared', async () => {
    await fault({ match: {}, times: 3, kind: 'html' })
    expect((await bench.call('GET', '/__faults')).rows).toMatchObject([
      { kind: 'html', times: 3, when: 'before' },
    ])
    await bench.call('DELETE', '/__faults')
    expect((await bench.call('GET', '/__faults')).rows).toEqual([])
  })

  it.each([
    [[], /object/],
    [{ kind: 'fire', times: 1 }, /kind/],
    [{ kind: 'status', times: 1 }, /status/],
    [{ kind: 'delay', times: 1 }, /delayMs/],
    [{ kind: 'html', times: 0 }, /times/],
    [{ kind: 'html', times: 1, when: 'later' }, /when/],
    [{ kind: 'html', times: 1, matches: {} }, /matches/],
    [{ kind: 'html', times: 1, match: { url: 'x' } }, /match\.url/],
    [{ kind: 'html', times: 1, match: { path: '/(/' } }, /regular expression/],
  ])('refuses %j', async (body, message) => {
    const reply = await fault(body)
    expect([reply.status, String(reply.body.error)]).toEqual([400, expect.stringMatching(message)])
  })
})
