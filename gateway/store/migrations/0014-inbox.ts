import { type Kysely, sql } from 'kysely'

/** What people narrow and order their lists of write requests by, and who looks at one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [narrowing, looking]) await sql.raw(part).execute(db)
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

// Unlogged: a crash of the store may forget who has what open, since their pages say it again.
const looking = `
create unlogged table request_look (
  request_id text not null,
  person_id text not null,
  lease_until timestamptz not null,
  primary key (request_id, person_id)
) with (fillfactor = 50);
create index request_look_over on request_look (lease_until);
`
