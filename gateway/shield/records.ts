import { type GraphQLSchema, isObjectType } from 'graphql'
import { type Access, accessOf } from '../../schema/access.ts'
import { parseId } from '../../schema/ids.ts'
import {
  connectionOf,
  type JudgeContext,
  judgeRecord,
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
  const access: Access | undefined = isObjectType(type) ? accessOf(type) : undefined
  if (access === undefined) return undeclared(typeName)
  if (access.of === 'PSA' && access.group === 'OPEN') return null
  if (access.of === 'PSA' && connection === undefined) return noConnection(typeName)
  return judgeRecord(context, access, record, connection ?? null)
}

/** A reference alone: its group may depend on the record, then `judgeRecords` judges what was loaded. */
export function judgeReference(
  schema: GraphQLSchema,
  typeName: string,
  id: string,
  context: JudgeContext,
): Verdict {
  const type = schema.getType(typeName)
  const access = isObjectType(type) ? accessOf(type) : undefined
  if (access?.of === 'PSA' && access.groupOf !== undefined) return null
  return judgeByType(schema, typeName, undefined, parseId(id)?.connection, context)
}

/** What a caller gives as an id. What is no id of a record of ours is the resolver's to refuse. */
export function judgeId(schema: GraphQLSchema, id: string, context: JudgeContext): Verdict {
  const parsed = parseId(id)
  if (parsed === undefined || !isObjectType(schema.getType(parsed.type))) return null
  return judgeReference(schema, parsed.type, id, context)
}

/** Judges each record of an answer; a denied one becomes an error in its place, and its siblings live. */
export async function judgeRecords(
  schema: GraphQLSchema,
  fallbackType: string | undefined,
  answer: unknown,
  context: JudgeContext,
): Promise<unknown> {
  const one = (record: unknown): unknown => {
    if (record instanceof Promise) return record.then(one)
    if (Array.isArray(record)) return record.map(one)
    if (typeof record !== 'object' || record === null || record instanceof Error) return record
    const name = fallbackType ?? typeNameOf(schema, record)
    // A type of an abstract field that can't be told is nobody's to judge, so it is closed.
    if (name === undefined) return undeclared('(a record of unknown type)')
    return judgeByType(schema, name, record, connectionOf(record), context) ?? record
  }
  return one(await answer)
}

function typeNameOf(schema: GraphQLSchema, record: object): string | undefined {
  const { __typename, type, id } = record as { __typename?: unknown; type?: unknown; id?: unknown }
  if (typeof __typename === 'string') return __typename
  if (typeof type === 'string' && isObjectType(schema.getType(type))) return type
  return typeof id === 'string' ? parseId(id)?.type : undefined
}
