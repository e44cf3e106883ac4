import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.ts'

type Right = 'select' | 'insert' | 'update' | 'delete'

const READ_AND_ADD: readonly Right[] = ['select', 'insert']
const ALL_BUT_DELETE: readonly Right[] = ['select', 'insert', 'update']
const EVERYTHING: readonly Right[] = ['select', 'insert', 'update', 'delete']

/** What the gateway's own role may do, table by table; a table left out does not compile. */
const APP_RIGHTS: Readonly<Record<keyof Database, readonly Right[]>> = {
  installation: ['select', 'update'],
  connection: ALL_BUT_DELETE,
  own_endpoint: EVERYTHING,
  mapping_check: EVERYTHING,
  secret_key: EVERYTHING,
  secret: EVERYTHING,
  upload: ['select', 'insert', 'delete'],
  workflow: ALL_BUT_DELETE,
  workflow_policy: READ_AND_ADD,
  agent: ALL_BUT_DELETE,
  agent_token: ALL_BUT_DELETE,
  person: ALL_BUT_DELETE,
  person_role: ['select', 'insert', 'delete'],
  person_token: ALL_BUT_DELETE,
  person_login: ['select', 'insert', 'delete'],
  person_invitation: ALL_BUT_DELETE,
  person_session: ALL_BUT_DELETE,
  sign_in_try: EVERYTHING,
  write_request: ALL_BUT_DELETE,
  write_request_revision: READ_AND_ADD,
  approval: READ_AND_ADD,
  request_comment: READ_AND_ADD,
  write_step: ALL_BUT_DELETE,
  absence: ['select', 'insert', 'delete'],
  paused_company: ['select', 'insert', 'delete'],
  idempotency_key: EVERYTHING,
  vendor_budget: EVERYTHING,
  vendor_hour: ALL_BUT_DELETE,
  vendor_slot: EVERYTHING,
  vendor_pause: EVERYTHING,
  agent_pace: EVERYTHING,
  open_stream: EVERYTHING,
  request_look: EVERYTHING,
  rule_proposal: ALL_BUT_DELETE,
  audit_head: ['select'],
  audit_event: READ_AND_ADD,
  audit_payload: READ_AND_ADD,
  audit_checkpoint: READ_AND_ADD,
  checkpoint_delivery: ALL_BUT_DELETE,
}

/** Rights are set anew on every start: what an older version granted and this one does not is taken back. */
export async function grantApp(db: Kysely<unknown>, appRole: string): Promise<void> {
  const role = sql.id(appRole)
  const tables = Object.entries(APP_RIGHTS)
  await db.transaction().execute(async (trx) => {
    await sql`grant usage on schema public to ${role}`.execute(trx)
    await sql`revoke all on ${sql.join(tables.map(([table]) => sql.table(table)))} from ${role}, public`.execute(
      trx,
    )
    for (const [table, rights] of tables) {
      await sql`grant ${sql.raw(rights.join(', '))} on ${sql.table(table)} to ${role}`.execute(trx)
    }
    await sql`revoke execute on function audit_lock_head() from public`.execute(trx)
    await sql`grant execute on function audit_lock_head() to ${role}`.execute(trx)
  })
}

/**
 * The rules on audit rows hold for a role that does not own them. An owner could take a trigger off again.
 * @throws TypeError naming the setting
 */
export async function refuseUnsafeAppRole(db: Kysely<unknown>, appRole: string): Promise<void> {
  const { rows } = await sql<{ owner: boolean; rolsuper: boolean }>`
    select rolsuper, pg_has_role(oid, current_user, 'member') as owner from pg_roles where rolname = ${appRole}
  `.execute(db)
  const role = rows[0]
  if (role === undefined) {
    throw new TypeError(
      `Expected the role of DATABASE_URL to exist, got "${appRole}"; create it with LOGIN first`,
    )
  }
  if (role.rolsuper || role.owner) {
    throw new TypeError(
      `Expected DATABASE_URL to name a role that owns nothing, got "${appRole}", which is a superuser or has the rights of DATABASE_OWNER_URL; audit rows must not be its own`,
    )
  }
}
