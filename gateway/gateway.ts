import { createHash } from 'node:crypto'
import { type ExecutionResult, GraphQLError } from 'graphql'
import { sql } from 'kysely'
import { GatewayError } from '../schema/errors.ts'
import type { Vendor, VendorSource } from '../schema/source.ts'
import { sources as registry } from '../subgraphs/index.ts'
import { startMappingChecks } from './admin/mapping-check.ts'
import { countAuthFailures } from './audit/auth-failures.ts'
import { openBuffer, type Place } from './audit/buffer.ts'
import { startCheckpoints } from './audit/checkpoints.ts'
import { happeningsOf } from './audit/happenings.ts'
import type { CheckpointSink } from './audit/sink.ts'
import { storeBudget } from './budget/store-budget.ts'
import { GatewayContext, type OperationFacts } from './context.ts'
import type { GatewayCalls, OperationRequest, RequestInfo } from './doors/calls.ts'
import { openFeed } from './events/feed.ts'
import { openHub } from './events/hub.ts'
import { openEventStream } from './events/stream.ts'
import { openFile } from './files/download.ts'
import { keepFile } from './files/upload.ts'
import { guard } from './guard/guard.ts'
import type { Caller } from './identity/caller.ts'
import { startTokenChecks } from './identity/expiry.ts'
import { isProviderToken, type OidcProvider } from './identity/oidc.ts'
import { openSignIn, type SignIn, type SignInOptions } from './identity/sign-in.ts'
import { authenticate, providerCaller } from './identity/tokens.ts'
import { openPace } from './limits/pace.ts'
import { refuseAtLimit } from './limits/reached.ts'
import { openStreamPlaces } from './limits/streams.ts'
import { Metrics } from './metrics.ts'
import { mounted } from './mounted.ts'
import { openPorts } from './ports.ts'
import type { Keys } from './secrets/keys.ts'
import type { CrashHook, Log, Services } from './services.ts'
import { DEFAULT_SETTINGS, type Settings } from './settings.ts'
import { storeErrors } from './store/errors.ts'
import type { Store } from './store/index.ts'
import { findLogin } from './store/logins.ts'
import { providerTokenId } from './store/tokens.ts'
import type { Limits } from './supergraph/limits.ts'
import { createSupergraph, type Supergraph } from './supergraph/runtime.ts'
import { refuseUnstorableText } from './text.ts'
import { startExecutor } from './writes/executor.ts'

export interface GatewayOptions {
  /** Names this process in the audit trail. */
  readonly instance: string
  readonly store: Store
  readonly keys: Keys
  readonly log: Log
  readonly settings?: Partial<Settings>
  /** Of one document: docs/safety.md (i). */
  readonly documentLimits?: Limits
  readonly sources?: ReadonlyMap<Vendor, VendorSource>
  readonly sandboxOrigins?: ReadonlySet<string>
  /** Where signed checkpoints of the audit trail go besides the store. */
  readonly checkpointSink?: CheckpointSink
  /** Where people sign in besides here. */
  readonly oidc?: OidcProvider
  /** Under the sandbox alone: who signs in by one click. */
  readonly sandboxPeople?: SignInOptions['sandboxPeople']
  /** For tests alone. */
  readonly crashPoint?: CrashHook
}

export interface Gateway {
  readonly calls: GatewayCalls<Caller>
  readonly signIn: SignIn
  readonly supergraph: Supergraph
  readonly services: Services
  close(): Promise<void>
}

