import { type Kysely, sql } from 'kysely'

/** What a write request needs to outlive its first plan: reads that settle it, people it waits for, pauses, absences. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [reconciling, waiting, pausing]) await sql.raw(part).execute(db)
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

// Whom a request waits for, in order: see gateway/approvals/recipients.ts. Companies, for what is paused for one.
const waiting = `
alter table write_request
  add column companies text[] not null default '{}',
  add column recipients jsonb not null default '[]',
  add column escalate_at timestamptz,
  add column escalated_at timestamptz,
  add column warned_at timestamptz,
  add column puts_back text references write_request (id);
create index write_request_puts_back on write_request (puts_back) where puts_back is not null;

create table absence (
  id text primary key,
  person_id text not null references person (id),
  deputy_id text not null references person (id),
  from_at timestamptz not null,
  until_at timestamptz not null check (until_at > from_at),
  created_by text references person (id),
  created_at timestamptz not null default now(),
  check (deputy_id <> person_id)
);
create index absence_deputy on absence (deputy_id, until_at);
`

const pausing = `
create table paused_company (
  connection text not null references connection (slug),
  company text not null,
  paused_by text references person (id),
  paused_at timestamptz not null default now(),
  primary key (connection, company)
);
`
