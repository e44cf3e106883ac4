import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createGateway } from '../../gateway/gateway.ts'
import { beginStep, claimForExecution, finishStep } from '../../gateway/store/executions.ts'
import { openStore } from '../../gateway/store/index.ts'
import { saveInstallation } from '../../gateway/store/installation.ts'
import { endPauses } from '../rows.ts'
import { COMPANY, codesOf, type Desk, expectSoundTrail, type Fault, startDesk, until } from './desk.ts'

let t: Desk
beforeAll(async () => {
  t = await startDesk({ settings: { settleWait: 6 } })
})
afterAll(() => t.close())
beforeEach(() => t.simulator.clearJournal())
afterEach(() => endPauses(t.store))

const work = (id: string) => ({
  id,
  update: { status: 'Waiting on Vendor' },
  notes: [{ kind: 'INTERNAL', text: 'Called the vendor, see {step1.id}' }],
  time: [{ hours: 0.5, internalText: 'On the phone' }],
})

describe('workTicket: one plan, one signature', () => {
  it('sends status, note and time in order, each once', async () => {
    const technician = await t.person({ role: 'approver' })
    const agent = await t.agent('IT_ADMIN', technician.id)
    const { id, key } = t.ticket()
    const asked = await t.write(agent.token, 'workTicket', work(id))
    const { request } = asked.data.workTicket
    expect(request.plan.steps).toHaveLength(3)
    const approved = await t.approve(technician.token, request)
    expect(approved.data.approve).toMatchObject({
      state: 'EXECUTED',
      steps: [1, 2, 3].map((step) => ({ step, outcome: 'DONE' })),
    })
    expect(t.sent().map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).toEqual([
      `PATCH ${key}`,
      'POST notes',
      'POST entries',
    ])
    expect(t.sent().map(({ body }) => JSON.stringify(body))).toEqual(
      request.plan.steps.map(({ body }: { body: string }) => body),
    )
    expect(t.inPsa(key).status).toMatchObject({ name: 'Waiting on Vendor' })
    expect(approved.data.approve.notes).toHaveLength(1)
    expect(approved.data.approve.timeEntries).toHaveLength(1)
  })

  it('stops at the step that fails and tells what was applied', async () => {
    const technician = await t.person({ role: 'approver' })
    const agent = await t.agent('IT_ADMIN', technician.id)
    const { id, key } = t.ticket()
    const { data } = await t.write(agent.token, 'workTicket', work(id))
    await t.fault({
      method: 'POST',
      path: '/\\/notes$/',
      kind: 'status',
      status: 400,
      body: { code: 'InvalidObject', message: 'note object is invalid', errors: [] },
    })
    const approved = await t.approve(technician.token, data.workTicket.request)
    expect(approved.data.approve).toMatchObject({
      state: 'FAILED',
      partial: true,
      error: {
        code: 'PARTIALLY_APPLIED',
        details: { step: 2, applied: [`Changes status of ticket #${key}.`] },
      },
      steps: [
        { step: 1, outcome: 'DONE' },
        { step: 2, outcome: 'VENDOR_REJECTED', status: 400 },
      ],
    })
    expect(t.sent()).toHaveLength(2)
  })
})

