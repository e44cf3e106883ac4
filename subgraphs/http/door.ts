import { GatewayError } from '../../schema/errors.ts'
import type {
  ConnectionFacts,
  Grant,
  SignInSend,
  VendorDialect,
  VendorLimits,
  VendorRequest,
  VendorResponse,
  VendorSession,
  WriteAnswer,
} from '../../schema/source.ts'
import { sendDownload } from './download.ts'
import type { Outgoing } from './exchange.ts'
import { assertOrigin, buildUrl } from './origins.ts'
import { checkPermit, spendPermit } from './permits.ts'
import {
  type Caller,
  DEFAULT_DOOR_SETTINGS,
  type DoorSettings,
  type OriginFacts,
  type RequestLogEntry,
  type VendorPorts,
} from './ports.ts'
import { type ReadTrip, sendRead } from './read.ts'
import { credentialFingerprint, scrubber } from './secrets.ts'
import { sendWrite } from './write.ts'

export type ConnectionAddress = ConnectionFacts & { readonly baseUrl: string }

/** Names a request of ours may set. Everything else is the door's, or a way to speak as somebody else. */
const ALLOWED_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'content-type',
  'cache-control',
  'pagination-type',
])

interface Keys {
  readonly headers: Readonly<Record<string, string>>
  readonly fingerprint: string
  readonly values: Readonly<Record<string, string>>
  scrub(text: string): string
}

/**
 * The one door to vendors: a session for one connection and one caller. Credentials are read when the first
 * request needs them and live as long as the session.
 *
 * @throws GatewayError NOT_CONFIGURED when the connection's address is not the pinned one
 */
export function openSession(
  ports: VendorPorts,
  source: { readonly dialect: VendorDialect; readonly limits: VendorLimits },
  connection: ConnectionAddress,
  caller: Caller,
): VendorSession {
  const { slug } = connection
  const { limits } = source
  const facts = ports.allowedOrigin(slug)
  assertOrigin(slug, connection.baseUrl, facts)
  const settings: DoorSettings = { ...DEFAULT_DOOR_SETTINGS, ...ports.settings }
  let opened: Promise<Keys> | undefined
  const keys = () => {
    opened ??= openKeys({ ports, dialect: source.dialect, limits, slug, facts, settings })
    return opened
  }
  /** After a 401 to a read: the grant may have been revoked before its time. */
  const freshKeys = async () => {
    ports.references.forget(grantKey(slug, (await keys()).fingerprint))
    opened = undefined
    return keys()
  }

  function logger(request: VendorRequest, url: URL, write: boolean) {
    return (status: number | null, durationMs: number, response: VendorResponse | null, waitedMs = 0) => {
      const entry: RequestLogEntry = {
        connection: slug,
        method: request.method,
        path: url.pathname,
        pathAndQuery: url.pathname + url.search,
        access: request.access,
        status,
        durationMs,
        waitedMs,
        vendorRequestId: vendorRequestId(source.dialect, response),
        write,
        ...(caller.requestId === undefined ? {} : { requestId: caller.requestId }),
      }
      if (response !== null) ports.clocks.note(slug, response)
      try {
        ports.logRequest(entry)
      } catch {
        // Here a request has been sent already: what it came to must not hang on the log.
      }
    }
  }

  async function ask<Answer extends VendorResponse>(
    request: VendorRequest,
    send: (trip: ReadTrip) => Promise<Answer>,
  ): Promise<Answer> {
    // A bug, not a refusal: verbs prove nothing, so the catalogue's kind alone says what this door is for.
    if (request.access.kind !== 'READ')
      throw new GatewayError('INTERNAL', 'A write came to the door for reads.')
    if (request.access.reference !== true) {
      const refused = caller.judge(request.access, slug)
      if (refused !== null) throw refused
    }
    const sent = async ({ headers, scrub }: Keys) => {
      const outgoing = outgoingOf(request, facts.origin, headers)
      const response = await send({
        connection: slug,
        outgoing,
        facts,
        budget: ports.budget,
        limits,
        settings,
        // Reference data is shared in flight: one caller's leaving must not fail the others.
        ...(caller.signal === undefined || request.access.reference === true
          ? {}
          : { signal: caller.signal }),
        log: logger(request, outgoing.url, false),
      })
      return { ...response, body: scrub(response.body) }
    }
    const response = await sent(await keys())
    return response.status === 401 && source.dialect.signIn !== undefined ? sent(await freshKeys()) : response
  }

  return {
    connection,

    read: (request) => ask(request, sendRead),

    download: (request) => ask(request, sendDownload),

    async write(request, permit): Promise<WriteAnswer> {
      if (request.access.kind === 'READ')
        throw new GatewayError('INTERNAL', 'A read came to the door for writes.')
      const { headers, scrub } = await keys()
      const outgoing = outgoingOf(request, facts.origin, headers)
      checkPermit(ports, permit, outgoing)
      const want = { connection: slug, limits, path: outgoing.url.pathname, forMs: settings.writeTimeoutMs }
      const release = await ports.budget.acquire(want)
      try {
        await spendPermit(ports, checkPermit(ports, permit, outgoing))
        const answer = await sendWrite({
          outgoing,
          facts,
          settings,
          log: logger(request, outgoing.url, true),
        })
        if (!answer.sent || answer.response === null) return answer
        const throttle = limits.throttleOf(answer.response)
        if (throttle !== null) await ports.budget.pause(want, throttle)
        return { sent: true, response: { ...answer.response, body: scrub(answer.response.body) } }
      } finally {
        release()
      }
    },

    async cached(key, ttlSeconds, load) {
      return ports.references.get(`${slug} ${(await keys()).fingerprint} ${key}`, ttlSeconds, load)
    },

    forget(key) {
      // Before the first request there is nothing that this session could have seen.
      void opened?.then(({ fingerprint }) => ports.references.forget(`${slug} ${fingerprint} ${key}`))
    },

    mayRead: (group, field) => caller.mayRead(group, field),

    async publicCredential(name) {
      const declared = source.dialect.credentials.find((field) => field.name === name)
      if (declared === undefined || declared.secret) return null
      return (await keys()).values[name] ?? null
    },
  }
}

