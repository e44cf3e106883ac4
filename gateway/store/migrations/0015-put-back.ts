import { type Kysely, sql } from 'kysely'

/** What of a change stays when it is taken back: said again when the same call comes again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table write_request add column not_put_back jsonb`.execute(db)
}
