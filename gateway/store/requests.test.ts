import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { A_PLAN, aPerson, aRequest, aWorld, type World } from '../../test/rows.ts'
import { fromNow } from './clock.ts'
import { expireDue } from './deadlines.ts'
import type { Store } from './index.ts'
import {
  approve,
  cancel,
  getRequest,
  markStale,
  nextRevision,
  reject,
  returnToAgent,
  type Signature,
} from './requests.ts'
import { REQUEST_STATES, type RequestState, type WriteRequestRow } from './tables.ts'

let database: TestDatabase
let store: Store
let world: World
let request: WriteRequestRow

beforeAll(async () => {
  database = await createTestDatabase()
  store = database.store
  world = await aWorld(store)
})
afterAll(() => database.drop())
beforeEach(async () => {
  request = await aRequest(store, world)
})

const sign = (change: Partial<Signature> = {}) =>
  store.transaction((trx) =>
    approve(trx, {
      id: request.id,
      planHash: request.plan_hash,
      personId: world.person.id,
      approversNeeded: 1,
      executeWithin: 900,
      ...change,
    }),
  )
const stateNow = async () => (await getRequest(store.db, request.id))?.state

describe('approve', () => {
  it('approves with the last signature needed', async () => {
    const bob = await aPerson(store, `Bob-${request.id}`)

    expect(await sign({ approversNeeded: 2 })).toMatchObject({ result: 'COUNTED', signatures: 1 })
    expect(await sign({ approversNeeded: 2 })).toMatchObject({ result: 'REPEATED', signatures: 1 })
    expect(await sign({ approversNeeded: 2, personId: bob.id })).toMatchObject({
      result: 'APPROVED',
      row: { state: 'APPROVED', approvers_needed: 2 },
    })
    expect(await sign()).toMatchObject({ result: 'REPEATED', row: { state: 'APPROVED' } })
  })

  it('refuses a plan that is not the current one', async () => {
    expect(await sign({ planHash: 'b'.repeat(64) })).toMatchObject({ result: 'PLAN_CHANGED' })
    expect(await stateNow()).toBe('PENDING')
  })

  it('refuses what is past its time by the clock of the store', async () => {
    request = await aRequest(store, world, { expires_at: fromNow(-1) })

    expect(await sign()).toMatchObject({ result: 'NOT_PENDING' })
  })

  it('knows no request of another id', async () => {
    expect(await sign({ id: 'wr_none' })).toEqual({ result: 'NOT_FOUND' })
  })

  it('has one winner among 50 who approve and reject at once', async () => {
    const people = await Promise.all(
      Array.from({ length: 25 }, (_, n) => aPerson(store, `P${n}-${request.id}`)),
    )
    const answers = await Promise.all(
      people.flatMap((person) => [
        sign({ personId: person.id }).then(({ result }) => (result === 'APPROVED' ? 'APPROVED' : 'LOST')),
        reject(store.db, { id: request.id }).then((row) => row?.state ?? 'LOST'),
      ]),
    )

    expect(answers.filter((answer) => answer !== 'LOST')).toEqual([await stateNow()])
  })

  it('counts two last signatures that come together one after the other', async () => {
    const two = await Promise.all(['C', 'D'].map((name) => aPerson(store, `${name}-${request.id}`)))
    const results = await Promise.all(two.map(({ id }) => sign({ approversNeeded: 2, personId: id })))

    expect(results.map(({ result }) => result).sort()).toEqual(['APPROVED', 'COUNTED'])
  })
})

