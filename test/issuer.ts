import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

/** A small OpenID provider: it vouches for whoever it was told to, and keeps the rules a client is held to. */
export interface Issuer {
  readonly url: string
  /** What the next id token says, over the usual claims; `alg` and `key` sign it otherwise. */
  next: { claims: JWTPayload; sign?: (claims: JWTPayload) => Promise<string> }
  /** A token of any content, signed with the present key unless told otherwise. */
  sign(claims: JWTPayload): Promise<string>
  /** A new key under a new id; the old one is gone from the set. */
  rotate(): Promise<void>
  /** The present public key as PEM-like bytes, which a confused verifier would take for an HMAC secret. */
  publicBytes(): Uint8Array
  /** What a browser does: follows to the provider, which sends it back. Answers the way back. */
  visit(location: string): Promise<URL>
  /** How often its keys were read. */
  keysRead: number
  close(): Promise<void>
}

export const CLIENT_ID = 'countersign-test'
export const CLIENT_SECRET = 'a client secret that only the two know'

export async function startIssuer(): Promise<Issuer> {
  let kid = 0
  let key: { privateKey: CryptoKey; jwk: Record<string, unknown> }
  const codes = new Map<string, { challenge: string; redirectUri: string; nonce: string }>()

  async function rotate(): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('RS256')
    kid += 1
    key = {
      privateKey,
      jwk: { ...(await exportJWK(publicKey)), kid: `key-${kid}`, alg: 'RS256', use: 'sig' },
    }
  }
  await rotate()

  const server = createServer((request, response) => {
    void answer(request.url ?? '/', request.method ?? 'GET', request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })

  async function answer(
    path: string,
    method: string,
    request: AsyncIterable<Buffer>,
  ): Promise<[number, unknown]> {
    if (path === '/.well-known/openid-configuration') {
      return [
        200,
        {
          issuer: issuer.url,
          authorization_endpoint: `${issuer.url}/authorize`,
          token_endpoint: `${issuer.url}/token`,
          jwks_uri: `${issuer.url}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          code_challenge_methods_supported: ['S256'],
        },
      ]
    }
    if (path === '/keys') {
      issuer.keysRead += 1
      return [200, { keys: [key.jwk] }]
    }
    if (path !== '/token' || method !== 'POST') return [404, {}]
    const form = new URLSearchParams(await text(request))
    const code = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const digest = await crypto.subtle.digest(
      'SHA-256',
      new TextEncoder().encode(form.get('code_verifier') ?? ''),
    )
    const fits =
      code !== undefined &&
      code.challenge === Buffer.from(digest).toString('base64url') &&
      code.redirectUri === form.get('redirect_uri') &&
      form.get('client_id') === CLIENT_ID &&
      form.get('client_secret') === CLIENT_SECRET
    if (!fits) return [400, { error: 'invalid_grant' }]
    const claims = { ...usual(), aud: CLIENT_ID, nonce: code.nonce, ...issuer.next.claims }
    const id_token = await (issuer.next.sign ?? issuer.sign)(claims)
    return [200, { access_token: 'opaque', token_type: 'Bearer', expires_in: 300, id_token }]
  }

  const usual = (): JWTPayload => {
    const now = Math.floor(Date.now() / 1000)
    return { iss: issuer.url, sub: 'subject-1', iat: now, exp: now + 300 }
  }

  const issuer: Issuer = {
    url: '',
    next: { claims: {} },
    keysRead: 0,
    rotate,
    sign: (claims) =>
      new SignJWT({ ...usual(), ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: String(key.jwk.kid) })
        .sign(key.privateKey),
    publicBytes: () => new TextEncoder().encode(JSON.stringify(key.jwk)),
    async visit(location) {
      const asked = new URL(location).searchParams
      const code = crypto.randomUUID()
      codes.set(code, {
        challenge: asked.get('code_challenge') ?? '',
        redirectUri: asked.get('redirect_uri') ?? '',
        nonce: asked.get('nonce') ?? '',
      })
      const back = new URL(asked.get('redirect_uri') ?? '')
      back.searchParams.set('code', code)
      back.searchParams.set('state', asked.get('state') ?? '')
      return back
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  Object.assign(issuer, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  return issuer
}
