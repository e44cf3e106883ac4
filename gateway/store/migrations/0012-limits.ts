import { type Kysely, sql } from 'kysely'

/** What all gateways of an installation count together, and which key-encryption key it uses. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [pace, streams, settings]) await sql.raw(part).execute(db)
}

// Unlogged: counting an operation then waits for no disk, and what a crash of the store forgets is a minute's count.
// One row for each agent and limit, which says until when the agent has used its share of time.
const pace = `
create unlogged table agent_pace (
  agent_id text not null,
  what text not null check (what in ('OPERATION', 'WRITE')),
  used_until timestamptz not null,
  primary key (agent_id, what)
) with (fillfactor = 50);
`

// A stream holds its place for as long as its gateway says so.
const streams = `
create unlogged table open_stream (
  id uuid primary key default gen_random_uuid(),
  caller_id text not null,
  holder uuid not null,
  lease_until timestamptz not null
);
create index open_stream_caller on open_stream (caller_id);
create index open_stream_holder on open_stream (holder);

create function stream_open(caller text, by_holder uuid, most integer, lease_ms integer) returns uuid
language plpgsql as $$
declare
  made uuid;
begin
  -- What is counted here stays true until it is written.
  perform pg_advisory_xact_lock(hashtext('stream_open'), hashtext(caller));
  delete from open_stream s where s.caller_id = caller and s.lease_until <= clock_timestamp();
  if (select count(*) from open_stream s where s.caller_id = caller) >= most then
    return null;
  end if;
  insert into open_stream (caller_id, holder, lease_until)
  values (caller, by_holder, clock_timestamp() + make_interval(secs => lease_ms / 1000.0))
  returning id into made;
  return made;
end $$;
`

const settings = `
alter table installation add column key_encryption_key text;
alter table connection add column budget jsonb;
`