interface KeyRing {
  readonly ports: VendorPorts
  readonly dialect: VendorDialect
  readonly limits: VendorLimits
  readonly slug: string
  readonly facts: OriginFacts
  readonly settings: DoorSettings
}

const grantKey = (slug: string, fingerprint: string) => `${slug} ${fingerprint} grant`

async function openKeys(ring: KeyRing): Promise<Keys> {
  const { ports, dialect, slug } = ring
  const values = await ports.credentials(slug)
  const fingerprint = credentialFingerprint(values)
  const grant = dialect.signIn === undefined ? undefined : await grantOf(ring, values, fingerprint)
  const headers = dialect.authorize(values, grant)
  return { headers, values, fingerprint, scrub: scrubber(dialect.credentials, values, headers) }
}

/** A write begins with a grant that outlives it: one that ends within a minute counts as ended. */
const GRANT_MARGIN_MS = 60_000
const GRANT_CACHE_SECONDS = 24 * 3600

async function grantOf(
  ring: KeyRing,
  values: Readonly<Record<string, string>>,
  fingerprint: string,
): Promise<Grant> {
  const { references } = ring.ports
  const key = grantKey(ring.slug, fingerprint)
  const ask = (refresh?: string) =>
    references.get(key, GRANT_CACHE_SECONDS, () =>
      ring.dialect.signIn!(
        refresh === undefined ? values : { ...values, refreshToken: refresh },
        signInSend(ring),
      ),
    )
  const known = await ask()
  if (known.expiresAt > Date.now() + GRANT_MARGIN_MS) return known
  references.forget(key)
  return ask(known.refresh)
}

/** The form holds secrets: it goes to the pinned origin and into no log. */
function signInSend({ ports, limits, slug, facts, settings }: KeyRing): SignInSend {
  return (path, form, query = []) =>
    sendRead({
      connection: slug,
      outgoing: {
        method: 'POST',
        url: buildUrl(facts.origin, path, query),
        headers: {
          'user-agent': 'countersign',
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams(form).toString(),
      },
      facts,
      budget: ports.budget,
      limits,
      settings,
      log: () => {},
    })
}

function outgoingOf(
  request: VendorRequest,
  origin: string,
  authorization: Readonly<Record<string, string>>,
): Outgoing {
  for (const name of Object.keys(request.headers)) {
    if (!ALLOWED_HEADERS.has(name.toLowerCase())) {
      throw new GatewayError(
        'INTERNAL',
        `A vendor request was built wrongly: header "${name}" is not allowed.`,
      )
    }
  }
  return {
    method: request.method,
    url: buildUrl(origin, request.path, request.query),
    headers: { 'user-agent': 'countersign', ...request.headers, ...authorization },
    body: request.body,
  }
}

function vendorRequestId(dialect: VendorDialect, response: VendorResponse | null): string | null {
  return response === null ? null : (response.headers[dialect.requestIdHeader ?? 'x-request-id'] ?? null)
}
