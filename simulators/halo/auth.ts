import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Answer } from './call.ts'
import { silent } from './errors.ts'

export interface Credentials {
  tenant: string
  clientId: string
  clientSecret: string
}

const PAIRS =
  'tickets calendar customers crm timesheets contracts suppliers items projects sales quotes sos pos invoices reporting software softwarelicensing kb assets'.split(
    ' ',
  )
/** What working clients ask for (API.md 2). */
const KNOWN = new Set([
  'all',
  'all:standard',
  'admin',
  'editMine:timesheets',
  'access:chat',
  'access:adpasswordreset',
  ...PAIRS.flatMap((name) => [`read:${name}`, `edit:${name}`]),
])

interface Token {
  scopes: string[]
  expiresAt: number
}

export interface AuthOptions {
  credentials: Credentials
  /** What the application may ask for at all. */
  scopes: readonly string[]
  lifetimeSeconds: number
  clock: () => Date
}

const refused = (error: string): Answer => ({ status: 400, body: { error } })

export function createAuth({ credentials, scopes, lifetimeSeconds, clock }: AuthOptions) {
  const tokens = new Map<string, Token>()

  /** `POST /auth/token`: a form in, an OAuth answer out. */
  function issue(search: URLSearchParams, contentType: string, form: string): Answer {
    if (!/^application\/x-www-form-urlencoded/i.test(contentType)) return refused('invalid_request')
    const sent = new URLSearchParams(form)
    for (const name of search.keys()) if (name.toLowerCase() !== 'tenant') return refused('invalid_request')
    // Hosted tenants are told apart by the query; a self-hosted one does without.
    const tenant = search.get('tenant')
    if (tenant !== null && tenant.toLowerCase() !== credentials.tenant.toLowerCase())
      return refused('invalid_client')
    if (sent.get('grant_type') !== 'client_credentials') return refused('unsupported_grant_type')
    const known =
      sent.get('client_id') === credentials.clientId && sent.get('client_secret') === credentials.clientSecret
    if (!known) return refused('invalid_client')
    const wanted = (sent.get('scope') ?? '').split(' ').filter(Boolean)
    const allowed = (scope: string) => KNOWN.has(scope) && (scopes.includes('all') || scopes.includes(scope))
    if (wanted.length === 0 || !wanted.every(allowed)) return refused('invalid_scope')
    const token = randomBytes(32).toString('base64url')
    tokens.set(token, { scopes: wanted, expiresAt: clock().getTime() + lifetimeSeconds * 1000 })
    return {
      status: 200,
      body: {
        scope: wanted.join(' '),
        token_type: 'Bearer',
        access_token: token,
        expires_in: lifetimeSeconds,
      },
    }
  }

  /** The scopes of a live token; nothing is said about why one is not. */
  function check(headers: IncomingHttpHeaders): string[] {
    const [scheme = '', token = ''] = (headers.authorization ?? '').split(' ')
    const found = scheme.toLowerCase() === 'bearer' ? tokens.get(token) : undefined
    if (!found || found.expiresAt <= clock().getTime()) throw silent(401)
    return found.scopes
  }

  return { issue, check, expireAll: () => tokens.clear() }
}

/** Reading takes `read:` or `edit:`, writing takes `edit:`. */
export function checkScope(scopes: readonly string[], half: string | undefined, method: string): void {
  if (half === undefined || scopes.includes('all') || scopes.includes('all:standard')) return
  const enough = method === 'GET' ? [`read:${half}`, `edit:${half}`] : [`edit:${half}`]
  if (!enough.some((scope) => scopes.includes(scope))) throw silent(403)
}
