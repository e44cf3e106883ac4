import { sql } from 'kysely'
import { clock } from './clock.ts'
import type { Db } from './index.ts'
import type { AgentPaceRow } from './tables.ts'

export interface Counted {
  readonly agentId: string
  readonly what: AgentPaceRow['what']
  readonly perMinute: number
}

const MINUTE_MICROSECONDS = 60_000_000

/**
 * Counts one, for all gateways together: each uses up its share of a minute, and at most a minute may be used ahead.
 * So many may come at once, and after them one for each share that has passed.
 * @returns 0 when it was counted, else after how many milliseconds there is room
 */
export async function countOne(db: Db, { agentId, what, perMinute }: Counted): Promise<number> {
  // Rounded down, so that a whole minute's number always fits.
  const share = sql<string>`make_interval(secs => ${Math.floor(MINUTE_MICROSECONDS / perMinute) / 1_000_000})`
  const next = sql<Date>`greatest(agent_pace.used_until, ${clock}) + ${share}`
  const counted = await db
    .insertInto('agent_pace')
    .values({ agent_id: agentId, what, used_until: sql<Date>`${clock} + ${share}` })
    .onConflict((conflict) =>
      conflict
        .columns(['agent_id', 'what'])
        .doUpdateSet({ used_until: next })
        .where(next, '<=', sql<Date>`${clock} + interval '1 minute'`),
    )
    .returning('agent_id')
    .executeTakeFirst()
  if (counted !== undefined) return 0
  const waitMs = sql<number>`ceil(extract(epoch from ${next} - ${clock}) * 1000)::integer - 60000`
  const row = await db
    .selectFrom('agent_pace')
    .select(waitMs.as('waitMs'))
    .where('agent_id', '=', agentId)
    .where('what', '=', what)
    .executeTakeFirst()
  return Math.max(1, row?.waitMs ?? 1)
}
