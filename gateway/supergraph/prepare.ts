import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OverlappingFieldsCanBeMergedRule,
  separateOperations,
  specifiedRules,
  validate,
} from 'graphql'
import { GatewayError } from '../../schema/errors.ts'
import type { Composed, Subgraph } from './compose.ts'
import { costOf } from './cost.ts'
import { type DryRunSwitch, dryRunOnlyOnWrites, rewriteDryRun, switchValues } from './dry-run.ts'
import { checkShape, DEFAULT_LIMITS, type Limits, refuse } from './limits.ts'
import { plannedDocument } from './planned-document.ts'
import { refuseReservedNames } from './response-keys.ts'
import { fragmentsOf, rootFields } from './root-fields.ts'

export interface OperationRequest {
  readonly document: DocumentNode
  readonly operationName?: string | null
  /** As the caller sent them. */
  readonly variables?: unknown
}

export type Route =
  | { readonly by: 'INTROSPECTION' }
  /** One subgraph can answer alone. */
  | { readonly by: 'SUBGRAPH'; readonly subgraph: Subgraph }
  /** What crosses subgraphs, with the document as the planner gets it. */
  | { readonly by: 'PLANNER'; readonly planned: DocumentNode }

/** An operation that is valid, within the limits, and rewritten for its executor. */
export interface Prepared {
  /** The one operation with its fragments; `@dryRun` has become arguments. */
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly route: Route
  /** Coerced against the API schema: what the guard judges. */
  readonly variables: Readonly<Record<string, unknown>>
  /** As the caller sent them, and our own: executors coerce once more, each against its own schema. */
  readonly raw: Readonly<Record<string, unknown>>
  readonly cost: number
}

/** What depends on the document alone. */
interface PreparedDocument {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  /** Before rewriting: names the variables that the caller may send. */
  readonly original: OperationDefinitionNode
  readonly switches: readonly DryRunSwitch[]
  readonly route: Route
}

const MAX_ERRORS = 10

export type Prepare = (request: OperationRequest) => Prepared

/** Caches by document object: whoever parses keeps documents in a bounded cache (`Supergraph.parse`). */
export function createPrepare(composed: Composed, limits: Limits): Prepare {
  const documents = new WeakMap<DocumentNode, Map<string, PreparedDocument>>()
  return ({ document, operationName, variables }) => {
    const original = pickOperation(document, operationName)
    let operations = documents.get(document)
    if (operations === undefined) {
      operations = new Map()
      documents.set(document, operations)
    }
    const name = original.name?.value ?? ''
    let prepared = operations.get(name)
    if (prepared === undefined) {
      prepared = prepareDocument(document, original, composed.apiSchema, composed.subgraphs, limits)
      operations.set(name, prepared)
    }
    const given = expectVariables(variables)
    const coerced = coerce(composed.apiSchema, prepared.original, given)
    const added = switchValues(prepared.switches, coerced)
    const all = { ...coerced, ...added }
    const onPage = (size: number) => {
      // A page that the schema takes from nobody is its own refusal, at the field.
      if (size <= DEFAULT_LIMITS.page) refuse('page', limits, size)
    }
    const cost = prepared.route.by === 'INTROSPECTION' ? 0 : costOf(prepared, all, composed.apiSchema, onPage)
    refuse('cost', limits, cost)
    return {
      document: prepared.document,
      operation: prepared.operation,
      route: prepared.route,
      variables: all,
      raw: { ...given, ...added },
      cost,
    }
  }
}

function prepareDocument(
  document: DocumentNode,
  original: OperationDefinitionNode,
  schema: GraphQLSchema,
  subgraphs: readonly Subgraph[],
  limits: Limits,
): PreparedDocument {
  // Before validation, whose rules take their time with a document made to be slow.
  checkShape(document, original, limits)
  refuseInvalid(validate(schema, document, [...specifiedRules, dryRunOnlyOnWrites], validation))
  refuseReservedNames(document)

  const alone = separateOperations(document)[original.name?.value ?? '']!
  const rewrite = rewriteDryRun(alone, schema)
  if (rewrite.document !== alone) {
    // Two fields that merge must agree on being dry: validation compares arguments, not directives.
    refuseInvalid(validate(schema, rewrite.document, [OverlappingFieldsCanBeMergedRule], validation))
  }
  const operation = operationIn(rewrite.document)
  return {
    document: rewrite.document,
    operation,
    original,
    switches: rewrite.switches,
    route: routeOf(rewrite.document, operation, schema, subgraphs),
  }
}

const validation = { maxErrors: MAX_ERRORS, hideSuggestions: true }

function pickOperation(document: DocumentNode, name: string | null | undefined): OperationDefinitionNode {
  const operation = getOperationAST(document, name)
  if (operation) return operation
  throw new GatewayError(
    'GRAPHQL_VALIDATION_FAILED',
    name == null
      ? 'The document must hold exactly one operation, or "operationName" must name one.'
      : 'The document has no operation of the name that "operationName" gives.',
  )
}

function operationIn(document: DocumentNode): OperationDefinitionNode {
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) return definition
  }
  throw new Error('Expected a document with an operation')
}

function routeOf(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
  subgraphs: readonly Subgraph[],
): Route {
  const names = rootFields(operation, fragmentsOf(document)).map(({ name }) => name.value)
  if (names.some(isIntrospection)) {
    if (!names.every((name) => isIntrospection(name) || name === '__typename')) {
      throw new GatewayError(
        'GRAPHQL_VALIDATION_FAILED',
        'Ask for "__schema" and "__type" in an operation of their own.',
      )
    }
    return { by: 'INTROSPECTION' }
  }
  const subgraph = subgraphs.find((candidate) => {
    const root = candidate.schema.getRootType(operation.operation)
    return root != null && validate(candidate.schema, document, specifiedRules, { maxErrors: 1 }).length === 0
  })
  return subgraph === undefined
    ? { by: 'PLANNER', planned: plannedDocument(document, schema) }
    : { by: 'SUBGRAPH', subgraph }
}

function isIntrospection(name: string): boolean {
  return name === '__schema' || name === '__type'
}

function expectVariables(variables: unknown): Readonly<Record<string, unknown>> {
  if (variables === undefined || variables === null) return {}
  if (typeof variables !== 'object' || Array.isArray(variables)) {
    throw new GatewayError('BAD_USER_INPUT', '"variables": expected an object.', { argument: 'variables' })
  }
  return variables as Record<string, unknown>
}

function coerce(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], given, {
    maxErrors: MAX_ERRORS,
    hideSuggestions: true,
  })
  if (coerced !== undefined) return coerced
  throw together(errors.map((error) => withCode('BAD_USER_INPUT', error)))
}

function refuseInvalid(errors: readonly GraphQLError[]): void {
  if (errors.length > 0) throw together(errors.map((error) => withCode('GRAPHQL_VALIDATION_FAILED', error)))
}

function withCode(code: 'BAD_USER_INPUT' | 'GRAPHQL_VALIDATION_FAILED', error: GraphQLError): GatewayError {
  return new GatewayError(code, error.message, {}, { source: error.source, positions: error.positions })
}

function together(errors: readonly GatewayError[]): Error {
  return errors.length === 1
    ? errors[0]!
    : new AggregateError(errors, 'Several things are wrong with the request')
}
