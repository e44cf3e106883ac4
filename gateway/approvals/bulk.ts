import { decide } from '../../policy/decide.ts'
import { badInput, type ErrorCode, GatewayError } from '../../schema/errors.ts'
import type { GatewayContext } from '../context.ts'
import { agentPrincipal } from '../identity/principal.ts'
import { getRevision } from '../store/requests.ts'
import type { WriteRequestRow } from '../store/tables.ts'
import { demandsOf, type Plan } from '../writes/plan.ts'
import { approveRequest } from './decide.ts'
import { findVisible } from './visible.ts'

export interface BulkItem {
  readonly id: string
  readonly planHash: string
}

export interface BulkResult {
  readonly id: string
  readonly request: WriteRequestRow | null
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly details: unknown } | null
}

const MOST = 50
/** As many as one gateway sends at a time. */
const AT_ONCE = 4

/** Each with its own hash, its own checks and its own result: one that fails stops no other. */
export async function approveMany(
  context: GatewayContext,
  items: readonly BulkItem[],
): Promise<readonly BulkResult[]> {
  if (items.length === 0 || items.length > MOST)
    throw badInput('items', `1 to ${MOST} requests`, items.length)
  if (new Set(items.map(({ id }) => id)).size < items.length)
    throw badInput('items', 'each request once', items.length)
  const results: BulkResult[] = []
  const waiting = [...items.entries()]
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, item] = next
      results[index] = await approveOne(context, item)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return results
}

async function approveOne(context: GatewayContext, { id, planHash }: BulkItem): Promise<BulkResult> {
  try {
    await expectBulk(context, await findVisible(context, id))
    return { id, request: await approveRequest(context, id, planHash, null), error: null }
  } catch (error) {
    if (error instanceof GatewayError) {
      const { code, ...details } = error.extensions
      return { id, request: null, error: { code: code as ErrorCode, message: error.message, details } }
    }
    // The others have their results; this one's belongs into the log.
    context.services.log('error', 'a bulk approval failed', { requestId: id, error: String(error) })
    const message = 'Something went wrong; approve this one on its own.'
    return { id, request: null, error: { code: 'INTERNAL', message, details: {} } }
  }
}

/** What deserves a look of its own is left out, unless the rules that hold for it say `bulk`. */
async function expectBulk(context: GatewayContext, request: WriteRequestRow): Promise<void> {
  const { db } = context.services.store
  const plan = (await getRevision(db, request.id, request.revision))?.plan as Plan
  const demands = demandsOf(plan)
  const reasons = [
    ...(plan.facts.clientMail === 'NO' ? [] : ['clientMail']),
    ...(['MERGE', 'DELETE'] as const).filter((wanted) => demands.some(({ kind }) => kind === wanted)),
  ]
  if (reasons.length === 0) return
  const { principal } = await agentPrincipal(db, request.agent_id, request.workflow_id)
  const decision = decide(principal, demands, plan.facts)
  if (decision.verdict === 'HOLD' && decision.bulk) return
  throw new GatewayError(
    'ACTION_DISABLED',
    'Client mail, merges and deletes are approved one by one, unless the approval rule says `bulk`.',
    { requestId: request.id, reasons },
  )
}
