import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { clock } from './clock.ts'
import type { Db } from './index.ts'
import { liveLogin } from './logins.ts'
import { liveSession } from './sessions.ts'
import type { AgentTokenRow, PersonTokenRow } from './tables.ts'

/** The id stands inside the token between underscores, so it holds none itself. */
export function newTokenId(): string {
  return randomBytes(10).toString('hex')
}

const liveAgentToken = sql<boolean>`(t.revoked_at is null and a.revoked_at is null and t.expires_at > now())`
const livePersonToken = sql<boolean>`(t.revoked_at is null and p.active and t.expires_at > now()
  and (not (t.sandbox or p.sandbox) or exists (select from installation where installation.sandbox)))`

const usedLongAgo = sql<boolean>`(last_used_at is null or last_used_at < now() - interval '1 minute')`

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
    .select([liveAgentToken.as('live'), usedLongAgo.as('used_long_ago')])
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

/** The new token takes over; the old one is good for so many seconds more. Undefined: not live, or replaced before. */
export function replaceAgentToken(
  db: Db,
  id: string,
  by: string,
  afterSeconds: number,
): Promise<AgentTokenRow | undefined> {
  return db
    .updateTable('agent_token')
    .set({
      replaced_by: by,
      expires_at: sql<Date>`least(expires_at, clock_timestamp() + make_interval(secs => ${afterSeconds}))`,
    })
    .where('id', '=', id)
    .where('replaced_by', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', clock)
    .returningAll()
    .executeTakeFirst()
}

export function findAgentTokenRow(db: Db, id: string): Promise<AgentTokenRow | undefined> {
  return db.selectFrom('agent_token').selectAll().where('id', '=', id).executeTakeFirst()
}

export interface NewPersonToken {
  readonly id: string
  readonly personId: string
  readonly hash: Buffer
  readonly expiresAt: Date
  readonly sandbox?: boolean
  readonly name?: string
  /** When its holder last proved who they are; left out: now. */
  readonly signedInAt?: Date
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
      name: token.name ?? '',
      ...(token.signedInAt !== undefined && { signed_in_at: token.signedInAt }),
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
      't.signed_in_at',
      'p.id as person_id',
      'p.name',
      'p.email',
      'p.member_keys',
    ])
    .select([livePersonToken.as('live'), usedLongAgo.as('used_long_ago')])
    .where('t.id', '=', id)
    .executeTakeFirst()
}
export type PersonTokenIdentity = NonNullable<Awaited<ReturnType<typeof findPersonToken>>>

/** Those that were made by hand, dead ones too, newest first. */
export function listPersonTokens(db: Db, personId: string): Promise<PersonTokenRow[]> {
  return db
    .selectFrom('person_token')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('created_at', 'desc')
    .execute()
}

export function findPersonTokenRow(db: Db, id: string): Promise<PersonTokenRow | undefined> {
  return db.selectFrom('person_token').selectAll().where('id', '=', id).executeTakeFirst()
}

export function revokePersonToken(db: Db, id: string): Promise<PersonTokenRow | undefined> {
  return db
    .updateTable('person_token')
    .set({ revoked_at: clock })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

export async function revokeTokensOfPerson(db: Db, personId: string): Promise<void> {
  await db
    .updateTable('person_token')
    .set({ revoked_at: clock })
    .where('person_id', '=', personId)
    .where('revoked_at', 'is', null)
    .execute()
}

/** Its holder has proved again who they are. */
export async function confirmPersonToken(db: Db, id: string): Promise<void> {
  await db.updateTable('person_token').set({ signed_in_at: clock }).where('id', '=', id).execute()
}

/** At most once a minute a token, so that reading costs no write. */
export async function touchToken(db: Db, table: 'agent_token' | 'person_token', id: string): Promise<void> {
  await db
    .updateTable(table)
    .set({ last_used_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where(usedLongAgo)
    .execute()
}

/** A bearer token of an identity provider is no row: its login is, and the token names its own end. */
const PROVIDER_TOKEN = /^oidc_(log_[0-9a-f]+)_(\d{1,12})$/

export function providerTokenId(loginId: string, expiresAt: number): string {
  return `oidc_${loginId}_${expiresAt}`
}

/** Which of these are good: by the very conditions of `findAgentToken`, `findPersonToken`, `findSession` and `findLogin`. */
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
    .unionAll(
      db
        .selectFrom('person_session as s')
        .innerJoin('person as p', 'p.id', 's.person_id')
        .select('s.id')
        .where('s.id', '=', wanted)
        .where(liveSession),
    )
    .execute()
  const live = new Set(rows.map(({ id }) => id))
  for (const id of ids) if (PROVIDER_TOKEN.test(id) && (await findProviderToken(db, id))?.live) live.add(id)
  return live
}

/** Who holds a bearer token of an identity provider, as of now. */
export async function findProviderToken(db: Db, tokenId: string) {
  const [, loginId = '', expiresAt = ''] = PROVIDER_TOKEN.exec(tokenId) ?? []
  return db
    .selectFrom('person_login as l')
    .innerJoin('person as p', 'p.id', 'l.person_id')
    .select(['p.id as person_id', 'p.name', 'p.member_keys'])
    .select(
      sql<boolean>`(${liveLogin} and to_timestamp(${Number(expiresAt)}) > clock_timestamp())`.as('live'),
    )
    .where('l.id', '=', loginId)
    .executeTakeFirst()
}
