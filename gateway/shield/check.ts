import {
  execute,
  type GraphQLInputType,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
  parse,
  subscribe,
} from 'graphql'
import { accessOf } from '../../schema/access.ts'
import { GatewayError } from '../../schema/errors.ts'
import { formatId } from '../../schema/ids.ts'
import { gatewayErrorIn } from '../supergraph/gateway-error.ts'
import { type Gate, gatesOf } from './gates.ts'
import type { JudgeContext } from './judge.ts'

const CONNECTION = 'shield-check'

/** Everything is denied, so whatever answers has no shield. */
class DenyAll implements JudgeContext {
  asked = 0

  judge(): GatewayError {
    this.asked++
    return new GatewayError('GROUP_DISABLED', 'The start-up test of the shield denies everything.')
  }
}

/**
 * The start-up test: each gated coordinate through a query, and each entity type through `_entities`, under a
 * context that denies everything.
 * @throws Error naming every coordinate that was not denied, or whose denial would take its siblings with it
 */
export async function checkShield(schema: GraphQLSchema): Promise<void> {
  const failures: string[] = []
  const probing = probed(schema)
  for (const gate of gatesOf(schema)) {
    if (gate.before === 'ROOT' && isOpenWithoutId(gate)) continue
    if (gate.before !== 'ROOT' && isNonNullType(takesRefusal(gate))) {
      failures.push(`${gate.coordinate} (must be nullable: a refusal would take the whole record)`)
    }
    if (!(await isDenied(schema, probing, gate))) failures.push(gate.coordinate)
  }
  const union = schema.getType('_Entity')
  for (const type of isUnionType(union) ? union.getTypes() : []) {
    if (isOpen(type)) continue
    if (!(await entityIsDenied(schema, type))) failures.push(`_entities(${type.name})`)
  }
  if (failures.length > 0) {
    throw new Error(
      `Expected the shield to deny these under a context that denies all: ${failures.join(', ')}`,
    )
  }
}

/** Where the error of a refusal stands: the field itself, or each item of the list that it answers. */
function takesRefusal({ before, field }: Gate): GraphQLOutputType {
  const list = getNullableType(field.type)
  return before === 'NONE' && isListType(list) ? list.ofType : field.type
}

/** Lists of open envelopes carry nothing: what they lead to is judged record by record. */
function isOpenWithoutId({ access, field }: Gate): boolean {
  const open = access?.of === 'PSA' && access.group === 'OPEN'
  return open && !field.args.some(({ name, type }) => name === 'id' && getNamedType(type).name === 'ID')
}

/** An entity that is open itself: its fields are judged. */
function isOpen(type: GraphQLObjectType): boolean {
  const access = accessOf(type)
  return access?.of === 'PSA' && access.group === 'OPEN'
}

async function isDenied(schema: GraphQLSchema, probing: GraphQLSchema, gate: Gate): Promise<boolean> {
  const { type, field, before } = gate
  const declared = field.args.filter(isRequiredArgument)
  if (!declared.some(({ name }) => name === 'id'))
    declared.push(...field.args.filter(({ name }) => name === 'id'))
  const variables = Object.fromEntries(
    declared.map((arg) => [arg.name, sample(arg.type, `${typeOfId(schema)}`)]),
  )
  const definitions = declared.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ')
  const passed = declared.map((arg) => `${arg.name}: $${arg.name}`).join(', ')
  const selection = `${field.name}${passed && `(${passed})`} ${isCompositeType(getNamedType(field.type)) ? '{ __typename }' : ''}`
  const head = definitions && `(${definitions})`
  if (before === 'ROOT') {
    const operation =
      type === schema.getMutationType()
        ? 'mutation'
        : type === schema.getSubscriptionType()
          ? 'subscription'
          : 'query'
    // Without `subscribe` the gateway makes the stream itself and runs the field like any other, once per event.
    const streams = operation === 'subscription' && field.subscribe !== undefined
    return denies(schema, `${operation} P${head} { ${selection} }`, variables, streams)
  }
  return denies(probing, `query P${head} { ${type.name} { ${selection} } }`, variables, false, stubOf(gate))
}

const stub = (type: string) => ({ id: formatId(CONNECTION, type, 1), connection: CONNECTION })

/** What stands before the field: a record; or an envelope, open itself, around one record. */
function stubOf({ type, field, before }: Gate): object {
  if (before !== 'NONE') return stub(type.name)
  const named = getNamedType(field.type)
  const node = { ...stub(named.name), __typename: named.name }
  return { edges: [{ node }], node, [field.name]: isListType(getNullableType(field.type)) ? [node] : node }
}

/** The shielded types themselves, under a root that hands out what the check gives it. */
function probed(schema: GraphQLSchema): GraphQLSchema {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
  const fields = types
    .filter(isObjectType)
    .map((type) => [type.name, { type, resolve: (handedOut: unknown) => handedOut }])
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Probe', fields: Object.fromEntries(fields) }),
    types,
    assumeValid: true,
  })
}

async function entityIsDenied(schema: GraphQLSchema, type: GraphQLObjectType): Promise<boolean> {
  return denies(
    schema,
    `query P($r: [_Any!]!) { _entities(representations: $r) { ... on ${type.name} { id } } }`,
    { r: [{ __typename: type.name, id: formatId(CONNECTION, type.name, 1) }] },
  )
}

async function denies(
  schema: GraphQLSchema,
  source: string,
  variableValues: Record<string, unknown>,
  streams = false,
  rootValue?: object,
): Promise<boolean> {
  const document = parse(source, { noLocation: true })
  const context = new DenyAll()
  const request = { schema, document, contextValue: context, variableValues, rootValue }
  const result = streams ? await subscribe(request) : await execute(request)
  if (!('errors' in result) || result.errors === undefined) return false
  const codes = result.errors.map((error) => gatewayErrorIn(error)?.code)
  // FORBIDDEN_OPERATION: a group by record that can make nothing of the stub, which is a refusal as well.
  return codes.some(
    (code) =>
      (code === 'GROUP_DISABLED' && context.asked > 0) ||
      code === 'NOT_CATALOGUED' ||
      code === 'FORBIDDEN_OPERATION',
  )
}

/** An entity type for the ids that the probes send. */
function typeOfId(schema: GraphQLSchema): string {
  const union = schema.getType('_Entity')
  const entity = isUnionType(union) ? union.getTypes().find((type) => !isOpen(type)) : undefined
  return entity?.name ?? 'Ticket'
}

/** The smallest value that coerces. */
function sample(type: GraphQLInputType, idType: string): unknown {
  const nullable = getNullableType(type)
  if (isListType(nullable)) return [sample(nullable.ofType, idType)]
  if (isEnumType(nullable)) return nullable.getValues()[0]!.name
  if (isInputObjectType(nullable)) {
    const fields = Object.values(nullable.getFields()).filter(
      (field) => isRequiredInputField(field) || nullable.isOneOf,
    )
    const used = nullable.isOneOf ? fields.slice(0, 1) : fields
    return Object.fromEntries(used.map((field) => [field.name, sample(field.type, idType)]))
  }
  switch (getNamedType(nullable).name) {
    case 'ID':
      return formatId(CONNECTION, idType, 1)
    case 'Int':
    case 'Float':
      return 1
    case 'Boolean':
      return true
    case 'String':
      return CONNECTION
    default:
      // Custom scalars of ours are texts or moments.
      return '2026-01-01T00:00:00Z'
  }
}
