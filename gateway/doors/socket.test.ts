import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startToyServer, type ToyServer, until } from './toy-gateway.ts'

let server: ToyServer

beforeAll(async () => {
  server = await startToyServer()
})
afterAll(() => server.close())

const address = (path = '/graphql') => server.url.replace('http', 'ws') + path

async function collect(
  query: string,
  connectionParams: Record<string, unknown> = { token: 'good' },
): Promise<unknown[]> {
  const client = createClient({
    url: address(),
    webSocketImpl: WebSocket,
    connectionParams,
    retryAttempts: 0,
  })
  const seen: unknown[] = []
  for await (const result of client.iterate({ query })) seen.push(result)
  await client.dispose()
  return seen
}

interface Raw {
  readonly socket: WebSocket
  readonly messages: Array<{ type: string; id?: string; payload?: unknown }>
  readonly closed: Promise<number>
  send(message: unknown): void
}

async function connect(
  init: unknown,
  options: { headers?: Record<string, string>; autoPong?: boolean } = {},
): Promise<Raw> {
  const socket = new WebSocket(address(), 'graphql-transport-ws', options)
  const messages: Raw['messages'] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
  const send = (message: unknown) => socket.send(JSON.stringify(message))
  if (init !== undefined) send({ type: 'connection_init', payload: init })
  return { socket, messages, closed, send }
}

const acknowledged = ({ messages }: Raw) =>
  until(() => messages.some(({ type }) => type === 'connection_ack'))

describe('GraphQL over WebSocket', () => {
  it.each([
    ['token', 'good'],
    ['token', 'Bearer good'],
    ['authorization', 'Bearer good'],
    ['Authorization', 'Bearer good'],
  ])('streams to who signs in with %s: %s', async (name, value) => {
    const seen = await collect('subscription { count(to: 2) }', { [name]: value })
    expect(seen).toEqual([{ data: { count: 1 } }, { data: { count: 2 } }])
  })

  it('runs queries and mutations too, and lets the gateway refuse', async () => {
    expect(await collect('mutation { rename(name: "x") }')).toEqual([{ data: { rename: 'Now x' } }])
    expect(await collect('{')).toMatchObject([
      { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    ])
    expect(await collect('subscription { refused }')).toMatchObject([
      { errors: [{ extensions: { code: 'RATE_LIMITED' } }] },
    ])
  })

  it('ends a quiet subscription when the client completes it, and when it hangs up', async () => {
    const before = server.toy.stopped
    const raw = await connect({ token: 'good' })
    await acknowledged(raw)
    const started = server.toy.started
    raw.send({ id: 'a', type: 'subscribe', payload: { query: 'subscription { quiet }' } })
    raw.send({ id: 'b', type: 'subscribe', payload: { query: 'subscription { quiet }' } })
    await until(() => server.toy.started === started + 2)
    raw.send({ id: 'a', type: 'complete' })
    await until(() => server.toy.stopped === before + 1)
    raw.socket.terminate()
    await until(() => server.toy.stopped === before + 2)
  })
})

describe('GraphQL over WebSocket: who may open one', () => {
  it.each([
    ['no token', {}, {}, 4401],
    ['a wrong token', { token: 'bad' }, {}, 4401],
    ['a foreign page without a token', {}, { origin: 'https://attacker.example' }, 4403],
    ['a foreign page with a wrong token', { token: 'bad' }, { origin: 'https://attacker.example' }, 4401],
    ['a store that is down', { token: 'store-down' }, {}, 1013],
  ])('%s', async (_what, init, headers, code) => {
    const raw = await connect(init, { headers: headers as Record<string, string> })
    expect(await raw.closed).toBe(code)
  })

  it('an operation before signing in closes with 4401', async () => {
    const raw = await connect(undefined)
    raw.send({ id: 'a', type: 'subscribe', payload: { query: '{ hello }' } })
    expect(await raw.closed).toBe(4401)
  })

  it('a token revoked since then closes with 4403 at the next operation, and within a stream', async () => {
    server.toy.tokens.add('short')
    const raw = await connect({ token: 'short' })
    await acknowledged(raw)
    server.toy.tokens.delete('short')
    raw.send({ id: 'a', type: 'subscribe', payload: { query: '{ hello }' } })
    expect(await raw.closed).toBe(4403)

    const streaming = await connect({ token: 'good' })
    await acknowledged(streaming)
    streaming.send({ id: 'a', type: 'subscribe', payload: { query: 'subscription { revoked }' } })
    expect(await streaming.closed).toBe(4403)
  })

  it('only /graphql is upgraded', async () => {
    const socket = new WebSocket(address('/elsewhere'), 'graphql-transport-ws')
    const message = await new Promise((resolve) => socket.on('error', (error) => resolve(error.message)))
    expect(message).toContain('404')
  })
})

describe('GraphQL over WebSocket: bounds', () => {
  it('a message over 256 KB closes with 1009', async () => {
    const raw = await connect({ token: 'good' })
    raw.send({ id: 'a', type: 'subscribe', payload: { query: `{ hello } # ${'x'.repeat(256 * 1024)}` } })
    expect(await raw.closed).toBe(1009)
  })

  it('what is no operation is refused by its id', async () => {
    const raw = await connect({ token: 'good' })
    await acknowledged(raw)
    raw.send({ id: 'a', type: 'subscribe', payload: { query: ' ' } })
    await until(() => raw.messages.some(({ type }) => type === 'error'))
    expect(raw.messages.at(-1)).toMatchObject({
      id: 'a',
      payload: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    })
    raw.socket.close()
  })

  it('at most 50 operations run at once on a socket', async () => {
    const raw = await connect({ token: 'good' })
    await acknowledged(raw)
    for (let id = 0; id <= 50; id += 1) {
      raw.send({ id: String(id), type: 'subscribe', payload: { query: 'subscription { quiet }' } })
    }
    await until(() => raw.messages.some(({ type }) => type === 'error'))
    expect(raw.messages.at(-1)).toMatchObject({
      id: '50',
      payload: [{ extensions: { code: 'LIMIT_EXCEEDED' } }],
    })
    raw.socket.close()
  })

  it('a socket that answers no ping is dropped', async () => {
    const nervous = await startToyServer({ heartbeatMs: 30 })
    const socket = new WebSocket(`${nervous.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      autoPong: false,
    })
    const code = await new Promise((resolve) => socket.on('close', resolve))
    expect(code).toBe(1006)
    await nervous.close()
  })

  it('closing the server closes its sockets', async () => {
    const other = await startToyServer()
    const socket = new WebSocket(`${other.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    await new Promise((resolve) => socket.on('open', resolve))
    const code = new Promise((resolve) => socket.on('close', resolve))
    await other.close()
    expect(await code).toBe(1001)
  })
})
