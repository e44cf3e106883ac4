import { createHash } from 'node:crypto'
import { type ExecutionResult, Kind } from 'graphql'
import { badInput, GatewayError } from '../../schema/errors.ts'
import { happeningsOf } from '../audit/happenings.ts'
import { eventsAfter, readHead } from '../audit/read.ts'
import type { Happening } from '../audit/record.ts'
import { GatewayContext, type OperationFacts } from '../context.ts'
import { openCursor, sealCursor } from '../cursor.ts'
import type { OperationRequest } from '../doors/calls.ts'
import { guard } from '../guard/guard.ts'
import type { Caller } from '../identity/caller.ts'
import type { Services } from '../services.ts'
import type { AuditEventRow } from '../store/tables.ts'
import { fragmentsOf, rootFields } from '../supergraph/root-fields.ts'
import type { Supergraph } from '../supergraph/runtime.ts'
import { refuseUnstorableText } from '../text.ts'
import { type EventQuery, eventQuery, variablesFor } from './event-query.ts'
import { expiredBefore } from './expired.ts'
import type { EventHub, Rights } from './hub.ts'
import { anonymous, rightsKey } from './shared.ts'
import { EVENT_SOURCES, type EventSource } from './sources.ts'

export interface StreamOptions {
  readonly services: Services
  readonly supergraph: Supergraph
  readonly hub: EventHub
  readonly caller: Caller
  readonly request: OperationRequest
}

const PAGE = 50
/** docs/safety.md (j): so many events wait for one subscriber. */
const MOST_WAITING = 100
/** A burst is no slow reader: only who has taken nothing for so long is one. */
const PATIENCE_MS = 1_000

/**
 * A subscription is a stream of sequence numbers: first what came after the cursor, then live. Each event is an
 * ordinary query, with the rights and records of that moment.
 */
export async function openEventStream(
  options: StreamOptions,
): Promise<AsyncIterableIterator<ExecutionResult>> {
  const { services, supergraph, caller, request } = options
  await services.pace.operation(caller)
  const document = supergraph.parse(request.query)
  const prepared = supergraph.prepare({
    document,
    operationName: request.operationName,
    variables: request.variables,
  })
  const operation: OperationFacts = {
    name: prepared.operation.name?.value ?? null,
    documentHash: createHash('sha256').update(request.query).digest('hex'),
    address: 'stream',
  }
  refuseUnstorableText(prepared.document, prepared.variables)
  const context = await GatewayContext.open(services, caller, operation)
  try {
    guard({ ...prepared, schema: supergraph.apiSchema, access: supergraph.access, context })
  } catch (error) {
    services.auditBuffer.reserve().fill(happeningsOf(context, supergraph.refused(error)))
    throw error
  }

  const root = rootFields(prepared.operation, fragmentsOf(prepared.document))[0]
  const source = root === undefined ? undefined : EVENT_SOURCES[root.name.value]
  if (prepared.operation.operation !== 'subscription' || root === undefined || source === undefined) {
    throw new GatewayError(
      'GRAPHQL_VALIDATION_FAILED',
      `A stream answers one of the subscriptions ${Object.keys(EVENT_SOURCES).join(', ')}.`,
    )
  }
  const after = root.arguments?.find(({ name }) => name.value === 'after')?.value
  const cursor =
    after?.kind === Kind.STRING
      ? after.value
      : after?.kind === Kind.VARIABLE
        ? prepared.variables[after.name.value]
        : null
  const head = await readHead(services.store.db)
  const start = cursor == null ? head.seq : await placeOf(services, cursor as string, head.seq)

  const query = eventQuery(prepared.document, prepared.operation, source.single)
  const giveBack = await services.streamPlaces.take(caller)
  const stream = new EventStream(options, source, query, operation, start, giveBack)
  try {
    await stream.begin()
  } catch (error) {
    await stream.return()
    throw error
  }
  return stream
}

