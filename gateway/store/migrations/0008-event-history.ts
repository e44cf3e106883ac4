import { type Kysely, sql } from 'kysely'

/** What the Event History is filtered by, besides the columns that the first migration indexed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(indexes).execute(db)
}

// The expressions stand in gateway/audit/read.ts in the very same form. Values stay in `body`, which the hash covers.
const indexes = `
create index audit_event_type on audit_event (type, seq);
create index audit_event_at on audit_event (at, seq);
create index audit_event_workflow on audit_event ((body ->> 'workflowId'), seq) where body ->> 'workflowId' is not null;
create index audit_event_outcome on audit_event (coalesce(body ->> 'outcome', body #>> '{decision,verdict}'), seq)
  where coalesce(body ->> 'outcome', body #>> '{decision,verdict}') is not null;
create index audit_event_groups on audit_event using gin ((body -> 'groups') jsonb_path_ops)
  where body -> 'groups' is not null;
`
