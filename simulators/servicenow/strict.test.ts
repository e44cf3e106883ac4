import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { strictnessOf, UNKNOWN } from '../shared/strictness.ts'
import { type Bench, basic, startBench } from './harness.ts'
import { endpoints, tableNames } from './schema.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench.simulator.close())

async function send(method: string, path: string, body?: unknown) {
  // Whom no ACL holds back, so that it is the name that is refused and not the caller.
  const { adminUsername, adminPassword } = bench.simulator.credentials
  const { body: answer } = await bench.call(method, path, body, {
    authorization: basic(adminUsername, adminPassword),
  })
  return { entry: bench.last(), shaped: answer.status === 'failure' }
}

describe('what the reference does not have is refused', () => {
  it('in the query, on every endpoint that is played', async () => {
    const { refused, open } = await strictnessOf(endpoints, (method, path) =>
      send(
        method,
        `${path.replace('{tableName}', 'incident').replace('{sys_id}', '0'.repeat(32))}?${UNKNOWN}=1`,
      ),
    )

    expect(open).toEqual([])
    expect(refused).toHaveLength(endpoints.length)
  })

  it('among the columns of an encoded query, of an order and of a list of fields, on every table', async () => {
    const asked = tableNames.flatMap((table) =>
      [
        `sysparm_query=${UNKNOWN}=1`,
        `sysparm_query=ORDERBY${UNKNOWN}`,
        `sysparm_fields=sys_id,${UNKNOWN}`,
      ].map((query) => `GET /table/${table}?sysparm_limit=1&${query}`),
    )
    const { refused, open } = await strictnessOf(asked, send)

    expect(open).toEqual([])
    expect(refused).toHaveLength(asked.length)
  })

  it('among the columns of a body, on every table', async () => {
    const written = []
    for (const table of tableNames) {
      written.push(`POST /table/${table}`)
      const { rows } = await bench.get(`/table/${table}?sysparm_limit=1&sysparm_fields=sys_id`)
      const [row] = rows
      if (row !== undefined)
        written.push(`PATCH /table/${table}/${row.sys_id}`, `PUT /table/${table}/${row.sys_id}`)
    }
    const { refused, open } = await strictnessOf(written, (method, path) =>
      send(method, path, { [UNKNOWN]: '1' }),
    )

    expect(open).toEqual([])
    expect(refused).toHaveLength(written.length)
  })
})
