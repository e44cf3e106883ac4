import { type Kysely, sql } from 'kysely'

/** Up to where the second sink has the checkpoints. Losing it costs a repeated line there, nothing else. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table checkpoint_delivery (
      sink text primary key,
      seq bigint not null,
      at timestamptz not null default now()
    )`.execute(db)
}
