import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  Kind,
  type SelectionSetNode,
  TypeInfo,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { GatewayError } from '../../schema/errors.ts'

/** Digits that every number type of the planner holds. */
const SAFE_DIGITS = 15

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/**
 * The document as the planner gets it. Behind abstract types it asks for `__typename`, without which a finished
 * answer can't be completed (`complete.ts` drops what the caller did not ask for). Integers in the place of ids
 * become texts, because the planner knows no number longer than 64 bits.
 */
export function plannedDocument(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const typeInfo = new TypeInfo(schema)
  return visit(
    document,
    visitWithTypeInfo(typeInfo, {
      SelectionSet(node): SelectionSetNode | undefined {
        if (!isAbstractType(typeInfo.getParentType())) return undefined
        return { ...node, selections: [TYPENAME, ...node.selections] }
      },
      IntValue(node): ValueNode | undefined {
        const type = typeInfo.getInputType()
        if (type && getNamedType(type).name === 'ID') return { kind: Kind.STRING, value: node.value }
        if (node.value.length <= SAFE_DIGITS) return undefined
        throw tooLarge()
      },
      FloatValue(node): undefined {
        if (!Number.isFinite(Number(node.value))) throw tooLarge()
      },
    }),
  )
}

function tooLarge(): GatewayError {
  return new GatewayError('BAD_USER_INPUT', 'A number in the document is too large.')
}