/** @throws GatewayError BAD_USER_INPUT for what is no cursor of an event, CURSOR_EXPIRED for one that is too old */
async function placeOf({ keys, store }: Services, cursor: string, head: number): Promise<number> {
  const { seq } = openCursor(keys.cursor.bytes(), cursor) as { seq?: unknown }
  if (typeof seq !== 'number' || seq > head) throw badInput('after', 'the `cursor` of an event', cursor)
  const oldest = await expiredBefore(store.db)
  if (seq < oldest) {
    throw new GatewayError('CURSOR_EXPIRED', 'What came after this cursor is not kept any more.', {
      cursor: sealCursor(keys.cursor.bytes(), { seq: oldest }),
    })
  }
  return seq
}

/** Not a generator: `return` may come while `next` waits, and must free it. */
class EventStream implements AsyncIterableIterator<ExecutionResult> {
  readonly #options: StreamOptions
  readonly #source: EventSource
  readonly #query: EventQuery
  readonly #operation: OperationFacts
  /** Tells this document and these variables from others. */
  readonly #key: string
  /** Set when it has ended, to why. An AbortController would cost each of a thousand streams more than all the rest. */
  #ended: { readonly reason: unknown } | undefined
  /** Frees `next` from what it waits for. */
  #abandon: (reason: unknown) => void = () => {}
  /** What to undo at the end. */
  readonly #ends: (() => void)[] = []
  /** The last event that was looked at. */
  #seq: number
  /** The last event that was handed over, or where the stream began. */
  #taken: number
  /** Read from the store, when the tail does not go back that far. */
  #page: AuditEventRow[] = []
  #isLive = false
  /** When the reader asked last; undefined while it waits for an event. */
  #busySince: number | undefined = performance.now()
  #wake: () => void = () => {}

  constructor(
    options: StreamOptions,
    source: EventSource,
    query: EventQuery,
    operation: OperationFacts,
    seq: number,
    giveBack: () => void,
  ) {
    this.#ends.push(giveBack)
    this.#options = options
    this.#source = source
    this.#query = query
    this.#operation = operation
    this.#key = createHash('sha256')
      .update(JSON.stringify([query.text, options.request.variables ?? null]))
      .digest('base64url')
    this.#seq = seq
    this.#taken = seq
  }

