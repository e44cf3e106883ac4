import { GraphQLError, type GraphQLErrorOptions } from 'graphql'

/** The whole family: an agent acts on the code, a person reads the message. */
export const ERROR_CODES = [
  'UNAUTHENTICATED',
  'CONNECTION_FORBIDDEN',
  'GROUP_DISABLED',
  'GROUP_READ_ONLY',
  'ACTION_DISABLED',
  'FORBIDDEN_OPERATION',
  'FIELD_NOT_ALLOWED',
  'VALUE_NOT_ALLOWED',
  'RECORD_OUT_OF_SCOPE',
  'NOT_FOUND',
  'NOT_CATALOGUED',
  'NOT_CONFIGURED',
  'NOT_SUPPORTED',
  'PARTIAL',
  'BAD_USER_INPUT',
  'GRAPHQL_VALIDATION_FAILED',
  'LIMIT_EXCEEDED',
  'RATE_LIMITED',
  'BACKPRESSURE',
  'IDEMPOTENCY_KEY_REUSED',
  'IDEMPOTENCY_IN_PROGRESS',
  'NO_CHANGE',
  'APPROVAL_NOT_PENDING',
  'PLAN_CHANGED',
  'SELF_APPROVAL_FORBIDDEN',
  'APPROVER_ROLE_REQUIRED',
  'ROLE_REQUIRED',
  'FRESH_SIGN_IN_REQUIRED',
  'REQUEST_STALE',
  'REQUEST_RETURNED',
  'REQUEST_EXPIRED',
  'REQUEST_REJECTED',
  'REQUEST_CANCELLED',
  'VENDOR_REJECTED',
  'VENDOR_UNAVAILABLE',
  'NOT_APPLIED',
  'OUTCOME_UNKNOWN',
  'PARTIALLY_APPLIED',
  'AUDIT_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'CURSOR_EXPIRED',
  'SLOW_CONSUMER',
  'INTERNAL',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/**
 * The only error that leaves the gateway as it is. Its message is ours: text of a vendor or an agent never
 * stands in it; a vendor's own words go to `vendor.message`, cut to 500 characters.
 */
export class GatewayError extends GraphQLError {
  constructor(
    code: ErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options: GraphQLErrorOptions = {},
  ) {
    super(message, { ...options, extensions: { ...details, code } })
    this.name = 'GatewayError'
  }

  get code(): ErrorCode {
    return this.extensions.code as ErrorCode
  }
}

/** @throws GatewayError BAD_USER_INPUT naming what was expected and what came. */
export function badInput(argument: string, expected: string, came: unknown): GatewayError {
  return new GatewayError('BAD_USER_INPUT', inWords(argument, expected), inDetail(argument, expected, came))
}

/** BAD_USER_INPUT by what is known of the record that the input names: that there is none, or whose it is. */
export class UnfitRecord extends GatewayError {
  constructor(argument: string, expected: string, came: unknown) {
    super('BAD_USER_INPUT', inWords(argument, expected), inDetail(argument, expected, came))
    this.name = 'UnfitRecord'
  }
}

function inWords(argument: string, expected: string): string {
  return `"${argument}": expected ${expected}.`
}

function inDetail(argument: string, expected: string, came: unknown) {
  return { argument, expected, came: typeof came === 'string' ? came.slice(0, 200) : came }
}
