import type { GatewayError } from '../../schema/errors.ts'
import type { VendorAccess, VendorResponse, VendorSession } from '../../schema/source.ts'
import { readFailure, unavailable } from '../http/errors.ts'
import { codebaseOf, refreshedCodebase } from './codebase.ts'

/** The newest model that this client was written against; a setting of the connection may pin another. */
const API_VERSION = '2026.4'

export type Query = readonly (readonly [name: string, value: string])[]

export interface ReadSpec {
  readonly path: string
  readonly query?: Query
  readonly access: VendorAccess
  /** Set for the one read that is a POST: its conditions stand in the body. */
  readonly search?: Readonly<Record<string, string>>
}

export function acceptHeader(session: VendorSession): string {
  return `application/vnd.connectwise.com+json; version=${session.connection.settings.apiVersion ?? API_VERSION}`
}

export function apiPath(codebase: string, path: string): string {
  return `/${codebase}/apis/3.0${path}`
}

/**
 * One read, parsed. A 404 may mean that the tenant moved to another release: the codebase is read again once,
 * and the request repeated when it did.
 *
 * @returns undefined for a 404
 */
export async function readJson(session: VendorSession, spec: ReadSpec): Promise<unknown> {
  const codebase = await codebaseOf(session)
  let response = await send(session, codebase, spec)
  if (response.status === 404) {
    const moved = await refreshedCodebase(session, codebase)
    if (moved !== undefined) response = await send(session, moved, spec)
  }
  if (response.status === 404) return undefined
  if (response.status >= 400) throw failed(session, response)
  return parse(session, response)
}

/** A list: a 404 here is no missing record, but an endpoint or a login that the vendor does not know. */
export async function readList(session: VendorSession, spec: ReadSpec): Promise<readonly unknown[]> {
  const answer = await readJson(session, spec)
  if (answer === undefined) {
    throw unavailable(
      session.connection.slug,
      'answered a list with 404, as ConnectWise does for a wrong company, wrong keys or an older release',
    )
  }
  if (!Array.isArray(answer))
    throw unavailable(session.connection.slug, 'answered a list with something else')
  return answer
}

function send(
  session: VendorSession,
  codebase: string,
  { path, query = [], access, search }: ReadSpec,
): Promise<VendorResponse> {
  return session.read({
    method: search === undefined ? 'GET' : 'POST',
    path: apiPath(codebase, path),
    query,
    headers: {
      accept: acceptHeader(session),
      ...(search === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    },
    body: search === undefined ? null : JSON.stringify(search),
    access,
  })
}

function parse(session: VendorSession, response: VendorResponse): unknown {
  try {
    return JSON.parse(response.body)
  } catch {
    throw unavailable(session.connection.slug, 'answered with something that is no JSON', {
      vendor: { status: response.status, message: '' },
    })
  }
}

export function failed(session: VendorSession, response: VendorResponse): GatewayError {
  return readFailure(session.connection.slug, response, vendorMessage(response.body) ?? '')
}

/**
 * The vendor's own message, or undefined when the body has none of its shapes (an HTML page of a proxy):
 * `{"code","message","errors"}`, and for 429 `{"error","message"}`.
 */
export function vendorMessage(body: string): string | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return undefined
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined
  const { code, error, message, errors } = parsed as Record<string, unknown>
  if (typeof message !== 'string' || (typeof code !== 'string' && typeof error !== 'string')) return undefined
  const inner = Array.isArray(errors)
    ? errors.flatMap((one: unknown) => {
        const text =
          typeof one === 'object' && one !== null ? (one as Record<string, unknown>).message : undefined
        return typeof text === 'string' ? [text] : []
      })
    : []
  return [message, ...inner].join(' ')
}