describe('what the PSA answers', () => {
  it('a refusal: FAILED, with its own words apart from ours', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    await t.fault({
      method: 'PATCH',
      kind: 'status',
      status: 400,
      body: {
        code: 'InvalidObject',
        message: 'ticket object is invalid',
        errors: [{ code: 'x', message: 'Not on Fridays', resource: 'ticket', field: 'status' }],
      },
    })
    const answer = await t.write(token, 'updateTicket', {
      id: t.ticket().id,
      title: 'Refused',
      idempotencyKey: 'refused-0001',
    })
    expect(answer.errors).toMatchObject([
      {
        path: ['updateTicket'],
        extensions: {
          code: 'VENDOR_REJECTED',
          requestId: expect.stringMatching(/^wr_/),
          vendor: { status: 400, message: expect.stringContaining('ticket object is invalid') },
        },
      },
    ])
    expect(answer.errors[0]?.message).not.toContain('invalid')
    expect(t.sent()).toHaveLength(1)
    expect(await t.request(token, String(answer.errors[0]?.extensions.requestId))).toMatchObject({
      state: 'FAILED',
      partial: false,
    })
  })

  it('"too many requests": sent again after the wait, with an intent of its own', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    await t.fault({ method: 'PATCH', kind: 'status', status: 429, headers: { 'retry-after': '1' } })
    const { data, errors } = await t.write(token, 'updateTicket', { id: t.ticket().id, title: 'Patience' })
    expect(errors).toEqual([])
    expect(data.updateTicket).toMatchObject({
      __typename: 'TicketWritten',
      request: { steps: [{ outcome: 'DONE', tries: 2 }] },
    })
    const [first, second] = t.sent()
    expect(t.sent().map(({ status }) => status)).toEqual([429, 200])
    expect(Date.parse(second?.time ?? '') - Date.parse(first?.time ?? '')).toBeGreaterThanOrEqual(950)
    const trail = (await t.events())
      .filter(({ request_id }) => request_id === data.updateTicket.request.id)
      .map(({ type, body }) => body.outcome ?? type)
    expect(trail).toEqual([
      'REQUEST_CREATED',
      'EXECUTION_STARTED',
      'WRITE_INTENT',
      'THROTTLED',
      'WRITE_INTENT',
      'DONE',
    ])
  })

  it.each<[string, Fault]>([
    ['a reset before it was applied', { kind: 'reset', when: 'before' }],
    ['a reset after it was applied', { kind: 'reset', when: 'after' }],
    ['502', { kind: 'status', status: 502 }],
    ['408', { kind: 'status', status: 408 }],
    ['a redirect', { kind: 'status', status: 302, headers: { location: 'http://127.0.0.1:1/stolen' } }],
    ['a page of a proxy', { kind: 'html', when: 'after' }],
    ['JSON that is cut', { kind: 'malformed', when: 'after' }],
    [
      'success with an error in it',
      { kind: 'status', status: 200, body: { code: 'InternalServerError', message: 'oops' } },
    ],
    ['success with nothing in it', { kind: 'status', status: 200, body: '' }],
    ['400 of something else', { kind: 'html', status: 400 }],
    ['429 of something else', { kind: 'html', status: 429 }],
  ])('%s: it is not known, and never sent again', async (_what, fault) => {
    const { token } = await t.agent('FULL_AUTOMATION')
    await t.fault({ method: 'PATCH', ...fault })
    const input = { id: t.ticket().id, title: `Unclear ${randomUUID()}`, idempotencyKey: randomUUID() }
    const answer = await t.write(token, 'updateTicket', input)
    expect(codesOf(answer)).toEqual(['OUTCOME_UNKNOWN'])
    const id = String(answer.errors[0]?.extensions.requestId)
    expect(await t.request(token, id)).toMatchObject({
      state: 'UNKNOWN_OUTCOME',
      error: { code: 'OUTCOME_UNKNOWN' },
    })
    const again = await t.write(token, 'updateTicket', input)
    expect(again.data.updateTicket).toMatchObject({
      __typename: 'WriteInProgress',
      replayed: true,
      request: { id, state: 'UNKNOWN_OUTCOME' },
    })
    t.gateway.services.executor.wake()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(t.sent()).toHaveLength(1)
  })
})

