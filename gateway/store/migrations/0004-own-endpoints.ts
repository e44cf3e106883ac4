import { type Kysely, sql } from 'kysely'

/** Endpoints that an administrator adds to the vendor's catalogue, for one connection. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(ownEndpoints).execute(db)
}

const ownEndpoints = `
create table own_endpoint (
  connection text not null references connection (slug),
  method text not null check (method in ('GET', 'POST', 'PUT', 'PATCH', 'DELETE')),
  template text not null check (template ~ '^/' and length(template) <= 500),
  permission_group text not null,
  kind text not null check (kind in ('READ', 'CREATE', 'UPDATE', 'DELETE')),
  parameters jsonb not null,
  query jsonb not null,
  fields jsonb not null,
  saved_by text references person (id),
  saved_at timestamptz not null default now(),
  primary key (connection, method, template)
);
`
