import type { Services } from '../services.ts'
import { claimReadBack } from '../store/reconciliation.ts'
import { getRevision } from '../store/requests.ts'
import { readBack } from './execute.ts'
import type { Plan } from './plan.ts'
import { openFor } from './reconcile.ts'

/** E6 of a write whose executor died between E5 and E6, by whichever gateway comes first. Nothing here can send. */
export async function readBackLater(services: Services, id: string): Promise<void> {
  const { db } = services.store
  const request = await claimReadBack(db, id)
  if (request === undefined) return
  const plan = (await getRevision(db, id, request.revision))?.plan as Plan | undefined
  if (plan === undefined) return
  const connection = await openFor(services, request)
  await readBack({ services, request, plan, connection }, request.result ?? {})
}
