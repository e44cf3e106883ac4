import type { FieldChange } from '../../schema/plan.ts'
import type { Db } from '../store/index.ts'
import { getRevision, lastRevisionOfAgent } from '../store/requests.ts'
import type { WriteRequestRow } from '../store/tables.ts'

export interface FieldEdit {
  readonly field: string
  readonly asked: string | null
  readonly sent: string | null
}

/** The difference between what the agent asked for last and what the plan of now writes. */
export async function editsOf(db: Db, request: WriteRequestRow): Promise<readonly FieldEdit[]> {
  if (!request.edited) return []
  const [asked, sent] = await Promise.all([
    lastRevisionOfAgent(db, request.id),
    getRevision(db, request.id, request.revision),
  ])
  const before = byField(asked?.plan.changes ?? [])
  const after = byField(sent?.plan.changes ?? [])
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [one, other] = [before.get(key), after.get(key)]
    if (one?.after === other?.after) return []
    return { field: (one ?? other)!.field, asked: one?.after ?? null, sent: other?.after ?? null }
  })
}

/** Several changes may have one name, such as two notes: those are told apart by their order. */
function byField(changes: readonly FieldChange[]): ReadonlyMap<string, FieldChange> {
  const counts = new Map<string, number>()
  return new Map(
    changes.map((change) => {
      const name = `${change.target?.type} ${change.target?.key} ${change.field}`
      const count = counts.get(name) ?? 0
      counts.set(name, count + 1)
      return [`${name} ${count}`, change]
    }),
  )
}
