import { type Kysely, sql } from 'kysely'

/** Two people who repeat the same failed request at once make one new request: the store settles it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(retriedOnce).execute(db)
}

// Only a retry that has ended without effect makes room for another one.
const retriedOnce = `
create unique index write_request_retried_once on write_request (retry_of)
  where retry_of is not null and state not in ('FAILED', 'REJECTED', 'EXPIRED', 'CANCELLED');
`
