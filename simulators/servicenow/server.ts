import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { control } from '../shared/control.ts'
import { createFaults } from '../shared/faults.ts'
import { createJournal, type JournalEntry as Entry } from '../shared/journal.ts'
import type { Json } from '../shared/json.ts'
import { type Credentials, callerNamed, createAuth } from './auth.ts'
import { brokenAnswer } from './broken.ts'
import type { Answer, Call } from './call.ts'
import { sysIdOf } from './ids.ts'
import { createRateLimit } from './rate-limit.ts'
import { attempt, dispatch } from './router.ts'
import type { State } from './store.ts'

const OVERSIZED_CHUNKS = 64 // megabytes

export interface JournalEntry extends Entry {
  /** What the platform swallowed without an error: dropped fields, dropped parts of a query. */
  warning?: string
}

export interface ServerOptions {
  state: State
  credentials: Credentials
  clock: () => Date
  strict: boolean
  invalidQueryReturnsNoRows: boolean
  requestsPerHour?: number
  journalFile?: string
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function readable(raw: Buffer): Json | undefined {
  if (raw.length === 0) return undefined
  try {
    return JSON.parse(raw.toString('utf8')) as Json
  } catch {
    return raw.toString('utf8').slice(0, 100_000)
  }
}

/** A form's secrets stay out of the journal. */
function journalled(path: string, raw: Buffer): Json | undefined {
  if (path !== '/oauth_token.do') return readable(raw)
  const form = new URLSearchParams(raw.toString('utf8'))
  return Object.fromEntries([...form].map(([name, value]) => [name, name === 'grant_type' ? value : '***']))
}

const serialise = (body: Answer['body']): Buffer =>
  body === undefined ? Buffer.alloc(0) : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))

function* oversized(): Generator<Buffer> {
  const chunk = Buffer.alloc(1024 * 1024, ' ')
  yield Buffer.from('{"result":[')
  for (let n = 0; n < OVERSIZED_CHUNKS; n++) yield chunk
  yield Buffer.from(']}')
}

async function sendOversized(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json;charset=UTF-8' })
  // A client that has seen enough hangs up; that is its right.
  await pipeline(Readable.from(oversized()), response).catch(() => undefined)
}

interface Received {
  method: string
  path: string
  search: URLSearchParams
  headers: IncomingMessage['headers']
  raw: Buffer
  origin: string
}

export function createSimulatorServer(options: ServerOptions) {
  const { state, clock } = options
  const journal = createJournal(options.journalFile)
  const faults = createFaults()
  const auth = createAuth(state, options.credentials, clock)
  const counted = createRateLimit(options.requestsPerHour, clock)
  let requests = 0

  /** Every step a vendor request passes. */
  function answer(received: Received, warnings: string[]): Answer {
    const { method, path, search, headers, raw, origin } = received
    if (path === '/oauth_token.do') {
      if (method !== 'POST') return { status: 405, body: { error: 'server_error' } }
      return auth.tokenEndpoint(new URLSearchParams(raw.toString('utf8')))
    }
    const caller = auth.callerOf(headers.authorization)
    const limitHeaders = counted(path.replace(/^\/api\/now\/v\d\//, '/api/now/'))
    const call: Call = {
      state,
      method,
      path,
      version: undefined,
      search,
      headers,
      rawBody: raw,
      origin,
      now: clock(),
      caller,
      strict: options.strict,
      invalidQueryReturnsNoRows: options.invalidQueryReturnsNoRows,
      warnings,
    }
    const given = dispatch(call)
    return { ...given, headers: { ...limitHeaders, ...given.headers } }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET'
    const target = request.url ?? '/'
    const cut = target.indexOf('?')
    const path = cut < 0 ? target : target.slice(0, cut)
    const search = new URLSearchParams(cut < 0 ? '' : target.slice(cut + 1))
    const raw = await readAll(request)

    if (path.startsWith('/__')) {
      const controlled = control(method, path, readable(raw), { journal, faults, outbox: state.outbox })
      response.writeHead(controlled.status, { 'content-type': 'application/json' })
      response.end(controlled.body === undefined ? '' : JSON.stringify(controlled.body))
      return
    }

    const entry: JournalEntry = {
      time: clock().toISOString(),
      method,
      path,
      query: Object.fromEntries(search),
      headers: Object.keys(request.headers),
      body: journalled(path, raw),
      status: 0,
    }
    const finish = (status: number, headers: Record<string, string>, body: Buffer) => {
      entry.status = status
      journal.add(entry)
      requests += 1
      const usual = {
        'content-type': 'application/json;charset=UTF-8',
        // A session is offered on every answer; who keeps it binds his later calls to it.
        'set-cookie': `JSESSIONID=${sysIdOf('session', requests).toUpperCase()}; Path=/; HttpOnly`,
        'x-transaction-id': sysIdOf('transaction', requests).slice(0, 12),
      }
      const length: Record<string, string> = status === 204 ? {} : { 'content-length': String(body.length) }
      response.writeHead(status, { ...usual, ...headers, ...length })
      response.end(status === 204 || method === 'HEAD' ? undefined : body)
    }

    const fault = faults.take(method, path)
    if (fault) entry.fault = fault.kind
    if (fault?.delayMs) await sleep(fault.delayMs)
    const origin = `http://${request.headers.host ?? '127.0.0.1'}`
    const received: Received = { method, path, search, headers: request.headers, raw, origin }
    const breaks = fault && fault.kind !== 'delay'
    // A partial answer needs the whole one first.
    const isPartial = fault?.kind === 'status' && (fault.status ?? 500) < 300
    const applies = !breaks || fault.when === 'after' || (isPartial && method === 'GET')
    const warnings: string[] = []
    const good: Answer = applies
      ? attempt(
          () => answer(received, warnings),
          (refused) => {
            entry.refused = refused
          },
        )
      : { status: 0 }
    if (warnings.length > 0) entry.warning = [...new Set(warnings)].join('; ')
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
      const broken = brokenAnswer(fault, serialise(good.body).toString('utf8'), clock())
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

  /** Does what another user would do at the same time, past journal, faults and login. */
  function actAs(userName: string, method: string, apiPath: string, body?: Json): Answer {
    const caller = callerNamed(state, userName)
    if (!caller) throw new TypeError(`Expected the user_name of an active user, got "${userName}"`)
    const url = new URL(apiPath.startsWith('/api/') ? apiPath : `/api/now${apiPath}`, 'http://simulator')
    const act = () =>
      dispatch({
        state,
        method,
        path: url.pathname,
        version: undefined,
        search: url.searchParams,
        headers: { 'content-type': 'application/json' },
        rawBody: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
        origin: 'http://simulator',
        now: clock(),
        caller,
        strict: options.strict,
        invalidQueryReturnsNoRows: options.invalidQueryReturnsNoRows,
        warnings: [],
      })
    return attempt(act, () => undefined)
  }

  return { server, journal, faults, actAs, revokeAccess: auth.revokeAccess }
}
