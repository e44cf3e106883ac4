import {
  type DocumentNode,
  type ExecutionResult,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  print,
  separateOperations,
  type VariableDefinitionNode,
  visit,
} from 'graphql'
import { badInput, GatewayError } from '../../schema/errors.ts'
import { readHead } from '../audit/read.ts'
import type { GatewayContext } from '../context.ts'
import { openCursor } from '../cursor.ts'
import type { OperationRequest } from '../doors/calls.ts'
import { guard } from '../guard/guard.ts'
import type { Caller } from '../identity/caller.ts'
import type { Services } from '../services.ts'
import { fragmentsOf, rootFields } from '../supergraph/root-fields.ts'
import type { Supergraph } from '../supergraph/runtime.ts'
import { refuseUnstorableText } from '../text.ts'
import { type ApprovalEvent, approvalEventsAfter, findApprovalEvent } from './approval-events.ts'

export interface StreamOptions {
  readonly services: Services
  readonly supergraph: Supergraph
  readonly caller: Caller
  readonly request: OperationRequest
  /** The caller as of now. @throws GatewayError UNAUTHENTICATED once it is revoked */
  reload(): Promise<Caller>
  open(caller: Caller, query: string, name: string | null): Promise<GatewayContext>
}

const PAGE = 50
/** A revoked token's stream ends within 2 s (docs/safety.md (h)), even when its wake-up was lost. */
const LIVENESS_MS = 1_500

const streams = new Map<string, number>()

/**
 * A subscription is a stream of sequence numbers: first what came after the cursor, then live. Each event is an
 * ordinary query with a context of its own, so that rights, policy and records are those of that moment.
 */
export async function openEventStream(
  options: StreamOptions,
): Promise<AsyncIterableIterator<ExecutionResult>> {
  const { services, supergraph, caller, request } = options
  const document = supergraph.parse(request.query)
  const prepared = supergraph.prepare({
    document,
    operationName: request.operationName,
    variables: request.variables,
  })
  const context = await options.open(caller, request.query, prepared.operation.name?.value ?? null)
  refuseUnstorableText(prepared.document, prepared.variables)
  guard({ ...prepared, schema: supergraph.apiSchema, access: supergraph.access, context })

  const root = rootFields(prepared.operation, fragmentsOf(prepared.document))[0]
  if (prepared.operation.operation !== 'subscription' || root?.name.value !== 'approvalEvents') {
    throw new GatewayError('GRAPHQL_VALIDATION_FAILED', 'A stream answers the subscription "approvalEvents".')
  }
  const after = root.arguments?.find(({ name }) => name.value === 'after')?.value
  const cursor =
    after?.kind === Kind.STRING
      ? after.value
      : after?.kind === Kind.VARIABLE
        ? prepared.variables[after.name.value]
        : null
  const start = cursor == null ? (await readHead(services.store.db)).seq : seqOf(services, cursor as string)

  const open = streams.get(caller.id) ?? 0
  if (open >= services.settings.streamsPerCaller) {
    throw new GatewayError(
      'LIMIT_EXCEEDED',
      `At most ${services.settings.streamsPerCaller} streams at a time.`,
      {
        limit: services.settings.streamsPerCaller,
        came: open + 1,
      },
    )
  }
  streams.set(caller.id, open + 1)
  return new EventStream(options, eventQuery(prepared.document, prepared.operation), start)
}

function seqOf({ keys }: Services, cursor: string): number {
  const { seq } = openCursor(keys.cursor.bytes(), cursor) as { seq?: unknown }
  if (typeof seq !== 'number') throw badInput('after', 'the `cursor` of an event', cursor)
  return seq
}

interface EventQuery {
  readonly text: string
  readonly variable: string
  /** Under which key the client wants the event. */
  readonly key: string
}

