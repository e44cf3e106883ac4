import type { IncomingMessage } from 'node:http'
import type { Answer } from '../shared/answer.ts'
import { parseJson, readable } from '../shared/body.ts'
import type { JournalEntry } from '../shared/journal.ts'
import type { Json, Rec } from '../shared/json.ts'
import { createVendorServer, type Received } from '../shared/server.ts'
import { VendorError } from '../shared/vendor-error.ts'
import { addOnRoutes } from './add-on.ts'
import { vendorKnows } from './allowlists.ts'
import { type Credentials, checkCredentials, negotiate } from './auth.ts'
import type { Call } from './call.ts'
import { companyRoutes } from './company.ts'
import { documentRoutes, uploadDocument } from './documents.ts'
import { badRequest, noEndpoint } from './errors.ts'
import { broken, takeFault } from './faults.ts'
import { mergeRoutes } from './merge.ts'
import { noteRoutes } from './notes.ts'
import { createRouter } from './router.ts'
import { scheduleRoutes } from './schedule.ts'
import { setupRoutes } from './setup.ts'
import type { State } from './state.ts'
import { configurationLinkRoutes, ticketRoutes } from './tickets.ts'
import { timeRoutes } from './time.ts'

const RELEASE = '2026.4'
const MAX_URL = 10_000

const route = createRouter([
  ...ticketRoutes,
  ...configurationLinkRoutes,
  ...noteRoutes,
  ...mergeRoutes,
  ...timeRoutes,
  ...companyRoutes,
  ...scheduleRoutes,
  ...documentRoutes,
  ...setupRoutes,
  ...addOnRoutes,
])

export interface ServerOptions {
  state: State
  credentials: Credentials
  codebase: () => string
  cloud: boolean
  clock: () => Date
  journalFile?: string
}

const html = (title: string) =>
  `<!DOCTYPE HTML><html><head><title>${title}</title></head><body><h2>${title}</h2></body></html>`

/** Splits and decodes; an encoded slash stays part of its segment. */
function segmentsOf(path: string): string[] {
  try {
    return path.split('/').filter(Boolean).map(decodeURIComponent)
  } catch {
    throw new VendorError(400, html('Bad Request - Invalid URL'))
  }
}

function companyInfo(segments: readonly string[], options: ServerOptions): Answer {
  const known = segments[2]?.toLowerCase() === options.credentials.companyId.toLowerCase()
  const codebase = options.codebase()
  const body = {
    CompanyName: options.state.dataset.msp.name,
    Codebase: `${codebase}/`,
    VersionCode: `v${RELEASE}`,
    VersionNumber: 'v4.6.38842',
    CompanyID: options.credentials.companyId,
    IsCloud: codebase === 'v4_6_release' ? 'False' : 'True',
  }
  return { status: 200, body: known ? body : null }
}

/** Every step a vendor request passes, in the vendor's order as far as it shows. */
function answer(received: Received, options: ServerOptions): Answer {
  const { method, path, search, headers, raw, origin } = received
  const segments = segmentsOf(path)
  const [first = '', apis = '', version = ''] = segments.map((segment) => segment.toLowerCase())
  if (first === 'login' && apis === 'companyinfo' && method === 'GET') return companyInfo(segments, options)
  const codebases = [options.codebase().toLowerCase(), 'v4_6_release']
  if (!codebases.includes(first) || apis !== 'apis' || version !== '3.0') throw noEndpoint()
  checkCredentials(headers, options.credentials, options.cloud)
  const contentType = negotiate(headers.accept, RELEASE)

  const match = route(method, segments.slice(3))
  if (match === 'no method') {
    throw new VendorError(405, {
      message: `The requested resource does not support http method '${method}'.`,
    })
  }
  if (match === 'no path') throw noEndpoint(unplayed(method, segments.slice(3)))
  const query = new Map<string, string>()
  for (const [name, value] of search) {
    if (!match.queryNames.has(name.toLowerCase())) {
      throw badRequest(`The query parameter '${name}' is not supported.`, `unknown query parameter ${name}`)
    }
    query.set(name.toLowerCase(), value)
  }
  const call: Call = {
    state: options.state,
    method,
    rawPath: path,
    params: match.params,
    query,
    headers,
    body: bodyOf(method, headers, raw, match.handler === uploadDocument),
    rawBody: raw,
    base: `${origin}/${segments[0]}/apis/3.0`,
    now: options.clock(),
    caller: memberNamed(options.state, 'automation'),
  }
  const given = match.handler(call)
  return { ...given, headers: { 'content-type': contentType, ...given.headers } }
}

