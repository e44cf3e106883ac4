import { type Kysely, sql } from 'kysely'

/**
 * Plain SQL, since triggers and partial indexes have no other form, and so that the tables can be read as
 * PostgreSQL will see them. A migration never changes once it is released; the next one corrects it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [settings, people, policies, requests, transitions, keysAndBudgets, audit]) {
    await sql.raw(part).execute(db)
  }
}

const settings = `
create table installation (
  id smallint primary key default 1 check (id = 1),
  test_mode boolean not null default true,
  paused boolean not null default false,
  sandbox boolean not null default false,
  setup_code_hash bytea,
  setup_claimed_at timestamptz,
  created_at timestamptz not null default now()
);
insert into installation default values;

create table connection (
  slug text primary key check (slug ~ '^[a-z][a-z0-9-]{1,39}$'),
  vendor text not null,
  name text not null,
  base_url text not null,
  on_premises jsonb,
  settings jsonb not null default '{}',
  mapping jsonb not null default '{}',
  enabled boolean not null default false,
  test_mode boolean not null default true,
  paused boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table secret_key (
  connection text not null references connection (slug),
  version integer not null check (version > 0),
  wrapped bytea not null,
  kek_id text not null,
  created_at timestamptz not null default now(),
  primary key (connection, version)
);

create table secret (
  connection text not null,
  field text not null,
  key_version integer not null,
  nonce bytea not null,
  ciphertext bytea not null,
  tag bytea not null,
  updated_at timestamptz not null default now(),
  primary key (connection, field),
  foreign key (connection, key_version) references secret_key (connection, version)
);
`

const people = `
create table person (
  id text primary key,
  name text not null,
  email text not null,
  active boolean not null default true,
  member_keys jsonb not null default '{}',
  created_at timestamptz not null default now()
);
create unique index person_email on person (lower(email));

create table person_role (
  id text primary key,
  person_id text not null references person (id),
  role text not null check (role in ('viewer', 'approver', 'policyAdmin', 'connectionAdmin', 'auditor', 'owner')),
  connection text references connection (slug),
  groups text[] check (groups is null or cardinality(groups) > 0),
  boards text[] check (boards is null or cardinality(boards) > 0),
  companies text[] check (companies is null or cardinality(companies) > 0),
  granted_by text references person (id),
  granted_at timestamptz not null default now()
);
create index person_role_person on person_role (person_id);

create table person_token (
  id text primary key,
  person_id text not null references person (id),
  hash bytea not null check (octet_length(hash) = 32),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  sandbox boolean not null default false,
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
create index person_token_person on person_token (person_id);
`

const policies = `
create table workflow (
  id text primary key,
  name text not null unique,
  paused boolean not null default false,
  test_mode boolean not null default true,
  created_at timestamptz not null default now()
);

create table workflow_policy (
  workflow_id text not null references workflow (id),
  connection text not null references connection (slug),
  version integer not null check (version > 0),
  policy jsonb,
  profile text,
  created_by text references person (id),
  created_at timestamptz not null default now(),
  primary key (workflow_id, connection, version)
);

create table agent (
  id text primary key,
  workflow_id text not null references workflow (id),
  name text not null,
  on_behalf_of text references person (id),
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  unique (workflow_id, name)
);

create table agent_token (
  id text primary key,
  agent_id text not null references agent (id),
  hash bytea not null check (octet_length(hash) = 32),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  created_by text references person (id),
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
create index agent_token_agent on agent_token (agent_id);
`

const requests = `
create table write_request (
  id text primary key,
  workflow_id text not null references workflow (id),
  agent_id text not null references agent (id),
  on_behalf_of text references person (id),
  connection text not null references connection (slug),
  write text not null,
  field text not null,
  state text not null check (state in (
    'PENDING', 'APPROVED', 'EXECUTING', 'EXECUTED', 'FAILED', 'UNKNOWN_OUTCOME',
    'REJECTED', 'RETURNED', 'CANCELLED', 'EXPIRED', 'STALE')),
  revision integer not null default 1 check (revision > 0),
  input jsonb not null,
  reason text,
  plan_hash text not null,
  ticket_id text,
  approvers_needed integer not null check (approvers_needed >= 0),
  not_requester boolean not null,
  four_eyes boolean not null,
  groups text[] not null,
  policy_version integer not null,
  expires_at timestamptz not null,
  execute_before timestamptz,
  attempt_id uuid,
  lease_until timestamptz,
  target text[] not null default '{}',
  target_key text,
  partial boolean not null default false,
  edited boolean not null default false,
  concurrent_change boolean not null default false,
  reconciled boolean not null default false,
  error jsonb,
  result jsonb,
  retry_of text references write_request (id),
  idempotency_key_hash bytea,
  -- Pages of a list continue behind a time that JavaScript has read, and its dates end at milliseconds.
  created_at timestamptz not null default date_trunc('milliseconds', now()),
  settled_at timestamptz,
  check (target_key is null or target_key = any (target)),
  check (state <> 'EXECUTING' or (attempt_id is not null and lease_until is not null)),
  check (state <> 'APPROVED' or execute_before is not null)
);
create unique index write_request_executing_target on write_request (target_key) where state = 'EXECUTING';
create index write_request_open on write_request (state, expires_at)
  where state in ('PENDING', 'RETURNED', 'STALE', 'APPROVED', 'EXECUTING', 'UNKNOWN_OUTCOME');
create index write_request_newest on write_request (created_at desc, id desc);
create index write_request_agent on write_request (agent_id, created_at desc);
create index write_request_ticket on write_request (ticket_id) where ticket_id is not null;

create table write_request_revision (
  request_id text not null references write_request (id),
  revision integer not null check (revision > 0),
  plan jsonb not null,
  plan_hash text not null,
  input jsonb not null,
  created_by_kind text not null check (created_by_kind in ('AGENT', 'PERSON', 'GATEWAY')),
  created_by text not null,
  decision jsonb not null,
  created_at timestamptz not null default now(),
  primary key (request_id, revision)
);

create table approval (
  request_id text not null,
  revision integer not null,
  person_id text not null references person (id),
  plan_hash text not null,
  comment text,
  at timestamptz not null default now(),
  primary key (request_id, revision, person_id),
  foreign key (request_id, revision) references write_request_revision (request_id, revision)
);

create table request_comment (
  id text primary key,
  request_id text not null references write_request (id),
  revision integer not null,
  kind text not null check (kind in ('REJECTED', 'RETURNED', 'CANCELLED', 'RESOLVED', 'NOTE')),
  by_kind text not null check (by_kind in ('AGENT', 'PERSON', 'GATEWAY')),
  by_id text not null,
  text text not null,
  at timestamptz not null default now()
);
create index request_comment_request on request_comment (request_id, at);

create table write_step (
  request_id text not null,
  revision integer not null,
  step integer not null check (step > 0),
  attempt_id uuid not null,
  send_started_at timestamptz,
  sent_hash text not null,
  outcome text check (outcome in ('DONE', 'VENDOR_REJECTED', 'THROTTLED', 'NOT_SENT', 'UNKNOWN')),
  status integer,
  vendor_id text,
  vendor_request_id text,
  vendor_message text,
  duration_ms integer,
  settled_at timestamptz,
  tries integer not null default 1 check (tries between 1 and 4),
  primary key (request_id, revision, step),
  foreign key (request_id, revision) references write_request_revision (request_id, revision)
);
`

// docs/safety.md (b). The gateway's own statements carry these conditions too; the trigger is what holds when one of
// them is wrong. "Sent" leaves out a step that the vendor answered with 429, since nothing was applied.
const transitions = `
create function write_request_transition() returns trigger language plpgsql as $$
declare
  sent boolean;
begin
  if tg_op = 'INSERT' then
    if new.state not in ('PENDING', 'APPROVED') or new.revision <> 1 then
      raise exception 'a write request begins PENDING or APPROVED at revision 1, not % at %', new.state, new.revision
        using errcode = 'check_violation', constraint = 'write_request_transition';
    end if;
    return new;
  end if;

  if new.revision <> old.revision then
    if new.revision = old.revision + 1 and new.state = 'PENDING' and old.state in ('PENDING', 'STALE', 'RETURNED') then
      return new;
    end if;
    raise exception 'write request %: no new revision from % to %', old.id, old.state, new.state
      using errcode = 'check_violation', constraint = 'write_request_transition';
  end if;

  if new.state = old.state then
    if new.plan_hash <> old.plan_hash then
      raise exception 'write request %: another plan needs another revision', old.id
        using errcode = 'check_violation', constraint = 'write_request_transition';
    end if;
    return new;
  end if;

  if (old.state, new.state) not in (
    ('PENDING', 'APPROVED'), ('PENDING', 'REJECTED'), ('PENDING', 'RETURNED'), ('PENDING', 'STALE'),
    ('PENDING', 'CANCELLED'), ('APPROVED', 'CANCELLED'),
    ('PENDING', 'EXPIRED'), ('RETURNED', 'EXPIRED'), ('STALE', 'EXPIRED'), ('APPROVED', 'EXPIRED'),
    ('APPROVED', 'EXECUTING'),
    ('EXECUTING', 'APPROVED'), ('EXECUTING', 'STALE'), ('EXECUTING', 'CANCELLED'),
    ('EXECUTING', 'EXECUTED'), ('EXECUTING', 'FAILED'), ('EXECUTING', 'UNKNOWN_OUTCOME'),
    ('UNKNOWN_OUTCOME', 'EXECUTED'), ('UNKNOWN_OUTCOME', 'FAILED')
  ) then
    raise exception 'write request %: no transition from % to %', old.id, old.state, new.state
      using errcode = 'check_violation', constraint = 'write_request_transition';
  end if;

  if old.state = 'EXECUTING' and new.state <> 'FAILED' then
    sent := exists (
      select from write_step s
      where s.request_id = old.id and s.revision = old.revision and s.send_started_at is not null
        and s.outcome is distinct from 'THROTTLED' and s.outcome is distinct from 'NOT_SENT');
    if sent <> (new.state in ('EXECUTED', 'UNKNOWN_OUTCOME')) then
      raise exception 'write request %: no transition from EXECUTING to % when something was sent: %',
        old.id, new.state, sent using errcode = 'check_violation', constraint = 'write_request_transition';
    end if;
  end if;
  return new;
end $$;

create trigger write_request_transition before insert or update on write_request
  for each row execute function write_request_transition();

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% on % is refused: its rows never change', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end $$;

create trigger never_changes before update or delete on write_request_revision
  for each row execute function refuse_change();
create trigger never_changes before update or delete on approval for each row execute function refuse_change();
create trigger never_changes before update or delete on request_comment for each row execute function refuse_change();
create trigger never_changes before update or delete on workflow_policy for each row execute function refuse_change();
create trigger never_deleted before delete on write_request for each row execute function refuse_change();
create trigger never_deleted before delete on write_step for each row execute function refuse_change();
create trigger never_deleted before delete on connection for each row execute function refuse_change();
`

const keysAndBudgets = `
create table idempotency_key (
  agent_id text not null references agent (id),
  connection text not null references connection (slug),
  key_hash bytea not null check (octet_length(key_hash) = 32),
  fingerprint text not null,
  request_id text references write_request (id),
  lease_until timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (agent_id, connection, key_hash)
);
create index idempotency_key_age on idempotency_key (created_at);

create table vendor_budget (
  connection text not null references connection (slug),
  window_start timestamptz not null,
  used integer not null default 0 check (used >= 0),
  primary key (connection, window_start)
);
`

// docs/safety.md (d). The head moves by the insert of an event that fits behind it and by nothing else, so the app
// role needs no right to update it. Statement triggers refuse even a change that matches no row.
const audit = `
create table audit_head (
  id smallint primary key default 1 check (id = 1),
  seq bigint not null,
  hash bytea not null
);
insert into audit_head (seq, hash) values (0, decode(repeat('00', 32), 'hex'));

create table audit_event (
  seq bigint primary key,
  id uuid not null unique,
  at timestamptz not null,
  type text not null,
  body jsonb not null,
  payload_hash bytea,
  prev_hash bytea not null,
  hash bytea not null check (octet_length(hash) = 32),
  request_id text,
  connection text,
  agent_id text,
  ticket_id text
);
create index audit_event_request on audit_event (request_id, seq) where request_id is not null;
create index audit_event_connection on audit_event (connection, seq) where connection is not null;
create index audit_event_agent on audit_event (agent_id, seq) where agent_id is not null;
create index audit_event_ticket on audit_event (ticket_id, seq) where ticket_id is not null;

create table audit_payload (
  seq bigint primary key references audit_event (seq),
  payload jsonb not null
);

create table audit_checkpoint (
  seq bigint primary key references audit_event (seq),
  hash bytea not null,
  key_id text not null,
  signature bytea not null,
  at timestamptz not null default now()
);

create function audit_lock_head(out seq bigint, out hash bytea, out at timestamptz)
language sql security definer set search_path = public, pg_temp as $$
  select h.seq, h.hash, date_trunc('milliseconds', clock_timestamp()) from audit_head h for update
$$;

create function audit_advance() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update audit_head h set seq = new.seq, hash = new.hash where h.seq = new.seq - 1 and h.hash = new.prev_hash;
  if not found then
    raise exception 'audit event % does not follow the head of the chain', new.seq using errcode = 'check_violation';
  end if;
  perform pg_notify('countersign_events', new.seq::text);
  return new;
end $$;

create function audit_head_forward() returns trigger language plpgsql as $$
begin
  -- depth 1 is this trigger itself: the update came from a statement and not from audit_advance
  if new.seq <> old.seq + 1 or pg_trigger_depth() < 2 then
    raise exception 'the head of the audit chain moves by the next event only' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

create trigger audit_advance before insert on audit_event for each row execute function audit_advance();
create trigger audit_head_forward before update on audit_head for each row execute function audit_head_forward();
create trigger never_removed before insert or delete or truncate on audit_head
  for each statement execute function refuse_change();
create trigger never_changes before update or delete or truncate on audit_event
  for each statement execute function refuse_change();
create trigger never_changes before update or truncate on audit_payload
  for each statement execute function refuse_change();
create trigger never_changes before update or delete or truncate on audit_checkpoint
  for each statement execute function refuse_change();
`
