import { control } from '../../schema/access.ts'
import type { Removed } from '../../schema/passthrough.ts'
import type { RawAnswer as Answer } from '../passthrough/read.ts'
import { rawRead } from '../passthrough/read.ts'
import { rawSubmission } from '../passthrough/write.ts'
import { submitWrite } from '../writes/submit.ts'
import type { Control } from './builder.ts'
import type { defineOutcomes } from './outcome-types.ts'
import { type Inputs, writeCall } from './write-inputs.ts'

const everybody = control({ agents: true, roles: 'ANY' })

/** What a raw read answers, and what a raw write left behind. */
export function defineRawAnswer({ builder }: Control) {
  const RemovedPart = builder.objectRef<Removed>('RemovedPart').implement({
    description:
      'What was taken out of an answer: of a permission group that is closed to you, or of a record outside of your record scope.',
    extensions: everybody,
    fields: (t) => ({
      path: t.exposeString('path', {
        nullable: false,
        description: 'Where it stood, such as "[].contact.name"; "[]" alone stands for whole records.',
      }),
      group: t.exposeString('group', { nullable: false, description: 'The permission group it belongs to.' }),
    }),
  })
  return builder.objectRef<Answer>('RawAnswer').implement({
    description: "A PSA's own answer to a raw request, without what you may not read.",
    extensions: everybody,
    fields: (t) => ({
      status: t.exposeInt('status', { nullable: false, description: 'HTTP status of the answer.' }),
      body: t.field({
        type: 'UntrustedText',
        description: "JSON text in the vendor's own shape; null for an empty answer.",
        resolve: ({ body }) => body,
      }),
      removed: t.field({
        type: [RemovedPart],
        nullable: false,
        description: 'What is missing because you may not read it; empty when the answer is whole.',
        resolve: ({ removed }) => removed,
      }),
      partial: t.exposeString('partial', {
        description: 'Set when the PSA cut the answer: says what to ask for next.',
      }),
      cost: t.exposeInt('cost', { nullable: false, description: 'Vendor requests sent for it.' }),
    }),
  })
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** The raw passthrough: a read in Query and a write in Mutation, behind the gate of all others. */
export function defineRaw(
  { builder }: Control,
  Answer: ReturnType<typeof defineRawAnswer>,
  results: ReturnType<typeof defineOutcomes>,
) {
  const Method = builder.enumType('HttpMethod', {
    description:
      'Method of a raw request. It does not say whether the request reads or writes: the endpoint does.',
    values: METHODS,
  })
  const Parameter = builder.inputType('QueryParameterInput', {
    description: 'One name and value of a query string, unencoded.',
    extensions: everybody,
    fields: (t) => ({
      name: t.string({ required: true, description: 'A name that the endpoint takes.' }),
      value: t.string({ required: true, description: 'Its value as plain text.' }),
    }),
  })
  const told = {
    connection: "The connection's slug.",
    path: 'The vendor\'s own path below its API base, such as "/service/tickets/1234", without a query.',
    query: 'Query parameters; each name once, and only those that the endpoint takes.',
    body: 'JSON text: an object or array. Send numbers of more than 15 digits as texts.',
  }
  builder.queryField('psaRequest', (t) =>
    t.field({
      type: Answer,
      nullable: true,
      description:
        'Reads any endpoint of the PSA in its own shape, for what the typed fields do not cover. Judged by your policy like a typed read; what you may not read is left out and listed.',
      extensions: control({ agents: true }),
      args: {
        connection: t.arg.string({ required: true, description: told.connection }),
        method: t.arg({
          type: Method,
          required: true,
          defaultValue: 'GET',
          description: 'GET, or POST where the vendor searches by POST.',
        }),
        path: t.arg.string({ required: true, description: told.path }),
        query: t.arg({ type: [Parameter], description: told.query }),
        body: t.arg.string({ description: 'JSON text of a search by POST.' }),
      },
      resolve: (_, { connection, method, path, query, body }, context) =>
        rawRead(context, { connection, method, path, query: query ?? [], body: body ?? null }),
    }),
  )
  const Input = builder.inputType('PsaRequestInput', {
    description: "A write in the vendor's own shape.",
    fields: (t) => ({
      connection: t.string({ required: true, description: told.connection }),
      method: t.field({ type: Method, required: true, description: 'Method of the write.' }),
      path: t.string({ required: true, description: told.path }),
      query: t.field({ type: [Parameter], description: told.query }),
      body: t.string({ description: told.body }),
      ...writeCall(t as Inputs),
    }),
  })
  builder.mutationField('psaRequest', (t) =>
    t.field({
      type: results.Raw,
      nullable: true,
      description:
        'Writes to any endpoint of the PSA in its own shape, for what the typed writes do not cover. Judged, planned, approved and recorded like every write.',
      extensions: control({ agents: true }),
      args: {
        input: t.arg({ type: Input, required: true, description: 'What to send.' }),
        dryRun: t.arg.boolean({
          required: true,
          defaultValue: false,
          description: 'Plan it, show the plan, send nothing. The directive @dryRun does the same.',
        }),
      },
      resolve: async (_, { input, dryRun }, context) => {
        const { connection, method, path, query, body, reason, idempotencyKey, request } = input
        const call = { connection, method, path, query: query ?? [], body: body ?? null }
        return submitWrite(context, await rawSubmission(context, call), {
          reason: reason ?? null,
          idempotencyKey: idempotencyKey ?? null,
          request: request ?? null,
          dryRun,
        })
      },
    }),
  )
  return { Method, Parameter }
}