function memberNamed(state: State, identifier: string): Rec {
  const member = state.tables.members.all().find((row) => row.identifier === identifier)
  if (!member) throw new Error(`No member ${identifier}`)
  return member
}

/** Tells an endpoint of the vendor that the simulator does not play from one that nobody has. */
function unplayed(method: string, segments: readonly string[]): string {
  const key = `${method} /${segments.map((segment) => (/^\d+$/.test(segment) ? '{*}' : segment.toLowerCase())).join('/')}`
  return vendorKnows(key) ? `the simulator does not play ${key}` : `the simulator has no endpoint ${key}`
}

function bodyOf(
  method: string,
  headers: IncomingMessage['headers'],
  raw: Buffer,
  takesForm: boolean,
): Json | undefined {
  if (method === 'GET' || raw.length === 0) return undefined
  // A form of the one endpoint that takes files, which reads it itself and refuses anything else.
  if (takesForm) return undefined
  if (!/json/i.test(headers['content-type'] ?? '')) {
    throw new VendorError(415, {
      message: "The request entity's media type is not supported for this resource.",
    })
  }
  try {
    return parseJson(raw)
  } catch (error) {
    throw badRequest(`Unable to parse the request body: ${(error as Error).message}`)
  }
}

function attempt(received: Received, options: ServerOptions, entry: JournalEntry): Answer {
  try {
    return answer(received, options)
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    if (error.refused) entry.refused = error.refused
    const isText = typeof error.body === 'string'
    const headers = { 'content-type': isText ? 'text/html' : 'application/json; charset=utf-8' }
    const body = isText ? Buffer.from(error.body as string) : (error.body as Json)
    return { status: error.status, body, headers }
  }
}

export function createSimulatorServer(options: ServerOptions) {
  const { state } = options
  let requests = 0
  const { server, journal } = createVendorServer({
    clock: options.clock,
    journalFile: options.journalFile,
    outbox: state.outbox,
    answer: (received, entry) => attempt(received, options, entry),
    usualHeaders() {
      requests += 1
      return {
        'api-current-version': RELEASE,
        'x-cw-request-id': `00000000-0000-4000-8000-${String(requests).padStart(12, '0')}`,
        'x-server-name': 'SIM-APP01',
      }
    },
    journalled: (_path, raw) => readable(raw),
    refuseAddress: (target) =>
      target.length > MAX_URL
        ? {
            status: 414,
            headers: { 'content-type': 'text/html' },
            body: Buffer.from(html('Request URL Too Long')),
          }
        : undefined,
    takeFault,
    broken,
    oversized: { type: 'application/json', open: '[', close: ']' },
  })

  /** Does what another member would do at the same time, past journal, faults and authentication. */
  function actAs(identifier: string, method: string, apiPath: string, body?: Json): Answer {
    const url = new URL(apiPath, 'http://simulator')
    const match = route(method, segmentsOf(url.pathname))
    if (typeof match === 'string') throw new TypeError(`No endpoint ${method} ${apiPath}`)
    const query = new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]))
    const raw = Buffer.from(body === undefined ? '' : JSON.stringify(body))
    const caller = memberNamed(state, identifier)
    return match.handler({
      state,
      method,
      rawPath: url.pathname,
      params: match.params,
      query,
      headers: {},
      body,
      rawBody: raw,
      base: 'http://simulator',
      now: options.clock(),
      caller,
    })
  }

  return { server, journal, actAs }
}
