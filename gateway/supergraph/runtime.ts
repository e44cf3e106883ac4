import { type DocumentNode, type ExecutionResult, execute, type GraphQLSchema } from 'graphql'
import { GatewayError } from '../../schema/errors.ts'
import { atBorder, type LogUnexpected } from './border.ts'
import { completeNulls } from './complete.ts'
import type { AccessIndex, Composed } from './compose.ts'
import { DEFAULT_LIMITS, type Limits, parseWithin } from './limits.ts'
import { Lru } from './lru.ts'
import { plannerOf } from './planner.ts'
import { createPrepare, type OperationRequest, type Prepared } from './prepare.ts'
import { fragmentsOf, leavesNothing } from './root-fields.ts'

export interface SupergraphOptions {
  readonly composed: Composed
  readonly limits?: Partial<Limits>
  /** Documents kept parsed, validated and planned. */
  readonly documents?: number
  /** Gets the original of each masked error. */
  readonly log?: LogUnexpected
}

export interface Supergraph {
  readonly apiSchema: GraphQLSchema
  readonly supergraphSdl: string
  readonly access: AccessIndex
  /** From the cache, or parsed within the limits. @throws GatewayError LIMIT_EXCEEDED, GRAPHQL_VALIDATION_FAILED */
  parse(source: string): DocumentNode
  /** Validates, coerces, rewrites and routes. @throws GatewayError, or an AggregateError of them: `atBorder` takes both */
  prepare(request: OperationRequest): Prepared
  /** Runs what `prepare` made. Its result has crossed the border. */
  run(prepared: Prepared, context: object): Promise<ExecutionResult>
  /** Both, with whatever is to stand between them (the guard). Never throws. */
  execute(
    request: OperationRequest & { readonly context: object },
    between?: (prepared: Prepared) => void | Promise<void>,
  ): Promise<ExecutionResult>
  /** The border for errors that come up outside of `run`. */
  refused(error: unknown): ExecutionResult
}

const DOCUMENTS = 1_000

export function createSupergraph(options: SupergraphOptions): Supergraph {
  const { composed, log = () => {} } = options
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits }
  const planner = plannerOf(composed)
  const documents = new Lru<DocumentNode>(options.documents ?? DOCUMENTS)
  const prepare = createPrepare(composed, limits)

  async function answer(prepared: Prepared, context: object): Promise<ExecutionResult> {
    const { document, operation, raw, route } = prepared
    if (operation.operation === 'subscription') {
      throw new GatewayError('GRAPHQL_VALIDATION_FAILED', 'Subscriptions go through a streaming connection.')
    }
    // A planner has no plan for nothing.
    if (leavesNothing(operation, fragmentsOf(document), prepared.variables)) return { data: {} }
    if (route.by === 'PLANNER') {
      const result = await planner.run({ document: route.planned, operation, variables: raw, context })
      return completeNulls(result, document, raw, composed.resultSchema)
    }
    const schema = route.by === 'INTROSPECTION' ? composed.apiSchema : route.subgraph.schema
    return execute({ schema, document, contextValue: context, variableValues: raw })
  }

  const supergraph: Supergraph = {
    apiSchema: composed.apiSchema,
    supergraphSdl: composed.supergraphSdl,
    access: composed.access,
    parse(source) {
      const known = documents.get(source)
      if (known !== undefined) return known
      const parsed = parseWithin(source, limits)
      documents.set(source, parsed)
      return parsed
    },
    prepare,
    async run(prepared, context) {
      try {
        return atBorder(await answer(prepared, context), log)
      } catch (error) {
        return atBorder(error, log)
      }
    },
    async execute({ context, ...request }, between) {
      try {
        const prepared = prepare(request)
        await between?.(prepared)
        return await supergraph.run(prepared, context)
      } catch (error) {
        return atBorder(error, log)
      }
    },
    refused: (error) => atBorder(error, log),
  }
  return supergraph
}
