import { MapperKind, mapSchema } from '@graphql-tools/utils'
import {
  defaultFieldResolver,
  type GraphQLFieldConfig,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
} from 'graphql'
import { type Gate, gatesOf } from './gates.ts'
import { type JudgeContext, undeclared, unjudged } from './judge.ts'
import { applyMiddlewareToDeclaredResolvers, rule, shield } from './load.ts'
import { judgeRecords } from './records.ts'
import { judgeIds, judgeRepresentations, type Middleware } from './references.ts'
import { idsArgument, type Judgement, judgementOf } from './rules.ts'

type FieldMap<T> = Record<string, Record<string, T>>

/**
 * graphql-shield around one mounted schema, its rules made from the access declarations. On a schema that a
 * planner runs it would be ignored without a word, so every subgraph is shielded where it is mounted.
 */
export function shielded(schema: GraphQLSchema): GraphQLSchema {
  const gates = gatesOf(schema)
  const judgements = new Map<string, Judgement>()
  for (const gate of gates) {
    const judgement = judgementOf(schema, gate)
    if (judgement !== undefined) judgements.set(gate.coordinate, judgement)
  }
  const ready = withResolvers(schema, new Set(gates.map(({ coordinate }) => coordinate)), judgements)
  return applyMiddlewareToDeclaredResolvers(
    ready,
    // The first stands outside: what a rule refuses is not resolved, and no record of it is looked at.
    rulesOnly(ready, judgements) as never,
    recordMiddleware(schema, gates) as never,
  )
}

/** Shield's middleware for the gated fields alone: wrapping every resolver costs three times the CPU. */
function rulesOnly(schema: GraphQLSchema, judgements: ReadonlyMap<string, Judgement>): FieldMap<unknown> {
  const tree: FieldMap<ReturnType<ReturnType<typeof rule>>> = {}
  for (const [coordinate, judgement] of judgements) {
    const [type, field] = coordinate.split('.') as [string, string]
    fieldsOf(tree, type)[field] = rule(coordinate, { cache: 'no_cache' })(
      (parent: unknown, args: Record<string, unknown>, context: JudgeContext, info: GraphQLResolveInfo) =>
        judgement(parent, args, context, info) ?? true,
    )
  }
  const generated = shield(tree, {
    debug: false,
    // Errors of the resolvers are the border's to judge; masked here they would lose their code.
    allowExternalErrors: true,
    // The default is to allow.
    fallbackRule: rule('undeclared', { cache: 'no_cache' })(
      (_parent: unknown, _args: unknown, _context: unknown, info: GraphQLResolveInfo) =>
        undeclared(`${info.parentType.name}.${info.fieldName}`),
    ),
    fallbackError: unjudged(),
    hashFunction: () => '',
  }).generate(schema) as FieldMap<unknown>
  return atOnce(generated as FieldMap<Middleware>, judgements)
}

function fieldsOf<T>(map: FieldMap<T>, type: string): Record<string, T> {
  const known = map[type]
  if (known !== undefined) return known
  const fields: Record<string, T> = {}
  map[type] = fields
  return fields
}

/**
 * graphql-shield awaits its rule several times over, which costs more than most resolvers. What the judgement allows
 * goes on at once; everything else, and a judgement that throws, is the shield's to refuse.
 */
function atOnce(
  generated: FieldMap<Middleware>,
  judgements: ReadonlyMap<string, Judgement>,
): FieldMap<Middleware> {
  const map: FieldMap<Middleware> = {}
  for (const [coordinate, judgement] of judgements) {
    const [type, field] = coordinate.split('.') as [string, string]
    const shieldOf = generated[type]![field]!
    fieldsOf(map, type)[field] = (resolve, parent, args, context, info) =>
      allows(judgement, parent, args, context, info)
        ? resolve(parent, args, context, info)
        : shieldOf(resolve, parent, args, context, info)
  }
  return map
}

function allows(judgement: Judgement, ...asked: Parameters<Judgement>): boolean {
  try {
    return judgement(...asked) === null
  } catch {
    return false
  }
}

/** What is judged record by record: no rule can say "this one of the list, not that one". */
function recordMiddleware(schema: GraphQLSchema, gates: readonly Gate[]): FieldMap<Middleware> {
  const map: FieldMap<Middleware> = {}
  for (const gate of gates) {
    const ids = idsArgument(gate)
    const [first, ...rest] = [
      ...(ids === undefined ? [] : [judgeIds(schema, ids)]),
      ...(gate.records ? [judgeAnswer(schema, gate)] : []),
    ]
    if (first !== undefined) fieldsOf(map, gate.type.name)[gate.field.name] = inOrder([first, ...rest])
  }
  const query = schema.getQueryType()!
  if (query.getFields()._entities !== undefined) {
    fieldsOf(map, query.name)._entities = judgeRepresentations(schema)
  }
  return map
}

function judgeAnswer(schema: GraphQLSchema, { field }: Gate): Middleware {
  const named = getNamedType(field.type)
  const fallbackType = isAbstractType(named) ? undefined : named.name
  return (resolve, parent, args, context, info) =>
    judgeRecords(schema, fallbackType, resolve(parent, args, context, info), context)
}

function inOrder([first, ...rest]: readonly [Middleware, ...Middleware[]]): Middleware {
  const [second, ...others] = rest
  if (second === undefined) return first
  const next = inOrder([second, ...others])
  return (resolve, parent, args, context, info) => {
    return first(
      (p = parent, a = args, c = context, i = info) => next(resolve, p, a, c, i),
      parent,
      args,
      context,
      info,
    )
  }
}

/**
 * Middleware skips fields without a resolver of their own, so every gated field gets one. A stream is judged
 * when it is opened too: middleware looks at `subscribe` only where there is no `resolve`.
 */
function withResolvers(
  schema: GraphQLSchema,
  gated: ReadonlySet<string>,
  judgements: ReadonlyMap<string, Judgement>,
): GraphQLSchema {
  const resolved: GraphQLFieldResolver<unknown, unknown> = (parent, args, context, info) =>
    defaultFieldResolver(parent, args, context, info)
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field: GraphQLFieldConfig<unknown, unknown>, name, type) => {
      const coordinate = `${type}.${name}`
      if (!gated.has(coordinate)) return field
      const resolve =
        field.resolve === undefined || field.resolve === defaultFieldResolver ? resolved : field.resolve
      const judgement = judgements.get(coordinate)
      const { subscribe } = field
      if (subscribe === undefined || judgement === undefined) return { ...field, resolve }
      return {
        ...field,
        resolve,
        subscribe(parent, args, context, info) {
          const refusal = judgement(parent, args, context as JudgeContext, info)
          if (refusal !== null) throw refusal
          return subscribe(parent, args, context, info)
        },
      }
    },
  })
}