/** Refuses to start when a gated field could be read under a policy that denies everything. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { store, keys, log, sandboxOrigins = new Set<string>() } = options
  const settings = { ...DEFAULT_SETTINGS, ...options.settings }
  const metrics = new Metrics()
  const budget = storeBudget({
    store,
    line: { maxQueue: settings.vendorQueue, maxWaitMs: settings.vendorQueueWait * 1000 },
    metrics,
    log,
  })
  const { ports, pin } = openPorts({
    store,
    keys,
    budget,
    sandboxOrigins,
    settings,
    logRequest: ({ connection, write, status }) =>
      metrics.count('countersign_vendor_requests_total', 'Requests sent to PSAs.', {
        connection,
        write: String(write),
        status: String(status ?? 'none'),
      }),
  })
  const supergraph = createSupergraph({
    composed: await mounted(),
    ...(options.documentLimits !== undefined && { limits: options.documentLimits }),
    log: (error, correlationId) =>
      log('error', 'an error was masked', { correlationId, error: detail(error) }),
  })
  const feed = openFeed(store, settings.poll, log)
  const auditBuffer = openBuffer({ store, instance: options.instance, settings, log })
  const refuse = refuseAtLimit(settings, auditBuffer)
  const pace = openPace(store, settings, refuse)
  const streamPlaces = openStreamPlaces({ store, settings, log, refuse })
  const hub = openHub(store, feed, log, options.sources ?? registry)
  const authFailures = countAuthFailures(auditBuffer)
  const services: Services = {
    instance: options.instance,
    store,
    sources: options.sources ?? registry,
    ports,
    keys,
    settings,
    feed,
    supergraph,
    executor: startExecutor(() => services, feed, settings.poll),
    auditBuffer,
    refuseAtLimit: refuse,
    pace,
    streamPlaces,
    log,
    ...(options.crashPoint !== undefined && { crashPoint: options.crashPoint }),
    sandboxOrigins,
    pin,
  }

  /** A request's path, top to bottom; who asks is known before it begins. */
  async function run(caller: Caller, request: OperationRequest, info: RequestInfo): Promise<ExecutionResult> {
    let context: GatewayContext | undefined
    let place: Place | undefined
    let result: ExecutionResult
    try {
      await storeErrors(() => pace.operation(caller)) // not faster than an agent may ask
      place = auditBuffer.reserve() // nothing is read that could not go on record
      const document = supergraph.parse(request.query) // within the limits of size
      const prepared = supergraph.prepare({
        document,
        operationName: request.operationName,
        variables: request.variables,
      }) // valid, coerced, @dryRun rewritten, routed
      refuseUnstorableText(prepared.document, prepared.variables) // nothing that no store could keep
      context = await open(caller, request, prepared.operation.name?.value ?? null, info.address) // what the caller may do, as of now
      guard({ ...prepared, schema: supergraph.apiSchema, access: supergraph.access, context }) // refuse before any vendor hears of it
      const answer = await supergraph.run(prepared, context) // shield, transport check and the write path are in there
      result = withExtras(answer, context, info.headers.get('x-countersign-cost') != null)
    } catch (error) {
      result = supergraph.refused(error)
    }
    place?.fill(context === undefined ? [] : happeningsOf(context, result)) // what was read, and what was refused
    return result
  }

  /** A file's path, either way: as that of an operation, but that no document tells what is asked for. */
  async function file<T>(
    caller: Caller,
    name: 'download' | 'upload',
    info: RequestInfo,
    work: (context: GatewayContext) => Promise<T>,
  ): Promise<T> {
    let context: GatewayContext | undefined
    let place: Place | undefined
    let result: ExecutionResult = {}
    try {
      await storeErrors(() => pace.operation(caller))
      place = auditBuffer.reserve()
      const opened = await open(caller, { query: name }, name, info.address)
      context = opened
      return await storeErrors(() => work(opened))
    } catch (error) {
      result = supergraph.refused(error)
      throw result.errors?.[0] ?? error
    } finally {
      place?.fill(context === undefined ? [] : happeningsOf(context, result))
    }
  }

  async function open(
    caller: Caller,
    request: OperationRequest,
    name: string | null,
    address: string,
  ): Promise<GatewayContext> {
    const operation: OperationFacts = {
      name,
      documentHash: createHash('sha256').update(request.query).digest('hex'),
      address,
    }
    return storeErrors(() => GatewayContext.open(services, caller, operation))
  }

  /** @throws GatewayError UNAUTHENTICATED */
  async function identify(token: string | null): Promise<Caller> {
    const { oidc } = options
    if (oidc === undefined || !isProviderToken(token)) return authenticate(store.db, token)
    const identity = await oidc.bearer(token)
    const login = await findLogin(store.db, identity)
    const id = providerTokenId(login?.login_id ?? '', identity.expiresAt)
    return providerCaller(store.db, id, identity.signedInAt ?? new Date(0))
  }

  const calls: GatewayCalls<Caller> = {
    async authenticate(token, { address }) {
      try {
        return await storeErrors(() => identify(token))
      } catch (error) {
        if (error instanceof GatewayError && error.code === 'UNAUTHENTICATED') authFailures.note(address)
        throw error
      }
    },
    async run(caller, request, info) {
      const result = await run(caller, request, info)
      metrics.count('countersign_operations_total', 'GraphQL operations answered.', {
        caller: caller.kind,
        errors: String(result.errors !== undefined),
      })
      return result
    },
    download: (caller, id, info) => file(caller, 'download', info, (context) => openFile(context, id)),
    upload: (caller, given, info) => file(caller, 'upload', info, (context) => keepFile(context, given)),
    subscribe: (caller, request) =>
      storeErrors(() => openEventStream({ services, supergraph, hub, caller, request })),
    async ready() {
      try {
        await sql`select 1`.execute(store.db)
        return { ready: true, detail: { store: 'ok' } }
      } catch {
        return { ready: false, detail: { store: 'can not be reached' } }
      }
    },
    metrics: async () => metrics.text(),
  }
  const checkpoints = startCheckpoints(services, options.checkpointSink)
  services.executor.wake()
  const mappingChecks = startMappingChecks(services)
  const tokenChecks = startTokenChecks(services)
  const signIn = openSignIn(services, {
    oidc: options.oidc,
    noteFailure: authFailures.note,
    sandboxPeople: options.sandboxPeople,
  })
  return {
    calls,
    signIn,
    supergraph,
    services,
    async close() {
      mappingChecks.stop()
      await tokenChecks.stop()
      await services.executor.close()
      await checkpoints.close()
      await budget.close()
      authFailures.close()
      await streamPlaces.close()
      await auditBuffer.close()
      await feed.close()
    },
  }
}

function withExtras(result: ExecutionResult, context: GatewayContext, showCost: boolean): ExecutionResult {
  const { problems, cost } = context
  const errors: readonly GraphQLError[] = [...(result.errors ?? []), ...problems]
  return {
    ...result,
    ...(errors.length > 0 && { errors }),
    ...(showCost && { extensions: { ...result.extensions, cost } }),
  }
}

/** For the log alone: a masked error's own words and where they came from. */
function detail(error: unknown): string {
  const original = error instanceof GraphQLError ? (error.originalError ?? error) : error
  return original instanceof Error ? (original.stack ?? original.message) : String(original)
}
