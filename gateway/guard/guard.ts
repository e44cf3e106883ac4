import {
  type DocumentNode,
  type GraphQLSchema,
  getArgumentValues,
  type OperationDefinitionNode,
} from 'graphql'
import type { Access } from '../../schema/access.ts'
import type { ReadContext } from '../../schema/context.ts'
import { GatewayError } from '../../schema/errors.ts'
import type { AccessIndex } from '../supergraph/compose.ts'
import { holds, type RootSelection, type Selected, selectionsOf } from './coordinates.ts'
import { type Arguments, connectionsNamed, isSlug, visitInputs } from './inputs.ts'

export interface GuardContext extends Pick<ReadContext, 'judge'> {
  /** Connections of the caller, by slug. */
  readonly connections: { has(slug: string): boolean }
}

export interface GuardRequest {
  /** What `Supergraph.prepare` made. */
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>
  readonly schema: GraphQLSchema
  readonly access: AccessIndex
  readonly context: GuardContext
}

/**
 * Refuses an operation before it is planned when something that it selects, filters or sorts by is denied on
 * every connection that it can touch. It never rewrites the document: what is denied on one connection of
 * several is judged record by record, by the shield. Coordinates are cached per document, verdicts never.
 * @throws GatewayError of the first denial, in the order of the document
 */
export function guard({ document, operation, variables, schema, access, context }: GuardRequest): void {
  for (const root of selectionsOf(document, operation, schema)) {
    if (!holds(root.conditions, variables)) continue
    const args = argumentsOf(root, variables)
    const connections = touched(root, args, access, context)
    const judge = judgeAll(connections, context)
    for (const selected of root.selected) {
      if (!holds(selected.conditions, variables)) continue
      judge(declared(access, selected.type, selected.coordinate), selected.coordinate)
      judgeInputs(selected, variables, operation, access, judge)
    }
  }
}

type Judge = (access: Access | undefined, coordinate: string) => void

/** A denial counts only when every connection that can be touched denies. */
function judgeAll(connections: readonly string[] | null, context: GuardContext): Judge {
  return (access, coordinate) => {
    if (access === undefined) {
      throw new GatewayError('NOT_CATALOGUED', `"${coordinate}" is not in the gateway's catalogue.`, {
        coordinate,
      })
    }
    if (access.of === 'PSA' && access.group === 'OPEN') return
    // The group is in the record, which nobody has read yet: the shield judges it there.
    if (access.of === 'PSA' && access.groupOf !== undefined) return
    if (connections === null) {
      const refusal = context.judge(access, null)
      if (refusal !== null) throw refusal
      return
    }
    let first: GatewayError | undefined
    for (const connection of connections) {
      const refusal = context.judge(access, connection)
      if (refusal === null) return
      first ??= refusal
    }
    if (first !== undefined) throw first
  }
}

/** Sorted, so that the first denial is the same each time; null when the field names no connection. */
function touched(
  { field, selected }: RootSelection,
  args: Arguments,
  access: AccessIndex,
  context: GuardContext,
): readonly string[] | null {
  const named = [...connectionsNamed({ field }, args)].sort()
  if (named.length === 0) return null
  const root = selected[0]!
  if (!isAdministration(declared(access, root.type, root.coordinate))) {
    const foreign = named.find((slug) => !context.connections.has(slug))
    if (foreign !== undefined) throw forbidden(foreign)
  }
  return named
}

/** People administer connections that are off, or not yet assigned to anyone: their roles decide about that. */
function isAdministration(access: Access | undefined): boolean {
  return access?.of === 'CONTROL' && !access.agents
}

function forbidden(slug: string): GatewayError {
  const connection = isSlug(slug) ? slug : undefined
  return new GatewayError(
    'CONNECTION_FORBIDDEN',
    connection === undefined ? 'No such connection.' : `The connection "${connection}" is not open to you.`,
    { connection },
  )
}

/** Filters by their members and orders by their values. */
function judgeInputs(
  selected: Selected,
  variables: Readonly<Record<string, unknown>>,
  operation: OperationDefinitionNode,
  access: AccessIndex,
  judge: Judge,
): void {
  if (selected.field.args.length === 0) return
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
      if (found !== undefined) judge(found, coordinate)
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
