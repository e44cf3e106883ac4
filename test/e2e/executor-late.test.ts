import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CrashHook } from '../../gateway/services.ts'
import { revokeAgent } from '../../gateway/store/workflows.ts'
import { endPauses } from '../rows.ts'
import { type Desk, startDesk, until } from './desk.ts'

const nothing: CrashHook = async () => {}
let hook = nothing
let t: Desk
beforeAll(async () => {
  t = await startDesk({
    settings: { lease: 1, vendorRead: 3, vendorWrite: 0.5, sendWithin: 0.5, settleWindow: 0.4 },
    crashPoint: (at, requestId) => hook(at, requestId),
  })
})
afterAll(() => t.close())
beforeEach(() => t.simulator.clearJournal())
afterEach(() => {
  hook = nothing
  return endPauses(t.store)
})

const stateOf = async (token: string, id: string) => (await t.request(token, id)).state
const ended = (token: string, id: string) =>
  until(async () => ['EXECUTED', 'FAILED', 'CANCELLED'].includes(await stateOf(token, id)), 15_000)

async function signed(update: Readonly<Record<string, unknown>>, notes: readonly unknown[] = []) {
  const agent = await t.agent('IT_ADMIN')
  const technician = await t.person({ role: 'approver' })
  const { data } = await t.write(agent.token, 'workTicket', { id: t.ticket().id, update, notes })
  const { request } = data.workTicket
  return { agent, request, approve: () => t.approve(technician.token, request) }
}

describe('an executor that stood still past its lease', () => {
  it('with the answer in hand: the answer settles it, and the trail never goes back', async () => {
    const { agent, request, approve } = await signed({ title: 'Paper jam' })
    hook = async (at, id) => {
      if (at !== 'before E5') return
      hook = nothing
      // The answer comes to be recorded only after somebody else has taken the request over.
      await until(async () => (await stateOf(agent.token, id)) === 'UNKNOWN_OUTCOME')
    }
    await approve()
    await ended(agent.token, request.id)
    expect(await t.request(agent.token, request.id)).toMatchObject({
      state: 'EXECUTED',
      steps: [{ outcome: 'DONE' }],
    })
    expect(t.sent()).toHaveLength(1)
    const states = (await t.events())
      .filter(({ request_id }) => request_id === request.id)
      .map(({ body }) => body.state)
    expect(states.slice(states.indexOf('UNKNOWN_OUTCOME'))).not.toContain('EXECUTING')
  })
})

describe('what the record holds after a write', () => {
  const row = (id: string) =>
    t.store.db.selectFrom('write_request').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

  it('is read by another gateway when the one that sent it died before it could', async () => {
    const { request, approve } = await signed({ title: 'Read back later' })
    hook = async (at) => {
      if (at !== 'before E6') return
      hook = nothing
      throw new Error('the process died here')
    }
    await approve()
    expect(await row(request.id)).toMatchObject({ state: 'EXECUTED', result: { created: [] } })
    await until(async () => (await row(request.id)).reconcile_at === null, 30_000)
    await until(async () => 'after' in ((await row(request.id)).result ?? {}), 5_000)
    expect(Object.values((await row(request.id)).result?.after as object)).toMatchObject([
      { title: 'Read back later' },
    ])
    expect(t.sent()).toHaveLength(1)
  })

  it('tells of a change by others between the last look and the write, and of nothing else', async () => {
    const quiet = await signed({ title: 'Nobody else', status: 'Waiting on Vendor' })
    await quiet.approve()
    expect(await row(quiet.request.id)).toMatchObject({ state: 'EXECUTED', concurrent_change: false })

    const { request, approve } = await signed({ title: 'Somebody else' })
    hook = async (at, id) => {
      if (at !== 'before E4') return
      hook = nothing
      const { target } = await row(id)
      t.simulator.actAs('jdoe', 'PATCH', `/service/tickets/${target[0]?.split(':')[2]}`, [
        { op: 'replace', path: 'status', value: { name: 'Waiting on Vendor' } },
      ])
    }
    await approve()
    expect(await row(request.id)).toMatchObject({ state: 'EXECUTED', concurrent_change: true })
  })
})

describe('an agent that is revoked while its write waits', () => {
  const throttle = (method: string) =>
    t.fault({ method, kind: 'status', status: 429, headers: { 'retry-after': '2' } })
  const revokeAfterAnswer = (agentId: string, answers: number) => {
    let seen = 0
    hook = async (at) => {
      if (at !== 'after E4') return
      seen += 1
      if (seen === answers) await revokeAgent(t.store.db, agentId)
    }
  }

  it('for a PSA that had no room: it is cancelled, and never sent again', async () => {
    const { agent, request, approve } = await signed({ title: 'Out of toner' })
    await throttle('PATCH')
    revokeAfterAnswer(agent.id, 1)
    await approve()
    await until(async () => (await row(request.id))?.state === 'CANCELLED', 15_000)
    expect((await row(request.id))?.error).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(t.sent().map(({ status }) => status)).toEqual([429])
  })

  it('between two steps: what was applied is told, and the rest is not sent', async () => {
    const { agent, request, approve } = await signed({ title: 'Out of paper' }, [
      { kind: 'INTERNAL', text: 'Ordered some' },
    ])
    await throttle('POST')
    revokeAfterAnswer(agent.id, 2)
    await approve()
    await until(async () => (await row(request.id))?.state === 'FAILED', 15_000)
    expect(await row(request.id)).toMatchObject({
      partial: true,
      error: { code: 'PARTIALLY_APPLIED', details: { step: 2, cause: { code: 'UNAUTHENTICATED' } } },
    })
    expect(t.sent().map(({ status }) => status)).toEqual([200, 429])
  })

  const row = (id: string) =>
    t.store.db.selectFrom('write_request').selectAll().where('id', '=', id).executeTakeFirst()
})

describe('a gateway whose clock is ten minutes off', () => {
  const real = Date.now
  afterEach(() => {
    Date.now = real
  })

  it.each([
    // Fifty seconds are left of the approval: a minute is too long to wait, a second is not.
    ['behind: waits for no longer than the store lets it', -600_000, 60, { state: 'FAILED' }, 1],
    ['ahead: sends again in good time', 600_000, 1, { state: 'EXECUTED' }, 2],
  ])('%s', async (_, offMs, retryAfter, end, sent) => {
    const { agent, request, approve } = await signed({ title: `Off by ${offMs}` })
    t.fault({
      method: 'PATCH',
      kind: 'status',
      status: 429,
      headers: { 'retry-after': String(retryAfter) },
    })
    hook = async (at, id) => {
      if (at !== 'before E1') return
      hook = nothing
      await sql`update write_request set execute_before = now() + interval '50 s' where id = ${id}`.execute(
        t.store.db,
      )
      Date.now = () => real() + offMs
    }
    await approve()
    await ended(agent.token, request.id)
    expect(await t.request(agent.token, request.id)).toMatchObject(end)
    expect(t.sent()).toHaveLength(sent)
  })
})
