import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { VendorLimits } from '../../schema/source.ts'
import { localBudget } from './budget.ts'
import { backpressure } from './errors.ts'
import { WaitingLine } from './line.ts'

const limits: VendorLimits = {
  concurrency: { most: 3, why: 'three in all' },
  lane: { most: 2, why: 'two of a kind', of: (path) => (path === '/free' ? null : path) },
  throttleOf: () => null,
}
const need = (lane: string, forMs = 1_000) => ({ lane, forMs })
const line = (maxQueue = 10, maxWaitMs = 10_000) =>
  new WaitingLine<string>('acme', { maxQueue, maxWaitMs }, () => 'two of a kind')

describe('the waiting line', () => {
  // Those who wait on when a test is over are never sent away.
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('serves each lane in the order of arrival', async () => {
    const waiting = line()
    const served: string[] = []
    for (const [lane, who] of [
      ['a', 'first'],
      ['b', 'other'],
      ['a', 'second'],
    ] as const)
      void waiting.join(need(lane)).then((place) => served.push(`${who} ${place}`))
    waiting.serve('a', '1')
    waiting.serve('a', '2')
    waiting.serve('b', '3')
    await Promise.resolve()
    expect(served).toEqual(['first 1', 'second 2', 'other 3'])
    expect(waiting.length).toBe(0)
  })

  it('tells the lanes by who has waited longest, and what the next one needs', () => {
    const waiting = line()
    for (const [lane, forMs] of [
      ['b', 1],
      ['a', 2],
      ['b', 3],
    ] as const)
      void waiting.join(need(lane, forMs))
    expect(waiting.lanes()).toEqual(['b', 'a'])
    expect([waiting.waiting('b'), waiting.next('b')?.forMs]).toEqual([2, 1])
  })

  it('is bounded, whatever the lane', async () => {
    const waiting = line(2)
    void waiting.join(need('a'))
    void waiting.join(need('b'))
    await expect(waiting.join(need('c'))).rejects.toMatchObject({
      extensions: { code: 'BACKPRESSURE', connection: 'acme', retryAfterMs: 1_000, limit: 'two of a kind' },
    })
  })

  it('sends away who has waited as long as anybody may, and nobody else', async () => {
    const waiting = line(10, 5_000)
    const early = waiting.join(need('a'))
    const gone = expect(early).rejects.toMatchObject({ extensions: { code: 'BACKPRESSURE' } })
    await vi.advanceTimersByTimeAsync(4_000)
    void waiting.join(need('a'))
    await vi.advanceTimersByTimeAsync(1_000)
    await gone
    expect(waiting.length).toBe(1)
  })

  it('sends away at once who would wait longer than they may', async () => {
    const waiting = line(10, 5_000)
    const inLane = waiting.join(need('a'))
    void waiting.join(need('b'))
    const error = backpressure('acme', 6_000, 'Later.')
    waiting.refuseLaterThan('a', 4_000, error)
    expect(waiting.length).toBe(2)
    waiting.refuseLaterThan('a', 6_000, error)
    await expect(inLane).rejects.toBe(error)
    expect(waiting.length).toBe(1)
  })
})

describe('the budget of one process', () => {
  const budget = localBudget({ maxQueue: 2, maxWaitMs: 10_000 })
  const acquire = (path: string) => budget.acquire({ connection: 'acme', limits, path, forMs: 1_000 })

  it('lets as many through as the lane and the connection bear, and then those who wait', async () => {
    const [first] = [await acquire('/a'), await acquire('/a')]
    const order: string[] = []
    const third = acquire('/a').then((release) => {
      order.push('a')
      return release
    })
    const other = await acquire('/b')
    const free = acquire('/free').then((release) => {
      order.push('free')
      return release
    })
    await Promise.resolve()
    expect(order).toEqual([])
    first()
    first()
    await third
    expect(order).toEqual(['a'])
    other()
    await free
    expect(order).toEqual(['a', 'free'])
  })
})