it('the PSA is not there: nothing was sent, and that is what is said', async () => {
  const desk = await startDesk({ settings: { settleWait: 3 } })
  try {
    const { token } = await desk.agent('HELPDESK')
    const technician = await desk.person({ role: 'approver' })
    const create = {
      connection: 'acme-cw',
      company: `acme-cw:Company:${COMPANY}`,
      title: 'Nobody home',
      board: 'acme-cw:Board:1',
      status: 'New',
    }
    const { data } = await desk.write(token, 'createTicket', create)
    const update = await desk.write(token, 'updateTicket', { id: desk.ticket().id, title: 'Nobody home' })
    await desk.simulator.close()
    const approved = await desk.approve(technician.token, data.createTicket.request)
    expect(approved.data.approve).toMatchObject({
      state: 'FAILED',
      partial: false,
      error: { code: 'VENDOR_UNAVAILABLE', details: { outcome: 'NOT_SENT' } },
    })
    // What it rests on can not be read again: it waits.
    expect(codesOf(await desk.approve(technician.token, update.data.updateTicket.request))).toEqual([
      'VENDOR_UNAVAILABLE',
    ])
    expect((await desk.request(token, update.data.updateTicket.request.id)).state).toBe('PENDING')
  } finally {
    await desk.close()
  }
})

/** Approved and not begun: everything is paused. */
async function waiting(
  token: string,
  field = 'updateTicket',
  input: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  await saveInstallation(t.store.db, { paused: true })
  const asked = t.write(token, field, {
    id: t.ticket().id,
    ...(field === 'updateTicket' && { title: 'Waiting' }),
    ...input,
  })
  let id: string | undefined
  await until(async () => {
    const row = await t.store.db
      .selectFrom('write_request')
      .select('id')
      .where('state', '=', 'APPROVED')
      .executeTakeFirst()
    id = row?.id
    return id !== undefined
  })
  void asked
  return id as string
}

/** What an executor does until it dies; its hold is over at once. */
async function claimByHand(id: string): Promise<string> {
  const attemptId = randomUUID()
  await t.store.transaction(async (trx) => {
    await saveInstallation(trx, { paused: false })
    expect(await claimForExecution(trx, { id, attemptId, leaseSeconds: 0.3 })).toBeDefined()
  })
  return attemptId
}

describe('an executor that died', () => {
  it('before anything was sent: another takes over and sends it once', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const id = await waiting(token)
    await claimByHand(id)
    await until(async () => (await t.request(token, id)).state === 'EXECUTED')
    expect(t.sent()).toHaveLength(1)
    const types = (await t.events()).filter(({ request_id }) => request_id === id).map(({ type }) => type)
    expect(types).toContain('EXECUTION_RELEASED')
  })

  it('after the intent: it is not known, and nothing is sent', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const id = await waiting(token)
    const attemptId = await claimByHand(id)
    await t.store.transaction((trx) => beginStep(trx, { id, attemptId, step: 1, sentHash: 'a'.repeat(64) }))
    await until(async () => (await t.request(token, id)).state === 'UNKNOWN_OUTCOME')
    expect(t.sent()).toEqual([])
  })

  it('between two steps: FAILED in part, and the rest is not sent', async () => {
    const technician = await t.person({ role: 'approver' })
    const { token } = await t.agent('FULL_AUTOMATION', technician.id)
    const ticket = t.ticket()
    const id = await waiting(token, 'workTicket', work(ticket.id))
    const attemptId = await claimByHand(id)
    await t.store.transaction(async (trx) => {
      await beginStep(trx, { id, attemptId, step: 1, sentHash: 'a'.repeat(64) })
      await finishStep(trx, { id, attemptId, step: 1 }, { outcome: 'DONE', vendorId: String(ticket.key) })
    })
    await until(async () => (await t.request(token, id)).state === 'FAILED')
    expect(await t.request(token, id)).toMatchObject({
      partial: true,
      error: { code: 'PARTIALLY_APPLIED', details: { step: 2, applied: [expect.any(String)] } },
    })
    expect(t.sent()).toEqual([])
  })
})

