import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, detailOf, NOW, newIncident, startBench } from './harness.ts'
import { sysIdOf } from './ids.ts'

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
const note = { work_notes: 'n' }
const some = { sysparm_limit: '4', sysparm_fields: 'number' }

describe('the journal', () => {
  it('keeps requests oldest first, with names of headers but not their values', async () => {
    const id = await newIncident(bench)
    await bench.get('/table/incident', some)
    await bench.call('PATCH', `/table/incident/${id}`, note)
    const { rows, text } = await bench.call('GET', '/__journal')
    expect(rows).toMatchObject([
      { method: 'POST', status: 201 },
      { method: 'GET', path: '/api/now/table/incident', query: some, status: 200 },
      { method: 'PATCH', path: `/api/now/table/incident/${id}`, body: note, status: 200 },
    ])
    expect(rows[0]!.headers).toEqual(expect.arrayContaining(['authorization', 'accept']))
    expect(text).not.toContain('Basic ')
  })

  it('is on disk before the answer is out, and has no control calls', async () => {
    await bench.get('/table/incident', { ...some, sysparm_offset: '7' })
    await bench.call('GET', '/__faults')
    expect(bench.simulator.journal()).toHaveLength(1)
    const last = readFileSync(journalFile, 'utf8').trim().split('\n').at(-1)!
    expect(JSON.parse(last)).toMatchObject({ query: { sysparm_offset: '7' }, status: 200 })
  })

  it('the outbox is read and emptied', async () => {
    await newIncident(bench, { comments: 'Hello' })
    expect((await bench.call('GET', '/__outbox')).rows.at(-1)).toMatchObject({ reason: 'comments' })
    await bench.call('DELETE', '/__outbox')
    expect((await bench.call('GET', '/__outbox')).rows).toEqual([])
  })
})

describe('faults', () => {
  it('hit as many requests as they were told, and only those that match', async () => {
    await fault({
      match: { method: 'GET', path: '/api/now/table/incident' },
      times: 2,
      kind: 'status',
      status: 503,
    })
    expect((await bench.get('/table/problem', some)).status).toBe(200)
    const statuses = []
    for (let n = 0; n < 3; n++) statuses.push((await bench.get('/table/incident', some)).status)
    expect(statuses).toEqual([503, 503, 200])
    expect((await fault({ kind: 'fire' })).status).toBe(400)
  })

  it('a 429 tells of its rule', async () => {
    await fault({ match: {}, times: 1, kind: 'status', status: 429, headers: { 'Retry-After': '7' } })
    const reply = await bench.get('/table/incident', some)
    expect(reply.headers.get('retry-after')).toBe('7')
    expect(Number(reply.headers.get('x-ratelimit-reset'))).toBe(NOW.getTime() / 1000 + 7)
    expect(detailOf(reply)).toMatch(/^Rate limit of \d+ requests per hour/)
  })

  it('a cancelled transaction answers 200 with rows and an error', async () => {
    await fault({ match: {}, times: 1, kind: 'status', status: 200 })
    const reply = await bench.get('/table/incident', some)
    expect([reply.status, reply.rows.length, detailOf(reply)]).toEqual([
      200,
      2,
      expect.stringContaining('cancelled'),
    ])
  })

  it('a sleeping instance answers HTML', async () => {
    await fault({ match: {}, times: 1, kind: 'html' })
    const reply = await bench.get('/table/incident', some)
    expect([reply.status, reply.headers.get('content-type')]).toEqual([503, 'text/html'])
    expect(reply.text).toContain('hibernating')
  })

  it.each([
    ['status', 'before', 0],
    ['status', 'after', 1],
    ['malformed', 'after', 1],
    ['html', 'after', 1],
  ])('%s %s the write leaves %i entries', async (kind, when, expected) => {
    const id = await newIncident(bench)
    await fault({
      match: { method: 'PATCH' },
      times: 1,
      kind,
      when,
      ...(kind === 'status' && { status: 500 }),
    })
    const reply = await bench.call('PATCH', `/table/incident/${id}`, note)
    if (kind === 'status') expect(detailOf(reply)).toContain('Transaction cancelled')
    else expect(() => JSON.parse(reply.text)).toThrow()
    const entries = await bench.get('/table/sys_journal_field', { sysparm_query: `element_id=${id}` })
    expect(entries.rows).toHaveLength(expected)
  })

  it('a reset cuts the connection and is journalled', async () => {
    await fault({ match: {}, times: 1, kind: 'reset' })
    await expect(bench.get('/table/incident', some)).rejects.toThrow()
    expect(bench.last()).toMatchObject({ status: 0, fault: 'reset' })
  })
})

