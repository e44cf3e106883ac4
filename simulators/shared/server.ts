import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from './answer.ts'
import { readable, readBody, serialise } from './body.ts'
import { control } from './control.ts'
import { type BrokenAnswer, createFaults, type Fault, type Faults } from './faults.ts'
import { createJournal, type JournalEntry } from './journal.ts'
import type { Json } from './json.ts'
import { type Oversized, sendDrip, sendOversized } from './oversized.ts'

/** One vendor request as it came. */
export interface Received {
  method: string
  path: string
  search: URLSearchParams
  headers: IncomingHttpHeaders
  raw: Buffer
  /** `http://127.0.0.1:4101` */
  origin: string
  /** How long a fault holds the answer back. */
  delayMs: number
}

/** What a vendor's server is, beside what every simulator does around a request. */
export interface Vendor<Entry extends JournalEntry = JournalEntry> {
  clock: () => Date
  journalFile: string | undefined
  outbox: unknown[]
  /** What the vendor says, a refusal included; notes in the entry what the simulator itself refused. */
  answer(received: Received, entry: Entry): Answer | Promise<Answer>
  /** Headers that stand on every answer unless it says otherwise. */
  usualHeaders(body: Buffer): Record<string, string>
  /** Whether an answer 204 tells its length too. */
  lengthOf204?: boolean
  /** What of a body may come to rest in the journal. */
  journalled(path: string, raw: Buffer): Json | undefined
  /** Reads a control address's body; anything that is not JSON is no fault. */
  parse?: (raw: Buffer) => Json | undefined
  /** What the web server below the vendor's code says of an address; no fault sees such a request. */
  refuseAddress?(target: string, path: string): Answer | undefined
  /** The fault that hits, by a path with or without the vendor's prefix. */
  takeFault(faults: Faults, method: string, path: string): Fault | undefined
  /** Set where the answer itself waits for `delayMs`, as it then holds a place meanwhile. */
  delaysItself?: boolean
  /** What the vendor says instead of any answer, broken or not. */
  limit?(): Answer | undefined
  /** A fault that breaks what the vendor would have said, so that it has to be said first. */
  breaksAnswer?(fault: Fault, method: string): boolean
  broken(fault: Fault, good: string): BrokenAnswer
  oversized: Oversized
}

export function createVendorServer<Entry extends JournalEntry = JournalEntry>(vendor: Vendor<Entry>) {
  const journal = createJournal<Entry>(vendor.journalFile)
  const faults = createFaults()

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET'
    const target = request.url ?? '/'
    const cut = target.indexOf('?')
    const path = cut < 0 ? target : target.slice(0, cut)
    const search = new URLSearchParams(cut < 0 ? '' : target.slice(cut + 1))
    const raw = await readBody(request)

    if (path.startsWith('/__')) {
      const parts = { journal, faults, outbox: vendor.outbox }
      const controlled = control(method, path, readable(raw, vendor.parse), parts)
      response.writeHead(controlled.status, { 'content-type': 'application/json' })
      response.end(controlled.body === undefined ? '' : JSON.stringify(controlled.body))
      return
    }

    const entry = {
      time: vendor.clock().toISOString(),
      method,
      path,
      query: Object.fromEntries(search),
      headers: Object.keys(request.headers),
      body: vendor.journalled(path, raw),
      status: 0,
    } as Entry
    const finish = (given: Answer) => {
      const body = serialise(given.body)
      const bare = given.status === 204
      entry.status = given.status
      journal.add(entry)
      const length: Record<string, string> =
        bare && !vendor.lengthOf204 ? {} : { 'content-length': String(body.length) }
      // By the vendor's own clock, which is what a client can tell it by.
      const date = vendor.clock().toUTCString()
      response.writeHead(given.status, { date, ...vendor.usualHeaders(body), ...given.headers, ...length })
      response.end(bare || method === 'HEAD' ? undefined : body)
    }

    const unaddressed = vendor.refuseAddress?.(target, path)
    if (unaddressed) return finish(unaddressed)
    const fault = vendor.takeFault(faults, method, path)
    if (fault) entry.fault = fault.kind
    const breaks = fault && fault.kind !== 'delay'
    const applies = !breaks || fault.when === 'after' || vendor.breaksAnswer?.(fault, method)
    const delayMs = fault?.delayMs ?? 0
    const waitsHere = delayMs > 0 && !(applies && vendor.delaysItself)
    const waitsAfter = waitsHere && fault?.kind === 'delay' && fault.when === 'after'
    if (waitsHere && !waitsAfter) await sleep(delayMs)
    const limited = vendor.limit?.()
    if (limited) return finish(limited)
    const origin = `http://${request.headers.host ?? '127.0.0.1'}`
    const received: Received = { method, path, search, headers: request.headers, raw, origin, delayMs }
    const good: Answer = applies ? await vendor.answer(received, entry) : { status: 0 }
    if (waitsAfter) await sleep(delayMs)
    if (breaks && fault.when === 'later' && !applies) {
      // An entry of its own: the journal has told of this request by then.
      const late = setTimeout(() => void vendor.answer(received, { ...entry }), fault.laterMs)
      server.once('close', () => clearTimeout(late))
    }
    if (!breaks) {
      finish(good)
    } else if (fault.kind === 'reset') {
      journal.add(entry)
      request.socket.destroy()
    } else if (fault.kind === 'oversized' || fault.kind === 'drip') {
      entry.status = 200
      journal.add(entry)
      await (fault.kind === 'drip' ? sendDrip : sendOversized)(response, vendor.oversized)
    } else {
      const broken = vendor.broken(fault, serialise(good.body).toString('utf8'))
      finish({ ...broken, body: Buffer.from(broken.body) })
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

  return { server, journal, faults }
}
