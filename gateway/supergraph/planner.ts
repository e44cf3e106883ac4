import { unifiedGraphHandler } from '@graphql-hive/router-runtime'
import { getExecutorForUnifiedGraph } from '@graphql-mesh/fusion-runtime'
import { type DocumentNode, type ExecutionResult, execute, type OperationDefinitionNode } from 'graphql'
import type { ReadContext } from '../../schema/context.ts'
import { GatewayError } from '../../schema/errors.ts'
import type { Composed } from './compose.ts'

export interface PlannedOperation {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly variables: Readonly<Record<string, unknown>>
  readonly context: object
}

export interface Planner {
  run(operation: PlannedOperation): Promise<ExecutionResult>
}

/** Marks an error whose place holds an answer; `completeNulls` takes it away again. */
export const BESIDE = 'beside'

/**
 * The caller's own context, but for what a fetch reports beside its answer: that leaves as errors of the fetch,
 * because the planner alone knows where in the caller's document an `_entities` stands.
 */
function reportingTo(reports: GatewayError[], context: object): object {
  const report: ReadContext['report'] = ({ code, message, extensions }, path) => {
    reports.push(new GatewayError(code, message, { ...extensions, [BESIDE]: true }, { path }))
  }
  return new Proxy(context, {
    get(target, key) {
      if (key === 'report') return report
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

const planners = new WeakMap<Composed, Planner>()

/**
 * Plans what crosses subgraphs and runs every fetch in this process, with the caller's own context object. There is
 * one for whatever was composed, since stitching it takes longer than most operations; it holds nothing of a gateway.
 */
export function plannerOf(composed: Composed): Planner {
  const known = planners.get(composed)
  if (known !== undefined) return known
  const planner = createPlanner(composed)
  planners.set(composed, planner)
  return planner
}

function createPlanner({ supergraphSdl, subgraphs }: Composed): Planner {
  const schemas = new Map(subgraphs.map(({ name, schema }) => [name.toLowerCase(), schema]))
  const executor = getExecutorForUnifiedGraph<object>({
    getUnifiedGraph: () => supergraphSdl,
    handleUnifiedGraph: unifiedGraphHandler,
    // Merging fetches renames response keys, and in one process it saves nothing.
    batch: false,
    transports: () => ({
      getSubgraphExecutor({ subgraphName }) {
        const schema = schemas.get(subgraphName.toLowerCase())
        if (schema === undefined) throw new Error(`The planner asked for subgraph "${subgraphName}"`)
        return async (request) => {
          const reports: GatewayError[] = []
          const result = await execute({
            schema,
            document: request.document,
            contextValue: reportingTo(reports, request.context ?? {}),
            variableValues: request.variables as Record<string, unknown> | undefined,
            operationName: request.operationName,
          })
          return (
            reports.length === 0 ? result : { ...result, errors: [...(result.errors ?? []), ...reports] }
          ) as never
        }
      },
    }),
  })
  return {
    async run({ document, operation, variables, context }) {
      const result = (await executor({
        document,
        context,
        variables,
        operationType: operation.operation,
        operationName: operation.name?.value,
      })) as ExecutionResult
      // An answer without any field (all skipped) comes without data, and so does one where every fetch failed.
      return { ...result, data: result.data ?? (result.errors?.length ? null : {}) }
    },
  }
}