describe('limits', () => {
  it('a rule counts the hour’s requests', async () => {
    const limited = await startBench({ requestsPerHour: 2 })
    const replies = []
    for (let n = 0; n < 3; n++) replies.push(await limited.get('/table/incident', some))
    expect(replies.map((reply) => reply.status)).toEqual([200, 200, 429])
    expect(replies[0]!.headers.get('x-ratelimit-limit')).toBe('2')
    expect(replies[2]!.headers.get('retry-after')).toBe('1800')
    limited.simulator.setNow(new Date(NOW.getTime() + 1_800_000))
    expect((await limited.get('/table/incident', some)).status).toBe(200)
    await limited.simulator.close()
  })

  it('a body over ten megabytes is not read', async () => {
    const reply = await bench.call('POST', '/table/incident', { short_description: 'x'.repeat(10_485_760) })
    expect([reply.status, detailOf(reply)]).toEqual([400, expect.stringContaining('Max allowed: 10485760')])
  })
})

describe('batch', () => {
  it('answers each item by itself, under one 200', async () => {
    const id = await newIncident(bench)
    const item = (n: string, method: string, url: string, body?: unknown) => ({
      id: n,
      method,
      url,
      headers: [{ name: 'Content-Type', value: 'application/json' }],
      body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)).toString('base64'),
    })
    const reply = await bench.call('POST', '/api/now/v1/batch', {
      batch_request_id: '1',
      rest_requests: [
        item('a', 'PATCH', `/api/now/table/incident/${id}`, { urgency: '1' }),
        item('b', 'GET', `/api/now/table/incident/${'0'.repeat(32)}`),
      ],
    })
    const serviced = reply.body.serviced_requests as { id: string; status_code: number; body: string }[]
    expect(serviced.map((one) => [one.id, one.status_code])).toEqual([
      ['a', 200],
      ['b', 404],
    ])
    const first = JSON.parse(Buffer.from(serviced[0]!.body, 'base64').toString('utf8')) as {
      result: { urgency: string }
    }
    expect(first.result.urgency).toBe('1')
  })
})

describe('the told data set', () => {
  it('is the same on every start, with the dates of its anchor', async () => {
    const other = await startBench({ anchor: new Date('2027-01-01T00:00:00Z') })
    const id = sysIdOf('ticket', 90_001)
    const fields = { sysparm_fields: 'number,short_description,correlation_id,sys_id' }
    const [here, there] = [
      await bench.get(`/table/incident/${id}`, fields),
      await other.get(`/table/incident/${id}`, fields),
    ]
    expect(here.row).toEqual(there.row)
    expect(here.row).toMatchObject({ number: 'INC0090001', correlation_id: 'LEGACY-7000', sys_id: id })
    await other.simulator.close()
  })

  it('tells every ticket once, in its class', async () => {
    const { dataset } = bench.simulator
    const reply = await bench.get('/table/task', {
      sysparm_query: 'sys_class_nameINincident,change_request,sc_task,pm_project_task',
      sysparm_limit: '1',
    })
    // The tests' own incidents were made on top.
    const made = (await bench.find('short_description=Bench incident')).length
    expect(Number(reply.headers.get('x-total-count')) - made).toBe(dataset.tickets.length)
  })

  it('no seeded reference dangles', () => {
    const { tables } = bench.simulator.state
    const known = new Set([...tables.values()].flatMap((rows) => [...rows.keys()]))
    const dangling = [...tables.get('incident')!.values(), ...tables.get('time_card')!.values()].flatMap(
      (row) =>
        Object.entries(row).filter(
          ([name, value]) => /^[0-9a-f]{32}$/.test(value) && name !== 'sys_id' && !known.has(value),
        ),
    )
    expect(dangling).toEqual([])
  })
})
