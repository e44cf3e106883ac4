import { sql } from 'kysely'
import { clock } from './clock.ts'
import type { Db } from './index.ts'
import { newId } from './newId.ts'
import type { AbsenceRow } from './tables.ts'

export function insertAbsence(
  db: Db,
  absence: {
    readonly personId: string
    readonly deputyId: string
    readonly from: Date
    readonly until: Date
    readonly createdBy: string | null
  },
): Promise<AbsenceRow> {
  return db
    .insertInto('absence')
    .values({
      id: newId('abs'),
      person_id: absence.personId,
      deputy_id: absence.deputyId,
      from_at: absence.from,
      until_at: absence.until,
      created_by: absence.createdBy,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

export function findAbsence(db: Db, id: string): Promise<AbsenceRow | undefined> {
  return db.selectFrom('absence').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Its dates were the whole right of the deputy, so the row goes; the audit event keeps what it was. */
export function deleteAbsence(db: Db, id: string): Promise<AbsenceRow | undefined> {
  return db.deleteFrom('absence').where('id', '=', id).returningAll().executeTakeFirst()
}

/** Absences that last or are to come. */
export function listAbsences(db: Db): Promise<AbsenceRow[]> {
  return db
    .selectFrom('absence')
    .selectAll()
    .where('until_at', '>', clock)
    .orderBy('from_at')
    .orderBy('id')
    .execute()
}

const lasting = sql<boolean>`from_at <= clock_timestamp() and until_at > clock_timestamp()`

/** People who are away now and for whom this person stands in. */
export async function absentFor(db: Db, deputyId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('absence')
    .select('person_id')
    .where('deputy_id', '=', deputyId)
    .where(lasting)
    .execute()
  return rows.map(({ person_id }) => person_id)
}

/** Who stands in for this person now. */
export async function deputiesOf(db: Db, personId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('absence')
    .select('deputy_id')
    .where('person_id', '=', personId)
    .where(lasting)
    .execute()
  return rows.map(({ deputy_id }) => deputy_id)
}
