import { sql } from 'kysely'
import { clock, fromNow } from './clock.ts'
import type { Db } from './index.ts'
import type { PersonSessionRow, SignInMethod } from './tables.ts'

/** With `s` for the session and `p` for its person. What the sandbox made lives only under a sandbox. */
export const liveSession = sql<boolean>`(s.revoked_at is null and p.active and s.expires_at > clock_timestamp()
  and s.last_seen_at > clock_timestamp() - make_interval(secs => s.idle_seconds)
  and (not (p.sandbox or s.method = 'SANDBOX') or exists (select from installation where installation.sandbox)))`

export interface NewSession {
  readonly id: string
  readonly personId: string
  readonly hash: Buffer
  readonly method: SignInMethod
  readonly idleSeconds: number
  readonly lifeSeconds: number
  /** When the identity provider asked for it, which may be long ago; left out: now. */
  readonly signedInAt?: Date
}

export function createSession(db: Db, session: NewSession): Promise<PersonSessionRow> {
  return db
    .insertInto('person_session')
    .values({
      id: session.id,
      person_id: session.personId,
      hash: session.hash,
      method: session.method,
      idle_seconds: session.idleSeconds,
      expires_at: fromNow(session.lifeSeconds),
      ...(session.signedInAt !== undefined && {
        signed_in_at: sql<Date>`least(clock_timestamp(), ${session.signedInAt}::timestamptz)`,
      }),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

const seenLongAgo = sql<boolean>`(last_seen_at < clock_timestamp() - make_interval(secs => least(60, idle_seconds / 4.0)))`

/** With its person, so that a request costs one statement; the caller compares the hash in constant time. */
export function findSession(db: Db, id: string) {
  return db
    .selectFrom('person_session as s')
    .innerJoin('person as p', 'p.id', 's.person_id')
    .select([
      's.id as token_id',
      's.hash',
      's.method',
      's.signed_in_at',
      's.last_seen_at',
      's.expires_at',
      'p.id as person_id',
      'p.name',
      'p.email',
      'p.member_keys',
    ])
    .select([liveSession.as('live'), seenLongAgo.as('seen_long_ago')])
    .where('s.id', '=', id)
    .executeTakeFirst()
}

/** Those that still live, newest first. */
export function listSessions(db: Db, personId: string): Promise<PersonSessionRow[]> {
  return db
    .selectFrom('person_session as s')
    .innerJoin('person as p', 'p.id', 's.person_id')
    .selectAll('s')
    .where('s.person_id', '=', personId)
    .where(liveSession)
    .orderBy('s.created_at', 'desc')
    .execute()
}

/** At most once a minute, so that reading costs no write. */
export async function touchSession(db: Db, id: string): Promise<void> {
  await db
    .updateTable('person_session')
    .set({ last_seen_at: clock })
    .where('id', '=', id)
    .where(seenLongAgo)
    .execute()
}

/** The person has proved again who they are. */
export async function confirmSession(db: Db, id: string): Promise<void> {
  await db.updateTable('person_session').set({ signed_in_at: clock }).where('id', '=', id).execute()
}

export function endSession(db: Db, id: string): Promise<PersonSessionRow | undefined> {
  return db
    .updateTable('person_session')
    .set({ revoked_at: clock })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

/** All of a person but one. Answers how many there were. */
export async function endSessionsOf(db: Db, personId: string, but: string | null = null): Promise<number> {
  const ended = await db
    .updateTable('person_session')
    .set({ revoked_at: clock })
    .where('person_id', '=', personId)
    .where('revoked_at', 'is', null)
    .$if(but !== null, (query) => query.where('id', '<>', but as string))
    .returning('id')
    .execute()
  return ended.length
}
