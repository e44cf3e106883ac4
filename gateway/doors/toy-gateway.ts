import {
  buildSchema,
  type ExecutionResult,
  GraphQLError,
  graphql,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { GatewayError } from '../../schema/errors.ts'
import type { DoorLog, GatewayCalls, OperationRequest, RequestInfo } from './calls.ts'
import { type RunningServer, type ServerOptions, startServer } from './server.ts'

/** A gateway of three fields for the doors' tests, which records what reached it. */
export const toySchema = buildSchema(`
  directive @dryRun(if: Boolean! = true) on FIELD
  type Query { hello(name: String = "you"): String, fails: String, breaks: String }
  type Mutation { rename(name: String!): String }
  type Subscription { count(to: Int!): Int, quiet: Int, revoked: Int, refused: Int, firehose(size: Int!): String }
`)

export interface ToyGateway extends GatewayCalls<string> {
  readonly ran: Array<{ caller: string; request: OperationRequest; info: RequestInfo }>
  readonly signIns: Array<string | null>
  /** Where those came from. */
  readonly addresses: string[]
  readonly tokens: Set<string>
  /** Subscriptions that were started, and that ended by being told to. */
  started: number
  stopped: number
  pulled: number
}

const roots = {
  hello: ({ name }: { name: string }) => `Hello ${name}`,
  rename: ({ name }: { name: string }) => `Now ${name}`,
  fails: () => {
    throw new GatewayError('NOT_FOUND', 'No such thing.')
  },
  breaks: () => {
    throw new Error('password=hunter2')
  },
}

function coded(error: GraphQLError): GraphQLError {
  if (error.extensions.code) return error
  return new GraphQLError(error.message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })
}

export function toyGateway(): ToyGateway {
  const toy: ToyGateway = {
    ran: [],
    signIns: [],
    addresses: [],
    tokens: new Set(['good']),
    started: 0,
    stopped: 0,
    pulled: 0,
    async authenticate(token, { address }) {
      toy.signIns.push(token)
      toy.addresses.push(address)
      if (token === 'store-down') throw new GatewayError('STORE_UNAVAILABLE', 'The store does not answer.')
      if (!token || !toy.tokens.has(token))
        throw new GatewayError('UNAUTHENTICATED', 'Token missing or wrong.')
      return `caller:${token}`
    },
    async run(caller, request, info) {
      toy.ran.push({ caller, request, info })
      try {
        const invalid = validate(toySchema, parse(request.query), specifiedRules)
        if (invalid.length > 0) return { errors: invalid.map(coded) }
      } catch (error) {
        return { errors: [coded(error as GraphQLError)] }
      }
      const { query: source, variables: variableValues, operationName } = request
      const result = await graphql({
        schema: toySchema,
        source,
        rootValue: roots,
        variableValues,
        operationName,
      })
      return {
        ...result,
        errors: result.errors?.map((error) => (error.message.includes('=') ? error : coded(error))),
      }
    },
    async subscribe(_caller, { query, variables }) {
      toy.started += 1
      if (query.includes('refused'))
        throw new GatewayError('RATE_LIMITED', 'Too many streams.', { retryAfterMs: 5 })
      const to = Number(/to: (\d+)/.exec(query)?.[1] ?? variables?.to ?? 0)
      const size = Number(/size: (\d+)/.exec(query)?.[1] ?? 0)
      let at = 0
      let release: (step: IteratorResult<ExecutionResult>) => void = () => {}
      const iterator: AsyncIterator<ExecutionResult> = {
        async next() {
          at += 1
          toy.pulled += 1
          if (query.includes('revoked')) throw new GatewayError('UNAUTHENTICATED', 'Token revoked.')
          if (size > 0) return { done: false, value: { data: { firehose: 'x'.repeat(size) } } }
          if (at <= to) return { done: false, value: { data: { count: at } } }
          if (to > 0) return { done: true, value: undefined }
          return new Promise((resolve) => {
            release = resolve
          })
        },
        async return() {
          toy.stopped += 1
          release({ done: true, value: undefined })
          return { done: true, value: undefined }
        },
      }
      return { [Symbol.asyncIterator]: () => iterator }
    },
    async download(_caller, id) {
      if (id !== 'a file') throw new GatewayError('NOT_FOUND', 'No such file.')
      return { name: 'Ärger "1".html', bytes: [Buffer.from('<b>'), Buffer.from('hi')] }
    },
    async upload(_caller, { connection, contentType, bytes }) {
      if (connection !== 'acme') throw new GatewayError('CONNECTION_FORBIDDEN', 'Not yours.')
      return {
        id: 'up_1',
        contentType: contentType ?? '',
        size: bytes.length,
        sha256: Buffer.from(bytes).toString('latin1'),
        expiresAt: '2031-01-01T00:00:00.000Z',
      }
    },
    async ready() {
      return { ready: toy.tokens.size > 0, detail: { store: 'ok' } }
    },
    async metrics() {
      return '# TYPE toy_operations counter\ntoy_operations 1\n'
    },
  }
  return toy
}

export interface ToyServer extends RunningServer {
  readonly toy: ToyGateway
  readonly logged: Array<{ level: string; message: string }>
  /** POST of a JSON value with the good token, unless `headers` say otherwise. */
  post(body: unknown, headers?: Record<string, string>, path?: string): Promise<Response>
}

export async function startToyServer(options: Partial<ServerOptions<string>> = {}): Promise<ToyServer> {
  const toy = toyGateway()
  const logged: ToyServer['logged'] = []
  const log: DoorLog = (level, message) => logged.push({ level, message })
  const server = await startServer({
    calls: toy,
    schema: toySchema,
    host: '127.0.0.1',
    port: 0,
    graphiqlDir: '/nonexistent',
    log,
    limits: { bodyBytes: 256 * 1024, fileBytes: 1000 },
    ...options,
  })
  const post: ToyServer['post'] = (body, headers = {}, path = '/graphql') =>
    fetch(server.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer good', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return { ...server, toy, logged, post }
}

/** Waits until something holds; the test's own time limit is the bound. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}
