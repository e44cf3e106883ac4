import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql'
import { type ErrorCode, GatewayError } from '../../schema/errors.ts'
import { BESIDE } from './planner.ts'

/**
 * The planner leaves holes: a non-null field of an entity that failed is simply missing when it was selected
 * in a fragment. One pass of graphql-js over the finished answer makes null out of what the schema says. And
 * where an entity failed it leaves the reference to it, as if the record were there and empty.
 */
export async function completeNulls(
  result: ExecutionResult,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
): Promise<ExecutionResult> {
  const told = (result.errors ?? []).map(unmarked)
  if (result.data === undefined || result.data === null)
    return { ...result, ...(told.length > 0 && { errors: told }) }
  for (const error of result.errors ?? []) if (!isBeside(error)) setNull(result.data, error.path)
  const completed = await execute({
    schema,
    document,
    rootValue: result.data,
    variableValues: variables,
    fieldResolver: byResponseKey,
  })
  // A hole below or above an error that is already told has its reason.
  const untold = (completed.errors ?? []).filter((hole) => !told.some((error) => isRelated(error, hole)))
  const errors = [...told, ...untold]
  return { data: completed.data ?? null, ...(errors.length > 0 && { errors }) }
}

function isBeside(error: GraphQLError): boolean {
  return error.extensions?.[BESIDE] === true
}

function unmarked(error: GraphQLError): GraphQLError {
  if (!isBeside(error)) return error
  const { [BESIDE]: _, code, ...details } = error.extensions
  return new GatewayError(code as ErrorCode, error.message, details, { path: error.path })
}

function setNull(data: Record<string, unknown>, path: readonly (string | number)[] = []): void {
  let holder: unknown = data
  for (const key of path.slice(0, -1))
    holder = (holder as Record<string | number, unknown> | null | undefined)?.[key]
  const last = path.at(-1)
  if (last !== undefined && typeof holder === 'object' && holder !== null)
    (holder as Record<string | number, unknown>)[last] = null
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