describe('a new revision', () => {
  const change = () => ({
    plan_hash: 'c'.repeat(64),
    approvers_needed: 1,
    not_requester: false,
    four_eyes: false,
    groups: ['Tickets'],
    policy_version: 1,
    ticket_id: null,
    target: [],
    target_key: null,
    companies: [],
    recipients: [],
    board: '1',
    owner: null,
    priority_rank: null,
    client_mail: 'NO' as const,
    due_at: null,
    escalate_at: null,
    expires_at: fromNow(3600),
    edited: true,
    input: { id: 'acme-cw:Ticket:1', priority: 'Low' },
  })
  const revise = (from: 'PENDING' | 'STALE' | 'RETURNED') =>
    store.transaction((trx) =>
      nextRevision(trx, {
        id: request.id,
        revision: 1,
        from: [from],
        change: change(),
        plan: A_PLAN,
        decision: { verdict: 'ALLOW', rules: [] },
        createdByKind: 'PERSON',
        createdBy: world.person.id,
      }),
    )

  it('drops the signatures so far', async () => {
    await sign({ approversNeeded: 2 })

    expect(await revise('PENDING')).toMatchObject({ revision: 2, state: 'PENDING', edited: true })
    expect(await sign({ planHash: 'c'.repeat(64), approversNeeded: 2 })).toMatchObject({ signatures: 1 })
  })

  it('goes on from STALE and RETURNED', async () => {
    await markStale(store.db, { id: request.id })
    expect(await revise('STALE')).toMatchObject({ revision: 2, state: 'PENDING' })
    request = await aRequest(store, world)
    await returnToAgent(store.db, { id: request.id })
    expect(await revise('RETURNED')).toMatchObject({ revision: 2, state: 'PENDING' })
  })

  it.each(['PENDING', 'STALE', 'RETURNED'] as const)(
    'is refused past its time, also before the sweeper has come by: %s',
    async (state) => {
      if (state === 'STALE') await markStale(store.db, { id: request.id })
      if (state === 'RETURNED') await returnToAgent(store.db, { id: request.id })
      await store.db
        .updateTable('write_request')
        .set({ expires_at: fromNow(-1) })
        .where('id', '=', request.id)
        .execute()
      expect(await revise(state)).toBeUndefined()
    },
  )

  it('is refused when another was faster', async () => {
    await revise('PENDING')

    expect(await revise('PENDING')).toBeUndefined()
  })
})

describe('expiry', () => {
  it('ends what is past its time and nothing else', async () => {
    const due = await aRequest(store, world, { expires_at: fromNow(-1) })
    const dueApproved = await aRequest(store, world, { approvers_needed: 0, execute_before: fromNow(-1) })
    const expired = (await expireDue(store.db)).map(({ id }) => id)

    expect(expired).toEqual(expect.arrayContaining([due.id, dueApproved.id]))
    expect(expired).not.toContain(request.id)
  })
})

describe('transitions that docs/safety.md (b) does not know are refused by the store', () => {
  const legal: Readonly<Partial<Record<RequestState, readonly RequestState[]>>> = {
    PENDING: ['APPROVED', 'REJECTED', 'RETURNED', 'STALE', 'CANCELLED', 'EXPIRED'],
  }
  it.each(REQUEST_STATES.filter((state) => state !== 'PENDING' && !legal.PENDING?.includes(state)))(
    'PENDING to %s',
    async (state) => {
      const move = store.db
        .updateTable('write_request')
        .set({ state, attempt_id: crypto.randomUUID(), lease_until: fromNow(60) })
        .where('id', '=', request.id)

      await expect(move.execute()).rejects.toThrow(/no transition from PENDING/)
    },
  )

  it.each(REQUEST_STATES.filter((state) => state !== 'CANCELLED'))('CANCELLED to %s', async (state) => {
    await cancel(store.db, { id: request.id })
    const move = store.db
      .updateTable('write_request')
      .set({ state, execute_before: fromNow(60), attempt_id: crypto.randomUUID(), lease_until: fromNow(60) })
      .where('id', '=', request.id)

    await expect(move.execute()).rejects.toThrow(/no transition from CANCELLED/)
  })

  it('another plan in the same revision', async () => {
    const move = store.db.updateTable('write_request').set({ plan_hash: 'd' }).where('id', '=', request.id)

    await expect(move.execute()).rejects.toThrow(/another plan needs another revision/)
  })

  it('a changed plan of a revision that exists', async () => {
    const move = store.db
      .updateTable('write_request_revision')
      .set({ plan_hash: 'd' } as never)
      .where('request_id', '=', request.id)

    await expect(move.execute()).rejects.toThrow(/permission denied/)
  })
})
