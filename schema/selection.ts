import {
  type FieldNode,
  GraphQLIncludeDirective,
  GraphQLInterfaceType,
  GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  GraphQLSkipDirective,
  GraphQLUnionType,
  getDirectiveValues,
  getNamedType,
  type SelectionSetNode,
} from 'graphql'
import { ENTITY_TYPES, type EntityType } from './records.ts'
import type { VendorSource } from './source.ts'

/**
 * What a schema field needs of the record it stands on; stands in the field's extensions. On an entity type: what
 * every record of it is loaded with.
 */
export interface Loads {
  /** Names of the record's values, dotted for a part that costs more (`status.category`). */
  readonly loads: readonly string[]
  /** The field leads to another entity: what that one is asked for may come embedded. */
  readonly relation?: EntityType
  /** The field is read otherwise, unless a source embeds one of these: then that is asked for with the record. */
  readonly embedded?: readonly string[]
}

const isEntity = (name: string): name is EntityType => (ENTITY_TYPES as readonly string[]).includes(name)

/**
 * The fields that one operation needs of each entity type: the union over the whole document, collected once
 * per execution, so that every batch and every list asks a vendor for the same columns and nothing unused.
 */
export class Selections {
  readonly #fields = new Map<EntityType, Set<string>>()
  /** Fields that only some sources bring with the record. */
  readonly #embedded = new Map<EntityType, Set<string>>()
  /** `Ticket.company` -> what is selected of companies below that field, anywhere in the document. */
  readonly #below = new Map<string, Set<string>>()

  readonly #schema: GraphQLSchema

  private constructor(info: GraphQLResolveInfo) {
    this.#schema = info.schema
    const root =
      info.operation.operation === 'mutation' ? info.schema.getMutationType() : info.schema.getQueryType()
    if (root) this.#collect(root, info.operation.selectionSet, info)
  }

  static readonly #ofExecution = new WeakMap<object, Selections>()

  /** graphql-js makes one `variableValues` object an execution: it stands for the execution here. */
  static of(info: GraphQLResolveInfo): Selections {
    let selections = Selections.#ofExecution.get(info.variableValues)
    if (selections === undefined) {
      selections = new Selections(info)
      Selections.#ofExecution.set(info.variableValues, selections)
    }
    return selections
  }

  /** What the record behind a relation (`Ticket.company`) must be able to answer there. */
  answers(relation: string): ReadonlySet<string> {
    return this.#below.get(relation) ?? new Set()
  }

  /** What to ask this source for: embedded parts of a reference only when they make a second read needless. */
  wanted(source: VendorSource, type: EntityType): ReadonlySet<string> {
    const { loads } = (this.#schema.getType(type)?.extensions ?? {}) as Partial<Loads>
    const wanted = new Set(loads)
    for (const field of this.#embedded.get(type) ?? [])
      if (source.capabilities.embeds[`${type}.${field}`] !== undefined) wanted.add(field)
    for (const field of this.#fields.get(type) ?? []) {
      wanted.add(field)
      const needed = [...this.answers(`${type}.${field}`)]
      const embedded = source.capabilities.embeds[`${type}.${field}`] ?? []
      if (needed.every((name) => embedded.includes(name)))
        for (const name of needed) wanted.add(`${field}.${name}`)
    }
    return wanted
  }

  #collect(
    parent: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType,
    selectionSet: SelectionSetNode,
    info: GraphQLResolveInfo,
    below?: Set<string>,
  ): void {
    for (const selection of selectionSet.selections) {
      if (!isIncluded(selection, info)) continue
      if (selection.kind === 'Field') this.#collectField(parent, selection, info, below)
      else {
        const fragment =
          selection.kind === 'FragmentSpread' ? info.fragments[selection.name.value] : selection
        if (fragment === undefined) continue
        const condition = fragment.typeCondition
          ? info.schema.getType(fragment.typeCondition.name.value)
          : parent
        if (isComposite(condition)) this.#collect(condition, fragment.selectionSet, info, below)
      }
    }
  }

  #collectField(
    parent: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType,
    node: FieldNode,
    info: GraphQLResolveInfo,
    below: Set<string> | undefined,
  ): void {
    for (const type of possibleTypes(parent, info.schema)) {
      const field = type.getFields()[node.name.value]
      if (field === undefined) continue
      const declared = field.extensions as Partial<Loads>
      const named = getNamedType(field.type)
      let inside: Set<string> | undefined
      if (isEntity(type.name) && declared.embedded !== undefined)
        addAll(entry(this.#embedded, type.name), declared.embedded)
      if (isEntity(type.name) && declared.loads !== undefined) {
        const needed = new Set(declared.loads)
        this.#addParts(needed, declared.loads[0], named, node, info)
        addAll(entry(this.#fields, type.name), needed)
        if (below !== undefined) addAll(below, needed)
      }
      if (declared.relation) inside = entry(this.#below, `${type.name}.${field.name}`)
      if (node.selectionSet && isComposite(named)) this.#collect(named, node.selectionSet, info, inside)
    }
  }

  /** Parts of a plain value that cost a request of their own (a status's category) are asked for by name. */
  #addParts(
    fields: Set<string>,
    prefix: string | undefined,
    type: unknown,
    node: FieldNode,
    info: GraphQLResolveInfo,
  ): void {
    if (prefix === undefined || !(type instanceof GraphQLObjectType) || isEntity(type.name)) return
    for (const { name } of flatten(node.selectionSet, info)) {
      if ((type.getFields()[name.value]?.extensions as { part?: boolean } | undefined)?.part) {
        fields.add(`${prefix}.${name.value}`)
      }
    }
  }
}

function entry<K>(map: Map<K, Set<string>>, key: K): Set<string> {
  const set = map.get(key) ?? new Set()
  map.set(key, set)
  return set
}

function addAll(set: Set<string>, names: Iterable<string>): void {
  for (const name of names) set.add(name)
}

function flatten(selectionSet: SelectionSetNode | undefined, info: GraphQLResolveInfo): FieldNode[] {
  return (selectionSet?.selections ?? []).flatMap((selection) => {
    if (!isIncluded(selection, info)) return []
    if (selection.kind === 'Field') return [selection]
    const inner = selection.kind === 'FragmentSpread' ? info.fragments[selection.name.value] : selection
    return flatten(inner?.selectionSet, info)
  })
}

function isIncluded(node: SelectionSetNode['selections'][number], info: GraphQLResolveInfo): boolean {
  if (getDirectiveValues(GraphQLSkipDirective, node, info.variableValues)?.if === true) return false
  return getDirectiveValues(GraphQLIncludeDirective, node, info.variableValues)?.if !== false
}

function isComposite(type: unknown): type is GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType {
  return (
    type instanceof GraphQLObjectType ||
    type instanceof GraphQLInterfaceType ||
    type instanceof GraphQLUnionType
  )
}

function possibleTypes(
  type: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType,
  schema: GraphQLSchema,
): readonly GraphQLObjectType[] {
  return type instanceof GraphQLObjectType ? [type] : schema.getPossibleTypes(type)
}
