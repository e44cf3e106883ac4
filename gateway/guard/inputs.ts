import {
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
} from 'graphql'
import { CONNECTION_SLUG, parseId } from '../../schema/ids.ts'
import type { Selected } from './coordinates.ts'

/** The coerced arguments of one selected field. */
export type Arguments = Readonly<Record<string, unknown>>

export interface InputVisitor {
  /** A member that is present: an explicit null and a default are present, what was left out is not. */
  member?(type: GraphQLInputObjectType, name: string): void
  enumValue?(type: GraphQLEnumType, value: string): void
  /** A text of type ID, or one that names a connection. */
  text?(name: string, typeName: string, value: string): void
}

/** Walks what was given for the arguments of a field, as deep as it goes. */
export function visitInputs(
  { field }: Pick<Selected, 'field'>,
  args: Arguments,
  visitor: InputVisitor,
): void {
  for (const { name, type } of field.args) {
    if (Object.hasOwn(args, name)) visitValue(name, type, args[name], visitor)
  }
}

function visitValue(name: string, type: GraphQLInputType, value: unknown, visitor: InputVisitor): void {
  if (value === null || value === undefined) return
  if (Array.isArray(value)) {
    for (const item of value) visitValue(name, type, item, visitor)
    return
  }
  const named = getNamedType(type)
  if (isEnumType(named)) {
    visitor.enumValue?.(named, String(value))
  } else if (isInputObjectType(named)) {
    const members = named.getFields()
    for (const [member, inner] of Object.entries(value as object)) {
      const declared = members[member]
      if (declared === undefined) continue
      visitor.member?.(named, member)
      visitValue(member, declared.type, inner, visitor)
    }
  } else if (typeof value === 'string') {
    visitor.text?.(name, named.name, value)
  }
}

/**
 * Connections that a root field's arguments name: in `connection` and `connections`, and in every global id.
 * Empty when it names none.
 */
export function connectionsNamed(selection: Pick<Selected, 'field'>, args: Arguments): ReadonlySet<string> {
  const named = new Set<string>()
  visitInputs(selection, args, {
    text(name, typeName, value) {
      if (name === 'connection' || name === 'connections') named.add(value)
      else if (typeName === 'ID') {
        const id = parseId(value)
        if (id !== undefined) named.add(id.connection)
      }
    },
  })
  return named
}

/** Only a slug is repeated in a message; other text came from the caller. */
export function isSlug(text: string): boolean {
  return CONNECTION_SLUG.test(text)
}
