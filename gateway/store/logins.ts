import { sql } from 'kysely'
import { clock, fromNow } from './clock.ts'
import type { Db } from './index.ts'
import { newId } from './newId.ts'

/** With `p` for the person. What the sandbox made lives only under a sandbox. */
export const liveLogin = sql<boolean>`(p.active
  and (not p.sandbox or exists (select from installation where installation.sandbox)))`

/** Who somebody is at an identity provider. */
export function findLogin(db: Db, login: { readonly issuer: string; readonly subject: string }) {
  return db
    .selectFrom('person_login as l')
    .innerJoin('person as p', 'p.id', 'l.person_id')
    .select(['l.id as login_id', 'p.id as person_id', 'p.name', 'p.member_keys'])
    .select(liveLogin.as('live'))
    .where('l.issuer', '=', login.issuer)
    .where('l.subject', '=', login.subject)
    .executeTakeFirst()
}

/** Undefined: somebody is linked with it already. */
export async function linkLogin(
  db: Db,
  login: { readonly issuer: string; readonly subject: string; readonly personId: string },
): Promise<string | undefined> {
  const row = await db
    .insertInto('person_login')
    .values({ id: newId('log'), issuer: login.issuer, subject: login.subject, person_id: login.personId })
    .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id
}

export async function hasLogin(db: Db, personId: string): Promise<boolean> {
  const row = await db
    .selectFrom('person_login')
    .select('id')
    .where('person_id', '=', personId)
    .executeTakeFirst()
  return row !== undefined
}

export async function unlinkLogins(db: Db, personId: string): Promise<void> {
  await db.deleteFrom('person_login').where('person_id', '=', personId).execute()
}

export interface NewInvitation {
  readonly id: string
  readonly personId: string
  readonly hash: Buffer
  readonly lifeSeconds: number
  readonly createdBy: string | null
}

/** In a transaction: the newest one is the only one that is good. */
export async function saveInvitation(db: Db, invitation: NewInvitation): Promise<Date> {
  await endInvitations(db, invitation.personId)
  const row = await db
    .insertInto('person_invitation')
    .values({
      id: invitation.id,
      person_id: invitation.personId,
      hash: invitation.hash,
      expires_at: fromNow(invitation.lifeSeconds),
      created_by: invitation.createdBy,
    })
    .returning('expires_at')
    .executeTakeFirstOrThrow()
  return row.expires_at
}

export async function endInvitations(db: Db, personId: string): Promise<void> {
  await db
    .updateTable('person_invitation')
    .set({ ended_at: clock })
    .where('person_id', '=', personId)
    .where('ended_at', 'is', null)
    .execute()
}

/** Whose it is, while it is good. The caller compares the hash in constant time. */
export function findInvitation(
  db: Db,
  id: string,
): Promise<{ readonly hash: Buffer; readonly person_id: string } | undefined> {
  return db
    .selectFrom('person_invitation as i')
    .innerJoin('person as p', 'p.id', 'i.person_id')
    .select(['i.hash', 'i.person_id'])
    .where('i.id', '=', id)
    .where('i.ended_at', 'is', null)
    .where('i.expires_at', '>', clock)
    .where(liveLogin)
    .executeTakeFirst()
}

/** Works once, whoever comes first. */
export async function spendInvitation(db: Db, id: string): Promise<boolean> {
  const row = await db
    .updateTable('person_invitation')
    .set({ ended_at: clock })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', clock)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
