import { sql } from 'kysely'
import { clock, fromNow } from './clock.ts'
import type { Db, Trx } from './index.ts'
import type { PausedCompanyRow } from './tables.ts'

/** A pause holds writes back and cancels nothing. A condition on `write_request`. */
export const nothingPaused = sql<boolean>`not exists (select from installation where paused)
  and not exists (select from connection c where c.slug = write_request.connection and (c.paused or not c.enabled))
  and not exists (select from workflow w where w.id = write_request.workflow_id and w.paused)
  and not exists (
    select from paused_company p
    where p.connection = write_request.connection and p.company = any (write_request.companies))`

export function listPausedCompanies(db: Db): Promise<PausedCompanyRow[]> {
  return db.selectFrom('paused_company').selectAll().orderBy('connection').orderBy('company').execute()
}

export async function pauseCompany(
  db: Db,
  place: { readonly connection: string; readonly company: string; readonly pausedBy: string | null },
): Promise<void> {
  await db
    .insertInto('paused_company')
    .values({ connection: place.connection, company: place.company, paused_by: place.pausedBy })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function resumeCompany(
  db: Db,
  place: { readonly connection: string; readonly company: string },
): Promise<void> {
  await db
    .deleteFrom('paused_company')
    .where('connection', '=', place.connection)
    .where('company', '=', place.company)
    .execute()
}

/** In the transaction that ends a pause: what was held by it has its whole time for being sent again. */
export async function releaseHeld(trx: Trx, executeWithin: number): Promise<void> {
  await trx
    .updateTable('write_request')
    .set({ execute_before: fromNow(executeWithin) })
    .where('state', '=', 'APPROVED')
    .where('execute_before', '<=', clock)
    .where(nothingPaused)
    .execute()
}
