import { type Kysely, sql } from 'kysely'

/** How people sign in: passwords, logins at an identity provider, invitations and browser sessions; and the rotation of tokens. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [signIn, tokens]) await sql.raw(part).execute(db)
}

const signIn = `
alter table person
  add column password_hash text,
  add column sandbox boolean not null default false;

create table person_login (
  id text primary key,
  issuer text not null,
  subject text not null,
  person_id text not null references person (id),
  created_at timestamptz not null default now(),
  unique (issuer, subject)
);
create index person_login_person on person_login (person_id);

create table person_invitation (
  id text primary key,
  person_id text not null references person (id),
  hash bytea not null check (octet_length(hash) = 32),
  expires_at timestamptz not null,
  ended_at timestamptz,
  created_by text references person (id),
  created_at timestamptz not null default now()
);
create unique index person_invitation_open on person_invitation (person_id) where ended_at is null;

create table person_session (
  id text primary key,
  person_id text not null references person (id),
  hash bytea not null check (octet_length(hash) = 32),
  method text not null check (method in ('PASSWORD', 'OIDC', 'SANDBOX')),
  signed_in_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  idle_seconds integer not null check (idle_seconds > 0),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  created_at timestamptz not null default now()
);
create index person_session_person on person_session (person_id);

create table sign_in_try (
  key bytea primary key,
  tries integer not null check (tries >= 0),
  until_at timestamptz not null
);
`

const tokens = `
alter table person_token
  add column name text not null default '',
  add column signed_in_at timestamptz not null default now(),
  add column warned_days integer;
update person_token set signed_in_at = created_at;
alter table agent_token
  add column replaced_by text references agent_token (id),
  add column warned_days integer;
`
