import { type Kysely, sql } from 'kysely'

/** What the daily look at a connection's tenant mapping found, and who is at it: one row a connection. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table mapping_check (
      connection text primary key references connection (slug),
      claimed_at timestamptz not null default now(),
      checked_at timestamptz,
      problems jsonb not null default '[]',
      names jsonb not null default '{}'
    )`.execute(db)
}
