import { GatewayError } from '../../schema/errors.ts'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { readFailure } from '../http/errors.ts'
import { companyInfo } from './schema.ts'

const CACHE_KEY = 'codebase'
/** Tenants move a few times a year; a move also shows as a 404, which reads it again at once. */
const CACHE_SECONDS = 3600

const ACCESS: VendorAccess = { group: 'System', kind: 'READ', fields: [], reference: true }

/** The release part of every path (`v2026_4`), as the tenant's login host tells it or a setting pins it. */
export async function codebaseOf(session: VendorSession): Promise<string> {
  const pinned = session.connection.settings.codebase
  if (pinned !== undefined) return checked(session, pinned)
  return session.cached(CACHE_KEY, CACHE_SECONDS, () => discover(session))
}

/** The codebase read anew; undefined when it is the one that was just used, or pinned. */
export async function refreshedCodebase(session: VendorSession, used: string): Promise<string | undefined> {
  if (session.connection.settings.codebase !== undefined) return undefined
  // Another request may have found the move meanwhile.
  const known = await codebaseOf(session)
  if (known !== used) return known
  // A burst of 404s asks once: the answer is shared for a few seconds.
  const now = await session.cached(`${CACHE_KEY}-again`, 5, () => discover(session))
  if (now === used) return undefined
  session.forget(CACHE_KEY)
  return now
}

export async function loginCompany(session: VendorSession): Promise<string> {
  const company = session.connection.settings.companyId ?? (await session.publicCredential?.('companyId'))
  if (company === undefined || company === null || !/^[A-Za-z0-9_.-]{1,50}$/.test(company)) {
    throw new GatewayError('NOT_CONFIGURED', 'The ConnectWise connection has no login company ("companyId").')
  }
  return company
}

async function discover(session: VendorSession): Promise<string> {
  const company = await loginCompany(session)
  const response = await session.read({
    method: 'GET',
    path: `/login/companyinfo/${company}`,
    query: [],
    headers: { accept: 'application/json' },
    body: null,
    access: ACCESS,
  })
  if (response.status !== 404 && response.status >= 400)
    throw readFailure(session.connection.slug, response, '')
  const info = companyInfo.safeParse(parsed(response.body))
  if (!info.success) {
    // An unknown company is 200 with the body `null`, sometimes 404 (API.md 2).
    throw new GatewayError(
      'NOT_CONFIGURED',
      'ConnectWise does not know the login company of this connection.',
      {
        connection: session.connection.slug,
      },
    )
  }
  return checked(session, info.data.Codebase)
}

/** It becomes part of every path, so it is held to the shapes that exist: `v4_6_release`, `v2026_4`. */
function checked(session: VendorSession, codebase: string): string {
  const name = codebase.replace(/\/$/, '')
  if (/^v\d[\w]{0,30}$/.test(name)) return name
  throw new GatewayError('NOT_CONFIGURED', 'The codebase of this ConnectWise connection is not one.', {
    connection: session.connection.slug,
  })
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}
