import { randomUUID } from 'node:crypto'
import { GraphQLError } from 'graphql'
import { ERROR_CODES, type ErrorCode, GatewayError } from '../../schema/errors.ts'
import type { DoorLog } from './calls.ts'

const ours: ReadonlySet<unknown> = new Set(ERROR_CODES)

/** What Apollo Server says on its own account, in our words. */
const translated: ReadonlyMap<unknown, ErrorCode> = new Map([
  ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED'],
  ['OPERATION_RESOLUTION_FAILURE', 'BAD_USER_INPUT'],
  ['BAD_REQUEST', 'BAD_USER_INPUT'],
  ['PERSISTED_QUERY_NOT_SUPPORTED', 'BAD_USER_INPUT'],
])

/**
 * The last look at an error on its way out: it has one of our codes, or it leaves as INTERNAL with nothing but a
 * number to find it in the log. The gateway's own border comes first; this one is for what goes wrong in a door.
 */
export function publicError(error: unknown, log: DoorLog): GraphQLError {
  if (error instanceof GraphQLError) {
    const code = error.extensions.code
    if (ours.has(code)) return error
    const better = translated.get(code)
    if (better)
      return new GatewayError(
        better,
        error.message,
        {},
        { nodes: error.nodes, source: error.source, positions: error.positions },
      )
  }
  const correlationId = randomUUID()
  log('error', 'Unexpected error in a door', {
    correlationId,
    error: error instanceof Error ? error.name : typeof error,
    stack: error instanceof Error ? error.stack : undefined,
  })
  return new GatewayError('INTERNAL', 'Internal error.', { correlationId })
}

const statuses: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  CONNECTION_FORBIDDEN: 403,
  GROUP_DISABLED: 403,
  GROUP_READ_ONLY: 403,
  ACTION_DISABLED: 403,
  FORBIDDEN_OPERATION: 403,
  FIELD_NOT_ALLOWED: 403,
  ROLE_REQUIRED: 403,
  FRESH_SIGN_IN_REQUIRED: 403,
  RATE_LIMITED: 429,
  BACKPRESSURE: 503,
  VENDOR_UNAVAILABLE: 503,
  STORE_UNAVAILABLE: 503,
  AUDIT_UNAVAILABLE: 503,
  INTERNAL: 500,
}

/** For an answer without data. With data, even null, the operation ran and the answer is 200. */
export function statusOf(errors: ReadonlyArray<{ readonly extensions?: object }> | undefined): number {
  const first: { readonly code?: ErrorCode } = errors?.[0]?.extensions ?? {}
  return (first.code && statuses[first.code]) ?? 400
}
