import { GraphQLError } from 'graphql'
import { GatewayError } from '../../schema/errors.ts'

/** graphql-js and the planner wrap an error to give it a path; ours is at the bottom. */
export function gatewayErrorIn(error: unknown): GatewayError | undefined {
  let current = error
  // Bounded: an error can be made its own cause.
  for (let depth = 0; depth < 10 && current instanceof Error; depth++) {
    if (current instanceof GatewayError) return current
    current = current instanceof GraphQLError ? current.originalError : undefined
  }
  return undefined
}
