import type { IncomingMessage } from 'node:http'
import type { Answer } from '../shared/answer.ts'
import { parseJson, readable } from '../shared/body.ts'
import { brokenAnswer, type Fault } from '../shared/faults.ts'
import type { JournalEntry } from '../shared/journal.ts'
import type { Json, Rec } from '../shared/json.ts'
import { createVendorServer, type Received } from '../shared/server.ts'
import { actionRoutes } from './actions.ts'
import { queryTypes, vendorKnows } from './allowlists.ts'
import { assetRoutes } from './assets.ts'
import { attachmentRoutes } from './attachments.ts'
import { checkScope, type createAuth } from './auth.ts'
import { calendarRoutes } from './calendar.ts'
import type { Call } from './call.ts'
import { catalogueRoutes } from './catalogue.ts'
import { configurationRoutes } from './config.ts'
import { silent, unbindable, VendorError } from './errors.ts'
import { createLimiter, rateLimitText } from './limits.ts'
import { peopleRoutes } from './people.ts'
import { createQuery, readQuery } from './query.ts'
import { createRouter } from './router.ts'
import { APPLICATION_AGENT } from './seed-setup.ts'
import { find, rowsOf, type State } from './state.ts'
import { ticketRoutes } from './tickets.ts'
import { timesheetRoutes } from './timesheet.ts'

const QUOTED_LIMIT = 700

const route = createRouter([
  ...ticketRoutes,
  ...actionRoutes,
  ...attachmentRoutes,
  ...peopleRoutes,
  ...assetRoutes,
  ...calendarRoutes,
  ...timesheetRoutes,
  ...catalogueRoutes,
  ...configurationRoutes,
])

export interface ServerOptions {
  state: State
  tenant: string
  application: string
  auth: ReturnType<typeof createAuth>
  clock: () => Date
  requestsPerWindow?: number
  journalFile?: string
}

