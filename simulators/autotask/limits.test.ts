import { afterEach, describe, expect, it } from 'vitest'
import { type Bench, NOW, startBench } from './harness.ts'
import type { AutotaskSimulatorOptions } from './index.ts'

let bench: Bench
const start = async (options: AutotaskSimulatorOptions = {}) => {
  bench = await startBench(options)
  return bench
}
afterEach(() => bench.simulator.close())

describe('the hourly threshold', () => {
  it('counts every call, its own too, but not zone discovery', async () => {
    const { call, get } = await start()
    await call('GET', '/ZoneInformation?user=api.user%40anchorpoint-it.example')
    await get('/Tickets/90001')
    expect((await get('/ThresholdInformation')).body).toEqual({
      externalRequestThreshold: 10_000,
      requestThresholdTimeframe: 60,
      currentTimeframeRequestCount: 2,
    })
  })

  it('refuses with 429 and no Retry-After until the hour has passed', async () => {
    const { simulator, get } = await start({ threshold: 20 })
    simulator.setUsedRequests(20)
    const reply = await get('/Tickets/90001')
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, null])
    expect(reply.errors).toContain('threshold of 20')
    simulator.setNow(new Date(NOW.getTime() + 61 * 60_000))
    expect((await get('/Tickets/90001')).status).toBe(200)
  })

  it.each([
    [49, 0, 400],
    [50, 450, 950],
    [75, 950, 2000],
  ])('at %i of 100 used answers take from %i to %i ms', async (used, least, most) => {
    const { simulator, get } = await start({ threshold: 100 })
    simulator.setUsedRequests(used - 1)
    const from = performance.now()
    await get('/Tickets/90001')
    const took = performance.now() - from
    expect(took).toBeGreaterThanOrEqual(least)
    expect(took).toBeLessThan(most)
  })
})

describe('the thread limit', () => {
  const burst = (paths: string[]) => Promise.all(paths.map((path) => bench.get(path)))

  it('takes three at once per entity, metadata and children included', async () => {
    await start({ serviceTime: 150 })
    const replies = await burst([
      '/Tickets/90001',
      '/tickets/90002',
      '/Tickets/entityInformation',
      '/Tickets/90001/Notes',
    ])
    const refused = replies.filter((reply) => reply.status !== 200)
    expect(refused.map((reply) => reply.status)).toEqual([429])
    expect(refused[0]!.errors).toContain('Itgenatr005')
    expect(bench.simulator.mostAtOnce()).toEqual({ tickets: 4 })
    expect((await bench.get('/Tickets/90001')).status).toBe(200)
  })

  it('counts each entity for itself', async () => {
    await start({ serviceTime: 150 })
    const replies = await burst(
      ['Tickets', 'Tickets', 'Tickets', 'Roles', 'Roles'].map((root) => `/${root}/1`),
    )
    expect(replies.every((reply) => reply.status === 200)).toBe(true)
  })

  it('answers 500 where the tenant does', async () => {
    await start({ serviceTime: 150, threadStatus: 500 })
    const replies = await burst(Array<string>(4).fill('/Tickets/90001'))
    expect(replies.filter((reply) => reply.status === 500)).toHaveLength(1)
  })
})
