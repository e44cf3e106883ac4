import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { parse } from 'graphql'
import { type Context, handleProtocols, makeServer } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import { GatewayError } from '../../schema/errors.ts'
import {
  bearerToken,
  type DoorLog,
  type GatewayCalls,
  type OperationRequest,
  type RequestInfo,
} from './calls.ts'
import { publicError } from './errors.ts'
import { isSubscription, readOperation } from './operation.ts'
import { results } from './results.ts'

export interface SocketDoorOptions<Caller> {
  readonly calls: GatewayCalls<Caller>
  readonly log: DoorLog
  readonly maxPayload: number
  /** Whether a page of this origin may open a socket without a token of its own. */
  readonly isOwnOrigin: (origin: string) => boolean
  /** The cookie of a browser that is signed in. */
  readonly sessionOf: (request: IncomingMessage) => string | null
  /** Where a request came from, by the word of trusted proxies. */
  readonly addressOf: (request: IncomingMessage) => string
  readonly heartbeatMs?: number
}

interface Extra {
  readonly socket: WebSocket
  readonly request: IncomingMessage
  readonly info: RequestInfo
}

type SocketContext = Context<Record<string, unknown>, Extra>

interface Work<Caller> {
  readonly caller: Caller
  readonly request: OperationRequest
}

/** What a client may run on one socket at the same time; streams have the gateway's smaller bound besides. */
const OPERATIONS_A_SOCKET = 50

/** graphql-ws asks a document only for the kind of its operation; the gateway reads the real one. */
const kinds = { subscription: parse('subscription { stream }'), other: parse('{ answer }') }

/** graphql-ws clients do not retry after 4401, and do after 4403: a token that is wrong stays wrong. */
const UNAUTHORIZED = 4401
const FORBIDDEN = 4403

function tokenOf({ connectionParams: params = {} }: SocketContext): string | null {
  const given = params.authorization ?? params.Authorization ?? params.token
  if (typeof given !== 'string' || given === '') return null
  return bearerToken(given) ?? (/\s/.test(given) ? null : given)
}

function headersOf({ headers }: IncomingMessage): RequestInfo['headers'] {
  return { get: (name) => headers[name.toLowerCase()]?.toString() }
}

function protocolServer<Caller>({ calls, log, isOwnOrigin, sessionOf }: SocketDoorOptions<Caller>) {
  /** The token that it brings itself; else the cookie, for a page that is known to be ours. */
  const credentialOf = (context: SocketContext): string | null => {
    const { request } = context.extra
    const { origin } = request.headers
    return tokenOf(context) ?? (origin !== undefined && isOwnOrigin(origin) ? sessionOf(request) : null)
  }
  const answer = ({ contextValue }: { contextValue?: unknown }) => {
    const { work, extra } = contextValue as { work: Work<Caller>; extra: Extra }
    const onRevoked = () => extra.socket.close(FORBIDDEN, 'Forbidden')
    return results(work.request, { calls, log, caller: work.caller, info: extra.info, onRevoked })
  }
  return makeServer<Record<string, unknown>, Extra>({
    async onConnect(context) {
      const { socket, request, info } = context.extra
      const { origin } = request.headers
      if (tokenOf(context) === null && origin !== undefined && !isOwnOrigin(origin)) return false
      try {
        await calls.authenticate(credentialOf(context), info)
        return true
      } catch (error) {
        if (publicError(error, log).extensions.code === 'UNAUTHENTICATED')
          socket.close(UNAUTHORIZED, 'Unauthorized')
        else socket.close(1013, 'Try again later')
        // Says Forbidden to a socket that is closing already, which changes nothing.
        return false
      }
    },
    async onSubscribe(context, _id, payload) {
      const { extra } = context
      try {
        if (Object.keys(context.subscriptions).length > OPERATIONS_A_SOCKET) {
          throw new GatewayError(
            'LIMIT_EXCEEDED',
            `At most ${OPERATIONS_A_SOCKET} operations at once on a socket.`,
          )
        }
        const request = readOperation(payload)
        // Again for each operation: the token may have been revoked since the socket opened.
        const caller = await calls.authenticate(credentialOf(context), extra.info)
        const work: Work<Caller> = { caller, request }
        const document = isSubscription(request) ? kinds.subscription : kinds.other
        // The cast: execute and subscribe below never look at the schema.
        return { schema: undefined as never, document, contextValue: { work, extra } }
      } catch (error) {
        const refused = publicError(error, log)
        if (refused.extensions.code === 'UNAUTHENTICATED') extra.socket.close(FORBIDDEN, 'Forbidden')
        return [refused]
      }
    },
    execute: answer,
    subscribe: answer,
  })
}

/** Closes sockets whose other end has gone without a word: one timer for all of them. */
function keepAlive(sockets: ReadonlySet<WebSocket>, everyMs: number) {
  /** Asked, and not answered yet. */
  const silent = new WeakSet<WebSocket>()
  const timer = setInterval(() => {
    for (const socket of sockets) {
      if (silent.has(socket)) socket.terminate()
      else {
        silent.add(socket)
        socket.ping()
      }
    }
  }, everyMs)
  return {
    answered(this: WebSocket) {
      silent.delete(this)
    },
    stop: () => clearInterval(timer),
  }
}

function refuseUpgrade(socket: Duplex): void {
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
}

/** GraphQL over WebSocket (graphql-ws) on the upgrade of `/graphql`. */
export function openSocketDoor<Caller>(
  server: Server,
  options: SocketDoorOptions<Caller>,
): { close(): Promise<void> } {
  const { log, maxPayload, addressOf, heartbeatMs = 15_000 } = options
  const protocol = protocolServer(options)
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload,
    handleProtocols,
    perMessageDeflate: false,
  })

  const alive = keepAlive(sockets.clients, heartbeatMs)

  function opened(socket: WebSocket, request: IncomingMessage): void {
    const info: RequestInfo = { address: addressOf(request), headers: headersOf(request) }
    socket.on('pong', alive.answered)
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        // Resolves when the message has left, so that a slow reader slows the stream instead of filling memory.
        send: (data) =>
          new Promise((resolve, reject) => {
            if (socket.readyState !== socket.OPEN) return resolve()
            socket.send(data, (error) => (error ? reject(error) : resolve()))
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (receive) => {
          socket.on('message', (data) => {
            receive(String(data)).catch((error: unknown) => {
              publicError(error, log)
              socket.close(4500, 'Internal error')
            })
          })
        },
      },
      { socket, request, info },
    )
    // `ws` closes the socket itself, with the right code (1009 for a message that is too big).
    socket.on('error', (error) => log('info', 'WebSocket closed on an error', { error: error.message }))
    socket.once('close', (code, reason) => {
      closed(code, String(reason)).catch((error: unknown) => publicError(error, log))
    })
  }

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    if (request.url?.split('?')[0] !== '/graphql') return refuseUpgrade(socket)
    sockets.handleUpgrade(request, socket, head, (client) => opened(client, request))
  })

  return {
    async close() {
      alive.stop()
      for (const client of sockets.clients) client.close(1001, 'Going away')
      const impatient = setTimeout(() => {
        for (const client of sockets.clients) client.terminate()
      }, 1_000)
      await new Promise<void>((resolve) => sockets.close(() => resolve()))
      clearTimeout(impatient)
    },
  }
}
