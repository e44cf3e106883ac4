import { getDocumentNodeFromSchema } from '@graphql-tools/utils'
import {
  extendSchema,
  type GraphQLResolveInfo,
  GraphQLSchema,
  isObjectType,
  isUnionType,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  parseConstValue,
  print,
} from 'graphql'
import { badInput, GatewayError } from './errors.ts'

/** What a planner asks an entity by. */
export interface EntityReference {
  readonly __typename: string
  readonly id: string
}

export interface Entity {
  readonly key: 'id'
  /** False for a stub: this subgraph only points at an entity that another one serves. */
  readonly resolvable?: boolean
  resolveReference?(reference: EntityReference, context: never, info: GraphQLResolveInfo): unknown
}

const FEDERATION = 'https://specs.apollo.dev/federation/v2.3'
const EXTENSION = 'subgraph'

interface SubgraphExtension {
  readonly sdl: string
  readonly stubs: ReadonlySet<string>
}

/**
 * Turns a plain schema into a Federation v2 subgraph: `_service`, `_entities` and the keys. Resolvers and
 * extensions (the access declarations) stay as they are. It is written here because the usual helpers stand
 * under the Elastic licence.
 */
export function asSubgraph(schema: GraphQLSchema, entities: Readonly<Record<string, Entity>>): GraphQLSchema {
  refuseBadEntities(schema, entities)
  const sdl = printSubgraph(schema, entities)
  const served = Object.keys(entities).filter((name) => entities[name]?.resolvable !== false)

  const extended = extendSchema(schema, parse(machinery(served)))
  const query = extended.getQueryType()!.getFields()
  query._service!.resolve = () => ({ sdl })
  if (served.length > 0) {
    // A value tells its type by itself only when it has `__typename`; a VendorRecord has not, and may be frozen.
    const typeOf = new WeakMap<object, string>()
    query._entities!.resolve = (_root, args: { representations: readonly unknown[] }, context, info) =>
      args.representations.map(async (representation) => {
        const reference = expectReference(representation, entities)
        const value = await entities[reference.__typename]!.resolveReference!(
          reference,
          context as never,
          info,
        )
        // A record that another subgraph points at and that is not there is told, never silently null.
        if (typeof value !== 'object' || value === null) throw notVisible(reference)
        typeOf.set(value, reference.__typename)
        return value
      })
    const union = extended.getType('_Entity')
    if (isUnionType(union)) union.resolveType = (value: object) => typeOf.get(value)
  }
  const extension: SubgraphExtension = {
    sdl,
    stubs: new Set(Object.keys(entities).filter((name) => entities[name]?.resolvable === false)),
  }
  return new GraphQLSchema({
    ...extended.toConfig(),
    extensions: { ...extended.extensions, [EXTENSION]: extension },
  })
}

/** The subgraph's SDL, as `_service` gives it. */
export function subgraphSdl(schema: GraphQLSchema): string {
  return extensionOf(schema).sdl
}

/** Entity types that this subgraph only points at. */
export function stubTypes(schema: GraphQLSchema): ReadonlySet<string> {
  return extensionOf(schema).stubs
}

function extensionOf(schema: GraphQLSchema): SubgraphExtension {
  const extension = schema.extensions[EXTENSION] as SubgraphExtension | undefined
  if (extension === undefined) throw new TypeError('Expected a schema that asSubgraph() made')
  return extension
}

function refuseBadEntities(schema: GraphQLSchema, entities: Readonly<Record<string, Entity>>): void {
  if (schema.getQueryType() == null) throw new TypeError('Expected a subgraph to have a Query type')
  for (const [name, entity] of Object.entries(entities)) {
    const type = schema.getType(name)
    if (!isObjectType(type) || type.getFields()[entity.key] === undefined) {
      throw new TypeError(`Expected entity "${name}" to be an object type with a field "${entity.key}"`)
    }
    if (entity.resolvable !== false && entity.resolveReference === undefined) {
      throw new TypeError(`Expected entity "${name}" to have resolveReference, or resolvable: false`)
    }
  }
}

function machinery(served: readonly string[]): string {
  const entities = `
    scalar _Any
    union _Entity = ${served.join(' | ')}
    extend type Query { _entities(representations: [_Any!]!): [_Entity]! }
  `
  return `
    type _Service { sdl: String! }
    extend type Query { _service: _Service! }
    ${served.length > 0 ? entities : ''}
  `
}

function expectReference(
  representation: unknown,
  entities: Readonly<Record<string, Entity>>,
): EntityReference {
  const { __typename, id } = (representation ?? {}) as Partial<Record<'__typename' | 'id', unknown>>
  if (typeof __typename !== 'string' || typeof id !== 'string') {
    throw badInput('representations', '{ __typename, id }', null)
  }
  if (!Object.hasOwn(entities, __typename) || entities[__typename]?.resolveReference === undefined) {
    throw badInput('representations', 'an entity type of this subgraph', __typename)
  }
  return { __typename, id }
}

function notVisible({ __typename, id }: EntityReference): GatewayError {
  return new GatewayError('NOT_FOUND', `No ${__typename} with this id is visible to you.`, {
    id: id.slice(0, 300),
  })
}

function printSubgraph(schema: GraphQLSchema, entities: Readonly<Record<string, Entity>>): string {
  const roots = new Set(
    [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].map((type) => type?.name),
  )
  const document = getDocumentNodeFromSchema(schema)
  const definitions = document.definitions.map((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION || roots.has(definition.name.value)) return definition
    const entity = entities[definition.name.value]
    // Without a key a planner can't jump to a type, so a value type (PageInfo) is safely in both subgraphs.
    if (entity === undefined) return withDirective(definition, 'shareable', {})
    return withDirective(definition, 'key', {
      fields: `"${entity.key}"`,
      ...(entity.resolvable === false && { resolvable: 'false' }),
    })
  })
  return `extend schema @link(url: "${FEDERATION}", import: ["@key", "@shareable"])\n\n${print({
    ...document,
    definitions,
  })}`
}

function withDirective(
  type: ObjectTypeDefinitionNode,
  name: string,
  args: Readonly<Record<string, string>>,
): ObjectTypeDefinitionNode {
  return {
    ...type,
    directives: [
      ...(type.directives ?? []),
      {
        kind: Kind.DIRECTIVE,
        name: { kind: Kind.NAME, value: name },
        arguments: Object.entries(args).map(([argument, value]) => ({
          kind: Kind.ARGUMENT,
          name: { kind: Kind.NAME, value: argument },
          value: parseConstValue(value),
        })),
      },
    ],
  }
}
