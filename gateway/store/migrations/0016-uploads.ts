import { type Kysely, sql } from 'kysely'

/** Files that agents have given the gateway, until they are sent to a PSA or their time is over. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [uploads, requests]) await sql.raw(part).execute(db)
}

// A data key stays for as long as a file is sealed by it.
const uploads = `
create table upload (
  id text primary key,
  connection text not null references connection (slug),
  agent_id text not null references agent (id),
  content_type text not null,
  size integer not null check (size > 0),
  sha256 text not null,
  key_version integer not null,
  nonce bytea not null,
  ciphertext bytea not null,
  tag bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  foreign key (connection, key_version) references secret_key (connection, version)
);
create index upload_agent on upload (agent_id);
create index upload_expires on upload (expires_at);
`

// Which requests hold a file.
const requests = `
create index write_request_upload on write_request ((input ->> 'upload')) where write = 'uploadAttachment';
`
