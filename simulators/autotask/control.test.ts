import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, newTicket, startBench } from './harness.ts'
import type { Rec } from './index.ts'

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
const note = { title: 't', description: 'n', noteType: 3, publish: 2 }
const listed = async (path: string) => JSON.parse((await bench.call('GET', path)).text) as Rec[]

describe('the journal', () => {
  it('keeps requests oldest first, with names of headers but not their values', async () => {
    await bench.get('/Tickets/90001')
    await bench.write('POST', '/Tickets/90001/Notes', note)
    const entries = await listed('/__journal')
    expect(entries).toMatchObject([
      { method: 'GET', path: '/ATServicesRest/V1.0/Tickets/90001', status: 200 },
      { method: 'POST', path: '/ATServicesRest/V1.0/Tickets/90001/Notes', body: note, status: 200 },
    ])
    expect(entries[0]!.headers).toEqual(expect.arrayContaining(['username', 'secret', 'apiintegrationcode']))
    expect(JSON.stringify(entries)).not.toContain(bench.simulator.credentials.secret)
  })

  it('is on disk before the answer is out and has no control calls', async () => {
    await bench.get('/Version')
    await bench.call('GET', '/__faults')
    const last = readFileSync(journalFile, 'utf8').trim().split('\n').at(-1)!
    expect(JSON.parse(last)).toMatchObject({ path: '/ATServicesRest/V1.0/Version' })
    expect(bench.simulator.journal()).toHaveLength(1)
  })
})

describe('faults', () => {
  it('hit as many requests as they were told, and only those that match', async () => {
    await fault({ match: { method: 'GET', path: '/Tickets' }, times: 2, kind: 'status', status: 503 })
    const statuses = []
    for (const path of ['/Version', '/Tickets/90001', '/Tickets/90001', '/Tickets/90001'])
      statuses.push((await bench.get(path)).status)
    expect(statuses).toEqual([200, 503, 503, 200])
  })

  it('match by regular expression and by the whole path', async () => {
    await fault({ match: { path: '/Notes$/' }, kind: 'status', status: 500 })
    await fault({ match: { path: '/atservicesrest/v1.0/Roles' }, kind: 'status', status: 502 })
    expect((await bench.get('/Tickets/90001/Notes')).status).toBe(500)
    expect((await bench.get('/Roles/1')).status).toBe(502)
  })

  it('an outage is told from a refusal by its missing errors', async () => {
    await fault({ kind: 'status', status: 500 })
    expect((await bench.get('/Tickets/90001')).text).toBe('')
    await fault({ kind: 'status', status: 429 })
    const reply = await bench.get('/Tickets/90001')
    expect([reply.errors, reply.headers.get('retry-after')]).toEqual([
      expect.stringMatching(/threshold/),
      null,
    ])
  })

  const notes = async (id: number) => (await bench.get(`/Tickets/${id}/Notes`)).items.length
  it.each([
    ['status', 'before', 0],
    ['status', 'after', 1],
    ['html', 'after', 1],
    ['malformed', 'after', 1],
    ['reset', 'before', 0],
    ['reset', 'after', 1],
  ])('%s %s the write leaves %i notes', async (kind, when, expected) => {
    const id = await newTicket(bench)
    await fault({ match: { method: 'POST' }, kind, when, ...(kind === 'status' && { status: 500 }) })
    const writing = bench.call('POST', `/Tickets/${id}/Notes`, note)
    if (kind === 'reset') await expect(writing).rejects.toThrow()
    else expect((await writing).body).toEqual({})
    expect(await notes(id)).toBe(expected)
  })

  it('a delay still answers and holds its place meanwhile', async () => {
    await fault({ times: 4, kind: 'delay', delayMs: 150 })
    const start = performance.now()
    const replies = await Promise.all(Array.from({ length: 4 }, () => bench.get('/Version')))
    expect(performance.now() - start).toBeGreaterThan(130)
    expect(replies.map((reply) => reply.status).toSorted()).toEqual([200, 200, 200, 429])
  })

  it('an oversized answer is a hundred megabytes long', async () => {
    await fault({ kind: 'oversized' })
    expect((await bench.get('/Version')).text.length).toBeGreaterThan(100_000_000)
  })

  it('are listed, checked and cleared', async () => {
    await fault({ times: 3, kind: 'html' })
    expect(await listed('/__faults')).toMatchObject([{ kind: 'html', times: 3, when: 'before' }])
    await bench.call('DELETE', '/__faults')
    expect(await listed('/__faults')).toEqual([])
    expect((await fault({ kind: 'fire' })).status).toBe(400)
  })
})

describe('the outbox', () => {
  it('is shown and emptied', async () => {
    await newTicket(bench)
    expect((await listed('/__outbox')).at(-1)).toMatchObject({ reason: 'workflow rule ticketCreated' })
    await bench.call('DELETE', '/__outbox')
    expect(await listed('/__outbox')).toEqual([])
  })
})

describe('a technician beside the caller', () => {
  it('writes past journal and limits', async () => {
    const id = await newTicket(bench)
    bench.simulator.clearJournal()
    const answer = bench.simulator.actAs('rdelgado', 'POST', `/Tickets/${id}/Notes`, note)
    expect(answer).toMatchObject({ status: 200 })
    expect(bench.simulator.journal()).toEqual([])
    expect((await bench.get(`/Tickets/${id}/Notes`)).items[0]).toMatchObject({ creatorResourceID: 153 })
    expect(() => bench.simulator.actAs('rdelgado', 'GET', '/Nothing')).toThrow(TypeError)
  })
})
