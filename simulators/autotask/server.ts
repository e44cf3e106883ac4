import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { control } from '../shared/control.ts'
import { createFaults } from '../shared/faults.ts'
import { createJournal, type JournalEntry } from '../shared/journal.ts'
import type { Json } from '../shared/json.ts'
import { createAnswerer, type Received } from './answer.ts'
import type { Credentials } from './auth.ts'
import type { Answer } from './call.ts'
import { ApiError } from './errors.ts'
import { broken, takeFault } from './faults.ts'
import { parseLenient } from './lenient-json.ts'
import { createLimits } from './limits.ts'
import type { State } from './state.ts'

/** The vendor names about 2,048 characters; a page's own address may need more. */
const MAX_URL = 2048
const OVERSIZED_CHUNKS = 64 // megabytes

export interface ServerOptions {
  state: State
  credentials: Credentials
  clock: () => Date
  journalFile?: string
  allowImpersonation: boolean
  threshold: number
  threadStatus: 429 | 500
  serviceTime: number
  zoneUrl?: string
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function readable(raw: Buffer): Json | undefined {
  if (raw.length === 0) return undefined
  const text = raw.toString('utf8')
  try {
    return parseLenient(text)
  } catch {
    return text.slice(0, 100_000)
  }
}

const serialise = (body: Answer['body']): Buffer =>
  body === undefined ? Buffer.alloc(0) : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))

function* oversized(): Generator<Buffer> {
  const chunk = Buffer.alloc(1024 * 1024, ' ')
  yield Buffer.from('{"items":[')
  for (let n = 0; n < OVERSIZED_CHUNKS; n++) yield chunk
  yield Buffer.from(']}')
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
  const limits = createLimits(options)
  const { answer, actAs } = createAnswerer(options, limits)

  async function attempt(received: Received): Promise<{ answer: Answer; refused?: string }> {
    try {
      return { answer: await answer(received) }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      const { status, body, refused } = error
      if (typeof body !== 'string') return { answer: { status, body, headers: error.headers }, refused }
      return {
        answer: { status, body: Buffer.from(body), headers: { 'content-type': 'text/html' } },
        refused,
      }
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET'
    const target = request.url ?? '/'
    const cut = target.indexOf('?')
    const path = cut < 0 ? target : target.slice(0, cut)
    const search = new URLSearchParams(cut < 0 ? '' : target.slice(cut + 1))
    const raw = await readBody(request)

    if (path.startsWith('/__')) {
      const parts = { journal, faults, outbox: state.outbox }
      const controlled = control(method, path, readable(raw), parts)
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
      const type: Record<string, string> =
        body.length > 0 ? { 'content-type': 'application/json; charset=utf-8' } : {}
      response.writeHead(status, { ...type, ...headers, 'content-length': String(body.length) })
      response.end(body)
    }

    if (target.length > MAX_URL && !/\/query\/next$/i.test(path)) {
      const text = '<!DOCTYPE html><html><body><h2>Request URL Too Long</h2></body></html>'
      finish(414, { 'content-type': 'text/html' }, Buffer.from(text))
      return
    }
    const fault = takeFault(faults, method, path)
    if (fault) entry.fault = fault.kind
    const origin = `http://${request.headers.host ?? '127.0.0.1'}`
    const delayMs = fault?.delayMs ?? 0
    const received: Received = { method, path, search, headers: request.headers, raw, origin, delayMs }
    const breaks = fault && fault.kind !== 'delay'
    const apply = !breaks || fault.when === 'after'
    if (!apply) await sleep(delayMs)
    const { answer: good, refused } = apply
      ? await attempt(received)
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
      const answered = broken(fault, serialise(good.body).toString('utf8'))
      finish(answered.status, answered.headers, Buffer.from(answered.body))
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

  return { server, journal, limits, actAs }
}
