import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { aRequest, aWorld, type World } from '../../test/rows.ts'
import { saveConnection } from './connections.ts'
import {
  abandon,
  backToApproved,
  beginStep,
  claimForExecution,
  finish,
  finishStep,
  listClaimable,
  listOverdue,
  resolveUnknown,
  takeOver,
} from './executions.ts'
import type { Store } from './index.ts'
import { cancel, getRequest } from './requests.ts'
import type { WriteRequestRow } from './tables.ts'

let database: TestDatabase
let store: Store
let world: World
let request: WriteRequestRow
let targets = 0

beforeAll(async () => {
  database = await createTestDatabase()
  store = database.store
  world = await aWorld(store)
})
afterAll(() => database.drop())
beforeEach(async () => {
  request = await approved()
})

/** Each on a ticket of its own, unless told otherwise. */
const approved = (target: readonly string[] = [`acme-cw:Ticket:${++targets}`]) =>
  aRequest(store, world, { approvers_needed: 0, target, target_key: target[0] ?? null })
const claim = (id = request.id, attemptId: string = randomUUID(), leaseSeconds = 60) =>
  store.transaction((trx) => claimForExecution(trx, { id, attemptId, leaseSeconds }))
const begin = (attemptId: string, step = 1) =>
  store.transaction((trx) => beginStep(trx, { id: request.id, attemptId, step, sentHash: 'e'.repeat(64) }))

describe('claim', () => {
  it('has one winner', async () => {
    const claims = await Promise.all([1, 2, 3, 4, 5].map(() => claim()))

    expect(claims.filter((row) => row !== undefined)).toHaveLength(1)
  })

  it('takes one of two requests that share only some targets', async () => {
    const merge = await approved(['acme-cw:Ticket:m1', 'acme-cw:Ticket:m2'])
    const update = await approved(['acme-cw:Ticket:m2'])
    const claims = await Promise.all([claim(merge.id), claim(update.id)])

    expect(claims.filter((row) => row !== undefined)).toHaveLength(1)
  })

  it('lets requests that only create run together', async () => {
    const [one, two] = await Promise.all([approved([]), approved([])])

    expect(await Promise.all([claim(one.id), claim(two.id)])).not.toContain(undefined)
  })

  it('is held back by a pause, which cancels nothing', async () => {
    await saveConnection(store.db, world.connection, { paused: true })
    expect(await claim()).toBeUndefined()
    expect(await listClaimable(store.db, 1_000)).toEqual([])
    await saveConnection(store.db, world.connection, { paused: false })

    expect(await claim()).toMatchObject({ state: 'EXECUTING' })
  })

  it('can not be cancelled any more', async () => {
    await claim()

    expect(await cancel(store.db, { id: request.id })).toBeUndefined()
  })
})

describe('beginStep', () => {
  const attempt = () => randomUUID()

  it('marks the send once', async () => {
    const mine = attempt()
    await claim(request.id, mine)

    expect(await begin(mine)).toMatchObject({ step: 1, tries: 1, outcome: null })
    expect(await begin(mine)).toBeUndefined()
  })

  it('refuses another attempt, an unclaimed request and a lease that is over', async () => {
    expect(await begin(attempt())).toBeUndefined()
    const mine = attempt()
    await claim(request.id, mine, 0)

    expect(await begin(attempt())).toBeUndefined()
    expect(await begin(mine)).toBeUndefined()
  })

  it('wants the step before it done', async () => {
    const mine = attempt()
    await claim(request.id, mine)
    expect(await begin(mine, 2)).toBeUndefined()
    await begin(mine)
    expect(await begin(mine, 2)).toBeUndefined()
    await finishStep(
      store.db,
      { id: request.id, attemptId: mine, step: 1 },
      { outcome: 'DONE', vendorId: '7' },
    )

    expect(await begin(mine, 2)).toMatchObject({ step: 2 })
  })

  it('tries again after a recorded 429, three times', async () => {
    const mine = attempt()
    await claim(request.id, mine)
    const tries: (number | undefined)[] = []
    for (let round = 0; round < 5; round += 1) {
      tries.push((await begin(mine))?.tries)
      await finishStep(
        store.db,
        { id: request.id, attemptId: mine, step: 1 },
        { outcome: 'THROTTLED', status: 429 },
      )
    }

    expect(tries).toEqual([1, 2, 3, 4, undefined])
  })
})

describe('the end of an execution', () => {
  it('EXECUTED needs something sent', async () => {
    const mine = { id: request.id, attemptId: randomUUID() }
    await claim(request.id, mine.attemptId)

    await expect(finish(store.db, mine, 'EXECUTED')).rejects.toThrow(
      /no transition from EXECUTING to EXECUTED/,
    )
    expect(await finish(store.db, mine, 'FAILED')).toMatchObject({ state: 'FAILED' })
  })

  it('STALE and CANCELLED need nothing sent', async () => {
    const mine = { id: request.id, attemptId: randomUUID() }
    await claim(request.id, mine.attemptId)
    await begin(mine.attemptId)

    for (const state of ['STALE', 'CANCELLED'] as const) {
      await expect(abandon(store.db, mine, state, { code: 'INTERNAL', message: '' })).rejects.toThrow(
        /no transition/,
      )
    }
  })

  it('is settled once', async () => {
    const mine = { id: request.id, attemptId: randomUUID() }
    await claim(request.id, mine.attemptId)
    await begin(mine.attemptId)
    const ends = await Promise.all([
      finish(store.db, mine, 'EXECUTED', { result: { id: '1' } }),
      finish(store.db, mine, 'UNKNOWN_OUTCOME'),
    ])

    expect(ends.filter((row) => row !== undefined)).toHaveLength(1)
  })
})

describe('recovery of an execution whose gateway has gone', () => {
  it('goes back to APPROVED when nothing was sent, and the old attempt can not send any more', async () => {
    const [old, recoverer] = [randomUUID(), { id: request.id, attemptId: randomUUID() }]
    await claim(request.id, old, 0)
    expect(await listOverdue(store.db)).toContain(request.id)
    await takeOver(store.db, { ...recoverer, leaseSeconds: 60 })

    expect(await begin(old)).toBeUndefined()
    expect(await backToApproved(store.db, recoverer)).toMatchObject({ state: 'APPROVED', attempt_id: null })
  })

  it('is UNKNOWN_OUTCOME when something may have been sent, and is then settled by reading', async () => {
    const [old, recoverer] = [randomUUID(), { id: request.id, attemptId: randomUUID() }]
    await claim(request.id, old, 0.3)
    await begin(old)
    await new Promise((resolve) => setTimeout(resolve, 400))
    await takeOver(store.db, { ...recoverer, leaseSeconds: 60 })

    expect(await backToApproved(store.db, recoverer)).toBeUndefined()
    expect(await finish(store.db, { id: request.id, attemptId: old }, 'EXECUTED')).toBeUndefined()
    expect(await finish(store.db, recoverer, 'UNKNOWN_OUTCOME')).toMatchObject({ state: 'UNKNOWN_OUTCOME' })
    await resolveUnknown(store.db, request.id, 'EXECUTED', { reconciled: true })
    expect(await getRequest(store.db, request.id)).toMatchObject({ state: 'EXECUTED', reconciled: true })
  })
})
