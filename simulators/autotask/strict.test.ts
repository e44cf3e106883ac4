import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { strictnessOf, UNKNOWN } from '../shared/strictness.ts'
import { endpoints } from './allowlists.ts'
import { type Bench, startBench } from './harness.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench.simulator.close())

async function send(method: string, path: string, body?: unknown) {
  const { errors } = await bench.call(method, path.replaceAll('{*}', '1'), body)
  return { entry: bench.simulator.journal().at(-1)!, shaped: errors.length > 0 }
}

describe('what the description does not have is refused', () => {
  it('in the query, on every endpoint that is played', async () => {
    const { refused, open } = await strictnessOf(endpoints, (method, path) =>
      send(method, `${path}?${UNKNOWN}=1`),
    )

    expect(open).toEqual([])
    expect(refused.length).toBeGreaterThanOrEqual(463)
  })

  it('in the body, of a record as of a query, on every endpoint that is played', async () => {
    const written = endpoints.filter((endpoint) => /^(POST|PUT|PATCH) /.test(endpoint))
    const { refused, open } = await strictnessOf(written, (method, path) =>
      send(method, path, { [UNKNOWN]: 1 }),
    )

    expect(open).toEqual([])
    expect(refused.length).toBeGreaterThanOrEqual(120)
  })
})