/** `subscription { approvalEvents {…} }` as the query for one of its events. */
function eventQuery(document: DocumentNode, operation: OperationDefinitionNode): EventQuery {
  const nodes = rootFields(operation, fragmentsOf(document))
  const taken = new Set(operation.variableDefinitions?.map(({ variable }) => variable.name.value))
  let variable = 'seq'
  while (taken.has(variable)) variable += '_'
  const key = nodes[0]?.alias?.value ?? nodes[0]?.name.value ?? 'approvalEvents'
  const name = (value: string) => ({ kind: Kind.NAME, value }) as const
  const definition: VariableDefinitionNode = {
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: name(variable) },
    type: { kind: Kind.NON_NULL_TYPE, type: { kind: Kind.NAMED_TYPE, name: name('Int') } },
  }
  const bare: OperationDefinitionNode = {
    ...operation,
    operation: OperationTypeNode.QUERY,
    variableDefinitions: [],
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: nodes.map((node) => ({
        ...node,
        alias: name(key),
        name: name('approvalEvent'),
        arguments: [
          { kind: Kind.ARGUMENT, name: name('seq'), value: { kind: Kind.VARIABLE, name: name(variable) } },
        ],
      })),
    },
  }
  const whole = {
    ...document,
    definitions: document.definitions.map((one) => (one === operation ? bare : one)),
  }
  const separate = Object.values(separateOperations(whole))[0] ?? whole
  // `after` is gone from the query, and a variable that only it used would be refused.
  const used = new Set<string>()
  visit(separate, {
    Variable({ name: { value } }) {
      used.add(value)
    },
  })
  const kept = (operation.variableDefinitions ?? []).filter(({ variable }) => used.has(variable.name.value))
  const query = visit(separate, {
    OperationDefinition(node) {
      return { ...node, variableDefinitions: [...kept, definition] }
    },
  })
  return { text: print(query), variable, key }
}

/** Not a generator: `return` may come while `next` waits, and must free it. */
class EventStream implements AsyncIterableIterator<ExecutionResult> {
  readonly #options: StreamOptions
  readonly #query: EventQuery
  readonly #stop = new AbortController()
  #seq: number
  #waiting: ApprovalEvent[] = []

  constructor(options: StreamOptions, query: EventQuery, seq: number) {
    this.#options = options
    this.#query = query
    this.#seq = seq
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    const { services } = this.#options
    try {
      while (!this.#stop.signal.aborted) {
        const caller = await this.#options.reload()
        const event = this.#waiting.shift()
        if (event !== undefined) {
          this.#seq = event.seq
          const result = await this.#answer(caller, event)
          if (result === null) continue
          // Told without its content it would be lost: the stream ends, and its client comes back for this event.
          const [error] = result.errors ?? []
          if (error !== undefined && result.data?.[this.#query.key] == null) throw error
          return { done: false, value: result }
        }
        this.#waiting = [...(await approvalEventsAfter(services.store.db, this.#seq, PAGE))]
        if (this.#waiting.length === 0) await this.#sleep()
      }
    } catch (error) {
      this.#end()
      throw error
    }
    return { done: true, value: undefined }
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    this.#end()
    return { done: true, value: undefined }
  }

  #end(): void {
    if (this.#stop.signal.aborted) return
    this.#stop.abort()
    const { id } = this.#options.caller
    const left = (streams.get(id) ?? 1) - 1
    if (left > 0) streams.set(id, left)
    else streams.delete(id)
  }

  async #sleep(): Promise<void> {
    const nap = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(LIVENESS_MS)])
    await this.#options.services.feed.next(nap)
  }

  /** Null for an event that the caller may not see. */
  async #answer(caller: Caller, event: ApprovalEvent): Promise<ExecutionResult | null> {
    const { supergraph, request } = this.#options
    const context = await this.#options.open(caller, this.#query.text, null)
    if ((await findApprovalEvent(context, event.seq)) === null) return null
    const variables = { ...request.variables, [this.#query.variable]: event.seq }
    return supergraph.execute(
      { document: supergraph.parse(this.#query.text), variables: this.#known(variables), context },
      (prepared) => guard({ ...prepared, schema: supergraph.apiSchema, access: supergraph.access, context }),
    )
  }

  /** Only the variables that the event's query declares. */
  #known(variables: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(variables).filter(([name]) => new RegExp(`\\$${name}\\b`).test(this.#query.text)),
    )
  }
}
