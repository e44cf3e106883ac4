import {
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  visit,
} from 'graphql'
import { GatewayError } from '../../schema/errors.ts'
import { type Fragments, fieldsByKey, fragmentsOf, rootFields } from './root-fields.ts'

/** docs/safety.md (i). */
export interface Limits {
  readonly tokens: number
  /** With fragments flattened. */
  readonly depth: number
  readonly aliases: number
  /** After merging. */
  readonly fields: number
  readonly directives: number
  readonly rootFields: number
  readonly mutationRootFields: number
  /** Estimated vendor requests x 10 + selected fields x page sizes / 10. */
  readonly cost: number
  /** `first` and `last`. */
  readonly page: number
}

export const DEFAULT_LIMITS: Limits = {
  tokens: 2_000,
  depth: 10,
  aliases: 30,
  fields: 200,
  directives: 30,
  rootFields: 10,
  mutationRootFields: 5,
  cost: 5_000,
  page: 100,
}

/** @throws GatewayError LIMIT_EXCEEDED naming the limit, what is allowed and what came. */
export function refuse(limit: keyof Limits, limits: Limits, came: number): void {
  if (came <= limits[limit]) return
  throw new GatewayError(
    'LIMIT_EXCEEDED',
    `The operation exceeds the limit "${limit}": ${limits[limit]} allowed.`,
    {
      limit,
      allowed: limits[limit],
      came,
    },
  )
}

/** @throws GatewayError LIMIT_EXCEEDED, GRAPHQL_VALIDATION_FAILED */
export function parseWithin(source: string, limits: Limits): DocumentNode {
  try {
    return parse(source, { maxTokens: limits.tokens })
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    if (message.includes('tokens. Parsing aborted')) refuse('tokens', limits, limits.tokens + 1)
    throw new GatewayError('GRAPHQL_VALIDATION_FAILED', message)
  }
}

/** Everything that can be counted without a schema, in time bounded by the limits themselves. */
export function checkShape(document: DocumentNode, operation: OperationDefinitionNode, limits: Limits): void {
  const fragments = fragmentsOf(document)
  const written = countWritten(document)
  refuse('directives', limits, written.directives)
  refuse('aliases', limits, written.aliases)
  const roots = rootFields(operation, fragments)
  refuse('rootFields', limits, roots.length)
  if (operation.operation === 'mutation') refuse('mutationRootFields', limits, roots.length)
  if (roots.every(({ name }) => name.value.startsWith('__'))) return
  refuse('depth', limits, depthOf(operation.selectionSet, fragments))
  countMerged(operation, fragments, limits)
}

function countWritten(document: DocumentNode): { readonly aliases: number; readonly directives: number } {
  let aliases = 0
  let directives = 0
  visit(document, {
    Directive() {
      directives++
    },
    Field(node) {
      if (node.alias !== undefined) aliases++
    },
    SelectionSet(node) {
      // `__typename` is free of charge and passes every other count, so repeating it counts.
      const names = node.selections.filter(
        (selection) =>
          selection.kind === Kind.FIELD && selection.name.value === '__typename' && !selection.alias,
      )
      aliases += Math.max(0, names.length - 1)
    },
  })
  return { aliases, directives }
}

/** Each fragment is measured once, so that fragments which double each other cost nothing. */
function depthOf(root: SelectionSetNode, fragments: Fragments): number {
  const known = new Map<string, number>()
  const depth = (set: SelectionSetNode): number => {
    let deepest = 0
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        deepest = Math.max(deepest, 1 + (selection.selectionSet ? depth(selection.selectionSet) : 0))
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        deepest = Math.max(deepest, depth(selection.selectionSet))
      } else {
        deepest = Math.max(deepest, ofFragment(selection.name.value))
      }
    }
    return deepest
  }
  const ofFragment = (name: string): number => {
    const measured = known.get(name)
    if (measured === Number.POSITIVE_INFINITY) {
      throw new GatewayError('GRAPHQL_VALIDATION_FAILED', 'A fragment must not contain itself.')
    }
    if (measured !== undefined) return measured
    const fragment = fragments.get(name)
    if (fragment === undefined) return 0
    known.set(name, Number.POSITIVE_INFINITY)
    const measuredNow = depth(fragment.selectionSet)
    known.set(name, measuredNow)
    return measuredNow
  }
  return depth(root)
}

/** Fields of the answer's shape; stops counting where the limit is passed, so a fragment bomb ends early. */
function countMerged(operation: OperationDefinitionNode, fragments: Fragments, limits: Limits): void {
  let fields = 0
  let aliases = 0
  const count = (sets: readonly SelectionSetNode[]): void => {
    for (const [key, nodes] of fieldsByKey(sets, fragments)) {
      refuse('fields', limits, ++fields)
      if (key !== nodes[0]!.name.value) refuse('aliases', limits, ++aliases)
      const below = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
      if (below.length > 0) count(below)
    }
  }
  count([operation.selectionSet])
}
