import { type Kysely, sql } from 'kysely'

/** What people narrow and order their lists of write requests by. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [narrowing]) await sql.raw(part).execute(db)
}

// Of the plan, as the other columns are; owner and due time are the ticket's own when it was planned, and not known
// of what is here already.
const narrowing = `
alter table write_request
  add column board text,
  add column owner text,
  add column priority_rank double precision,
  add column client_mail text not null default 'NO' check (client_mail in ('NO', 'YES', 'MAY')),
  add column due_at timestamptz(3);
update write_request r
set board = v.plan #>> '{facts,board}',
  priority_rank = (v.plan #>> '{facts,priorityRank}')::double precision,
  client_mail = coalesce(v.plan #>> '{facts,clientMail}', 'NO')
from write_request_revision v
where v.request_id = r.id and v.revision = r.revision;
`
