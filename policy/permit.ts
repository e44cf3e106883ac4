import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

/** Stands in front of every permit and is signed with it; another version is another format. */
const VERSION = 'permit1'

/** SHA-256 gains nothing from a longer key and loses from a shorter one (RFC 2104, 3). */
const KEY_BYTES = 32

const claimsShape = z.strictObject({
  requestId: z.string().min(1),
  attemptId: z.string().min(1),
  step: z.int().min(0),
  method: z.string().regex(/^[A-Z]+$/),
  url: z.string().regex(/^https?:\/\/./),
  bodyHash: z.string().regex(/^[0-9a-f]{64}$/),
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  expiresAt: z.int().min(0),
})

/** What one permit allows: one step of one attempt, these bytes to this address, once (by nonce), until then. */
export interface PermitClaims {
  readonly requestId: string
  readonly attemptId: string
  readonly step: number
  readonly method: string
  /** Origin, path and query as sent. */
  readonly url: string
  /** `bodyHash` of the exact body. */
  readonly bodyHash: string
  /** 128 bits in hex; whoever opens a permit remembers it until `expiresAt`, so that it serves once. */
  readonly nonce: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** Nothing was sent on this permit; the message says why and is for the log. */
export class PermitRefused extends Error {
  constructor(reason: string) {
    super(`Write permit refused: ${reason}`)
    this.name = 'PermitRefused'
  }
}

export function mintPermit(key: Uint8Array, claims: PermitClaims): string {
  const signed = `${VERSION}.${Buffer.from(JSON.stringify(claimsShape.parse(claims))).toString('base64url')}`
  return `${signed}.${macOf(key, signed)}`
}

/**
 * @param now milliseconds since 1970
 * @throws PermitRefused
 */
export function openPermit(key: Uint8Array, permit: string, now: number): PermitClaims {
  const parts = permit.split('.')
  const [version, payload, mac] = parts
  if (parts.length !== 3 || payload === undefined || mac === undefined)
    throw new PermitRefused('not a permit')
  if (version !== VERSION) throw new PermitRefused('another version')
  // As text: decoding base64url first would let several spellings of one signature pass.
  if (!sameText(mac, macOf(key, `${version}.${payload}`))) throw new PermitRefused('wrong signature')

  const claims = claimsShape.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
  if (!claims.success) throw new PermitRefused('malformed claims')
  // Not `now >= expiresAt`: a clock that is no number must not keep a permit alive.
  if (!(now < claims.data.expiresAt)) throw new PermitRefused('expired')
  return claims.data
}

/** SHA-256 in hex of the exact bytes; no body is the empty text. */
export function bodyHash(body: string | Uint8Array | null): string {
  return createHash('sha256')
    .update(body ?? '')
    .digest('hex')
}

export function permitMatches(
  claims: PermitClaims,
  request: { readonly method: string; readonly url: string; readonly body: string | Uint8Array | null },
): boolean {
  return (
    claims.method === request.method &&
    claims.url === request.url &&
    claims.bodyHash === bodyHash(request.body)
  )
}

export function freshNonce(): string {
  return randomBytes(16).toString('hex')
}

function macOf(key: Uint8Array, text: string): string {
  if (key.length < KEY_BYTES) {
    throw new TypeError(`Expected a permit key of at least ${KEY_BYTES} bytes, got ${key.length}`)
  }
  return createHmac('sha256', key).update(text, 'utf8').digest('base64url')
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
