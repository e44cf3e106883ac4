import { coerceInputValue, type GraphQLSchema, isInputObjectType } from 'graphql'
import { badInput } from '../../schema/errors.ts'

/** Members of every write's input that are no part of what is written. */
const OF_THE_CALL = ['reason', 'idempotencyKey', 'request'] as const

/** Reads an object as the mutation of this name reads its `input`. @throws GatewayError BAD_USER_INPUT naming the member */
export function coerceWriteInput(
  schema: GraphQLSchema,
  write: string,
  input: unknown,
): Readonly<Record<string, unknown>> {
  const type = schema.getType(`${write[0]?.toUpperCase()}${write.slice(1)}Input`)
  if (!isInputObjectType(type)) throw badInput('id', 'a request of a write with an input', write)
  const coerced: unknown = coerceInputValue(input, type, (path, invalid, error) => {
    throw badInput(['input', ...path].join('.'), error.message, invalid)
  })
  // graphql-js gives objects without a prototype, and fills in what has a default.
  const plain = JSON.parse(JSON.stringify(coerced)) as Record<string, unknown>
  const foreign = OF_THE_CALL.find((name) => name in plain)
  if (foreign !== undefined) throw badInput(`input.${foreign}`, 'members of what is written', plain[foreign])
  return plain
}
