import { type GraphQLResolveInfo, type GraphQLSchema, getNullableType, isListType } from 'graphql'
import { type Access, accessOf } from '../../schema/access.ts'
import type { Gate } from './gates.ts'
import {
  connectionOf,
  type JudgeContext,
  judgeRecord,
  judgeUnread,
  namedConnections,
  noConnection,
  undeclared,
  type Verdict,
} from './judge.ts'
import { judgeId } from './records.ts'

/** One judgement, before the field's resolver is called. */
export type Judgement = (
  parent: unknown,
  args: Readonly<Record<string, unknown>>,
  context: JudgeContext,
  info: GraphQLResolveInfo,
) => Verdict

export function judgementOf(schema: GraphQLSchema, gate: Gate): Judgement | undefined {
  const { before, access, coordinate } = gate
  if (before === 'NONE') return undefined
  if (before === 'UNDECLARED' || access === undefined) return () => undeclared(coordinate)
  if (before === 'FIELD') return fieldJudgement(access, gate)
  return access.of === 'PSA' && access.group === 'OPEN' ? openRoot(schema, gate) : rootJudgement(access)
}

/** The parent record's connection decides. */
function fieldJudgement(access: Access, { type, coordinate }: Gate): Judgement {
  const ofType = accessOf(type)
  // An envelope over several connections has none of its own: then a refusal takes all of the caller's.
  const isEnvelope = ofType?.of === 'PSA' && ofType.group === 'OPEN'
  return (parent, _args, context) => {
    const connection = connectionOf(parent)
    if (connection === undefined && access.of === 'PSA' && !isEnvelope) return noConnection(coordinate)
    return judgeRecord(context, access, parent, connection ?? null)
  }
}

/** Ids must all pass; of connections that a list is asked for, one that passes is enough. */
function rootJudgement(access: Access): Judgement {
  return (_parent, args, context) => {
    const { ids, connections } = namedConnections(args)
    if (ids.size === 0 && connections.size === 0) return judgeUnread(context, access, null)
    for (const connection of ids) {
      const refusal = judgeUnread(context, access, connection)
      if (refusal !== null) return refusal
    }
    const refusals = [...connections].map((connection) => judgeUnread(context, access, connection))
    return refusals.length > 0 && refusals.every((refusal) => refusal !== null) ? refusals[0]! : null
  }
}

/** `node(id)`: open itself, so the id's own type is judged, before any vendor is asked. */
function openRoot(schema: GraphQLSchema, { field }: Gate): Judgement {
  const singles = field.args.filter(({ type }) => !isListType(getNullableType(type))).map(({ name }) => name)
  return (_parent, args, context) => {
    for (const name of singles) {
      const value = args[name]
      const refusal = typeof value === 'string' ? judgeId(schema, value, context) : null
      if (refusal !== null) return refusal
    }
    return null
  }
}

/** The argument of `nodes(ids)`: a list in which each id asks for one item of the answer. */
export function idsArgument({ field, before, access }: Gate): string | undefined {
  if (before !== 'ROOT' || access?.of !== 'PSA' || access.group !== 'OPEN') return undefined
  if (!isListType(getNullableType(field.type))) return undefined
  return field.args.find(({ name, type }) => name === 'ids' && isListType(getNullableType(type)))?.name
}
