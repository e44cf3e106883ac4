import { decide } from '../../policy/decide.ts'
import type { Demand } from '../../policy/types.ts'
import type { OpenConnection } from '../../schema/context.ts'
import { GatewayError } from '../../schema/errors.ts'
import type { RawReading, Removed } from '../../schema/passthrough.ts'
import type { GatewayContext } from '../context.ts'
import { openConnections } from '../vendors.ts'
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
  const { caller } = context
  if (caller.kind !== 'AGENT')
    throw new GatewayError(
      'FORBIDDEN_OPERATION',
      'Raw requests are for AI agents; people read in the PSA itself.',
    )
  const before = context.cost.requests
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
  const sender = isScoped ? scopedSender(context, slug) : connection
  if (isScoped) await judge(await scopeOf(sender, reading))
  const { response, answer } = await readRaw(sender, request, reading)
  const passthrough = passthroughOf(connection)
  const narrowed = passthrough.narrow(request, answer, (group, field) => sender.session.mayRead(group, field))
  return {
    status: response.status,
    body: narrowed.answer === undefined ? null : JSON.stringify(narrowed.answer),
    removed: narrowed.removed,
    partial: passthrough.cut(request, response) ?? null,
    cost: context.cost.requests - before,
  }
}

/** Its reads are judged by the records that they are about, before and not at the door. */
function scopedSender(context: GatewayContext, slug: string): OpenConnection {
  const options = { judgedByPlan: true, onRequest: context.countRequest }
  const sender = openConnections(context.services, context.known, options).get(slug)
  if (sender !== undefined) return sender
  throw new GatewayError('CONNECTION_FORBIDDEN', 'This connection is not assigned to you.')
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
