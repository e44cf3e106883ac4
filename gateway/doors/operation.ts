import { getOperationAST, parse } from 'graphql'
import { GatewayError } from '../../schema/errors.ts'
import type { OperationRequest } from './calls.ts'

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function bad(message: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', message)
}

/**
 * The operation in a parsed JSON body or a WebSocket message, its parts checked.
 * @throws GatewayError BAD_USER_INPUT
 */
export function readOperation(body: unknown): OperationRequest {
  if (Array.isArray(body)) throw bad('Send one operation a request; arrays of operations are not accepted.')
  if (!isRecord(body)) throw bad('Expected a JSON object with "query".')
  const { query, operationName, variables, extensions } = body
  if (typeof query !== 'string' || query.trim() === '')
    throw bad('"query": expected the text of a GraphQL document.')
  if (operationName != null && typeof operationName !== 'string')
    throw bad('"operationName": expected a string.')
  if (variables != null && !isRecord(variables)) throw bad('"variables": expected an object.')
  if (extensions != null && !isRecord(extensions)) throw bad('"extensions": expected an object.')
  return { query, operationName, variables, extensions }
}

/**
 * Whether to run or to subscribe. A document that does not parse is run: the gateway says what is wrong with it.
 */
export function isSubscription({ query, operationName }: OperationRequest): boolean {
  if (!query.includes('subscription')) return false
  try {
    // The bound is for this look only, and wider than the gateway's own.
    const document = parse(query, { noLocation: true, maxTokens: 20_000 })
    return getOperationAST(document, operationName)?.operation === 'subscription'
  } catch {
    return false
  }
}
