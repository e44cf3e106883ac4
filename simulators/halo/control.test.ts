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
const note = { ticket_id: 90001, outcome_id: 7, note: 'n', sendemail: false }

describe('the journal', () => {
  it('keeps requests oldest first, with names of headers but not their values', async () => {
    await bench.get('/Tickets', { count: '1' })
    await bench.post('/Actions', note)
    const { rows, text } = await bench.call('GET', '/__journal')
    expect(rows).toMatchObject([
      { method: 'GET', path: '/api/Tickets', query: { count: '1' }, status: 200 },
      { method: 'POST', path: '/api/Actions', body: [note], status: 201 },
    ])
    expect(rows[0]!.headers).toContain('authorization')
    expect(text).not.toContain('Bearer')
    const last = readFileSync(journalFile, 'utf8').trim().split('\n').at(-1)!
    expect(JSON.parse(last)).toMatchObject({ path: '/api/Actions', status: 201 })
  })
})

describe('the outbox', () => {
  it('is read and emptied', async () => {
    await bench.call('DELETE', '/__outbox')
    await newTicket(bench, { sendack: true })
    expect((await bench.call('GET', '/__outbox')).rows).toMatchObject([{ reason: 'acknowledgement' }])
    await bench.call('DELETE', '/__outbox')
    expect((await bench.call('GET', '/__outbox')).rows).toEqual([])
  })
})

describe('paths', () => {
  it.each(['/tickets/90001', '/TICKETS/90001', '/Tickets/90001/', '/Tickets/90001?INCLUDEDETAILS=true'])(
    '%s is read like any other case of it',
    async (path) => {
      expect((await bench.call('GET', path)).body.id).toBe(90001)
    },
  )

  it.each(['//Tickets', '/Tickets//90001', '/Tickets/abc', '/Tickets/99999999999', '/Nothing'])(
    '%s is 404',
    async (path) => {
      expect((await bench.call('GET', path)).status).toBe(404)
    },
  )

  it('tells an endpoint that is not played from one that nobody has', async () => {
    await bench.get('/Audit')
    await bench.get('/Auditt')
    expect(bench.simulator.journal().map((entry) => entry.refused)).toEqual([
      'the simulator does not play GET /audit',
      'the simulator has no endpoint GET /auditt',
    ])
  })
})

describe('strictness', () => {
  it.each([
    ['/Tickets', 'clientid=257', /^unknown query parameter clientid/],
    ['/Tickets', 'client_id=257&client_id=260', /sent twice/],
    ['/Tickets', 'client_id=257&CLIENT_ID=260', /sent twice/],
    ['/Tickets', 'status=[1,2]', /comma list/],
    ['/Tickets', 'view_id=3', /does not play query parameter view_id/],
    ['/Tickets/90001', 'expand=notes', /^unknown query parameter expand/],
    ['/Actions', 'pageinate=true', /^unknown query parameter pageinate/],
    ['/Users', 'limit=3', /^unknown query parameter limit/],
  ])('GET %s?%s is refused', async (path, query, refused) => {
    expect((await bench.call('GET', `${path}?${query}`)).status).toBe(400)
    expect(bench.simulator.journal()[0]!.refused).toMatch(refused)
  })

  it.each(['client_id=abc', 'open_only=yes', 'count=1.5', 'client_id=257,260'])(
    '%s cannot be bound, as the framework says',
    async (query) => {
      const reply = await bench.call('GET', `/Tickets?${query}`)
      expect([reply.status, reply.body.title]).toEqual([400, 'One or more validation errors occurred.'])
    },
  )

  it.each([
    ['/Tickets', { id: 90001, title: 'x' }, /^unknown body member title/],
    ['/Tickets', { id: 90001, sendtopagerduty: true }, /does not play body member sendtopagerduty/],
    ['/Tickets', { id: 90001, assets: [{ id: 3001, nick: 'x' }] }, /^unknown body member nick/],
    ['/Actions', { ...note, who: 'me' }, /^unknown body member who/],
    ['/Actions', { ...note, sendsms: true }, /does not play body member sendsms/],
    ['/Client', { id: 257, billingplans: [] }, /does not play body member billingplans/],
  ])('POST %s %j is refused', async (path, element, refused) => {
    expect((await bench.post(path, element)).status).toBe(400)
    expect(bench.simulator.journal()[0]!.refused).toMatch(refused)
  })

  it('takes JSON only', async () => {
    expect((await bench.call('POST', '/Actions', [note], { 'content-type': 'text/plain' })).status).toBe(415)
  })
})

describe('faults', () => {
  it('match with and without /api, and hit as often as told', async () => {
    await fault({ match: { method: 'GET', path: '/Status' }, times: 1, kind: 'status', status: 503 })
    await fault({ match: { path: '/api/Team' }, times: 1, kind: 'status', status: 503 })
    expect((await bench.get('/Status')).body).toEqual({
      ClassName: 'System.Exception',
      Message: 'An error has occurred.',
    })
    expect((await bench.get('/Team')).status).toBe(503)
    expect((await bench.get('/Status')).status).toBe(200)
    expect(bench.simulator.journal().map((entry) => entry.fault)).toEqual(['status', 'status', undefined])
  })

  it('a 429 is a sentence with Retry-After, on the token too', async () => {
    await fault({
      match: { path: '/auth/token' },
      times: 1,
      kind: 'status',
      status: 429,
      headers: { 'Retry-After': '7' },
    })
    const reply = await bench.token()
    expect([reply.status, reply.text, reply.headers.get('retry-after')]).toEqual([
      429,
      'Rate Limit Reached - 700 Requests per rolling 5 minute window',
      '7',
    ])
  })

  const notes = async (id: number) => (await bench.get('/Actions', { ticket_id: String(id) })).rows.length - 1
  it.each([
    ['status', 'before', 0],
    ['status', 'after', 1],
    ['html', 'after', 1],
    ['malformed', 'after', 1],
  ])('%s %s the write leaves %i notes', async (kind, when, expected) => {
    const id = await newTicket(bench)
    await fault({
      match: { path: '/Actions' },
      times: 1,
      kind,
      when,
      ...(kind === 'status' && { status: 500 }),
    })
    await bench.post('/Actions', { ...note, ticket_id: id })
    expect(await notes(id)).toBe(expected)
  })

  it.each([
    ['before', 0],
    ['after', 1],
  ])('a reset %s the write leaves %i notes', async (when, expected) => {
    const id = await newTicket(bench)
    await fault({ match: { path: '/Actions' }, times: 1, kind: 'reset', when })
    await expect(bench.post('/Actions', { ...note, ticket_id: id })).rejects.toThrow()
    expect(bench.simulator.journal().at(-1)).toMatchObject({ status: 0, fault: 'reset' })
    expect(await notes(id)).toBe(expected)
  })

  it('an oversized answer is a hundred megabytes long', async () => {
    await fault({ match: {}, times: 1, kind: 'oversized' })
    expect((await bench.get('/Status')).text.length).toBeGreaterThan(100_000_000)
  })
})
