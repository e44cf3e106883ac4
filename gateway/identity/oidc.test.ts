import { createSecretKey } from 'node:crypto'
import { generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { closeReadDispatchers } from '../../subgraphs/http/index.ts'
import { operatorFetch } from '../../subgraphs/http/operator-fetch.ts'
import { CLIENT_ID, CLIENT_SECRET, type Issuer, startIssuer } from '../../test/issuer.ts'
import { isProviderToken, type OidcProvider, type OidcSettings, openOidc } from './oidc.ts'

const AUDIENCE = 'api://countersign'
const BACK = 'https://countersign.example/auth/oidc/callback'
let issuer: Issuer
let provider: OidcProvider

const settings = (over: Partial<OidcSettings> = {}): OidcSettings => ({
  issuer: issuer.url,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  audience: AUDIENCE,
  name: 'Test',
  scope: 'openid email',
  allowPrivate: true,
  linkByEmail: false,
  ...over,
})
const open = (over?: Partial<OidcSettings>) => openOidc(settings(over), { log: () => {}, keysCooldownMs: 0 })

beforeAll(async () => {
  issuer = await startIssuer()
  provider = open()
})
afterAll(async () => {
  await closeReadDispatchers()
  await issuer.close()
})
beforeEach(() => {
  issuer.next = { claims: {} }
})

const refused = { extensions: { code: 'UNAUTHENTICATED' } }
const now = () => Math.floor(Date.now() / 1000)
/** Signed as the case says, with the usual claims of a good token below those given. */
const good = (over: JWTPayload = {}): JWTPayload => ({
  iss: issuer.url,
  sub: 'subject-1',
  aud: AUDIENCE,
  iat: now(),
  exp: now() + 300,
  ...over,
})
const plain = (over?: JWTPayload) => issuer.sign(good(over))
const withHmac = (secret: Uint8Array) => async () =>
  new SignJWT(good()).setProtectedHeader({ alg: 'HS256', kid: 'key-1' }).sign(createSecretKey(secret))

describe('an access token at the GraphQL door', () => {
  it('is somebody of the provider', async () => {
    const identity = await provider.bearer(await plain({ email: 'a@b.example', email_verified: true }))
    expect(identity).toMatchObject({ issuer: issuer.url, subject: 'subject-1', email: 'a@b.example' })
    expect(identity.expiresAt).toBeGreaterThan(now())
  })

  it.each<[string, () => Promise<string>]>([
    ['of another issuer', () => plain({ iss: 'https://evil.example' })],
    ['for another audience', () => plain({ aud: 'somebody-else' })],
    ['for the console alone', () => plain({ aud: CLIENT_ID })],
    ['without an audience', () => plain({ aud: undefined })],
    ['that is over', () => plain({ exp: now() - 60 })],
    ['that begins later', () => plain({ nbf: now() + 120 })],
    ['without an end', () => issuer.sign({ ...good(), exp: undefined })],
    ['without a subject', () => plain({ sub: undefined })],
    ['without a beginning', () => plain({ iat: undefined })],
    ['that nobody signed', async () => new UnsecuredJWT(good()).encode()],
    ['signed with the public key as a secret', () => withHmac(issuer.publicBytes())()],
    ['signed with the client secret', () => withHmac(new TextEncoder().encode(CLIENT_SECRET))()],
    [
      'signed by somebody else under the same key id',
      async () => {
        const { privateKey } = await generateKeyPair('RS256')
        return new SignJWT(good()).setProtectedHeader({ alg: 'RS256', kid: 'key-1' }).sign(privateKey)
      },
    ],
    ['that is no token', async () => 'a.b.c'],
  ])('is refused %s', async (_what, token) => {
    await expect(provider.bearer(await token())).rejects.toMatchObject(refused)
  })

  it('is refused where no audience is set', async () => {
    await expect(open({ audience: undefined }).bearer(await plain())).rejects.toMatchObject(refused)
  })

  it('has a clock that may be off by half a minute, and no more', async () => {
    await expect(provider.bearer(await plain({ exp: now() - 10 }))).resolves.toMatchObject({})
    await expect(provider.bearer(await plain({ exp: now() - 45 }))).rejects.toMatchObject(refused)
  })

  it('is good after its key was replaced, and one of the old key is not', async () => {
    const old = await plain()
    const read = issuer.keysRead
    await provider.bearer(old)
    expect(issuer.keysRead).toBe(read)
    await issuer.rotate()
    await expect(provider.bearer(await plain())).resolves.toMatchObject({ subject: 'subject-1' })
    expect(issuer.keysRead).toBe(read + 1)
    await expect(provider.bearer(old)).rejects.toMatchObject(refused)
  })

  it('is told from tokens of our own', () => {
    expect([isProviderToken('a.b.c'), isProviderToken('csp_ab_cd'), isProviderToken(null)]).toEqual([
      true,
      false,
      false,
    ])
  })
})

describe('the way to the provider and back', () => {
  async function signIn(tamper: (back: URL) => void = () => {}) {
    const { location, transaction } = await provider.start(BACK, { fresh: false })
    const back = await issuer.visit(location)
    tamper(back)
    return { back, transaction }
  }

  it('asks with PKCE, state and nonce, and comes back as somebody', async () => {
    const { location } = await provider.start(BACK, { fresh: true })
    expect(Object.fromEntries(new URL(location).searchParams)).toMatchObject({
      client_id: CLIENT_ID,
      response_type: 'code',
      redirect_uri: BACK,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^.{43}$/),
      state: expect.stringMatching(/^.{43}$/),
      nonce: expect.stringMatching(/^.{43}$/),
      prompt: 'login',
      max_age: '0',
    })
    issuer.next.claims = { auth_time: now() - 100, email: 'a@b.example', email_verified: false }
    const { back, transaction } = await signIn()
    const identity = await provider.finish(back, transaction)
    expect(identity).toMatchObject({ issuer: issuer.url, subject: 'subject-1', email: null })
    expect(identity.signedInAt?.getTime()).toBeLessThan(Date.now() - 90_000)
  })

  it('is refused with another state, another verifier, or a code a second time', async () => {
    const other = await signIn((back) => back.searchParams.set('state', 'x'))
    await expect(provider.finish(other.back, other.transaction)).rejects.toMatchObject(refused)
    const one = await signIn()
    const verifier = (await signIn()).transaction.verifier
    await expect(provider.finish(one.back, { ...one.transaction, verifier })).rejects.toMatchObject(refused)
    const twice = await signIn()
    await provider.finish(twice.back, twice.transaction)
    await expect(provider.finish(twice.back, twice.transaction)).rejects.toMatchObject(refused)
  })

  it.each<[string, JWTPayload, Issuer['next']['sign']]>([
    ['another nonce', { nonce: 'of another sign-in' }, undefined],
    ['another audience', { aud: 'somebody-else' }, undefined],
    ['another issuer', { iss: 'https://evil.example' }, undefined],
    ['an end in the past', { exp: 1 }, undefined],
    ['no signature', {}, async (claims) => new UnsecuredJWT(claims).encode()],
    [
      'a signature of somebody else',
      {},
      async (claims) => {
        const { privateKey } = await generateKeyPair('RS256')
        return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'key-2' }).sign(privateKey)
      },
    ],
  ])('is refused with an id token of %s', async (_what, claims, sign) => {
    issuer.next = { claims, sign }
    const { back, transaction } = await signIn()
    await expect(provider.finish(back, transaction)).rejects.toMatchObject(refused)
  })
})

it('a provider inside the network is reached only where that is allowed', async () => {
  const inside = open({ allowPrivate: false })
  await expect(inside.bearer(await plain())).rejects.toMatchObject({
    extensions: { code: 'VENDOR_UNAVAILABLE' },
  })
})

it('no socket is opened to an address inside the network where that is not allowed', async () => {
  await expect(operatorFetch(false)(`${issuer.url}/keys`, {})).rejects.toMatchObject({
    code: 'COUNTERSIGN_ADDRESS_REFUSED',
  })
  expect((await operatorFetch(true)(`${issuer.url}/keys`, {})).status).toBe(200)
})
