import { randomUUID } from 'node:crypto'
import { type ExecutionResult, GraphQLError } from 'graphql'
import type { ErrorCode } from '../../schema/errors.ts'
import { gatewayErrorIn } from './gateway-error.ts'

/** Where the original of a masked error goes. */
export type LogUnexpected = (error: unknown, correlationId: string) => void

export const MASKED = 'Something went wrong inside the gateway.'

/** graphql-js repeats the input in its messages; a megabyte of it helps nobody. */
const MESSAGE_LENGTH = 500

/**
 * The one border: GatewayErrors leave as they are, what graphql-js says about the caller's input gets its code,
 * and everything else is masked. `path` survives in every case.
 */
export function atBorder(outcome: unknown, log: LogUnexpected): ExecutionResult {
  if (!isResult(outcome)) return { errors: flatten(outcome).map(masker(log)) }
  if (outcome.errors === undefined || outcome.errors.length === 0) return { data: outcome.data ?? {} }
  // An error without any data did happen while executing, or there would be no result: `data` is null then.
  return { errors: outcome.errors.flatMap(flatten).map(masker(log)), data: outcome.data ?? null }
}

function isResult(outcome: unknown): outcome is ExecutionResult {
  return (
    typeof outcome === 'object' &&
    outcome !== null &&
    !(outcome instanceof Error) &&
    ('data' in outcome || 'errors' in outcome)
  )
}

/** Several errors of one phase travel as an AggregateError. */
function flatten(error: unknown): readonly unknown[] {
  return error instanceof AggregateError ? error.errors.flatMap(flatten) : [error]
}

function masker(log: LogUnexpected): (error: unknown) => GraphQLError {
  let correlationId: string | undefined
  return (error) => {
    const located = error instanceof GraphQLError ? error : undefined
    const known = gatewayErrorIn(error)
    if (known !== undefined) return leaving(known.message, known.extensions, located ?? known)
    if (located !== undefined && located.path === undefined && located.originalError === undefined) {
      // Validation and variable coercion; what is executed has a path, or an original error.
      return leaving(located.message, { code: 'GRAPHQL_VALIDATION_FAILED' satisfies ErrorCode }, located)
    }
    if (isArgumentCoercion(error)) {
      return leaving(error.message, { code: 'BAD_USER_INPUT' satisfies ErrorCode }, error)
    }
    correlationId ??= randomUUID()
    log(error, correlationId)
    return leaving(MASKED, { code: 'INTERNAL' satisfies ErrorCode, correlationId }, located)
  }
}

function leaving(
  message: string,
  extensions: Readonly<Record<string, unknown>>,
  located: GraphQLError | undefined,
): GraphQLError {
  return new GraphQLError(message.slice(0, MESSAGE_LENGTH), {
    extensions: { ...extensions },
    path: located?.path,
    // Positions only where the nodes are the caller's own: the planner's documents carry none.
    source: located?.source,
    positions: located?.positions,
  })
}

/**
 * graphql-js throws a plain GraphQLError that points at the argument when a value does not fit only at run time
 * (a null variable for a non-null argument), and wraps it to give it the field's path.
 */
function isArgumentCoercion(error: unknown): error is GraphQLError {
  if (!(error instanceof GraphQLError) || error.path === undefined) return false
  const original = error.originalError
  return (
    original instanceof GraphQLError &&
    original.originalError === undefined &&
    original.extensions.code === undefined &&
    (original.nodes?.length ?? 0) > 0 &&
    original.message.startsWith('Argument "')
  )
}
