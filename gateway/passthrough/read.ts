import { decide } from '../../policy/decide.ts'
import type { Demand } from '../../policy/types.ts'
import type { OpenConnection } from '../../schema/context.ts'
import { GatewayError } from '../../schema/errors.ts'
import type { RawReading, RawRequest, Removed } from '../../schema/passthrough.ts'
import type { VendorResponse } from '../../schema/source.ts'
import type { GatewayContext } from '../context.ts'
import type { Caller } from '../identity/caller.ts'
import { judgedByRecord } from '../vendors.ts'
import { refuse } from '../writes/refuse.ts'
import { passthroughOf, readRaw } from './exchange.ts'
import { knownRecord } from './known-records.ts'
import type { RawCall } from './request.ts'
import { understand } from './understand.ts'

export interface RawAnswer {
  readonly status: number
  /** JSON text; null for an empty answer. */
  readonly body: string | null
  readonly removed: readonly Removed[]
  readonly partial: string | null
  /** Vendor requests sent for it. */
  readonly cost: number
}

/** A raw read: judged by everything that it names before anything is sent, and narrowed to what may be read. @throws GatewayError */
export async function rawRead(context: GatewayContext, call: RawCall): Promise<RawAnswer> {
  const before = context.cost.requests
  const { connection, request, response, answer, removed } = await judgedRead(context, call, scopeOf)
  return {
    status: response.status,
    body: answer === undefined ? null : JSON.stringify(answer),
    removed,
    partial: passthroughOf(connection).cut(request, response) ?? null,
    cost: context.cost.requests - before,
  }
}

export interface JudgedAnswer {
  readonly connection: OpenConnection
  readonly request: RawRequest
  readonly response: VendorResponse
  /** Narrowed to what may be read; undefined for an empty one. */
  readonly answer: unknown
  readonly removed: readonly Removed[]
}

/**
 * The gate of every raw read. `inScope` tells where the records stand that it is about; null when they are known to
 * be inside of the policy's record scope.
 *
 * @throws GatewayError
 */
export async function judgedRead(
  context: GatewayContext,
  call: RawCall,
  inScope: typeof scopeOf | null,
): Promise<JudgedAnswer> {
  const { caller } = context
  expectAgent(caller)
  const { connection, demands, understood } = await understand(context, call, 'QUERY')
  const { slug } = connection
  const judge = async (scope: Pick<Demand, 'scope' | 'unscopable'>) => {
    const all = demands.map((demand): Demand => ({ connection: slug, ...demand, ...scope }))
    const decision = decide(context.known.principal, all)
    if (decision.verdict === 'DENY') await refuse(context, caller, slug, 'psaRequest', all, decision)
  }
  await judge({})
  if (understood === undefined)
    throw new GatewayError('NOT_CATALOGUED', 'The gateway does not know this endpoint.')
  const { request, reading } = understood
  const isScoped = context.known.principal.connections.get(slug)?.recordScope !== undefined
  const sender = isScoped ? judgedByRecord(context, slug) : connection
  if (isScoped && inScope !== null) await judge(await inScope(sender, reading))
  const { response, answer } = await readRaw(sender, request, reading)
  const mayRead = (group: string, field: string) => sender.session.mayRead(group, field)
  const narrowed = passthroughOf(connection).narrow(request, answer, mayRead, isScoped)
  return { connection, request, response, ...narrowed }
}

/** @throws GatewayError FORBIDDEN_OPERATION */
export function expectAgent(caller: Caller): asserts caller is Extract<Caller, { kind: 'AGENT' }> {
  if (caller.kind === 'AGENT') return
  throw new GatewayError(
    'FORBIDDEN_OPERATION',
    'Raw requests are for AI agents; people read in the PSA itself.',
  )
}

/** Under a record scope a read is about one record that tells its company and board, or it is refused. */
async function scopeOf(
  connection: OpenConnection,
  { target, refersTo }: RawReading,
): Promise<Pick<Demand, 'scope' | 'unscopable'>> {
  if (target === null) return { unscopable: true }
  const records = await Promise.all([target, ...refersTo].map((ref) => knownRecord(connection, ref)))
  // One that is not there is refused like one outside: nobody learns which.
  return { scope: records.map((record) => record?.scope ?? {}) }
}
