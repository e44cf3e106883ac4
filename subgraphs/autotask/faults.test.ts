import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { PlannedStep, StepOutcome } from '../../schema/plan.ts'
import type { PlanActor, VendorResponse, VendorSession } from '../../schema/source.ts'
import { closeReadDispatchers } from '../http/index.ts'
import { type Fault, noUpload, plantFault, type TestBench, testBench } from '../testing.ts'
import { autotask } from './index.ts'
import { outcomeOf } from './send-step.ts'
import { list, type Simulator, startBench, writesIn } from './testing.ts'

let sim: Simulator
let bench: TestBench
let session: VendorSession

beforeAll(async () => {
  ;({ sim, bench } = await startBench({
    ports: { settings: { readTimeoutMs: 1_500, writeTimeoutMs: 1_500, maxResponseBytes: 2_000_000 } },
  }))
  session = bench.session()
  // What is cached is not what these tests are about.
  await note('warm')
})
afterEach(async () => {
  await fetch(`${sim.url}/__faults`, { method: 'DELETE' })
})
afterAll(async () => {
  await closeReadDispatchers()
  await sim.close()
})

const actor: PlanActor = { member: 'jdoe', timeOwner: 'REQUESTER', correlation: 'cs:42', upload: noUpload }
const path = '/Tickets/query'

function ticketId(): string {
  const open = sim.dataset.tickets.find(({ kind, closedAt }) => kind === 'service' && closedAt === undefined)
  return `acme-cw:Ticket:${open?.id}`
}

async function note(text: string): Promise<PlannedStep> {
  const input = { ticket: ticketId(), kind: 'INTERNAL', text } as const
  const { steps } = await autotask.plan(session, 'addTicketNote', input, actor)
  return steps[0] as PlannedStep
}

async function send(step: PlannedStep, permit?: string): Promise<StepOutcome> {
  const url = await autotask.stepUrl(session, step, { path: step.path })
  const bytes = { path: step.path, body: step.body }
  return autotask.sendStep(session, permit ?? bench.permit(step.method, url, step.body), step, bytes)
}

const window = () => ({
  after: new Date(Date.now() - 60_000).toISOString(),
  before: new Date(Date.now() + 60_000).toISOString(),
})

describe('reads that go wrong', () => {
  const tickets = () =>
    autotask.readMany(bench.session(), 'Ticket', [ticketId().split(':')[2] ?? ''], new Set(['title']))

  async function asked(): Promise<unknown> {
    const [answer] = await tickets()
    if (answer instanceof Error) throw answer
    return answer
  }

  it('wait for a short Retry-After, and then succeed', async () => {
    await plantFault(sim, {
      match: { path },
      times: 1,
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '1' },
    })
    const before = bench.log.length
    expect(await asked()).not.toBeNull()
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
    await expect(asked()).rejects.toMatchObject({
      extensions: { code: 'BACKPRESSURE', retryAfterMs: 60_000 },
    })
  })

  it.each([502, 503, 504])('are tried once more after %i', async (status) => {
    await plantFault(sim, { match: { path }, times: 1, kind: 'status', status })
    expect(await asked()).not.toBeNull()
  })

  it.each([
    [{ kind: 'status', status: 401 }, 'VENDOR_UNAVAILABLE'],
    [{ kind: 'status', status: 403 }, 'VENDOR_UNAVAILABLE'],
    [{ kind: 'status', status: 302 }, 'VENDOR_UNAVAILABLE'],
    [{ kind: 'malformed' }, 'VENDOR_UNAVAILABLE'],
    [{ kind: 'html' }, 'VENDOR_UNAVAILABLE'],
    [{ kind: 'oversized' }, 'VENDOR_UNAVAILABLE'],
    [{ kind: 'delay', delayMs: 4_000 }, 'VENDOR_UNAVAILABLE'],
    [{ kind: 'reset' }, 'VENDOR_UNAVAILABLE'],
  ] as const)('%j become %s, with nothing of the vendor in the message', async (fault, code) => {
    await plantFault(sim, { match: { path }, times: 3, ...fault })
    const error = await asked().catch((caught: unknown) => caught)
    expect(error).toMatchObject({ extensions: { code } })
    const said = JSON.stringify([error, (error as Error).message])
    for (const secret of [sim.credentials.secret, sim.credentials.integrationCode])
      expect(said).not.toContain(secret)
  })

  it('with wrong credentials are refused by a 401 without a word', async () => {
    const wrong = testBench({
      source: autotask,
      baseUrl: sim.url,
      credentials: { ...sim.credentials, secret: 'wrong-secret' },
    })
    await expect(autotask.test(wrong.session())).rejects.toMatchObject({
      extensions: { code: 'VENDOR_UNAVAILABLE' },
    })
  })
})

