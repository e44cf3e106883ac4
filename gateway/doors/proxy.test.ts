import { createClient } from 'graphql-ws'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { SignIn } from '../identity/sign-in.ts'
import { CSRF_HEADER } from './cookies.ts'
import type { ServerOptions } from './server.ts'
import { startToyServer, type ToyServer } from './toy-gateway.ts'

const ORIGIN = 'https://countersign.acme.example'
const CLIENT = '203.0.113.9'

let server: ToyServer
afterEach(() => server.close())

/** Signs anybody in, and keeps where they came from. */
async function start(options: Partial<ServerOptions<string>>) {
  const from: string[] = []
  const withPassword: SignIn['withPassword'] = async (_input, { address }) => {
    from.push(address)
    return { token: 'good', lifeSeconds: 3600 }
  }
  const signIn = { withPassword, signOut: async () => {} } as unknown as SignIn
  server = await startToyServer({ signIn, ...options })
  return { from, ...server }
}

const signIn = (origin: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [CSRF_HEADER]: '1', origin, ...headers },
    body: JSON.stringify({ email: 'dana@acme.example', password: 'x' }),
  })

async function overSocket(headers: Record<string, string>, connectionParams = {}) {
  class Socket extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, { headers })
    }
  }
  const url = `${server.url.replace('http', 'ws')}/graphql`
  const client = createClient({ url, webSocketImpl: Socket, connectionParams, retryAttempts: 0 })
  const seen: unknown[] = []
  for await (const result of client.iterate({ query: 'subscription { count(to: 1) }' })) seen.push(result)
  await client.dispose()
  return seen
}

describe('where browsers come by https', () => {
  it('cookies go by nothing else, to this host alone, out of the reach of scripts', async () => {
    await start({ origins: [ORIGIN] })
    const answer = await signIn(ORIGIN)
    expect(answer.status).toBe(204)
    const [cookie] = answer.headers.getSetCookie()
    expect(cookie?.split('; ').toSorted()).toEqual(
      [
        'HttpOnly',
        'Max-Age=3600',
        'Path=/',
        'SameSite=Strict',
        'Secure',
        '__Host-countersign=good',
      ].toSorted(),
    )
    expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000')
    const withCookie = (name: string) =>
      fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          origin: ORIGIN,
          [CSRF_HEADER]: '1',
          cookie: `${name}=good`,
        },
        body: JSON.stringify({ query: '{ hello }' }),
      })
    expect((await withCookie('__Host-countersign')).status).toBe(200)
    // Any page of a sister domain, or of plain http, could have set that one.
    expect((await withCookie('countersign')).status).toBe(401)
  })

  it('a socket opens for its own pages alone', async () => {
    await start({ origins: [ORIGIN] })
    const cookie = '__Host-countersign=good'
    expect(await overSocket({ origin: ORIGIN, cookie })).toEqual([{ data: { count: 1 } }])
    await expect(overSocket({ origin: 'https://evil.example', cookie })).rejects.toMatchObject({ code: 4403 })
  })

  it('is not said of plain http, as on a developer’s machine', async () => {
    await start({})
    const answer = await signIn(server.url)
    expect(answer.headers.get('strict-transport-security')).toBeNull()
    expect(answer.headers.getSetCookie()).toEqual([
      'countersign=good; Max-Age=3600; Path=/; HttpOnly; SameSite=Strict',
    ])
  })
})

describe('behind a proxy', () => {
  const forwarded = { 'x-forwarded-for': CLIENT }

  it.each([
    ['one that is trusted', ['127.0.0.1'], forwarded, CLIENT],
    ['a range that is trusted', ['127.0.0.0/8'], forwarded, CLIENT],
    ['none that is trusted', [], forwarded, '127.0.0.1'],
    ['another than is trusted', ['192.0.2.1'], forwarded, '127.0.0.1'],
    // What a client put in front itself is not believed: the last word is the trusted proxy's own.
    ['one with a lie before it', ['127.0.0.1'], { 'x-forwarded-for': `198.51.100.7, ${CLIENT}` }, CLIENT],
  ])(
    '%s: requests, sign-ins and sockets are of who sent them',
    async (_what, trustedProxies, headers, address) => {
      const { from, toy } = await start({ trustedProxies })
      await server.post({ query: '{ hello }' }, headers)
      await signIn(server.url, headers)
      await overSocket(headers, { token: 'good' })
      expect(from).toHaveLength(1)
      // A socket signs in when it opens, and with each operation.
      expect(toy.addresses).toHaveLength(3)
      expect(new Set([...toy.addresses, ...from])).toEqual(new Set([address]))
    },
  )
})
