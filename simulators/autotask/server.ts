import type { Answer } from '../shared/answer.ts'
import { readable } from '../shared/body.ts'
import type { JournalEntry } from '../shared/journal.ts'
import { createVendorServer, type Received } from '../shared/server.ts'
import { createAnswerer } from './answer.ts'
import type { Credentials } from './auth.ts'
import { ApiError } from './errors.ts'
import { broken, takeFault } from './faults.ts'
import { parseLenient } from './lenient-json.ts'
import { createLimits } from './limits.ts'
import type { State } from './state.ts'

/** The vendor names about 2,048 characters; a page's own address may need more. */
const MAX_URL = 2048

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

const parse = (raw: Buffer) => parseLenient(raw.toString('utf8'))

export function createSimulatorServer(options: ServerOptions) {
  const limits = createLimits(options)
  const { answer, actAs } = createAnswerer(options, limits)

  async function attempt(received: Received, entry: JournalEntry): Promise<Answer> {
    try {
      return await answer(received)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      const { status, body, refused } = error
      if (refused) entry.refused = refused
      if (typeof body !== 'string') return { status, body, headers: error.headers }
      return { status, body: Buffer.from(body), headers: { 'content-type': 'text/html' } }
    }
  }

  const { server, journal } = createVendorServer({
    clock: options.clock,
    journalFile: options.journalFile,
    outbox: options.state.outbox,
    answer: attempt,
    usualHeaders: (body): Record<string, string> =>
      body.length > 0 ? { 'content-type': 'application/json; charset=utf-8' } : {},
    lengthOf204: true,
    journalled: (_path, raw) => readable(raw, parse),
    parse,
    refuseAddress(target, path) {
      if (target.length <= MAX_URL || /\/query\/next$/i.test(path)) return undefined
      const text = '<!DOCTYPE html><html><body><h2>Request URL Too Long</h2></body></html>'
      return { status: 414, headers: { 'content-type': 'text/html' }, body: Buffer.from(text) }
    },
    takeFault,
    // A held back answer keeps its thread.
    delaysItself: true,
    broken,
    oversized: { type: 'application/json', open: '{"items":[', close: ']}' },
  })

  return { server, journal, limits, actAs }
}
