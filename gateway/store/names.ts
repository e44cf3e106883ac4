import { sql } from 'kysely'
import type { Db } from './index.ts'

export interface Named {
  readonly id: string
  readonly name: string
}

/** Names of agents, people and workflows, whose ids never meet; in the order asked, null for what is none of them. */
export async function namesOf(db: Db, ids: readonly string[]): Promise<(Named | null)[]> {
  const wanted = sql<string>`any(${ids})`
  const found = await db
    .selectFrom('agent')
    .select(['id', 'name'])
    .where('id', '=', wanted)
    .unionAll(db.selectFrom('person').select(['id', 'name']).where('id', '=', wanted))
    .unionAll(db.selectFrom('workflow').select(['id', 'name']).where('id', '=', wanted))
    .execute()
  const byId = new Map(found.map((one) => [one.id, one]))
  return ids.map((id) => byId.get(id) ?? null)
}
