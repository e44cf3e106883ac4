import type { VendorAccess, VendorRequest, VendorResponse, VendorSession } from '../../schema/source.ts'
import { readFailure, unavailable } from '../http/errors.ts'
import type { Condition } from './conditions.ts'

/** In the spelling of the vendor's own document; the host also serves SOAP, so the prefix is pinned (API.md 1). */
const API = '/ATServicesRest/V1.0'

/** `maxRecords` beyond it is an error, not a clamp (API.md 4). */
export const MAX_RECORDS = 500

export function apiPath(path: string): string {
  return `${API}${path}`
}

export interface QuerySpec {
  readonly entity: string
  readonly filter: readonly Condition[]
  readonly fields: readonly string[]
  /** 1 to 500. */
  readonly max: number
  readonly access: VendorAccess
}

export interface Answer {
  readonly rows: readonly unknown[]
  /** More records match than came. */
  readonly cut: boolean
}

/**
 * One page of a query. What comes next is asked for by id and never by the URL in the answer: that one would
 * have to be trusted with credentials, and the server forgets it after about 50 pages (API.md 4).
 */
export async function query(session: VendorSession, spec: QuerySpec): Promise<Answer> {
  const answer = await readJson(session, {
    method: 'POST',
    path: `/${spec.entity}/query`,
    body: { filter: spec.filter, maxRecords: spec.max, includeFields: spec.fields },
    access: spec.access,
  })
  const { items, pageDetails } = objectOf(answer)
  if (!Array.isArray(items))
    throw unavailable(session.connection.slug, 'answered a query with something else')
  const { nextPageUrl } = objectOf(pageDetails)
  const more =
    nextPageUrl === undefined ? items.length >= spec.max : nextPageUrl !== null && nextPageUrl !== ''
  return { rows: items as readonly unknown[], cut: more }
}

export interface ReadSpec {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly query?: VendorRequest['query']
  readonly body?: unknown
  readonly access: VendorAccess
}

/** One read, parsed. Every failure is a GatewayError. */
export async function readJson(session: VendorSession, spec: ReadSpec): Promise<unknown> {
  const { method = 'GET', path, query = [], body, access } = spec
  const response = await sendRead(session, {
    method,
    path: apiPath(path),
    query,
    headers: readHeaders(body !== undefined),
    body: body === undefined ? null : JSON.stringify(body),
    access,
  })
  if (response.status >= 400)
    throw readFailure(session.connection.slug, response, vendorMessage(response.body) ?? '')
  return parse(session, response)
}

export function readHeaders(hasBody: boolean): VendorRequest['headers'] {
  return { accept: 'application/json', ...(hasBody && { 'content-type': 'application/json' }) }
}

/**
 * One read, with the status that HTTP has for its answer: a query that was not understood comes back as 400. Autotask
 * says 500 with an `errors` array, while one without is an outage, and the array may even stand in a 200 (API.md 9).
 */
export async function sendRead(session: VendorSession, request: VendorRequest): Promise<VendorResponse> {
  const response = await session.read(request)
  const rejected =
    vendorMessage(response.body) !== undefined &&
    (response.status === 500 || (response.status < 400 && Array.isArray(errorsOf(response.body))))
  return rejected ? { ...response, status: 400 } : response
}

function errorsOf(body: string): unknown {
  return objectOf(JSON.parse(body)).errors
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

/**
 * The vendor's own words, or undefined when the body has none of its shapes (an HTML page of a proxy):
 * `{"errors":["text"]}`, and `{"Message":"text"}` of the Web API below it.
 */
export function vendorMessage(body: string): string | undefined {
  let parsed: Readonly<Record<string, unknown>>
  try {
    parsed = objectOf(JSON.parse(body))
  } catch {
    return undefined
  }
  const { errors, Message } = parsed
  if (Array.isArray(errors) && errors.length > 0 && errors.every((one) => typeof one === 'string'))
    return (errors as readonly string[]).join(' ')
  return typeof Message === 'string' ? Message : undefined
}

/** Code and wording of API.md 8; the status is not always 429. The call was refused before anything ran. */
export function isThreadLimit(message: string): boolean {
  return /itgenatr005|thread threshold/i.test(message)
}

export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {}
}