  async begin(): Promise<void> {
    const { hub, caller } = this.#options
    this.#ends.push(hub.alive.watch(caller, (error) => this.#end(error)))
    this.#ends.push(
      await hub.tail.listen(() => {
        this.#wake()
        this.#judgeReader()
      }),
    )
    this.#ends.push(hub.everySecond(() => this.#judgeReader()))
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    this.#busySince = undefined
    try {
      for (;;) {
        const row = await this.#following()
        if (row === undefined) return { done: true, value: undefined }
        const result = await this.#unlessStopped(this.#answer(row))
        if (result === null) continue
        // Told without its content it would be lost: the stream ends, and its client comes back for this event.
        const [error] = result.errors ?? []
        if (error !== undefined && result.data?.[this.#query.key] == null) throw error
        this.#taken = row.seq
        return { done: false, value: result }
      }
    } catch (error) {
      this.#end()
      if (error === DONE) return { done: true, value: undefined }
      throw error
    } finally {
      this.#busySince = performance.now()
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    this.#end()
    return { done: true, value: undefined }
  }

  /** The next event of this stream's types. Undefined: the reader has ended the stream. @throws why it ended */
  async #following(): Promise<AuditEventRow | undefined> {
    const { hub, services } = this.#options
    const { filter } = this.#source
    for (;;) {
      if (this.#ended !== undefined) {
        if (this.#ended.reason === DONE) return undefined
        throw this.#ended.reason
      }
      const row = this.#page.shift()
      if (row !== undefined) {
        this.#seq = row.seq
        return row
      }
      const { seq: end } = hub.tail
      const held = hub.tail.after(this.#seq)
      if (held === undefined) {
        this.#page = await this.#unlessStopped(eventsAfter(services.store.db, this.#seq, PAGE, filter))
        // Everything up to the tail's end was there to be found.
        if (this.#page.length === 0) this.#seq = Math.max(this.#seq, end)
        continue
      }
      const found = held.find(({ type }) => filter.types?.includes(type) ?? true)
      if (found !== undefined) {
        this.#seq = found.seq
        return found
      }
      this.#seq = Math.max(this.#seq, end)
      this.#isLive = true
      // The end of the stream wakes as well.
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Null for an event that the caller may not see. */
  async #answer(row: AuditEventRow): Promise<ExecutionResult | null> {
    const { hub, caller } = this.#options
    const rights = await hub.rightsOf(caller)
    // A connection that is off shows nothing: `known` holds those that are on.
    if (!this.#source.isVisible({ caller: rights.caller, connections: rights.known.rows }, row)) return null
    const key = [row.seq, rights.seq, this.#key, rightsKey(rights.caller)].join()
    return hub.shared.answer(key, () => this.#run(row.seq, rights))
  }

  async #run(seq: number, rights: Rights): Promise<{ result: ExecutionResult; personal: boolean }> {
    const { supergraph, request, services, hub } = this.#options
    const { caller, isPersonal } = anonymous(rights.caller)
    const under = (connection: string) =>
      caller.kind === 'AGENT'
        ? `${caller.workflowId} ${rights.known.policyVersions.get(connection)}`
        : caller.kind
    const context = new GatewayContext(
      services,
      caller,
      rights.known,
      this.#operation,
      (source, connection) => hub.shared.reads(source, connection, seq, under(connection)),
    )
    const document = supergraph.parse(this.#query.text)
    const variables = variablesFor(this.#query, request.variables ?? {}, seq)
    const isAgent = caller.kind === 'AGENT'
    const place = isAgent ? services.auditBuffer.reserve() : undefined
    let happenings: Happening[] = []
    try {
      const result = await supergraph.execute({ document, variables, context }, (prepared) =>
        guard({ ...prepared, schema: supergraph.apiSchema, access: supergraph.access, context }),
      )
      // Without the ticket: a stream of the history would hear of its own reading, and read the ticket again.
      if (isAgent) happenings = happeningsOf(context, result).map(({ ticketId: _, ...rest }) => rest)
      return { result, personal: isPersonal() }
    } finally {
      place?.fill(happenings)
    }
  }

  /** Ends at once when the stream does, whatever a PSA or the store is still asked for. */
  #unlessStopped<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#abandon = reject
      if (this.#ended !== undefined) reject(this.#ended.reason)
      work.then(resolve, reject)
    })
  }

  /** Whoever takes nothing while more than a hundred events wait is too slow, and goes on from the cursor later. */
  #judgeReader(): void {
    if (!this.#isLive || this.#busySince === undefined) return
    if (performance.now() - this.#busySince < PATIENCE_MS) return
    const held = this.#options.hub.tail.after(this.#seq)
    const { types } = this.#source.filter
    const waiting = held?.filter(({ type }) => types?.includes(type) ?? true).length
    if (waiting !== undefined && waiting <= MOST_WAITING) return
    const { services } = this.#options
    this.#end(
      new GatewayError('SLOW_CONSUMER', `More than ${MOST_WAITING} events wait. Go on from the cursor.`, {
        cursor: sealCursor(services.keys.cursor.bytes(), { seq: this.#taken }),
      }),
    )
  }

  /** An error as the reason is what `next` throws, now or when it is asked again. */
  #end(reason: unknown = DONE): void {
    if (this.#ended !== undefined) return
    this.#ended = { reason }
    this.#abandon(reason)
    this.#wake()
    for (const end of this.#ends.splice(0)) end()
  }
}

/** The reader has gone: no error. */
const DONE = Symbol('done')
