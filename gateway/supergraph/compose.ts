import { composeServices } from '@theguild/federation-composition'
import {
  buildASTSchema,
  type DocumentNode,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  parse,
} from 'graphql'
import { type Access, accessOf } from '../../schema/access.ts'
import { stubTypes, subgraphSdl } from '../../schema/federation.ts'

export interface Subgraph {
  readonly name: string
  /** From `asSubgraph`; shielded where it is mounted. */
  readonly schema: GraphQLSchema
}

/** Access by coordinate: `Type`, `Type.field`, `Input`, `Input.member`, `Enum`, `Enum.VALUE`. Without inheritance. */
export type AccessIndex = ReadonlyMap<string, Access>

export interface Composed {
  readonly subgraphs: readonly Subgraph[]
  readonly supergraphSdl: string
  /** What callers see: no federation machinery, our `@dryRun`, access declarations in the extensions. */
  readonly apiSchema: GraphQLSchema
  /** The same types with scalars that take every value: to complete what subgraphs have already serialized. */
  readonly resultSchema: GraphQLSchema
  readonly access: AccessIndex
}

const DRY_RUN = parse(`
  """
  Plans this write and sends nothing: the answer is a DryRunPlan. Stands on public write fields only. It can turn
  a dry run on, never off.
  """
  directive @dryRun(if: Boolean! = true) on FIELD
`)

/** @throws Error naming every reason why the subgraphs do not compose. */
export function composeSupergraph(subgraphs: readonly Subgraph[]): Composed {
  const composition = composeServices(
    subgraphs.map(({ name, schema }) => ({
      name,
      url: `local://${name}`,
      typeDefs: parse(subgraphSdl(schema)),
    })),
  )
  if (composition.errors !== undefined) {
    throw new Error(
      `The subgraphs do not compose: ${composition.errors.map(({ message }) => message).join('; ')}`,
    )
  }
  const publicDocument: DocumentNode = parse(composition.publicSdl, { noLocation: true })
  const withDryRun: DocumentNode = {
    ...publicDocument,
    definitions: [...publicDocument.definitions, ...DRY_RUN.definitions],
  }
  const apiSchema = buildASTSchema(withDryRun)
  const access = collectAccess(subgraphs, apiSchema)
  declareAccess(apiSchema, access)
  takeScalars(apiSchema, subgraphs)
  return {
    subgraphs,
    supergraphSdl: composition.supergraphSdl,
    apiSchema,
    resultSchema: buildASTSchema(withDryRun),
    access,
  }
}

/** An element of a schema that can carry a declaration, with its coordinate. */
interface Element {
  readonly coordinate: string
  readonly element: { extensions: Readonly<Record<string, unknown>> }
}

function* elementsOf(schema: GraphQLSchema): Generator<Element> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue
    yield { coordinate: type.name, element: type }
    if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        yield { coordinate: `${type.name}.${field.name}`, element: field }
      }
    }
    if (isEnumType(type)) {
      for (const value of type.getValues()) {
        yield { coordinate: `${type.name}.${value.name}`, element: value }
      }
    }
  }
}

function collectAccess(subgraphs: readonly Subgraph[], apiSchema: GraphQLSchema): AccessIndex {
  const visible = new Set([...elementsOf(apiSchema)].map(({ coordinate }) => coordinate))
  const index = new Map<string, Access>()
  for (const { name, schema } of subgraphs) {
    const stubs = stubTypes(schema)
    for (const { coordinate, element } of elementsOf(schema)) {
      const access = accessOf(element) ?? inheritedFromRoot(schema, coordinate)
      // A stub's declaration is about the pointer; the subgraph that serves the entity declares what it carries.
      if (access === undefined || !visible.has(coordinate) || stubs.has(coordinate.split('.')[0]!)) continue
      const known = index.get(coordinate)
      if (known !== undefined && !sameAccess(known, access)) {
        throw new TypeError(`Expected "${coordinate}" to have one access declaration, "${name}" has another`)
      }
      if (!isRoot(coordinate)) index.set(coordinate, access)
    }
  }
  return index
}

/** What a subgraph declares for its own Query holds for its own root fields alone. */
function inheritedFromRoot(schema: GraphQLSchema, coordinate: string): Access | undefined {
  const [type, field] = coordinate.split('.')
  const root = field !== undefined && isRoot(type!) ? schema.getType(type!) : undefined
  return root && accessOf(root)
}

/** Root types belong to every subgraph, so only their fields can declare. */
function isRoot(coordinate: string): boolean {
  return coordinate === 'Query' || coordinate === 'Mutation' || coordinate === 'Subscription'
}

function sameAccess(one: Access, other: Access): boolean {
  return JSON.stringify(one) === JSON.stringify(other) && byRecordOf(one) === byRecordOf(other)
}

function byRecordOf(access: Access): unknown {
  return access.of === 'PSA' ? access.byRecord : undefined
}

function declareAccess(schema: GraphQLSchema, index: AccessIndex): void {
  for (const { coordinate, element } of elementsOf(schema)) {
    const access = index.get(coordinate)
    if (access !== undefined) element.extensions = { ...element.extensions, access }
  }
}

/** SDL has no parsers: with the subgraph's own, a bad date is refused before anything is planned. */
function takeScalars(schema: GraphQLSchema, subgraphs: readonly Subgraph[]): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isScalarType(type) || isSpecifiedScalarType(type)) continue
    const original = subgraphs.map((subgraph) => subgraph.schema.getType(type.name)).find(isScalarType)
    if (original === undefined) continue
    type.parseValue = original.parseValue
    type.parseLiteral = original.parseLiteral
  }
}
