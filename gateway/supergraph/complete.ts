import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql'

/**
 * The planner leaves holes: a non-null field of an entity that failed is simply missing when it was selected
 * in a fragment. One pass of graphql-js over the finished answer makes null out of what the schema says.
 */
export async function completeNulls(
  result: ExecutionResult,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
): Promise<ExecutionResult> {
  if (result.data === undefined || result.data === null) return result
  const completed = await execute({
    schema,
    document,
    rootValue: result.data,
    variableValues: variables,
    fieldResolver: byResponseKey,
  })
  const told = result.errors ?? []
  // A hole below or above an error that is already told has its reason.
  const untold = (completed.errors ?? []).filter((hole) => !told.some((error) => isRelated(error, hole)))
  const errors = [...told, ...untold]
  return { data: completed.data ?? null, ...(errors.length > 0 && { errors }) }
}

function byResponseKey(
  source: unknown,
  _args: unknown,
  _context: unknown,
  info: GraphQLResolveInfo,
): unknown {
  return (source as Record<string, unknown>)[info.path.key]
}

function isRelated(error: GraphQLError, hole: GraphQLError): boolean {
  if (error.path === undefined || hole.path === undefined) return error.path === undefined
  const length = Math.min(error.path.length, hole.path.length)
  for (let index = 0; index < length; index++) if (error.path[index] !== hole.path[index]) return false
  return true
}
