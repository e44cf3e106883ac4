import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { VendorLimits } from '../../schema/source.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { aWorld, endPauses } from '../../test/rows.ts'
import { Metrics } from '../metrics.ts'
import { openStore } from '../store/index.ts'
import { type StoreBudget, storeBudget } from './store-budget.ts'

let database: TestDatabase
const open: StoreBudget[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  await aWorld(database.store)
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((budget) => budget.close()))
  await endPauses(database.store)
  await database.store.db.deleteFrom('vendor_slot').execute()
  await database.store.db.deleteFrom('vendor_budget').execute()
})
afterAll(() => database.drop())

/** What one gateway process has. */
function aGateway(line = { maxQueue: 100, maxWaitMs: 5_000 }, store = database.store) {
  const metrics = new Metrics()
  const budget = storeBudget({ store, line, metrics, log: () => {} })
  open.push(budget)
  return { budget, metrics }
}

const limits: VendorLimits = {
  concurrency: { most: 4, why: 'four in all' },
  lane: { most: 3, why: 'three of a kind', of: (path) => path },
  throttleOf: () => null,
}
const want = (path = '/tickets', over: Partial<VendorLimits> = {}, forMs = 5_000) => ({
  connection: 'acme-cw',
  limits: { ...limits, ...over },
  path,
  forMs,
})
const leased = () => database.store.db.selectFrom('vendor_slot').selectAll().execute()
const until = async (what: () => Promise<boolean>) => {
  while (!(await what())) await sleep(20)
}

/** Sends as many as asked, each of some milliseconds, and tells how many of each lane there were at once. */
async function hammer(budgets: readonly StoreBudget[], each: number, paths: readonly string[]) {
  const running = new Map<string, number>()
  const most = new Map<string, number>()
  let total = 0
  let mostInAll = 0
  const served = budgets.map(() => 0)
  await Promise.all(
    budgets.flatMap((budget, gateway) =>
      Array.from({ length: each }, async (_, index) => {
        const path = paths[index % paths.length] as string
        const release = await budget.acquire(want(path))
        total += 1
        running.set(path, (running.get(path) ?? 0) + 1)
        most.set(path, Math.max(most.get(path) ?? 0, running.get(path) ?? 0))
        mostInAll = Math.max(mostInAll, total)
        await sleep(3 + (index % 4))
        served[gateway] = (served[gateway] ?? 0) + 1
        total -= 1
        running.set(path, (running.get(path) ?? 0) - 1)
        release()
      }),
    ),
  )
  return { most: Object.fromEntries(most), mostInAll, served }
}

describe('requests at once', () => {
  it('are bounded by lane and connection over all gateways, and every one has its turn', async () => {
    const gateways = [aGateway(), aGateway(), aGateway()].map(({ budget }) => budget)
    const { most, mostInAll, served } = await hammer(gateways, 60, ['/tickets', '/tickets', '/companies'])

    expect(served).toEqual([60, 60, 60])
    expect(most['/tickets']).toBe(3)
    expect(mostInAll).toBe(4)
  })

  it('go back to the store when they are idle', async () => {
    const { budget } = aGateway()
    const release = await budget.acquire(want())
    expect(await leased()).toHaveLength(1)
    release()
    release()
    await until(async () => (await leased()).length === 0)
  })

  it('of a gateway that died come back when their lease is over', async () => {
    await database.store.db
      .insertInto('vendor_slot')
      .values(
        [1, 2, 3].map(() => ({
          id: crypto.randomUUID(),
          connection: 'acme-cw',
          lane: '/tickets',
          holder: crypto.randomUUID(),
          lease_until: new Date(Date.now() + 1_500),
        })),
      )
      .execute()
    const { budget } = aGateway({ maxQueue: 5, maxWaitMs: 100 })
    await expect(budget.acquire(want())).rejects.toMatchObject({
      extensions: { code: 'BACKPRESSURE', limit: 'three of a kind' },
    })
    const patient = aGateway()
    const release = await patient.budget.acquire(want())
    release()
    expect(patient.metrics.text()).toContain('countersign_vendor_waits_total{connection="acme-cw"} 1')
  })

  it('held by an idle gateway are handed over at once', async () => {
    const [first, second] = [aGateway().budget, aGateway().budget]
    const held = await Promise.all([1, 2, 3].map(() => first.acquire(want())))
    const waiting = second.acquire(want())
    await sleep(50)
    held[0]?.()
    ;(await waiting)()
    for (const release of held) release()
  })
})

