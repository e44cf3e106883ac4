import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from './index.ts'
import type { AgentTokenRow, PersonTokenRow } from './tables.ts'

/** The id stands inside the token between underscores, so it holds none itself. */
export function newTokenId(): string {
  return randomBytes(10).toString('hex')
}

const liveAgentToken = sql<boolean>`(t.revoked_at is null and a.revoked_at is null and t.expires_at > now())`
const livePersonToken = sql<boolean>`(t.revoked_at is null and p.active and t.expires_at > now()
  and (not t.sandbox or exists (select from installation where installation.sandbox)))`

export interface NewAgentToken {
  readonly id: string
  readonly agentId: string
  /** SHA-256 of the token's text. */
  readonly hash: Buffer
  readonly expiresAt: Date
  readonly createdBy?: string | null
}

export function createAgentToken(db: Db, token: NewAgentToken): Promise<AgentTokenRow> {
  return db
    .insertInto('agent_token')
    .values({
      id: token.id,
      agent_id: token.agentId,
      hash: token.hash,
      expires_at: token.expiresAt,
      created_by: token.createdBy ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/**
 * With the agent and its workflow, so that a request costs one statement. `live` is false for what is expired or
 * revoked, by the store's clock; the caller compares the hash in constant time.
 */
export function findAgentToken(db: Db, id: string) {
  return db
    .selectFrom('agent_token as t')
    .innerJoin('agent as a', 'a.id', 't.agent_id')
    .innerJoin('workflow as w', 'w.id', 'a.workflow_id')
    .select([
      't.id as token_id',
      't.hash',
      't.expires_at',
      't.created_by',
      'a.id as agent_id',
      'a.name as agent_name',
      'a.on_behalf_of',
      'w.id as workflow_id',
      'w.name as workflow_name',
      'w.paused as workflow_paused',
      'w.test_mode as workflow_test_mode',
    ])
    .select(liveAgentToken.as('live'))
    .where('t.id', '=', id)
    .executeTakeFirst()
}
export type AgentTokenIdentity = NonNullable<Awaited<ReturnType<typeof findAgentToken>>>

export function listAgentTokens(db: Db, agentId: string): Promise<AgentTokenRow[]> {
  return db
    .selectFrom('agent_token')
    .selectAll()
    .where('agent_id', '=', agentId)
    .orderBy('created_at')
    .execute()
}

/** `at` lies ahead while a new token takes over: both are valid for up to 24 hours. */
export function revokeAgentToken(db: Db, id: string, afterSeconds = 0): Promise<AgentTokenRow | undefined> {
  return db
    .updateTable('agent_token')
    .set(
      afterSeconds > 0
        ? { expires_at: sql<Date>`least(expires_at, now() + make_interval(secs => ${afterSeconds}))` }
        : { revoked_at: sql<Date>`now()` },
    )
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

export interface NewPersonToken {
  readonly id: string
  readonly personId: string
  readonly hash: Buffer
  readonly expiresAt: Date
  readonly sandbox?: boolean
}

export function createPersonToken(db: Db, token: NewPersonToken): Promise<PersonTokenRow> {
  return db
    .insertInto('person_token')
    .values({
      id: token.id,
      person_id: token.personId,
      hash: token.hash,
      expires_at: token.expiresAt,
      sandbox: token.sandbox ?? false,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** As `findAgentToken`. A token of the sandbox lives only under a sandbox. */
export function findPersonToken(db: Db, id: string) {
  return db
    .selectFrom('person_token as t')
    .innerJoin('person as p', 'p.id', 't.person_id')
    .select([
      't.id as token_id',
      't.hash',
      't.expires_at',
      't.sandbox',
      't.created_at as signed_in_at',
      'p.id as person_id',
      'p.name',
      'p.email',
      'p.member_keys',
    ])
    .select(livePersonToken.as('live'))
    .where('t.id', '=', id)
    .executeTakeFirst()
}
export type PersonTokenIdentity = NonNullable<Awaited<ReturnType<typeof findPersonToken>>>

/** At most once a minute a token, so that reading costs no write. */
export async function touchToken(db: Db, table: 'agent_token' | 'person_token', id: string): Promise<void> {
  await db
    .updateTable(table)
    .set({ last_used_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where((eb) =>
      eb.or([
        eb('last_used_at', 'is', null),
        eb('last_used_at', '<', sql<Date>`now() - interval '1 minute'`),
      ]),
    )
    .execute()
}

/** Which of these are neither expired nor revoked: by the very conditions of `findAgentToken` and `findPersonToken`. */
export async function liveTokens(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const wanted = sql<string>`any(${ids})`
  const rows = await db
    .selectFrom('agent_token as t')
    .innerJoin('agent as a', 'a.id', 't.agent_id')
    .select('t.id')
    .where('t.id', '=', wanted)
    .where(liveAgentToken)
    .unionAll(
      db
        .selectFrom('person_token as t')
        .innerJoin('person as p', 'p.id', 't.person_id')
        .select('t.id')
        .where('t.id', '=', wanted)
        .where(livePersonToken),
    )
    .execute()
  return new Set(rows.map(({ id }) => id))
}
