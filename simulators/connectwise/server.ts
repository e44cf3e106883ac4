import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from '../shared/answer.ts'
import { control } from '../shared/control.ts'
import { brokenAnswer, createFaults } from '../shared/faults.ts'
import { createJournal, type JournalEntry } from '../shared/journal.ts'
import type { Json, Rec } from '../shared/json.ts'
import { VendorError } from '../shared/vendor-error.ts'
import { vendorKnows } from './allowlists.ts'
import { type Credentials, checkCredentials, negotiate } from './auth.ts'
import type { Call } from './call.ts'
import { companyRoutes } from './company.ts'
import { badRequest, noEndpoint } from './errors.ts'
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
const OVERSIZED_CHUNKS = 64 // megabytes

const route = createRouter([
  ...ticketRoutes,
  ...configurationLinkRoutes,
  ...noteRoutes,
  ...mergeRoutes,
  ...timeRoutes,
  ...companyRoutes,
  ...scheduleRoutes,
  ...setupRoutes,
])

export interface ServerOptions {
  state: State
  credentials: Credentials
  codebase: () => string
  cloud: boolean
  clock: () => Date
  journalFile?: string
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function parseJson(raw: Buffer): Json | undefined {
  return raw.length === 0 ? undefined : (JSON.parse(raw.toString('utf8')) as Json)
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

interface Received {
  method: string
  path: string
  search: URLSearchParams
  headers: IncomingMessage['headers']
  raw: Buffer
  origin: string
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
    body: bodyOf(method, headers, raw),
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

function bodyOf(method: string, headers: IncomingMessage['headers'], raw: Buffer): Json | undefined {
  if (method === 'GET' || raw.length === 0) return undefined
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

function attempt(received: Received, options: ServerOptions): { answer: Answer; refused?: string } {
  try {
    return { answer: answer(received, options) }
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    const isText = typeof error.body === 'string'
    const headers = { 'content-type': isText ? 'text/html' : 'application/json; charset=utf-8' }
    const body = isText ? Buffer.from(error.body as string) : (error.body as Json)
    return { answer: { status: error.status, body, headers }, refused: error.refused }
  }
}

const serialise = (body: Answer['body']): Buffer =>
  body === undefined ? Buffer.alloc(0) : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))

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

export function createSimulatorServer(options: ServerOptions) {
  const { state } = options
  const journal = createJournal(options.journalFile)
  const faults = createFaults()
  let requests = 0

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
      const controlled = control(method, path, body, { journal, faults, outbox: state.outbox })
      response.writeHead(controlled.status, { 'content-type': 'application/json' })
      response.end(controlled.body === undefined ? '' : JSON.stringify(controlled.body))
      return
    }

    const entry: JournalEntry = {
      time: options.clock().toISOString(),
      method,
      path,
      query: Object.fromEntries(search),
      headers: Object.keys(request.headers),
      body: readable(raw),
      status: 0,
    }
    const finish = (status: number, headers: Record<string, string>, body: Buffer) => {
      entry.status = status
      journal.add(entry)
      requests += 1
      const usual = {
        'api-current-version': RELEASE,
        'x-cw-request-id': `00000000-0000-4000-8000-${String(requests).padStart(12, '0')}`,
        'x-server-name': 'SIM-APP01',
      }
      const length: Record<string, string> = status === 204 ? {} : { 'content-length': String(body.length) }
      response.writeHead(status, { ...usual, ...headers, ...length })
      response.end(status === 204 ? undefined : body)
    }

    if (target.length > MAX_URL) {
      finish(414, { 'content-type': 'text/html' }, Buffer.from(html('Request URL Too Long')))
      return
    }
    const fault = faults.take(method, path)
    if (fault) entry.fault = fault.kind
    if (fault?.delayMs) await sleep(fault.delayMs)
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
      const broken = brokenAnswer(fault, serialise(good.body).toString('utf8'))
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

  return { server, journal, faults, actAs }
}

function readable(raw: Buffer): Json | undefined {
  try {
    return parseJson(raw)
  } catch {
    return raw.toString('utf8').slice(0, 100_000)
  }
}
