import { request as httpRequest, type IncomingMessage } from 'node:http'
import { createClient } from 'graphql-sse'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startToyServer, type ToyServer, until } from './toy-gateway.ts'

let server: ToyServer

beforeAll(async () => {
  server = await startToyServer()
})
afterAll(() => server.close())

async function collect(query: string, variables?: Record<string, unknown>): Promise<unknown[]> {
  const client = createClient({
    url: `${server.url}/graphql/stream`,
    headers: { authorization: 'Bearer good' },
    retryAttempts: 0,
  })
  const seen: unknown[] = []
  for await (const result of client.iterate({ query, variables })) seen.push(result)
  client.dispose()
  return seen
}

function openStream(query: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpRequest(
      `${server.url}/graphql/stream`,
      { method: 'POST', headers: { 'content-type': 'application/json', authorization: 'Bearer good' } },
      resolve,
    )
      .on('error', reject)
      .end(JSON.stringify({ query }))
  })
}

describe('POST /graphql/stream', () => {
  it('streams a subscription to its end', async () => {
    const seen = await collect('subscription S($to: Int!) { count(to: $to) }', { to: 3 })
    expect(seen).toEqual([1, 2, 3].map((count) => ({ data: { count } })))
  })

  it('runs queries and mutations as streams of one answer', async () => {
    expect(await collect('{ hello }')).toEqual([{ data: { hello: 'Hello you' } }])
    expect(await collect('{')).toMatchObject([
      { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    ])
  })

  it('tells a refusal, and a token revoked on the way, as the last result', async () => {
    expect(await collect('subscription { refused }')).toMatchObject([
      { errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: 5 } }] },
    ])
    expect(await collect('subscription { revoked }')).toMatchObject([
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ])
  })

  it('ends a quiet subscription when its reader leaves', async () => {
    const before = server.toy.stopped
    const response = await openStream('subscription { quiet }')
    response.destroy()
    await until(() => server.toy.stopped === before + 1)
  })

  it('does not run ahead of a reader who stopped reading', async () => {
    server.toy.pulled = 0
    const response = await openStream('subscription { firehose(size: 60000) }')
    response.pause()
    await until(() => server.toy.pulled > 1)
    await new Promise((resolve) => setTimeout(resolve, 300))
    const first = server.toy.pulled
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(server.toy.pulled).toBe(first)
    response.destroy()
  })

  it('refuses like POST /graphql does', async () => {
    const path = '/graphql/stream'
    expect((await server.post({ query: '{ hello }' }, { authorization: 'Bearer bad' }, path)).status).toBe(
      401,
    )
    expect((await server.post({ query: 5 }, {}, path)).status).toBe(400)
    expect((await server.post('{}', { 'content-type': 'text/plain' }, path)).status).toBe(415)
    expect((await fetch(server.url + path, { headers: { accept: 'text/event-stream' } })).status).toBe(404)
  })
})

describe('closing the server', () => {
  it('ends open streams', async () => {
    const other = await startToyServer()
    const reading = fetch(`${other.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer good' },
      body: JSON.stringify({ query: 'subscription { quiet }' }),
    }).then((response) => response.text())
    await until(() => other.toy.started === 1)
    await other.close()
    await reading
    expect(other.toy.stopped).toBe(1)
  })
})
