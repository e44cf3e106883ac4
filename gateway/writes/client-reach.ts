import type { ClientReach } from '../../schema/plan.ts'
import { listSteps } from '../store/executions.ts'
import type { Db } from '../store/index.ts'
import { getRevision } from '../store/requests.ts'
import type { WriteRequestRow } from '../store/tables.ts'
import type { Plan } from './plan.ts'

/** Of several texts in one plan the one that reaches furthest counts. */
const FURTHEST_FIRST: readonly ClientReach[] = ['MAILED', 'UNKNOWN', 'PORTAL_ONLY']

/** How the texts of the steps that were applied get to the client; null when none of them is for the client. */
export async function clientReachOf(
  db: Db,
  { id, revision, state }: WriteRequestRow,
): Promise<ClientReach | null> {
  if (state !== 'EXECUTED' && state !== 'FAILED' && state !== 'UNKNOWN_OUTCOME') return null
  const [stored, sent] = await Promise.all([getRevision(db, id, revision), listSteps(db, id, revision)])
  const done = new Set(sent.flatMap(({ step, outcome }) => (outcome === 'DONE' ? [step] : [])))
  const applied = ((stored?.plan as Plan | undefined)?.steps ?? []).filter(
    // A step that was found by reading keeps the outcome that it had when it was sent.
    (_, index) => state === 'EXECUTED' || done.has(index + 1),
  )
  return FURTHEST_FIRST.find((reach) => applied.some(({ clientReach }) => clientReach === reach)) ?? null
}
