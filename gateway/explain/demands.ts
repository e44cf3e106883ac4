import type { Demand } from '../../policy/types.ts'
import { GatewayError } from '../../schema/errors.ts'
import type { WriteName } from '../../schema/plan.ts'
import { writes } from '../../schema/writes/index.ts'
import type { GatewayContext } from '../context.ts'
import { guard } from '../guard/guard.ts'
import { type OpenedRoot, type WalkedOperation, walk } from '../guard/walk.ts'
import type { RawCall } from '../passthrough/request.ts'
import { type Field, understand } from '../passthrough/understand.ts'
import { rawSubmission } from '../passthrough/write.ts'
import { refuseUnstorableText } from '../text.ts'
import { submissionOf } from '../writes/submission.ts'

/** One thing that a call needs, with what of the call needs it. */
export interface FoundDemand {
  readonly demand: Demand
  /** Coordinates of the schema, or the argument of a write. */
  readonly from: readonly string[]
  /** Of the records that it reads the group differs: each is judged by its own when it is read. */
  readonly perRecord: boolean
}

/** Demands that are judged together: of all that the operation reads, or of one write. */
export interface FoundPart {
  /** `read`, or the mutation's field. */
  readonly name: string
  readonly isWrite: boolean
  readonly demands: readonly FoundDemand[]
}

export interface Found {
  readonly parts: readonly FoundPart[]
  /** What refuses the call as a whole before anything is planned or read. */
  readonly refusal: GatewayError | null
}

export interface AskedOperation {
  readonly query: string
  readonly operationName: string | null
  readonly variables: Readonly<Record<string, unknown>>
}

/**
 * What an operation demands, told by the very walk and guard that would stand before it. The limits are those of an
 * operation that is run.
 * @throws GatewayError, or an AggregateError of them: what the operation would be refused for before it is judged
 */
export async function demandsOfOperation(context: GatewayContext, asked: AskedOperation): Promise<Found> {
  const { supergraph } = context.services
  const prepared = supergraph.prepare({
    document: supergraph.parse(asked.query),
    operationName: asked.operationName,
    variables: asked.variables,
  })
  refuseUnstorableText(prepared.document, prepared.variables)
  const operation: WalkedOperation = { ...prepared, schema: supergraph.apiSchema, access: supergraph.access }
  const reads = new Map<string, { demand: Demand; from: string[]; perRecord: boolean }>()
  const roots: (FoundPart | Promise<FoundPart>)[] = []
  walk(operation, (opened) => {
    const { connections } = opened
    const part = ofRoot(context, operation, opened)
    if (part !== undefined) roots.push(part)
    const touched = connections ?? [...context.connections.keys()]
    return (access, coordinate) => {
      if (access?.of !== 'PSA' || access.group === 'OPEN') return
      const { field, byRecord } = access
      const perRecord = byRecord !== undefined
      const groups = byRecord?.among ?? [access.group]
      for (const [connection, group] of touched.flatMap((slug) =>
        groups.map((one) => [slug, one] as const),
      )) {
        const key = JSON.stringify([connection, group, perRecord])
        const known = reads.get(key)
        const fields = [
          ...new Set([...(known?.demand.fields ?? []), ...(field === '' ? [] : [field])]),
        ].sort()
        const from = [...new Set([...(known?.from ?? []), coordinate])]
        reads.set(key, { demand: { connection, group, kind: 'READ', fields }, from, perRecord })
      }
    }
  })
  const parts = await Promise.all(roots)
  const read: FoundPart = { name: 'read', isWrite: false, demands: [...reads.values()] }
  return {
    parts: read.demands.length === 0 ? parts : [...parts, read],
    refusal: refusalBy(context, operation),
  }
}

function refusalBy(context: GatewayContext, operation: WalkedOperation): GatewayError | null {
  return refusalIn(() => guard({ ...operation, context }))
}

/** A write, or a raw request: what its arguments demand. */
function ofRoot(
  context: GatewayContext,
  { operation }: WalkedOperation,
  { root, args }: OpenedRoot,
): FoundPart | Promise<FoundPart> | undefined {
  const name = root.field.name
  const isMutation = operation.operation === 'mutation'
  const input = args.input as Readonly<Record<string, unknown>>
  if (name === 'psaRequest') {
    const call = rawCall((isMutation ? input : args) as GivenCall)
    return rawPart(context, call, isMutation ? 'MUTATION' : 'QUERY')
  }
  if (!isMutation || !isWriteName(name)) return undefined
  const { connection, demands } = submissionOf(name, input).submission
  const from = ['input']
  return {
    name,
    isWrite: true,
    demands: demands.map((demand) => ({ demand: { connection, ...demand }, from, perRecord: false })),
  }
}

function isWriteName(name: string): name is WriteName {
  return Object.hasOwn(writes, name)
}

/** As an agent gives it: in a field's arguments, or in its input. */
type GivenCall = Pick<RawCall, 'connection' | 'method' | 'path'> &
  Partial<{ readonly query: RawCall['query'] | null; readonly body: string | null }>

export function rawCall({ connection, method, path, query, body }: GivenCall): RawCall {
  return { connection, method, path, query: query ?? [], body: body ?? null }
}

/** @throws GatewayError BAD_USER_INPUT, NOT_SUPPORTED */
export async function demandsOfRequest(context: GatewayContext, call: RawCall): Promise<Found> {
  return { parts: [await rawPart(context, call, 'EITHER')], refusal: null }
}

async function rawPart(context: GatewayContext, call: RawCall, field: Field | 'EITHER'): Promise<FoundPart> {
  const { connection } = call
  const from = [
    'method',
    'path',
    ...(call.query.length > 0 ? ['query'] : []),
    ...(call.body === null ? [] : ['body']),
  ]
  // Which endpoints it has is told to those alone to whom it is assigned.
  const demands = context.connections.has(connection)
    ? field === 'MUTATION'
      ? (await rawSubmission(context, call)).demands
      : (await understand(context, call, field)).demands
    : [{ group: undefined, kind: 'READ' as const, fields: [] }]
  return {
    name: 'psaRequest',
    isWrite: demands.some(({ kind }) => kind !== 'READ'),
    demands: demands.map((demand) => ({ demand: { connection, ...demand }, from, perRecord: false })),
  }
}

function refusalIn(judge: () => void): GatewayError | null {
  try {
    judge()
    return null
  } catch (error) {
    if (error instanceof GatewayError) return error
    throw error
  }
}
