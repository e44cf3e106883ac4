import { type Kysely, sql } from 'kysely'

/** What people narrow and order their lists of write requests by, who looks at one, and what need not be asked. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [narrowing, looking, proposing]) await sql.raw(part).execute(db)
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

const proposing = `
create table rule_proposal (
  id text primary key,
  request_id text not null references write_request (id),
  workflow_id text not null references workflow (id),
  connection text not null references connection (slug),
  proposed_by text not null references person (id),
  reason text,
  evidence jsonb not null,
  state text not null default 'OPEN' check (state in ('OPEN', 'ACCEPTED', 'DECLINED')),
  decided_by text references person (id),
  decided_at timestamptz,
  note text,
  policy_version integer,
  proposed_at timestamptz not null default now(),
  check ((state = 'OPEN') = (decided_at is null))
);
create unique index rule_proposal_open on rule_proposal (request_id) where state = 'OPEN';
create index rule_proposal_request on rule_proposal (request_id, id);
`
