import { GatewayError } from '../../schema/errors.ts'
import type { VendorAccess, VendorResponse, VendorSession } from '../../schema/source.ts'
import { readFailure, unavailable } from '../http/errors.ts'
import type { Query } from './query.ts'

export type Row = Readonly<Record<string, unknown>>

export interface ReadSpec {
  /** Below `/api`. */
  readonly path: string
  readonly query?: Query
  readonly access: VendorAccess
}

export interface Rows {
  readonly rows: readonly unknown[]
  /** How many there are in all, where the answer tells (API.md 3). */
  readonly total: number | null
}

export const ACCEPT = { accept: 'application/json' } as const

export function apiPath(path: string): string {
  return `/api${path}`
}

/** One read, parsed; undefined for a 404. */
export async function readJson(session: VendorSession, spec: ReadSpec): Promise<unknown> {
  const response = await send(session, spec)
  if (response.status === 404) return undefined
  if (response.status >= 400) throw failed(session, response)
  try {
    return JSON.parse(response.body)
  } catch {
    throw unavailable(session.connection.slug, 'answered with something that is no JSON', {
      vendor: { status: response.status, message: '' },
    })
  }
}

/**
 * A list: an envelope or a bare array, by endpoint and release (API.md 3). `key` is the envelope's name of the
 * rows; another name counts only when nothing else in the envelope is an array.
 */
export async function readRows(session: VendorSession, spec: ReadSpec, key: string): Promise<Rows> {
  const answer = await readJson(session, spec)
  if (answer === undefined) throw unavailable(session.connection.slug, 'answered a list with 404')
  const rows = rowsOf(answer, key)
  if (rows === undefined) throw unavailable(session.connection.slug, 'answered a list with something else')
  const count = Array.isArray(answer) ? undefined : (answer as Row).record_count
  return { rows, total: typeof count === 'number' && Number.isInteger(count) ? count : null }
}

function rowsOf(answer: unknown, key: string): readonly unknown[] | undefined {
  if (Array.isArray(answer)) return answer
  if (typeof answer !== 'object' || answer === null) return undefined
  const named = (answer as Row)[key]
  if (Array.isArray(named)) return named
  const arrays = Object.values(answer).filter((value) => Array.isArray(value))
  return arrays.length === 1 ? arrays[0] : undefined
}

function send(session: VendorSession, { path, query = [], access }: ReadSpec): Promise<VendorResponse> {
  const names = new Set(query.map(([name]) => name.toLowerCase()))
  // Which of two the server takes is its own choice: a filter could fall silently.
  if (names.size !== query.length)
    throw new GatewayError('INTERNAL', 'A vendor request was built wrongly: one parameter twice.')
  return session.read({ method: 'GET', path: apiPath(path), query, headers: ACCEPT, body: null, access })
}

export function failed(session: VendorSession, response: VendorResponse): GatewayError {
  return readFailure(session.connection.slug, response, vendorMessage(response) ?? '')
}

/** Statuses that Halo itself answers with nothing more to say (API.md 8). */
const WORDLESS: ReadonlySet<number> = new Set([401, 403, 404, 405])

/**
 * The vendor's own message, or undefined when the body has none of its shapes (an HTML page of a proxy):
 * a bare JSON string, plain text, `errorMessage`, `Message`, `error`, or the framework's `title` with `errors`.
 */
export function vendorMessage({ status, body }: Pick<VendorResponse, 'status' | 'body'>): string | undefined {
  const text = body.trim()
  if (text === '') return WORDLESS.has(status) ? '' : undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    // Plain text is the usual for a refusal; markup and a JSON document that was cut are somebody else's.
    return /^[<{["]/.test(text) ? undefined : text
  }
  if (typeof parsed === 'string') return parsed
  if (typeof parsed !== 'object' || parsed === null) return undefined
  const { errorMessage, Message, message, error, error_description, title, errors } = parsed as Row
  const said = [errorMessage, Message, message, error_description, error, title].find(
    (one): one is string => typeof one === 'string',
  )
  if (said === undefined) return undefined
  const inner =
    typeof errors === 'object' && errors !== null
      ? Object.values(errors).flatMap((one) => (Array.isArray(one) ? one.map(String) : []))
      : []
  return [said, ...inner].join(' ')
}
