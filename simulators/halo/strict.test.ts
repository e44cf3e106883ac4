import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { strictnessOf, UNKNOWN } from '../shared/strictness.ts'
import { endpoints } from './allowlists.ts'
import { type Bench, startBench } from './harness.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench.simulator.close())

/** The bench takes `/auth…` for the server of tokens; this one stands below `/api`, and case does not matter. */
const spelled = (path: string) => path.replace(/^\/authinfo/, '/AuthInfo')

async function send(method: string, path: string, body?: unknown) {
  const { body: answer } = await bench.call(method, spelled(path).replaceAll('{*}', '1'), body)
  return { entry: bench.simulator.journal().at(-1)!, shaped: typeof answer.error === 'string' }
}

/** One of the few bodies that is an object and not an array. */
const BARE = '/tickets/object'

describe('what the description does not have is refused', () => {
  it('in the query, on every endpoint that is played', async () => {
    const { refused, open } = await strictnessOf(endpoints, (method, path) =>
      send(method, `${path}?${UNKNOWN}=1`),
    )

    expect(open).toEqual([])
    expect(refused.length).toBeGreaterThanOrEqual(79)
  })

  it('in the body, on every endpoint that is played', async () => {
    const written = endpoints.filter((endpoint) => endpoint.startsWith('POST '))
    const { refused, open } = await strictnessOf(written, (method, path) =>
      send(method, path, path === BARE ? { [UNKNOWN]: 1 } : [{ [UNKNOWN]: 1 }]),
    )

    expect(open).toEqual([])
    expect(refused.length).toBeGreaterThanOrEqual(12)
  })
})
