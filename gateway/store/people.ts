import { sql } from 'kysely'
import type { Role } from '../../schema/access.ts'
import { asJson, type Db, type Trx } from './index.ts'
import { newId } from './newId.ts'
import type { PersonRoleRow, PersonRow } from './tables.ts'

export function createPerson(
  db: Db,
  person: {
    readonly id?: string
    readonly name: string
    readonly email: string
    readonly memberKeys?: PersonRow['member_keys']
    readonly sandbox?: boolean
  },
): Promise<PersonRow> {
  return db
    .insertInto('person')
    .values({
      id: person.id ?? newId('per'),
      name: person.name,
      email: person.email,
      member_keys: asJson(person.memberKeys ?? {}),
      sandbox: person.sandbox ?? false,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

export function savePerson(
  db: Db,
  id: string,
  change: Partial<Pick<PersonRow, 'name' | 'email' | 'active' | 'member_keys' | 'password_hash' | 'sandbox'>>,
): Promise<PersonRow | undefined> {
  const { member_keys, ...plain } = change
  return db
    .updateTable('person')
    .set({ ...plain, ...(member_keys !== undefined && { member_keys: asJson(member_keys) }) })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

export function findPerson(db: Db, id: string): Promise<PersonRow | undefined> {
  return db.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Letter case tells no two addresses apart, as in the index that keeps them unique. */
export function findPersonByEmail(db: Db, email: string): Promise<PersonRow | undefined> {
  return db
    .selectFrom('person')
    .selectAll()
    .where(sql<string>`lower(email)`, '=', sql<string>`lower(${email})`)
    .executeTakeFirst()
}

export function listPeople(db: Db): Promise<PersonRow[]> {
  return db.selectFrom('person').selectAll().orderBy('name').orderBy('id').execute()
}

export interface Signer {
  readonly person: PersonRow
  readonly grants: readonly PersonRoleRow[]
}

/** Everybody active who may sign something somewhere, with all their grants. */
export async function listSigners(db: Db): Promise<readonly Signer[]> {
  const grants = await db
    .selectFrom('person_role')
    .selectAll()
    .where('role', 'in', ['approver', 'owner'])
    .orderBy('granted_at')
    .execute()
  const people = (await listPeople(db)).filter(({ active }) => active)
  const byPerson = Map.groupBy(grants, ({ person_id }) => person_id)
  return people.flatMap((person) => {
    const own = byPerson.get(person.id)
    return own === undefined ? [] : [{ person, grants: own }]
  })
}

export interface RoleGrant {
  readonly personId: string
  readonly role: Role
  /** Left out means every one, here and below. */
  readonly connection?: string | null
  readonly groups?: readonly string[] | null
  readonly boards?: readonly string[] | null
  readonly companies?: readonly string[] | null
  readonly grantedBy?: string | null
}

export function grantRole(db: Db, grant: RoleGrant): Promise<PersonRoleRow> {
  return db
    .insertInto('person_role')
    .values({
      id: newId('role'),
      person_id: grant.personId,
      role: grant.role,
      connection: grant.connection ?? null,
      groups: grant.groups ?? null,
      boards: grant.boards ?? null,
      companies: grant.companies ?? null,
      granted_by: grant.grantedBy ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Its row is the whole right, so it goes; the audit event keeps what it was. */
export function revokeRole(db: Db, id: string): Promise<PersonRoleRow | undefined> {
  return db.deleteFrom('person_role').where('id', '=', id).returningAll().executeTakeFirst()
}

export function findRole(db: Db, id: string): Promise<PersonRoleRow | undefined> {
  return db.selectFrom('person_role').selectAll().where('id', '=', id).executeTakeFirst()
}

/**
 * Active people who own the whole installation. Two who take the right from each other at the same moment queue on
 * the installation's row, which stays locked until the transaction ends.
 */
export async function lockOwners(trx: Trx): Promise<readonly string[]> {
  await trx.selectFrom('installation').select('id').forUpdate().execute()
  const rows = await trx
    .selectFrom('person_role as r')
    .innerJoin('person as p', 'p.id', 'r.person_id')
    .select('p.id')
    .distinct()
    .where('r.role', '=', 'owner')
    .where('r.connection', 'is', null)
    .where('p.active', '=', true)
    .execute()
  return rows.map(({ id }) => id)
}

export function rolesOf(db: Db, personId: string): Promise<PersonRoleRow[]> {
  return db
    .selectFrom('person_role')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('granted_at')
    .execute()
}
