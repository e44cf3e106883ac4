import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { accessOf } from '../../schema/access.ts'
import { type Fragments, fragmentsOf } from './root-fields.ts'

/** Ids that one vendor read carries, taken for all vendors together; the real numbers are their capabilities. */
const IDS_PER_READ = 50

/** A selection set with the type that it stands on. */
interface Scope {
  readonly type: GraphQLNamedType
  readonly set: SelectionSetNode
}

interface Merged {
  readonly field: GraphQLField<unknown, unknown>
  readonly node: FieldNode
  readonly below: Scope[]
}

/**
 * What an operation may cost, told before any vendor is asked: estimated vendor requests x 10 + selected fields
 * x page sizes / 10 (docs/safety.md (i)). A list below a record is one request for each record; records that
 * are referred to are read together. What the vendor embeds would be cheaper, so this is the upper end.
 */
export function costOf(
  { document, operation }: { readonly document: DocumentNode; readonly operation: OperationDefinitionNode },
  variables: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
  onPage: (size: number) => void,
): number {
  const fragments = fragmentsOf(document)
  let requests = 0
  let fields = 0

  const count = (scopes: readonly Scope[], records: number): void => {
    for (const { field, node, below } of merged(scopes, fragments, schema)) {
      fields += records
      const type = getNamedType(field.type)
      if (!isCompositeType(type)) continue
      const page = pageSize(field, node, variables)
      if (page !== undefined) onPage(page)
      const ofType = accessOf(type)
      if ((accessOf(field) ?? ofType)?.of === 'PSA') {
        if (page !== undefined || (ofType?.of === 'PSA' && ofType.askedEach === true)) requests += records
        else if (isRecord(type)) requests += Math.ceil(records / IDS_PER_READ)
      }
      count(below, records * (page ?? 1))
    }
  }

  count([{ type: schema.getRootType(operation.operation)!, set: operation.selectionSet }], 1)
  return Math.ceil(requests * 10 + fields / 10)
}

/** `first`, `last`, or the number of ids asked for; undefined where the field takes none of them. */
function pageSize(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): number | undefined {
  if (!field.args.some(({ name }) => name === 'first' || name === 'last' || name === 'ids')) return undefined
  const { first, last, ids } = getArgumentValues(field, node, variables)
  if (Array.isArray(ids)) return ids.length
  const sizes = [last, first].filter((size) => typeof size === 'number' && size >= 0) as number[]
  // `last` stands beside the default of `first`: who gives `last` means `last`.
  return sizes[0] ?? 1
}

function isRecord(type: GraphQLNamedType): boolean {
  return isObjectType(type) || isInterfaceType(type)
    ? type.getFields().id !== undefined
    : isCompositeType(type)
}

/** Fields by response key with fragments flattened; each fragment once, so it ends. */
function merged(scopes: readonly Scope[], fragments: Fragments, schema: GraphQLSchema): Iterable<Merged> {
  const found = new Map<string, Merged>()
  const seen = new Set<string>()
  const collect = ({ type, set }: Scope): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        add(type, selection)
        continue
      }
      const spread = selection.kind === Kind.FRAGMENT_SPREAD ? selection.name.value : undefined
      if (spread !== undefined && seen.has(spread)) continue
      if (spread !== undefined) seen.add(spread)
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(spread!)
      if (fragment === undefined) continue
      const condition = fragment.typeCondition && schema.getType(fragment.typeCondition.name.value)
      collect({ type: condition ?? type, set: fragment.selectionSet })
    }
  }
  const add = (type: GraphQLNamedType, node: FieldNode): void => {
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined
    if (field === undefined) return
    const key = node.alias?.value ?? node.name.value
    const entry = found.get(key) ?? { field, node, below: [] }
    if (node.selectionSet !== undefined)
      entry.below.push({ type: getNamedType(field.type), set: node.selectionSet })
    found.set(key, entry)
  }
  for (const scope of scopes) collect(scope)
  return found.values()
}
