import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from '../shared/answer.ts'
import { control } from '../shared/control.ts'
import { brokenAnswer, createFaults, type Fault } from '../shared/faults.ts'
import { createJournal, type JournalEntry } from '../shared/journal.ts'
import type { Json, Rec } from '../shared/json.ts'
import { actionRoutes } from './actions.ts'
import { vendorKnows } from './allowlists.ts'
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

const OVERSIZED_CHUNKS = 64 // megabytes
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

interface Received {
  method: string
  path: string
  search: URLSearchParams
  headers: IncomingMessage['headers']
  raw: Buffer
  origin: string
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const parseJson = (raw: Buffer): Json | undefined =>
  raw.length === 0 ? undefined : (JSON.parse(raw.toString('utf8')) as Json)

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
  if (first === 'authinfo' && segments.length === 2 && method === 'GET')
    return { status: 200, body: { auth_url: `${origin}/auth`, tenant_id: options.tenant } }
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

function attempt(received: Received, options: ServerOptions): { answer: Answer; refused?: string } {
  try {
    return { answer: answer(received, options) }
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    const bare = error.body === ''
    const headers: Record<string, string> = error.status === 401 ? { 'www-authenticate': 'Bearer' } : {}
    return {
      answer: { status: error.status, body: bare ? undefined : error.body, headers },
      refused: error.refused,
    }
  }
}

const serialise = (body: Answer['body']): Buffer =>
  body === undefined ? Buffer.alloc(0) : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))

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

function* oversized(): Generator<Buffer> {
  const chunk = Buffer.alloc(1024 * 1024, ' ')
  yield Buffer.from('[')
  for (let n = 0; n < OVERSIZED_CHUNKS; n++) yield chunk
  yield Buffer.from(']')
}

async function sendOversized(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' })
  // A client that has seen enough hangs up; that is its right.
  await pipeline(Readable.from(oversized()), response).catch(() => undefined)
}

/** A secret must not come to rest in a journal: of the token's form only the names stay. */
function readable(path: string, raw: Buffer): Json | undefined {
  const text = raw.toString('utf8')
  if (/^\/auth\//i.test(path))
    return Object.fromEntries([...new URLSearchParams(text).keys()].map((name) => [name, '…']))
  try {
    return parseJson(raw)
  } catch {
    return text.slice(0, 100_000)
  }
}

export function createSimulatorServer(options: ServerOptions) {
  const { state } = options
  const journal = createJournal(options.journalFile)
  const faults = createFaults()
  const limiter = createLimiter(options.requestsPerWindow, options.clock)

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET'
    const target = request.url ?? '/'
    const cut = target.indexOf('?')
    const path = cut < 0 ? target : target.slice(0, cut)
    const search = new URLSearchParams(cut < 0 ? '' : target.slice(cut + 1))
    const raw = await readBody(request)

    if (path.startsWith('/__')) {
      let body: Json | undefined
      try {
        body = parseJson(raw)
      } catch {
        body = undefined // the control then says that it expected an object
      }
      const given = control(method, path, body, { journal, faults, outbox: state.outbox })
      response.writeHead(given.status, { 'content-type': 'application/json' })
      response.end(given.body === undefined ? '' : JSON.stringify(given.body))
      return
    }

    const entry: JournalEntry = {
      time: options.clock().toISOString(),
      method,
      path,
      query: Object.fromEntries(search),
      headers: Object.keys(request.headers),
      body: readable(path, raw),
      status: 0,
    }
    const finish = (status: number, headers: Record<string, string>, body: Buffer) => {
      entry.status = status
      journal.add(entry)
      const type = body.length > 0 ? JSON_TYPE : {}
      response.writeHead(status, { ...type, ...headers, 'content-length': String(body.length) })
      response.end(body)
    }

    // A fault's path is seen with and without /api.
    const fault = faults.take(method, path) ?? faults.take(method, path.replace(/^\/api(?=\/)/i, ''))
    if (fault) entry.fault = fault.kind
    if (fault?.delayMs) await sleep(fault.delayMs)
    const wait = limiter.take()
    if (wait !== undefined) {
      const text = Buffer.from(rateLimitText(options.requestsPerWindow!))
      finish(429, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': String(wait) }, text)
      return
    }
    const origin = `http://${request.headers.host ?? '127.0.0.1'}`
    const received: Received = { method, path, search, headers: request.headers, raw, origin }
    const breaks = fault && fault.kind !== 'delay'
    const apply = !breaks || fault.when === 'after'
    const { answer: good, refused } = apply
      ? attempt(received, options)
      : { answer: { status: 0 } as Answer, refused: undefined }
    if (refused) entry.refused = refused
    if (!breaks) {
      finish(good.status, good.headers ?? {}, serialise(good.body))
    } else if (fault.kind === 'reset') {
      journal.add(entry)
      request.socket.destroy()
    } else if (fault.kind === 'oversized') {
      entry.status = 200
      journal.add(entry)
      await sendOversized(response)
    } else {
      const broken = brokenAnswer(vendorFault(fault), serialise(good.body).toString('utf8'))
      finish(broken.status, broken.headers, Buffer.from(broken.body))
    }
  }

  const server: Server = createServer({ maxHeaderSize: 256 * 1024 }, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A mistake of the simulator, not a refusal of the vendor: it must be loud.
      process.stderr.write(`${(error as Error).stack}\n`)
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' })
      response.end('The simulator failed; see its standard error.')
    })
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