it('two gateways on one store send an approved request once', async () => {
  const { keys, sandboxOrigins } = t.gateway.services
  const second = await createGateway({
    instance: 'second',
    store: t.store,
    keys,
    log: () => {},
    settings: { poll: 1 },
    sandboxOrigins,
  })
  try {
    const { token } = await t.agent('FULL_AUTOMATION')
    const ids: string[] = []
    await saveInstallation(t.store.db, { paused: true })
    const asked = Array.from({ length: 5 }, (_, index) =>
      t.write(token, 'updateTicket', { id: t.ticket().id, title: `Raced ${index}` }),
    )
    await until(async () => {
      const rows = await t.store.db
        .selectFrom('write_request')
        .select('id')
        .where('state', '=', 'APPROVED')
        .execute()
      ids.splice(0, ids.length, ...rows.map(({ id }) => id))
      return ids.length === 5
    })
    await saveInstallation(t.store.db, { paused: false })
    await Promise.all(
      ids.flatMap((id) => [
        t.gateway.services.executor.settle(id, 5_000),
        second.services.executor.settle(id, 5_000),
      ]),
    )
    await Promise.all(asked)
    expect(new Set(t.sent().map(({ path }) => path)).size).toBe(5)
    expect(t.sent()).toHaveLength(5)
  } finally {
    await second.close()
  }
})

it('a plan that several gateways could have spent the same budget on still sends: a place is held once', async () => {
  const { token } = await t.agent('FULL_AUTOMATION')
  const tickets = Array.from({ length: 12 }, () => t.ticket())
  const answers = await Promise.all(
    tickets.map(({ id }) => t.write(token, 'updateTicket', { id, title: 'All at once' })),
  )
  expect(answers.flatMap(codesOf)).toEqual([])
  expect(t.sent()).toHaveLength(12)
})

it('a store that is lost on the way: STORE_UNAVAILABLE, and nothing is sent', async () => {
  const desk = await startDesk({ settings: { settleWait: 2 } })
  const { token } = await desk.agent('FULL_AUTOMATION')
  const { id } = desk.ticket()
  const caller = await desk.gateway.calls.authenticate(token, { address: 'test' })
  const info = { address: 'test', headers: { get: () => null } }
  await desk.fault({ method: 'GET', path: '/service/tickets', kind: 'delay', delayMs: 400 })
  const asked = desk.gateway.calls.run(
    caller,
    { query: `mutation { updateTicket(input: { id: "${id}", title: "Lost" }) { __typename } }` },
    info,
  )
  await until(() => desk.simulator.journal().length > 0 || desk.simulator.state.tables.tickets.nextId > 0)
  await new Promise((resolve) => setTimeout(resolve, 150))
  await desk.store.close()
  const { errors } = await asked
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['STORE_UNAVAILABLE'])
  const later = await desk.gateway.calls.run(caller, { query: '{ viewer { name } }' }, info)
  expect(later.errors?.map(({ extensions }) => extensions.code)).toEqual(['STORE_UNAVAILABLE'])
  expect(desk.sent()).toEqual([])
  await desk.close()
})

it('a store that is not there says so to every single statement', async () => {
  const nowhere = openStore({ url: 'postgres://app@127.0.0.1:1/none' })
  const asked = nowhere.db.selectFrom('installation').selectAll().execute()
  await expect(asked).rejects.toMatchObject({ extensions: { code: 'STORE_UNAVAILABLE' } })
  await nowhere.close()
})

it('the trail tells each write before it was sent, and no secret', async () => {
  const canary = 'canary-7f3a'
  const { token } = await t.agent('FULL_AUTOMATION')
  await t.fault({
    method: 'PATCH',
    kind: 'status',
    status: 400,
    body: { code: 'x', message: `key ${t.simulator.credentials.privateKey}`, errors: [] },
  })
  const answer = await t.write(token, 'updateTicket', {
    id: t.ticket().id,
    title: 'Leaky',
    idempotencyKey: canary,
  })
  expect(JSON.stringify(answer)).not.toContain(t.simulator.credentials.privateKey)
  await expectSoundTrail(t, t.sent(), [
    token,
    t.simulator.credentials.privateKey,
    t.simulator.credentials.publicKey,
    canary,
  ])
})
