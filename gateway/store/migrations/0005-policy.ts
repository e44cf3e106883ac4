import { type Kysely, sql } from 'kysely'

/** The business calendar of an installation, and why a version of a policy was saved. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`alter table installation add column business_calendar jsonb`).execute(db)
  await sql
    .raw(`
alter table workflow_policy add column reason text;
alter table workflow_policy add column restored_from integer check (restored_from between 1 and version - 1);
`)
    .execute(db)
}
