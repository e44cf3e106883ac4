import { readable } from '../shared/body.ts'
import type { JournalEntry as Entry } from '../shared/journal.ts'
import type { Json } from '../shared/json.ts'
import { createVendorServer, type Received } from '../shared/server.ts'
import { ACCESS_SECONDS, type Credentials, callerNamed, createAuth } from './auth.ts'
import { brokenAnswer } from './broken.ts'
import type { Answer, Call } from './call.ts'
import { sysIdOf } from './ids.ts'
import { createRateLimit } from './rate-limit.ts'
import { attempt, dispatch } from './router.ts'
import type { State } from './store.ts'

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
  tokenLifetimeSeconds?: number
  journalFile?: string
}

/** A form's secrets stay out of the journal. */
function journalled(path: string, raw: Buffer): Json | undefined {
  if (path !== '/oauth_token.do') return readable(raw)
  const form = new URLSearchParams(raw.toString('utf8'))
  return Object.fromEntries([...form].map(([name, value]) => [name, name === 'grant_type' ? value : '***']))
}

export function createSimulatorServer(options: ServerOptions) {
  const { state, clock } = options
  const auth = createAuth(state, options.credentials, clock, options.tokenLifetimeSeconds ?? ACCESS_SECONDS)
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

  const { server, journal } = createVendorServer<JournalEntry>({
    clock,
    journalFile: options.journalFile,
    outbox: state.outbox,
    answer(received, entry) {
      const warnings: string[] = []
      const given = attempt(
        () => answer(received, warnings),
        (refused) => {
          entry.refused = refused
        },
      )
      if (warnings.length > 0) entry.warning = [...new Set(warnings)].join('; ')
      return given
    },
    usualHeaders() {
      requests += 1
      return {
        'content-type': 'application/json;charset=UTF-8',
        // A session is offered on every answer; who keeps it binds his later calls to it.
        'set-cookie': `JSESSIONID=${sysIdOf('session', requests).toUpperCase()}; Path=/; HttpOnly`,
        'x-transaction-id': sysIdOf('transaction', requests).slice(0, 12),
      }
    },
    journalled,
    takeFault: (faults, method, path) => faults.take(method, path),
    // A partial answer needs the whole one first.
    breaksAnswer: (fault, method) =>
      method === 'GET' && fault.kind === 'status' && (fault.status ?? 500) < 300,
    broken: (fault, good) => brokenAnswer(fault, good, clock()),
    oversized: { type: 'application/json;charset=UTF-8', open: '{"result":[', close: ']}' },
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

  const { revokeAccess, revokeRefresh } = auth
  return { server, journal, actAs, revokeAccess, revokeRefresh }
}