describe('answers with a record that cannot be read', () => {
  it('lose that record and not the page', async () => {
    const rows = [1, 2, 3].map((id) => ({
      id,
      title: id === 2 ? 7 : `t${id}`,
      createDate: `2026-11-0${id}T10:00:00.000`,
    }))
    const server = createHttpServer((_, response) =>
      response.end(JSON.stringify({ items: rows, pageDetails: { nextPageUrl: null } })),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const odd = testBench({ source: autotask, baseUrl, credentials: { ...sim.credentials } }).session()
    const page = await list(odd, 'Ticket', { first: 3, fields: ['title'], filter: { company: '5' } })
    expect(page.records.map(({ id }) => id)).toEqual(['acme-cw:Ticket:3', 'acme-cw:Ticket:1'])
    expect(page.partial).toBe('One record could not be read.')
    server.close()
  })
})

describe('threads', () => {
  it('are 3 at most for one entity, however many ask', async () => {
    let most = 0
    const running = new Map<string, number>()
    const server = createHttpServer((request, response) => {
      const entity = request.url?.split('/')[3] ?? ''
      running.set(entity, (running.get(entity) ?? 0) + 1)
      most = Math.max(most, running.get(entity) ?? 0)
      setTimeout(() => {
        running.set(entity, (running.get(entity) ?? 0) - 1)
        response.end('{"items":[],"pageDetails":{"nextPageUrl":null}}')
      }, 20)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const busy = testBench({ source: autotask, baseUrl, credentials: { ...sim.credentials } })
    await Promise.all(
      Array.from({ length: 20 }, (_, id) =>
        autotask.readMany(busy.session(), 'Ticket', [String(id + 1)], new Set(['title'])),
      ),
    )
    expect(most).toBe(3)
    server.close()
  })

  it('taken by others of the integration are waited for, whatever the status says', async () => {
    const busy = await startBench({}, { serviceTime: 60 })
    const headers = {
      ...autotask.dialect.authorize({ ...busy.sim.credentials }),
      'content-type': 'application/json',
    }
    const body = JSON.stringify({ filter: [{ op: 'gte', field: 'id', value: 0 }], maxRecords: 1 })
    const others = Array.from({ length: 3 }, () =>
      fetch(`${busy.sim.url}/ATServicesRest/V1.0/Companies/query`, { method: 'POST', headers, body }),
    )
    const [company] = await autotask.readMany(busy.bench.session(), 'Company', ['302'], new Set(['name']))
    await Promise.all(others)
    expect(company).not.toBeNull()
    expect(company).not.toBeInstanceOf(Error)
    await busy.sim.close()
  })
})

describe('no permit, no write', () => {
  it.each([
    ['none', () => ''],
    ['one for another body', (step: PlannedStep, url: string) => bench.permit(step.method, url, '{}')],
    ['one for another method', (step: PlannedStep, url: string) => bench.permit('PATCH', url, step.body)],
    [
      'one for another address',
      (step: PlannedStep, url: string) => bench.permit(step.method, `${url}?x=1`, step.body),
    ],
    ['an expired one', (step: PlannedStep, url: string) => bench.permit(step.method, url, step.body, -1)],
  ] as const)('%s', async (_name, permit) => {
    const step = await note('permit')
    const url = await autotask.stepUrl(session, step, { path: step.path })
    const before = writesIn(sim).length
    expect(await send(step, permit(step, url))).toMatchObject({ outcome: 'NOT_SENT' })
    expect(writesIn(sim).length).toBe(before)
  })

  it('nor twice with the same', async () => {
    const step = await note('permit twice')
    const url = await autotask.stepUrl(session, step, { path: step.path })
    const permit = bench.permit(step.method, url, step.body)
    const before = writesIn(sim).length
    expect(await send(step, permit)).toMatchObject({ outcome: 'DONE' })
    expect(await send(step, permit)).toMatchObject({ outcome: 'NOT_SENT' })
    expect(writesIn(sim).length - before).toBe(1)
  })
})

describe('the vendor answer table', () => {
  const cases: readonly (readonly [Omit<Fault, 'match'>, string, number])[] = [
    ...[400, 403, 409, 413, 415, 422].map(
      (status) =>
        [
          { kind: 'status', status, when: 'before', body: { errors: ['No.'] } },
          'VENDOR_REJECTED',
          0,
        ] as const,
    ),
    ...[404, 405].map(
      (status) =>
        [{ kind: 'status', status, when: 'before', body: { Message: 'No.' } }, 'VENDOR_REJECTED', 0] as const,
    ),
    [
      {
        kind: 'status',
        status: 401,
        when: 'before',
        headers: { 'www-authenticate': 'Basic realm="webservices5.autotask.net"' },
        body: '',
      },
      'VENDOR_REJECTED',
      0,
    ],
    [
      { kind: 'status', status: 500, when: 'before', body: { errors: ['queueID is required'] } },
      'VENDOR_REJECTED',
      0,
    ],
    // The shape alone proves nothing: a true fault has it too, and may come after the write.
    [{ kind: 'status', status: 500, when: 'after', body: { errors: ['Something broke'] } }, 'UNKNOWN', 1],
    [{ kind: 'status', status: 500, when: 'before' }, 'UNKNOWN', 0],
    [{ kind: 'status', status: 400, when: 'before' }, 'UNKNOWN', 0],
    [{ kind: 'status', status: 429, when: 'before', headers: { 'retry-after': '7' } }, 'THROTTLED', 0],
    [{ kind: 'status', status: 302, when: 'before' }, 'UNKNOWN', 0],
    [{ kind: 'status', status: 408, when: 'before' }, 'UNKNOWN', 0],
    [{ kind: 'status', status: 502, when: 'after' }, 'UNKNOWN', 1],
    [{ kind: 'reset', when: 'before' }, 'UNKNOWN', 0],
    [{ kind: 'reset', when: 'after' }, 'UNKNOWN', 1],
    [{ kind: 'delay', delayMs: 3_000, when: 'after' }, 'UNKNOWN', 1],
    [{ kind: 'malformed', when: 'after' }, 'UNKNOWN', 1],
    [{ kind: 'html', when: 'after' }, 'UNKNOWN', 1],
    [{ kind: 'oversized', when: 'after' }, 'UNKNOWN', 1],
  ]

  it.each(cases)('%j is %s', async (fault, outcome, applied) => {
    const step = await note(`fault ${JSON.stringify(fault)}`)
    await plantFault(sim, {
      match: { method: 'POST', path: step.path },
      times: 5,
      ...fault,
    } as Fault)
    const before = writesIn(sim).length
    const got = await send(step)
    await fetch(`${sim.url}/__faults`, { method: 'DELETE' })
    expect(got).toMatchObject({ outcome })
    if (got.outcome === 'THROTTLED') expect(got.retryAfterMs).toBe(7_000)
    await expect.poll(() => writesIn(sim).length - before, { timeout: 5_000 }).toBe(1)
    if (fault.kind !== 'delay')
      expect((await autotask.findCreated?.(session, step, window()))?.ours).toHaveLength(applied)
  })

  it('takes a refusal that the simulator really gives for one', async () => {
    const step = await note('refused')
    const body = step.body?.replace('"noteType":3', '"noteType":9999') ?? ''
    const url = await autotask.stepUrl(session, step, { path: step.path })
    const outcome = await autotask.sendStep(
      session,
      bench.permit('POST', url, body),
      { ...step, body },
      { path: step.path, body },
    )
    expect(outcome).toMatchObject({ outcome: 'VENDOR_REJECTED', status: 500 })
  })

  const answered = (status: number, body: string, headers: Record<string, string> = {}) => {
    const step = { method: 'PATCH', path: '/Tickets', body: '{"id":5,"status":1}' } as PlannedStep
    const response: VendorResponse = { status, headers, body, durationMs: 1 }
    return outcomeOf(step, { path: step.path, body: step.body }, response).outcome
  }

  it.each`
    status | body                                                                                         | outcome              | why
    ${200} | ${'{"itemId":5}'}                                                                            | ${'DONE'}            | ${'the record that was to be written'}
    ${200} | ${'{"itemId":6}'}                                                                            | ${'UNKNOWN'}         | ${'another record'}
    ${200} | ${'{"itemId":5,"errors":["x"]}'}                                                             | ${'UNKNOWN'}         | ${'an errors array even on 200'}
    ${200} | ${''}                                                                                        | ${'UNKNOWN'}         | ${'no body'}
    ${500} | ${'{"errors":["Picklist value [99] does not exist for priority. ; on record number [1]."]}'} | ${'VENDOR_REJECTED'} | ${'a recorded refusal'}
    ${500} | ${'{"errors":["queueID is required"]}'}                                                      | ${'VENDOR_REJECTED'} | ${'a recorded refusal'}
    ${500} | ${'{"errors":["queueID is required","Execution Timeout Expired"]}'}                          | ${'UNKNOWN'}         | ${'one of the texts is a fault'}
    ${500} | ${'{"errors":["Transaction deadlocked; a value is required"]}'}                              | ${'UNKNOWN'}         | ${'a fault that also sounds like a refusal'}
    ${500} | ${'{"errors":["Something else"]}'}                                                           | ${'UNKNOWN'}         | ${'a text that nobody recorded'}
    ${500} | ${'<html>'}                                                                                  | ${'UNKNOWN'}         | ${'an outage'}
    ${500} | ${'{"errors":["Itgenatr005: thread threshold exceeded"]}'}                                   | ${'THROTTLED'}       | ${'the thread limit, which comes as any status'}
    ${429} | ${''}                                                                                        | ${'UNKNOWN'}         | ${'not the vendor that says so'}
    ${401} | ${''}                                                                                        | ${'UNKNOWN'}         | ${'a 401 of somebody before it'}
    ${405} | ${'{"Message":"The requested resource does not support http method."}'}                      | ${'VENDOR_REJECTED'} | ${'the shape of the Web API'}
  `('$status $body is $outcome: $why', ({ status, body, outcome }) => {
    expect(answered(status, body)).toBe(outcome)
  })

  it('knows the vendor in an empty 401 by its realm', () => {
    expect(answered(401, '', { 'www-authenticate': 'Basic realm="webservices5.autotask.net"' })).toBe(
      'VENDOR_REJECTED',
    )
  })

  it('proves that nothing was sent when nobody listens', async () => {
    const step = await note('nobody')
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await new Promise((resolve) => server.close(resolve))
    const dead = testBench({ source: autotask, baseUrl, credentials: { ...sim.credentials } })
    const gone = dead.session()
    const url = await autotask.stepUrl(gone, step, { path: step.path })
    const bytes = { path: step.path, body: step.body }
    expect(await autotask.sendStep(gone, dead.permit(step.method, url, step.body), step, bytes)).toEqual({
      outcome: 'NOT_SENT',
      reason: 'The PSA refused the connection.',
    })
  })
})
