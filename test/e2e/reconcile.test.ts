import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../../gateway/gateway.ts'
import { type Desk, type Fault, startDesk, until } from './desk.ts'

const SHORT = { settleWait: 4, sendWithin: 0.5, vendorWrite: 0.5, settleWindow: 2, poll: 0.3 }
let t: Desk
let second: Gateway
beforeAll(async () => {
  t = await startDesk({ settings: SHORT })
  const { keys, sandboxOrigins } = t.gateway.services
  // Both look for what is unclear: the store's claim settles who reads.
  second = await createGateway({
    instance: 'second',
    store: t.store,
    keys,
    log: () => {},
    settings: SHORT,
    sandboxOrigins,
  })
})
afterAll(async () => {
  await second.close()
  await t.close()
})
beforeEach(() => t.simulator.clearJournal())

const work = (id: string) => ({
  id,
  update: { status: 'Waiting on Vendor' },
  notes: [{ kind: 'INTERNAL', text: `Reconcile ${randomUUID()}` }],
  time: [{ hours: 0.5, internalText: 'On the phone' }],
})

async function agent() {
  const technician = await t.person({ role: 'approver' })
  return t.agent('FULL_AUTOMATION', technician.id)
}

async function unclear(
  token: string,
  field: string,
  input: Record<string, unknown>,
  fault: Fault,
): Promise<string> {
  await t.fault(fault)
  const { errors } = await t.write(token, field, input)
  expect(errors[0]?.extensions.code).toBe('OUTCOME_UNKNOWN')
  return String(errors[0]?.extensions.requestId)
}

async function settled(token: string, id: string) {
  await until(async () => (await t.request(token, id)).state !== 'UNKNOWN_OUTCOME')
  return t.request(token, id)
}

const trail = async (id: string) =>
  (await t.events()).filter(({ request_id }) => request_id === id).map(({ type }) => type)

/** Reads for one request go on until then. */
const lastRead = (id: string) => until(async () => (await trail(id)).includes('RECONCILED'))

describe('a plan of several steps', () => {
  it('whose first step turns out to be applied: FAILED in part, and the rest is never sent', async () => {
    const { token } = await agent()
    const ticket = t.ticket()
    const id = await unclear(token, 'workTicket', work(ticket.id), {
      method: 'PATCH',
      kind: 'reset',
      when: 'after',
    })
    expect(await settled(token, id)).toMatchObject({
      state: 'FAILED',
      partial: true,
      error: {
        code: 'PARTIALLY_APPLIED',
        details: { step: 2, applied: [`Changes status of ticket #${ticket.key}.`] },
      },
      steps: [{ step: 1, outcome: 'DONE' }],
    })
    expect(t.sent()).toHaveLength(1)
  })

  it('whose second step turns out not to be applied: what came before it is listed', async () => {
    const { token } = await agent()
    const ticket = t.ticket()
    const fault: Fault = { method: 'POST', path: '/\\/notes$/', kind: 'reset' }
    const id = await unclear(token, 'workTicket', work(ticket.id), fault)
    expect(await settled(token, id)).toMatchObject({
      state: 'FAILED',
      partial: true,
      error: {
        code: 'PARTIALLY_APPLIED',
        details: {
          step: 2,
          applied: [`Changes status of ticket #${ticket.key}.`],
          cause: { code: 'NOT_APPLIED' },
        },
      },
      steps: [
        { step: 1, outcome: 'DONE' },
        { step: 2, outcome: 'NOT_APPLIED' },
      ],
    })
    expect(t.sent()).toHaveLength(2)
  })

  it('whose last step turns out to be applied: EXECUTED, with all that it made', async () => {
    const { token } = await agent()
    const fault: Fault = { method: 'POST', path: '/\\/time\\/entries$/', kind: 'reset', when: 'after' }
    const id = await unclear(token, 'workTicket', work(t.ticket().id), fault)
    const { state, partial, notes, timeEntries } = await settled(token, id)
    expect({ state, partial, notes: notes.length, timeEntries: timeEntries.length }).toEqual({
      state: 'EXECUTED',
      partial: false,
      notes: 1,
      timeEntries: 1,
    })
  })
})