/** A trailing slash is taken off as the framework does; a doubled slash leaves an empty segment. */
function segmentsOf(path: string): string[] {
  try {
    return path.replace(/^\//, '').replace(/\/$/, '').split('/').map(decodeURIComponent)
  } catch {
    throw silent(400)
  }
}

/** Every step a vendor request passes. */
function answer(received: Received, options: ServerOptions): Answer {
  const { method, path, search, headers, raw, origin } = received
  const segments = segmentsOf(path)
  const [door = '', first = ''] = segments.map((segment) => segment.toLowerCase())
  if (door === 'auth' && first === 'token' && segments.length === 2) {
    if (method !== 'POST') throw silent(405)
    return options.auth.issue(search, headers['content-type'] ?? '', raw.toString('utf8'))
  }
  if (door !== 'api') throw silent(404, `no address ${path}`)
  // Tells where tokens are made, to everybody.
  if (first === 'authinfo' && segments.length === 2 && method === 'GET') {
    readQuery(search, queryTypes('GET /authinfo'), new Set())
    return { status: 200, body: { auth_url: `${origin}/auth`, tenant_id: options.tenant } }
  }
  const scopes = options.auth.check(headers)
  const match = route(method, segments.slice(1))
  if (match === 'no method') throw silent(405)
  if (match === 'no path') throw silent(404, unplayed(method, segments.slice(1)))
  checkScope(scopes, match.route.scope, method)
  const call: Call = {
    state: options.state,
    method,
    params: match.params,
    query: readQuery(search, match.queryTypes, match.played),
    body: bodyOf(method, headers, raw),
    now: options.clock(),
    agent: find(options.state, 'agents', APPLICATION_AGENT)!,
    application: options.application,
  }
  return match.route.handler(call)
}

/** Tells an endpoint of the vendor that the simulator does not play from one that nobody has. */
function unplayed(method: string, segments: readonly string[]): string {
  const key = `${method} /${segments.map((segment) => (/^-?\d+$/.test(segment) ? '{*}' : segment.toLowerCase())).join('/')}`
  return vendorKnows(key) ? `the simulator does not play ${key}` : `the simulator has no endpoint ${key}`
}

function bodyOf(method: string, headers: IncomingMessage['headers'], raw: Buffer): Json | undefined {
  if (method !== 'POST' || raw.length === 0) return undefined
  if (!/json/i.test(headers['content-type'] ?? '')) throw silent(415)
  try {
    return parseJson(raw)
  } catch (error) {
    throw unbindable({ $: [(error as Error).message] })
  }
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }

function attempt(received: Received, options: ServerOptions, entry: JournalEntry): Answer {
  try {
    return answer(received, options)
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    if (error.refused) entry.refused = error.refused
    const bare = error.body === ''
    const headers: Record<string, string> = error.status === 401 ? { 'www-authenticate': 'Bearer' } : {}
    return { status: error.status, body: bare ? undefined : error.body, headers }
  }
}

/** A fault without a body of its own breaks in this vendor's words. */
function vendorFault(fault: Fault): Fault {
  if (fault.kind !== 'status' || fault.body !== undefined) return fault
  const { status = 500 } = fault
  const body =
    status === 429
      ? rateLimitText(QUOTED_LIMIT)
      : status >= 500
        ? { ClassName: 'System.Exception', Message: 'An error has occurred.' }
        : ''
  const plain: Record<string, string> = status === 429 ? { 'content-type': 'text/plain; charset=utf-8' } : {}
  return { ...fault, body, headers: { ...plain, ...fault.headers } }
}

/** A secret must not come to rest in a journal: of the token's form only the names stay. */
function journalled(path: string, raw: Buffer): Json | undefined {
  if (!/^\/auth\//i.test(path)) return readable(raw)
  const form = new URLSearchParams(raw.toString('utf8'))
  return Object.fromEntries([...form.keys()].map((name) => [name, '…']))
}

export function createSimulatorServer(options: ServerOptions) {
  const { state } = options
  const limiter = createLimiter(options.requestsPerWindow, options.clock)
  const { server, journal } = createVendorServer({
    clock: options.clock,
    journalFile: options.journalFile,
    outbox: state.outbox,
    answer: (received, entry) => attempt(received, options, entry),
    usualHeaders: (body): Record<string, string> => (body.length > 0 ? JSON_TYPE : {}),
    lengthOf204: true,
    journalled,
    // A fault's path is seen with and without /api.
    takeFault: (faults, method, path) =>
      faults.take(method, path) ?? faults.take(method, path.replace(/^\/api(?=\/)/i, '')),
    limit() {
      const wait = limiter.take()
      if (wait === undefined) return undefined
      const headers = { 'content-type': 'text/plain; charset=utf-8', 'retry-after': String(wait) }
      return { status: 429, headers, body: Buffer.from(rateLimitText(options.requestsPerWindow!)) }
    },
    broken: (fault, good) => brokenAnswer(vendorFault(fault), good),
    oversized: { type: 'application/json', open: '[', close: ']' },
  })

  /** Does what another agent would do at the same time, past journal, faults and authentication. */
  function actAs(identifier: string, method: string, apiPath: string, body?: Json): Answer {
    const url = new URL(apiPath, 'http://simulator')
    const match = route(method, segmentsOf(url.pathname))
    if (typeof match === 'string') throw new TypeError(`No endpoint ${method} ${apiPath}`)
    return match.route.handler({
      state,
      method,
      params: match.params,
      query: createQuery(new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]))),
      body,
      now: options.clock(),
      agent: agentNamed(state, identifier),
      application: '',
    })
  }

  return { server, journal, actAs }
}

function agentNamed(state: State, identifier: string): Rec {
  const agent = rowsOf(state, 'agents').find((row) => row.$identifier === identifier)
  if (!agent) throw new TypeError(`No agent ${identifier}`)
  return agent
}
