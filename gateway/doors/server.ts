import type { AddressInfo } from 'node:net'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import proxyAddr from '@fastify/proxy-addr'
import Fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import { type ErrorCode, GatewayError } from '../../schema/errors.ts'
import type { SignIn } from '../identity/sign-in.ts'
import { LIMITS, MEGABYTE } from '../limits/file.ts'
import { addAuth } from './auth.ts'
import {
  bearerToken,
  type DoorLog,
  type GatewayCalls,
  type OperationRequest,
  type RequestInfo,
} from './calls.ts'
import { addConsole } from './console.ts'
import { addCookies } from './cookies.ts'
import { publicError, statusOf } from './errors.ts'
import { addFiles } from './files.ts'
import { addGraphiql, type GraphiqlConfig } from './graphiql.ts'
import { startGraphqlDoor } from './graphql.ts'
import { addSecurityHeaders } from './headers.ts'
import { readOperation } from './operation.ts'
import { addProbes } from './probes.ts'
import { openSocketDoor } from './socket.ts'
import { eventStreams } from './stream.ts'

export interface ServerOptions<Caller> {
  readonly calls: GatewayCalls<Caller>
  /** The API schema that clients see; the doors hand it to Apollo Server and look at nothing in it. */
  readonly schema: GraphQLSchema
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** Where `scripts/build-console.ts` put the page. */
  readonly graphiqlDir: string
  /** The same of the console; left out: `/` leads to GraphiQL. */
  readonly consoleDir?: string
  /** Given under the sandbox only. */
  readonly graphiqlConfig?: () => GraphiqlConfig
  readonly log: DoorLog
  readonly limits: {
    readonly bodyBytes: number
    /** Of one file on its way to a ticket. */
    readonly fileBytes?: number
  }
  /** Origins under which browsers know this server, when a proxy stands in front. */
  readonly origins?: readonly string[]
  /** Addresses of proxies whose word on where a request came from is taken. */
  readonly trustedProxies?: readonly string[]
  /** Browsers sign in through it; left out: nobody does. */
  readonly signIn?: SignIn
  readonly heartbeatMs?: number
}

export interface RunningServer {
  readonly url: string
  close(): Promise<void>
}

/** What the routes know of a request beyond its body. */
interface Arrived<Caller> {
  caller: Caller
  readonly info: RequestInfo
  operation?: OperationRequest
}

const refusals: Readonly<
  Record<string, [status: number, code: ErrorCode, message: (limit: number) => string]>
> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    413,
    'LIMIT_EXCEEDED',
    (limit) => `The request body is limited to ${limit} bytes.`,
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'BAD_USER_INPUT', () => 'Send the operation as application/json.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'BAD_USER_INPUT', () => 'The request body is empty; expected JSON.'],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'BAD_USER_INPUT', () => 'The request body is not valid JSON.'],
}

function sendErrors(reply: FastifyReply, error: unknown, log: DoorLog, status?: number): FastifyReply {
  const shown = publicError(error, log).toJSON()
  const code = status ?? statusOf([shown])
  if (code === 401) reply.header('www-authenticate', 'Bearer')
  return reply
    .code(code)
    .type('application/json; charset=utf-8')
    .send({ errors: [shown] })
}

