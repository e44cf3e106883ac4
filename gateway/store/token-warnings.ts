import { sql } from 'kysely'
import type { Db } from './index.ts'

export interface EndingToken {
  readonly kind: 'AGENT_TOKEN' | 'PERSON_TOKEN'
  readonly id: string
  /** Of the agent or the person. */
  readonly name: string
  /** It ends within so many days. */
  readonly days: number
  readonly expiresAt: Date
}

/**
 * Marks the live tokens that have come within the next of these days before their end, and answers them: each once a
 * warning. One that was made for a shorter time than that is not warned of, nor one that another has replaced.
 */
export async function endingTokens(db: Db, warnings: readonly number[]): Promise<readonly EndingToken[]> {
  const { rows } = await sql<EndingToken>`
    with warning as (select unnest(${[...warnings]}::int[]) as days),
    agent_due as (
      select t.id, a.name, min(w.days) as days
      from agent_token t join agent a on a.id = t.agent_id, warning w
      where t.revoked_at is null and t.replaced_by is null and a.revoked_at is null and t.expires_at > clock_timestamp()
        and t.expires_at <= clock_timestamp() + make_interval(days => w.days)
        and t.created_at < t.expires_at - make_interval(days => w.days)
        and (t.warned_days is null or t.warned_days > w.days)
      group by t.id, a.name
    ),
    person_due as (
      select t.id, p.name, min(w.days) as days
      from person_token t join person p on p.id = t.person_id, warning w
      where t.revoked_at is null and p.active and t.expires_at > clock_timestamp()
        and t.expires_at <= clock_timestamp() + make_interval(days => w.days)
        and t.created_at < t.expires_at - make_interval(days => w.days)
        and (t.warned_days is null or t.warned_days > w.days)
      group by t.id, p.name
    ),
    agent_warned as (
      update agent_token t set warned_days = d.days from agent_due d
      where t.id = d.id and (t.warned_days is null or t.warned_days > d.days)
      returning 'AGENT_TOKEN' as kind, t.id, d.name, d.days, t.expires_at as "expiresAt"
    ),
    person_warned as (
      update person_token t set warned_days = d.days from person_due d
      where t.id = d.id and (t.warned_days is null or t.warned_days > d.days)
      returning 'PERSON_TOKEN' as kind, t.id, d.name, d.days, t.expires_at as "expiresAt"
    )
    select * from agent_warned union all select * from person_warned order by "expiresAt"
  `.execute(db)
  return rows
}
