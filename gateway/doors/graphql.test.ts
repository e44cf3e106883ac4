import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startToyServer, type ToyServer } from './toy-gateway.ts'

let server: ToyServer

beforeAll(async () => {
  server = await startToyServer()
})
afterAll(() => server.close())
beforeEach(() => {
  server.toy.ran.length = 0
  server.toy.signIns.length = 0
})

async function codeOf(response: Response): Promise<[number, unknown]> {
  const body = (await response.json()) as { errors: Array<{ extensions: { code: unknown } }> }
  return [response.status, body.errors[0]?.extensions.code]
}

describe('POST /graphql', () => {
  it('runs an operation once, as its caller, with what came', async () => {
    const body = {
      query: 'query A($n: String) { hello(name: $n) }',
      operationName: 'A',
      variables: { n: 'Ada' },
    }
    const response = await server.post(body, { 'x-cost': 'yes' })

    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ data: { hello: 'Hello Ada' } })
    expect(server.toy.ran).toHaveLength(1)
    expect(server.toy.ran[0]).toMatchObject({
      caller: 'caller:good',
      request: body,
      info: { address: '127.0.0.1' },
    })
    expect(server.toy.ran[0]?.info.headers.get('X-Cost')).toBe('yes')
  })

  it('leaves validation to the gateway, and knows nothing of its directives', async () => {
    expect(await codeOf(await server.post({ query: '{ nothing }' }))).toEqual([
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ])
    const dry = await server.post({ query: 'mutation { rename(name: "x") @dryRun }' })
    expect(await dry.json()).toEqual({ data: { rename: 'Now x' } })
  })

  it.each([
    ['a document that does not parse', { query: '{' }],
    ['an operation name that names nothing', { query: 'query A { hello }', operationName: 'B' }],
  ])('lets the gateway answer %s', async (_what, body) => {
    expect(await codeOf(await server.post(body))).toEqual([400, 'GRAPHQL_VALIDATION_FAILED'])
    expect(server.toy.ran).toHaveLength(1)
  })

  it('answers introspection through the gateway', async () => {
    const response = await server.post({ query: '{ __schema { queryType { name } } }' })
    expect(await response.json()).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } })
    expect(server.toy.ran).toHaveLength(1)
  })

  it('keeps data beside errors at 200', async () => {
    const response = await server.post({ query: '{ hello fails }' })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ data: { hello: 'Hello you', fails: null } })
  })

  it('masks an error without a code of ours, and says nothing of its cause', async () => {
    const response = await server.post({ query: '{ breaks }' })
    const text = await response.text()
    expect(JSON.parse(text).errors[0].extensions).toEqual({
      code: 'INTERNAL',
      correlationId: expect.any(String),
    })
    expect(text).not.toMatch(/hunter2|stack/)
  })

  it('answers in the media type that was asked for', async () => {
    const accept = 'application/graphql-response+json'
    const response = await server.post({ query: '{ hello }' }, { accept })
    expect(response.headers.get('content-type')).toContain(accept)
  })

  it('sends a subscription to the doors that stream', async () => {
    expect(await codeOf(await server.post({ query: 'subscription { quiet }' }))).toEqual([
      400,
      'BAD_USER_INPUT',
    ])
    expect(server.toy.ran).toHaveLength(0)
  })
})

describe('POST /graphql: refused at the door', () => {
  it.each([
    ['no token', { authorization: '' }],
    ['a wrong token', { authorization: 'Bearer bad' }],
    ['another scheme', { authorization: 'Basic good' }],
    ['a bare token', { authorization: 'good' }],
  ])('%s is 401 before the document is looked at', async (_what, headers) => {
    const response = await server.post('{ not even JSON', headers)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(await codeOf(response)).toEqual([401, 'UNAUTHENTICATED'])
    expect(server.toy.ran).toHaveLength(0)
  })

  it('a store that is down is 503, not a wrong token', async () => {
    const response = await server.post({ query: '{ hello }' }, { authorization: 'Bearer store-down' })
    expect(await codeOf(response)).toEqual([503, 'STORE_UNAVAILABLE'])
  })

  it.each([
    ['no JSON', '{ hello }'],
    ['empty', ''],
    ['null', 'null'],
    ['an array of operations', [{ query: '{ hello }' }]],
    ['without query', { variables: {} }],
    ['query is no text', { query: 1 }],
    ['variables are no object', { query: '{ hello }', variables: [] }],
    ['operationName is no text', { query: '{ hello }', operationName: 7 }],
    ['a prototype in the JSON', '{"query":"{ hello }","variables":{"__proto__":{"admin":true}}}'],
    [
      'a persisted query',
      { query: '{ hello }', extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } },
    ],
  ])('a body that is %s is 400 BAD_USER_INPUT', async (_what, body) => {
    expect(await codeOf(await server.post(body))).toEqual([400, 'BAD_USER_INPUT'])
    expect(server.toy.ran).toHaveLength(0)
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/graphql',
  ])('content type %s is 415', async (type) => {
    const response = await server.post('{"query":"{ hello }"}', { 'content-type': type })
    expect(await codeOf(response)).toEqual([415, 'BAD_USER_INPUT'])
    expect(server.toy.ran).toHaveLength(0)
  })

  it('a body over 256 KB is 413 LIMIT_EXCEEDED', async () => {
    const response = await server.post({ query: `{ hello } # ${'x'.repeat(256 * 1024)}` })
    expect(await codeOf(response)).toEqual([413, 'LIMIT_EXCEEDED'])
  })

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('%s is 405 and says how', async (method) => {
    const response = await fetch(`${server.url}/graphql?query={hello}`, { method })
    expect(response.headers.get('allow')).toBe('POST')
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    expect(await codeOf(response)).toEqual([405, 'BAD_USER_INPUT'])
    expect(server.toy.ran).toHaveLength(0)
  })
})
