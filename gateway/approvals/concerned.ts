import type { Db } from '../store/index.ts'
import { listApprovals } from '../store/requests.ts'
import type { WriteRequestRow } from '../store/tables.ts'

/**
 * Who hears of a request, by id: whom it waits for while it waits, and afterwards the people who signed it, the
 * ticket's owner and the person for whom the agent works, all of whom a failure concerns.
 */
export async function concernedBy(db: Db, request: WriteRequestRow): Promise<readonly string[]> {
  const { recipients, escalated_at, on_behalf_of } = request
  const signed = (await listApprovals(db, request.id)).map(({ person_id }) => person_id)
  const addressed =
    request.state === 'PENDING'
      ? recipients.filter(({ now }) => now || escalated_at !== null)
      : recipients.filter(({ as }) => as === 'OWNER')
  return [
    ...new Set([
      ...addressed.map(({ person }) => person),
      ...signed,
      ...(on_behalf_of === null ? [] : [on_behalf_of]),
    ]),
  ]
}
