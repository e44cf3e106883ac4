import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { VENDORS } from '../schema/source.ts'
import type { OidcSettings } from './identity/oidc.ts'

export interface Options {
  readonly sandbox: boolean
  readonly host: string
  readonly port: number
  /** First port of the sandbox's simulators. */
  readonly simulatorPort: number
  /** Vendors that the sandbox simulates, with commas between. */
  readonly sandboxVendors: string
  readonly dataDir: string
  /** Role `app` of one's own PostgreSQL; undefined: the embedded one. */
  readonly databaseUrl: string | undefined
  readonly databaseOwnerUrl: string | undefined
  /** Origins under which browsers know this server, behind a proxy. */
  readonly origins: readonly string[]
  /** Addresses or ranges of proxies that tell truly where a request came from. */
  readonly trustedProxies: readonly string[]
  /** Where people sign in besides here; undefined: nowhere. */
  readonly oidc: OidcSettings | undefined
  /** The second sink of audit checkpoints: a file, best on another disk or host, or an https address. */
  readonly checkpoints: string
  /** Payloads of audit events older than so many days are erased at the start; undefined: they are kept. */
  readonly retentionDays: number | undefined
  /** A file of limits other than by default: docs/limits.md. */
  readonly limits: string | undefined
  readonly logLevel: string
}

/** @throws TypeError naming the setting and what came */
export function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: { 'no-sandbox': { type: 'boolean', default: false } },
    allowPositionals: false,
  })
  const { DATABASE_URL: databaseUrl, DATABASE_OWNER_URL: databaseOwnerUrl } = env
  if ((databaseUrl === undefined) !== (databaseOwnerUrl === undefined)) {
    throw new TypeError(
      'Expected DATABASE_URL (role app) and DATABASE_OWNER_URL (migrations) both, got one of them',
    )
  }
  return {
    sandbox: !values['no-sandbox'],
    host: env.HOST ?? '127.0.0.1',
    port: portOf('PORT', env.PORT, 4000),
    simulatorPort: portOf('SIMULATOR_PORT', env.SIMULATOR_PORT, 4101),
    sandboxVendors: env.COUNTERSIGN_SANDBOX ?? VENDORS.join(','),
    dataDir: resolve(env.COUNTERSIGN_DATA ?? 'data'),
    databaseUrl,
    databaseOwnerUrl,
    origins: listOf(env.COUNTERSIGN_ORIGINS),
    trustedProxies: listOf(env.COUNTERSIGN_TRUSTED_PROXIES),
    oidc: oidcOf(env),
    checkpoints: env.COUNTERSIGN_CHECKPOINTS ?? resolve(env.COUNTERSIGN_DATA ?? 'data', 'checkpoints.ndjson'),
    retentionDays: daysOf('COUNTERSIGN_RETENTION_DAYS', env.COUNTERSIGN_RETENTION_DAYS),
    limits: env.COUNTERSIGN_LIMITS,
    logLevel: env.LOG_LEVEL ?? 'warn',
  }
}

const listOf = (text = '') => text.split(',').filter((one) => one !== '')

/** @throws TypeError */
function oidcOf(env: NodeJS.ProcessEnv): OidcSettings | undefined {
  const { COUNTERSIGN_OIDC_ISSUER: issuer = '', COUNTERSIGN_OIDC_CLIENT_ID: clientId = '' } = env
  if (issuer === '' && clientId === '') return undefined
  if (issuer === '' || clientId === '')
    throw new TypeError(
      'Expected COUNTERSIGN_OIDC_ISSUER and COUNTERSIGN_OIDC_CLIENT_ID both, got one of them',
    )
  const allowPrivate = flagOf('COUNTERSIGN_OIDC_PRIVATE', env.COUNTERSIGN_OIDC_PRIVATE)
  const url = URL.parse(issuer)
  if (url?.protocol !== 'https:' && !(allowPrivate && url?.protocol === 'http:'))
    throw new TypeError(`Expected COUNTERSIGN_OIDC_ISSUER to be an https address, got ${issuer}`)
  return {
    issuer,
    clientId,
    clientSecret: env.COUNTERSIGN_OIDC_CLIENT_SECRET || undefined,
    audience: env.COUNTERSIGN_OIDC_AUDIENCE || undefined,
    name: env.COUNTERSIGN_OIDC_NAME || url.hostname,
    scope: env.COUNTERSIGN_OIDC_SCOPE || 'openid email profile',
    allowPrivate,
    linkByEmail: flagOf('COUNTERSIGN_OIDC_LINK_BY_EMAIL', env.COUNTERSIGN_OIDC_LINK_BY_EMAIL),
  }
}

function flagOf(name: string, text = ''): boolean {
  if (text === '' || text === 'false') return false
  if (text === 'true') return true
  throw new TypeError(`Expected ${name} to be true or false, got ${text}`)
}

function daysOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const days = Number(text)
  if (!Number.isInteger(days) || days < 1 || days > 36_500) {
    throw new TypeError(`Expected ${name} to be a number of days from 1 to 36500, got ${text}`)
  }
  return days
}

function portOf(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined || text === '') return fallback
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new TypeError(`Expected ${name} to be a port from 0 to 65535, got ${text}`)
  }
  return port
}
