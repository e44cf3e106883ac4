import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql'
import type { JudgeContext } from './judge.ts'
import { judgeId, judgeRecords, judgeReference } from './records.ts'

export type Resolve = (
  parent?: unknown,
  args?: Readonly<Record<string, unknown>>,
  context?: JudgeContext,
  info?: GraphQLResolveInfo,
) => unknown

export type Middleware = (
  resolve: Resolve,
  parent: unknown,
  args: Readonly<Record<string, unknown>>,
  context: JudgeContext,
  info: GraphQLResolveInfo,
) => unknown

/** `_entities`: a denied representation is an error in its place and is never resolved; the others are. */
export function judgeRepresentations(schema: GraphQLSchema): Middleware {
  return async (resolve, parent, args, context, info) => {
    const representations = args.representations as readonly { __typename: string; id: string }[]
    return splitAndMerge(
      representations,
      ({ __typename, id }) => judgeReference(schema, String(__typename), String(id), context),
      async (allowed) => {
        const loaded = await resolve(parent, { ...args, representations: allowed }, context, info)
        // Each by its own representation's type: a record need not know its `__typename`.
        return Promise.all(
          (loaded as readonly unknown[]).map(async (record, index) => {
            try {
              return await judgeRecords(schema, allowed[index]!.__typename, await record, context)
            } catch (error) {
              return asError(error)
            }
          }),
        )
      },
    )
  }
}

/** `nodes(ids)`, and any open root field that takes a list of ids and answers one record for each. */
export function judgeIds(schema: GraphQLSchema, argument: string): Middleware {
  return async (resolve, parent, args, context, info) =>
    splitAndMerge(
      args[argument] as readonly string[],
      (id) => judgeId(schema, id, context),
      async (allowed) =>
        (await resolve(parent, { ...args, [argument]: allowed }, context, info)) as readonly unknown[],
    )
}

async function splitAndMerge<Item>(
  items: readonly Item[],
  judge: (item: Item) => Error | null,
  load: (allowed: readonly Item[]) => Promise<readonly unknown[]>,
): Promise<unknown> {
  const verdicts = items.map(judge)
  const allowed = items.filter((_item, index) => verdicts[index] === null)
  const loaded = allowed.length > 0 ? await load(allowed) : []
  let next = 0
  return verdicts.map((verdict) => verdict ?? loaded[next++])
}

/** An Error that stands in a list is an error at its index to graphql-js. */
function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('Something that is no Error was thrown')
}
