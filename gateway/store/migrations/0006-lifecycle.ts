import { type Kysely, sql } from 'kysely'

/** What a write request needs to outlive its first plan: reads that settle it, people it waits for, pauses, absences. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [reconciling]) await sql.raw(part).execute(db)
}

// A step whose outcome was unclear may turn out never to have been applied.
const reconciling = `
alter table write_request
  add column reconcile_at timestamptz,
  add column reconcile_reads integer not null default 0 check (reconcile_reads >= 0);
update write_request set reconcile_at = now() where state = 'UNKNOWN_OUTCOME';
create index write_request_reconcile on write_request (reconcile_at) where state = 'UNKNOWN_OUTCOME';
alter table write_step drop constraint write_step_outcome_check;
alter table write_step add constraint write_step_outcome_check
  check (outcome in ('DONE', 'VENDOR_REJECTED', 'THROTTLED', 'NOT_SENT', 'NOT_APPLIED', 'UNKNOWN'));
`
