import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

/** `@skip` and `@include` by a variable: the selection counts when the variable has this value. */
export interface Condition {
  readonly variable: string
  readonly is: boolean
}

/** One field that a root field leads to, on one concrete type. */
export interface Selected {
  readonly coordinate: string
  readonly type: string
  readonly field: GraphQLField<unknown, unknown>
  readonly node: FieldNode
  readonly conditions: readonly Condition[]
}

/** One root field with everything selected below it, itself first. */
export interface RootSelection {
  readonly node: FieldNode
  readonly field: GraphQLField<unknown, unknown>
  readonly conditions: readonly Condition[]
  readonly selected: readonly Selected[]
}

const cache = new WeakMap<OperationDefinitionNode, readonly RootSelection[]>()

/** What the operation selects; a field on an interface counts as that field on every possible type. */
export function selectionsOf(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
): readonly RootSelection[] {
  const known = cache.get(operation)
  if (known !== undefined) return known
  const found = collect(document, operation, schema)
  cache.set(operation, found)
  return found
}

export function holds(
  conditions: readonly Condition[],
  variables: Readonly<Record<string, unknown>>,
): boolean {
  return conditions.every(({ variable, is }) => (variables[variable] === true) === is)
}

function collect(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
): readonly RootSelection[] {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const roots: RootSelection[] = []
  const rootType = schema.getRootType(operation.operation)!

  const walk = (
    set: SelectionSetNode,
    types: readonly GraphQLObjectType[],
    conditions: readonly Condition[],
    selected: Selected[] | undefined,
    seen: Set<string>,
  ): void => {
    for (const selection of set.selections) {
      const here = conditionsOf(selection)
      if (here === 'NEVER') continue
      const all = here.length > 0 ? [...conditions, ...here] : conditions
      if (selection.kind === Kind.FIELD) {
        visitField(selection, types, all, selected, seen)
        continue
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
      if (fragment === undefined) continue
      walk(fragment.selectionSet, narrowed(schema, types, fragment.typeCondition), all, selected, seen)
    }
  }

  const visitField = (
    node: FieldNode,
    types: readonly GraphQLObjectType[],
    conditions: readonly Condition[],
    selected: Selected[] | undefined,
    seen: Set<string>,
  ): void => {
    const below = new Set<GraphQLObjectType>()
    // A root field opens a list of its own: connections are named there.
    let target = selected
    let visited = seen
    for (const type of types) {
      const field = type.getFields()[node.name.value]
      if (field === undefined) continue
      if (target === undefined) {
        target = []
        visited = new Set()
        roots.push({ node, field, conditions, selected: target })
      }
      target.push({ coordinate: `${type.name}.${field.name}`, type: type.name, field, node, conditions })
      for (const possible of possibleTypes(schema, field)) below.add(possible)
    }
    if (target === undefined || node.selectionSet === undefined || below.size === 0) return
    // The same selection under the same types says nothing new, however many fragments lead there.
    const visit = `${node.selectionSet.loc?.start}:${[...below].map(({ name }) => name).join()}:${JSON.stringify(conditions)}`
    if (node.selectionSet.loc !== undefined && visited.has(visit)) return
    visited.add(visit)
    walk(node.selectionSet, [...below], conditions, target, visited)
  }

  walk(operation.selectionSet, [rootType], [], undefined, new Set())
  return roots
}

function conditionsOf(selection: SelectionNode): readonly Condition[] | 'NEVER' {
  const conditions: Condition[] = []
  for (const directive of selection.directives ?? []) {
    const name = directive.name.value
    if (name !== 'skip' && name !== 'include') continue
    const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value
    const wanted = name === 'include'
    if (value?.kind === Kind.VARIABLE) conditions.push({ variable: value.name.value, is: wanted })
    else if (value?.kind === Kind.BOOLEAN && value.value !== wanted) return 'NEVER'
  }
  return conditions
}

function narrowed(
  schema: GraphQLSchema,
  types: readonly GraphQLObjectType[],
  condition: NamedTypeNode | undefined,
): readonly GraphQLObjectType[] {
  if (condition === undefined) return types
  const wanted = schema.getType(condition.name.value)
  if (isObjectType(wanted)) return types.filter((type) => type === wanted)
  return isAbstractType(wanted) ? types.filter((type) => schema.isSubType(wanted, type)) : []
}

function possibleTypes(
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
): readonly GraphQLObjectType[] {
  const named = getNamedType(field.type)
  if (!isCompositeType(named)) return []
  return isObjectType(named) ? [named] : schema.getPossibleTypes(named)
}