describe('requests in a window', () => {
  const requests = { most: 25, seconds: 600, why: 'twenty-five in ten minutes' }

  it('are counted over all gateways, to the last one', async () => {
    const gateways = [aGateway(), aGateway()]
    const asked = await Promise.allSettled(
      Array.from({ length: 40 }, async (_, index) => {
        const release = await gateways[index % 2]?.budget.acquire(want('/tickets', { requests }))
        await sleep(2)
        release?.()
      }),
    )
    const refused = asked.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]

    expect(asked).toHaveLength(40)
    expect(refused).toHaveLength(15)
    for (const { reason } of refused) {
      expect(reason.extensions).toMatchObject({ code: 'BACKPRESSURE', limit: 'twenty-five in ten minutes' })
      expect(reason.extensions.retryAfterMs).toBeGreaterThan(590_000)
      expect(reason.extensions.retryAfterMs).toBeLessThanOrEqual(650_000)
    }
  })

  it('that were set aside and not sent are given back', async () => {
    const { budget } = aGateway()
    const many = { ...requests, most: 1_000 }
    const release = await budget.acquire(want('/tickets', { requests: many }))
    const used = async () =>
      (await database.store.db.selectFrom('vendor_budget').select('used').executeTakeFirst())?.used
    expect(await used()).toBe(10)
    release()
    await until(async () => (await used()) === 1)
  })

  it('go on when the window has moved past those that filled it', async () => {
    const { budget } = aGateway()
    const short = { most: 2, seconds: 1, why: 'two in a second' }
    for (let sent = 0; sent < 5; sent += 1) (await budget.acquire(want('/tickets', { requests: short })))()
  })
})

describe('a pause that the PSA asked for', () => {
  it('holds in every gateway, those with a place in hand included', async () => {
    const [first, second] = [aGateway().budget, aGateway().budget]
    ;(await second.acquire(want()))()
    await first.pause(want(), { waitMs: 60_000, pauses: 'CONNECTION' })
    await until(() =>
      second.acquire(want()).then(
        (release) => {
          release()
          return false
        },
        () => true,
      ),
    )
    for (const budget of [first, second]) {
      const error = await budget.acquire(want('/companies')).catch((caught) => caught)
      expect(error.extensions).toMatchObject({ code: 'BACKPRESSURE', connection: 'acme-cw' })
      expect(error.extensions.retryAfterMs).toBeGreaterThan(50_000)
      expect(error.extensions.retryAfterMs).toBeLessThanOrEqual(60_000)
    }
  })

  it('of one lane leaves the others alone, and is waited for when it is short', async () => {
    const [first, second] = [aGateway().budget, aGateway().budget]
    await first.pause(want('/tickets'), { waitMs: 300, pauses: 'LANE' })
    const order: string[] = []
    const paused = second.acquire(want('/tickets')).then((release) => {
      order.push('tickets')
      release()
    })
    ;(await second.acquire(want('/companies')))()
    order.push('companies')
    await paused
    expect(order).toEqual(['companies', 'tickets'])
  })

  it('is never shortened by a later one', async () => {
    const { budget } = aGateway()
    await budget.pause(want(), { waitMs: 60_000, pauses: 'CONNECTION' })
    await budget.pause(want(), { waitMs: 1, pauses: 'CONNECTION' })
    await expect(budget.acquire(want())).rejects.toMatchObject({ extensions: { code: 'BACKPRESSURE' } })
  })
})

describe('without the store', () => {
  it('nothing is sent', async () => {
    const nowhere = openStore({ url: 'postgres://app@127.0.0.1:1/none' })
    const { budget } = aGateway(undefined, nowhere)
    await expect(budget.acquire(want())).rejects.toMatchObject({ extensions: { code: 'STORE_UNAVAILABLE' } })
    await budget.pause(want(), { waitMs: 1, pauses: 'CONNECTION' })
    await nowhere.close()
  })

  it('giving back throws nothing', async () => {
    const own = openStore({ url: database.appUrl })
    const { budget } = aGateway(undefined, own)
    const release = await budget.acquire(want())
    await own.close()
    release()
    await budget.close()
  })
})
