import { type GraphQLSchema, isObjectType } from 'graphql'
import { type Access, accessOf } from '../../schema/access.ts'
import { parseId } from '../../schema/ids.ts'
import {
  connectionOf,
  type JudgeContext,
  judgeRecord,
  judgeUnread,
  noConnection,
  undeclared,
  type Verdict,
} from './judge.ts'

/** What the declaration of a type says about one raw record of it. */
export function judgeByType(
  schema: GraphQLSchema,
  typeName: string,
  record: unknown,
  connection: string | undefined,
  context: JudgeContext,
): Verdict {
  const type = schema.getType(typeName)
  const access = isObjectType(type) ? accessOf(type) : undefined
  return judgeDeclared(access, typeName, connection, (declared, slug) =>
    judgeRecord(context, declared, record, slug),
  )
}

/** A reference alone: where its group depends on the record, `judgeRecords` judges once more what was loaded. */
export function judgeReference(
  schema: GraphQLSchema,
  typeName: string,
  id: string,
  context: JudgeContext,
): Verdict {
  const type = schema.getType(typeName)
  const access = isObjectType(type) ? accessOf(type) : undefined
  return judgeDeclared(access, typeName, parseId(id)?.connection, (declared, slug) =>
    judgeUnread(context, declared, slug),
  )
}

function judgeDeclared(
  access: Access | undefined,
  typeName: string,
  connection: string | undefined,
  judge: (access: Access, connection: string | null) => Verdict,
): Verdict {
  if (access === undefined) return undeclared(typeName)
  if (access.of === 'PSA' && access.group === 'OPEN') return null
  if (access.of === 'PSA' && connection === undefined) return noConnection(typeName)
  return judge(access, connection ?? null)
}

/** What a caller gives as an id. What is no id of a record of ours is the resolver's to refuse. */
export function judgeId(schema: GraphQLSchema, id: string, context: JudgeContext): Verdict {
  const parsed = parseId(id)
  if (parsed === undefined || !isObjectType(schema.getType(parsed.type))) return null
  return judgeReference(schema, parsed.type, id, context)
}

/**
 * Judges each record of an answer; a denied one becomes an error in its place, and its siblings live. An answer that
 * is there at once is judged at once: a promise for each would cost more than the judgement.
 */
export function judgeRecords(
  schema: GraphQLSchema,
  fallbackType: string | undefined,
  answer: unknown,
  context: JudgeContext,
): unknown {
  const one = (record: unknown): unknown => {
    if (isPromise(record)) return record.then(one)
    if (Array.isArray(record)) return record.map(one)
    if (typeof record !== 'object' || record === null || record instanceof Error) return record
    const name = fallbackType ?? typeNameOf(schema, record)
    // A type of an abstract field that can't be told is nobody's to judge, so it is closed.
    if (name === undefined) return undeclared('(a record of unknown type)')
    return judgeByType(schema, name, record, connectionOf(record), context) ?? record
  }
  return one(answer)
}

function isPromise(answer: unknown): answer is PromiseLike<unknown> {
  return typeof (answer as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function'
}

function typeNameOf(schema: GraphQLSchema, record: object): string | undefined {
  const { __typename, type, id } = record as { __typename?: unknown; type?: unknown; id?: unknown }
  if (typeof __typename === 'string') return __typename
  if (typeof type === 'string' && isObjectType(schema.getType(type))) return type
  return typeof id === 'string' ? parseId(id)?.type : undefined
}