describe('what reading can not tell', () => {
  it('values that are partly there stay unknown, until a person has looked', async () => {
    const { token } = await agent()
    const technician = await t.person({ role: 'approver' })
    const ticket = t.ticket()
    const change = { id: ticket.id, title: 'Half', status: 'Waiting on Vendor' }
    const id = await unclear(token, 'updateTicket', change, { method: 'PATCH', kind: 'reset', when: 'after' })
    t.simulator.actAs('jdoe', 'PATCH', `/service/tickets/${ticket.key}`, [
      { op: 'replace', path: 'summary', value: 'By hand' },
    ])
    await lastRead(id)
    expect(await t.request(token, id)).toMatchObject({
      state: 'UNKNOWN_OUTCOME',
      error: { code: 'OUTCOME_UNKNOWN' },
    })
    const { data } = await t.ask(
      technician.token,
      `mutation ($id: ID!) { resolveUnknownOutcome(id: $id, applied: true, note: "Changed once more since") {
        state reconciled } }`,
      { id },
    )
    expect(data.resolveUnknownOutcome).toEqual({ state: 'EXECUTED', reconciled: false })
    expect(t.sent()).toHaveLength(1)
  })

  it('two notes that say the same, both unclear, are never taken for each other', async () => {
    const { token } = await agent()
    const ticket = t.ticket()
    const note = { ticket: ticket.id, kind: 'INTERNAL', text: `Twin ${randomUUID()}` }
    const fault = (when: 'before' | 'after'): Fault => ({
      method: 'POST',
      path: '/\\/notes$/',
      kind: 'reset',
      when,
    })
    const lost = await unclear(token, 'addTicketNote', note, fault('before'))
    const applied = await unclear(token, 'addTicketNote', note, fault('after'))
    await lastRead(lost)
    await lastRead(applied)
    for (const id of [lost, applied]) expect((await t.request(token, id)).state).toBe('UNKNOWN_OUTCOME')
  })

  it('a note that a technician typed in the same words is not ours', async () => {
    const { token } = await agent()
    const ticket = t.ticket()
    const text = `Typed ${randomUUID()}`
    const fault: Fault = { method: 'POST', path: '/\\/notes$/', kind: 'reset' }
    const id = await unclear(token, 'addTicketNote', { ticket: ticket.id, kind: 'INTERNAL', text }, fault)
    const note = { text, internalAnalysisFlag: true, processNotifications: false }
    t.simulator.actAs('jdoe', 'POST', `/service/tickets/${ticket.key}/notes`, note)
    expect(await settled(token, id)).toMatchObject({ state: 'FAILED', error: { code: 'NOT_APPLIED' } })
  })

  it('a note of which the PSA does not tell who wrote it stays unknown', async () => {
    const { token } = await agent()
    const ticket = t.ticket()
    const text = `By nobody ${randomUUID()}`
    const fault: Fault = { method: 'POST', path: '/\\/notes$/', kind: 'reset', when: 'after' }
    const id = await unclear(token, 'addTicketNote', { ticket: ticket.id, kind: 'INTERNAL', text }, fault)
    const written = t.simulator.state.tables.notes.all().find((row) => row.text === text)!
    delete written._info
    await lastRead(id)
    expect((await t.request(token, id)).state).toBe('UNKNOWN_OUTCOME')
  })

  it('a note that another request is known to have made is not this one', async () => {
    const { token } = await agent()
    const ticket = t.ticket()
    const note = { ticket: ticket.id, kind: 'INTERNAL', text: `Again ${randomUUID()}` }
    const id = await unclear(token, 'addTicketNote', note, {
      method: 'POST',
      path: '/\\/notes$/',
      kind: 'reset',
    })
    const again = await t.write(token, 'addTicketNote', note)
    expect(again.errors).toEqual([])
    expect(await settled(token, id)).toMatchObject({ state: 'FAILED', error: { code: 'NOT_APPLIED' } })
  })
})

it('a PSA that does not answer the reads: nothing is concluded from that', async () => {
  const { token } = await agent()
  const id = await unclear(
    token,
    'updateTicket',
    { id: t.ticket().id, title: 'Silence' },
    { method: 'PATCH', kind: 'reset', when: 'after' },
  )
  await t.fault({ method: 'GET', path: '/service/tickets', kind: 'status', status: 500, times: 1_000 })
  // Longer than five reads take.
  await new Promise((done) => setTimeout(done, 3_000))
  expect((await t.request(token, id)).state).toBe('UNKNOWN_OUTCOME')
  expect(await trail(id)).not.toContain('RECONCILED')
  await fetch(`${t.simulator.url}/__faults`, { method: 'DELETE' })
  expect((await settled(token, id)).state).toBe('EXECUTED')
})

it('two gateways settle it once', async () => {
  const { token } = await agent()
  const ids: string[] = []
  for (let index = 0; index < 6; index += 1) {
    const input = { id: t.ticket().id, title: `Once ${index}` }
    ids.push(await unclear(token, 'updateTicket', input, { method: 'PATCH', kind: 'reset', when: 'after' }))
  }
  for (const id of ids) {
    expect((await settled(token, id)).state).toBe('EXECUTED')
    expect((await trail(id)).filter((type) => type === 'RECONCILED')).toHaveLength(1)
  }
  expect(t.sent()).toHaveLength(6)
})