/** HTTP as agents and browsers meet it. Every answer that is not a page, a probe or a result has the GraphQL shape. */
export async function startServer<Caller>(options: ServerOptions<Caller>): Promise<RunningServer> {
  const { calls, log, limits } = options
  const app = Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    ...(options.trustedProxies?.length && { trustProxy: [...options.trustedProxies] }),
    // For the request's own bytes; the answer may take as long as it takes.
    requestTimeout: 30_000,
    return503OnClosing: true,
  })
  const apollo = await startGraphqlDoor({ calls, schema: options.schema, log })
  const streams = eventStreams<Caller>()
  const arrivals = new WeakMap<FastifyRequest, Arrived<Caller>>()
  const arrived = (request: FastifyRequest) => arrivals.get(request) as Arrived<Caller>

  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'error'),
  )
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    const refusal =
      refusals[error.code] ?? (error.statusCode === 400 ? refusals.FST_ERR_CTP_INVALID_JSON_BODY : undefined)
    if (!refusal) return sendErrors(reply, error, log)
    const [status, code, message] = refusal
    return sendErrors(reply, new GatewayError(code, message(limits.bodyBytes)), log, status)
  })
  app.setNotFoundHandler((_request, reply) =>
    sendErrors(reply, new GatewayError('NOT_FOUND', 'Nothing is served at this address.'), log, 404),
  )
  const trusted = proxyAddr.compile([...(options.trustedProxies ?? [])])
  const own = new Set(options.origins)
  let url = ''
  const publicUrl = () => options.origins?.[0] ?? url
  const secure = options.origins?.[0]?.startsWith('https:') ?? false
  addSecurityHeaders(app, { secure })
  const cookies = await addCookies(app, { secure, isOwnOrigin: (origin) => own.has(origin) })

  /** Before the body is even read: who does not sign in costs nothing. */
  async function signIn(request: FastifyRequest): Promise<void> {
    const { headers, ip: address } = request
    const session = headers.authorization === undefined ? cookies.session(request) : null
    // Browsers send a cookie whoever asks them to.
    if (session !== null) cookies.expectOwnPage(request)
    const caller = await calls.authenticate(session ?? bearerToken(headers.authorization), { address })
    const info = { address, headers: { get: (name: string) => headers[name.toLowerCase()]?.toString() } }
    arrivals.set(request, { caller, info })
  }

  async function readBody(request: FastifyRequest): Promise<void> {
    arrived(request).operation = readOperation(request.body)
  }

  const door = { onRequest: signIn, preHandler: readBody }

  app.post('/graphql', {
    ...door,
    handler: fastifyApolloHandler(apollo, {
      context: async (request) => {
        const { caller, info, operation } = arrived(request as FastifyRequest)
        return { caller, info, request: operation as OperationRequest }
      },
    }),
  })

  app.post('/graphql/stream', {
    ...door,
    async handler(request, reply) {
      const { caller, info, operation } = arrived(request)
      await streams.serve(request, reply, { calls, log, caller, info }, operation as OperationRequest)
    },
  })

  app.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/graphql',
    async handler(_request, reply) {
      const message = 'Send operations by POST as application/json. To try some in a browser, open /graphiql.'
      return sendErrors(reply.header('allow', 'POST'), new GatewayError('BAD_USER_INPUT', message), log, 405)
    },
  })

  await addFiles(app, {
    calls,
    onRequest: signIn,
    arrived,
    refuse: (reply, error, status) => sendErrors(reply, error, log, status),
    maxBytes: limits.fileBytes ?? LIMITS.fileMegabytes.byDefault * MEGABYTE,
  })
  addProbes(app, calls, log)
  await addGraphiql(app, options.graphiqlDir, options.graphiqlConfig)
  if (options.consoleDir !== undefined) await addConsole(app, options.consoleDir)
  else app.get('/', async (_request, reply) => reply.redirect('/graphiql/'))

  if (options.signIn !== undefined) addAuth(app, { signIn: options.signIn, cookies, publicUrl, log })

  const sockets = openSocketDoor(app.server, {
    calls,
    log,
    maxPayload: limits.bodyBytes,
    isOwnOrigin: (origin) => own.has(origin),
    sessionOf: cookies.sessionOf,
    // As Fastify tells it of a request; it does not see a WebSocket's upgrade.
    addressOf: (request) => proxyAddr(request, trusted),
    heartbeatMs: options.heartbeatMs,
  })

  await app.listen({ host: options.host, port: options.port })
  const { port } = app.server.address() as AddressInfo
  const name = options.host.includes(':') ? `[${options.host}]` : options.host
  url = `http://${name}:${port}`
  for (const host of [name, 'localhost', '127.0.0.1']) own.add(`http://${host}:${port}`)

  return {
    url,
    async close() {
      // Operations that run may finish; streams are told to come back.
      const impatient = setTimeout(() => app.server.closeAllConnections(), 5_000)
      const stopped = app.close()
      await Promise.all([sockets.close(), streams.close()])
      await stopped
      clearTimeout(impatient)
      await apollo.stop()
    },
  }
}
