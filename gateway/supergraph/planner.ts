import { unifiedGraphHandler } from '@graphql-hive/router-runtime'
import { getExecutorForUnifiedGraph } from '@graphql-mesh/fusion-runtime'
import { type DocumentNode, type ExecutionResult, execute, type OperationDefinitionNode } from 'graphql'
import type { Subgraph } from './compose.ts'

export interface PlannedOperation {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly variables: Readonly<Record<string, unknown>>
  readonly context: object
}

export interface Planner extends AsyncDisposable {
  run(operation: PlannedOperation): Promise<ExecutionResult>
}

/** Plans what crosses subgraphs and runs every fetch in this process, with the caller's own context object. */
export function createPlanner(supergraphSdl: string, subgraphs: readonly Subgraph[]): Planner {
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
        return (request) =>
          execute({
            schema,
            document: request.document,
            contextValue: request.context,
            variableValues: request.variables as Record<string, unknown> | undefined,
            operationName: request.operationName,
          }) as never
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
    [Symbol.asyncDispose]: async () => {
      await executor[Symbol.asyncDispose]()
    },
  }
}
