import { type DocumentNode, visit } from 'graphql'
import { GatewayError } from '../../schema/errors.ts'

/**
 * The planner finds an entity's type under the response key `__typename`, and takes its own names from `__` on.
 * @throws GatewayError GRAPHQL_VALIDATION_FAILED
 */
export function refuseReservedNames(document: DocumentNode): void {
  visit(document, {
    Field(node) {
      const key = node.alias?.value
      if (key?.startsWith('__') && !(key === '__typename' && node.name.value === '__typename'))
        throw reserved(key)
    },
    VariableDefinition(node) {
      const name = node.variable.name.value
      if (name.startsWith('__') || name === 'representations') throw reserved(`$${name}`)
    },
  })
}

function reserved(name: string): GatewayError {
  return new GatewayError('GRAPHQL_VALIDATION_FAILED', `The name "${name}" is reserved for the gateway.`, {
    name,
  })
}
