import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

export function fragmentsOf(document: DocumentNode): Fragments {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  return fragments
}

/** Fields of a selection set by response key, with inline and named fragments flattened. Cycles end. */
export function fieldsByKey(
  selectionSets: readonly SelectionSetNode[],
  fragments: Fragments,
): Map<string, readonly FieldNode[]> {
  const found = new Map<string, FieldNode[]>()
  const seen = new Set<string>()
  const collect = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value
        const known = found.get(key)
        if (known === undefined) found.set(key, [selection])
        else known.push(selection)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet)
      } else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value)
        const fragment = fragments.get(selection.name.value)
        if (fragment !== undefined) collect(fragment.selectionSet)
      }
    }
  }
  for (const set of selectionSets) collect(set)
  return found
}

export function rootFields(operation: OperationDefinitionNode, fragments: Fragments): readonly FieldNode[] {
  return [...fieldsByKey([operation.selectionSet], fragments).values()].map((nodes) => nodes[0]!)
}

/** True when `@skip` and `@include` leave no field of the operation under these variables: the answer is empty then. */
export function leavesNothing(
  operation: OperationDefinitionNode,
  fragments: Fragments,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  const isLeft = (node: SelectionNode): boolean =>
    getDirectiveValues(GraphQLSkipDirective, node, variables)?.if !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false
  const isEmpty = ({ selections }: SelectionSetNode): boolean =>
    selections.every((selection) => {
      if (!isLeft(selection)) return true
      if (selection.kind === Kind.FIELD) return false
      const set =
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection.selectionSet
          : fragments.get(selection.name.value)?.selectionSet
      return set === undefined || isEmpty(set)
    })
  return isEmpty(operation.selectionSet)
}
