import {
  type DocumentNode,
  type GraphQLSchema,
  getArgumentValues,
  type OperationDefinitionNode,
} from 'graphql'
import type { Access } from '../../schema/access.ts'
import type { AccessIndex } from '../supergraph/compose.ts'
import { holds, type RootSelection, type Selected, selectionsOf } from './coordinates.ts'
import { type Arguments, connectionsNamed, visitInputs } from './inputs.ts'

export interface WalkedOperation {
  /** What `Supergraph.prepare` made. */
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>
  readonly schema: GraphQLSchema
  readonly access: AccessIndex
}

/** A root field that this call selects. */
export interface OpenedRoot {
  readonly root: RootSelection
  readonly args: Arguments
  readonly access: Access | undefined
  /** Sorted, so that the first denial is the same each time; null when the field names no connection. */
  readonly connections: readonly string[] | null
}

export type Judge = (access: Access | undefined, coordinate: string) => void

/**
 * Everything that an operation selects, filters or sorts by, in the order of the document: the guard judges it, and
 * an explanation lists it. `open` gives the judge of everything below one root field.
 */
export function walk(operation: WalkedOperation, open: (opened: OpenedRoot) => Judge): void {
  const { document, variables, schema, access } = operation
  for (const root of selectionsOf(document, operation.operation, schema)) {
    if (!holds(root.conditions, variables)) continue
    const first = root.selected[0]!
    const args = argumentsOf(root, variables)
    const named = [...connectionsNamed(root, args)].sort()
    const judge = open({
      root,
      args,
      access: declared(access, first.type, first.coordinate),
      connections: named.length === 0 ? null : named,
    })
    for (const selected of root.selected) {
      if (!holds(selected.conditions, variables)) continue
      judge(declared(access, selected.type, selected.coordinate), selected.coordinate)
      judgeInputs(selected, operation, judge, selected === first)
    }
  }
}

/** Filters by their members and orders by their values. */
function judgeInputs(
  selected: Selected,
  { variables, operation, access }: WalkedOperation,
  judge: Judge,
  isRoot: boolean,
): void {
  if (selected.field.args.length === 0) return
  const isWritten = isRoot && operation.operation === 'mutation'
  visitInputs(selected, argumentsOf(selected, variables), {
    member(type, name) {
      const coordinate = `${type.name}.${name}`
      const found = declared(access, type.name, coordinate)
      // What a write carries is judged field by field with its demands (`decide`), whatever the schema declares.
      if (found !== undefined || operation.operation !== 'mutation') judge(found, coordinate)
    },
    enumValue(type, value) {
      const coordinate = `${type.name}.${value}`
      const found = declared(access, type.name, coordinate)
      // The kind of a note that is written is no filter.
      if (found !== undefined && !isWritten) judge(found, coordinate)
    },
  })
}

function argumentsOf(
  { field, node }: Pick<Selected, 'field' | 'node'>,
  variables: Readonly<Record<string, unknown>>,
): Arguments {
  return field.args.length === 0 ? {} : getArgumentValues(field, node, variables)
}

/** A field without a declaration inherits its type's. */
function declared(access: AccessIndex, type: string, coordinate: string): Access | undefined {
  return access.get(coordinate) ?? access.get(type)
}
