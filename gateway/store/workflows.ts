import { sql } from 'kysely'
import type { ConnectionPolicy } from '../../policy/types.ts'
import { asJson, type Db, type Trx } from './index.ts'
import { newId } from './newId.ts'
import type { AgentRow, WorkflowPolicyRow, WorkflowRow } from './tables.ts'

export function createWorkflow(
  db: Db,
  workflow: { readonly id?: string; readonly name: string; readonly testMode?: boolean },
): Promise<WorkflowRow> {
  return db
    .insertInto('workflow')
    .values({ id: workflow.id ?? newId('wf'), name: workflow.name, test_mode: workflow.testMode ?? true })
    .returningAll()
    .executeTakeFirstOrThrow()
}

export function saveWorkflow(
  db: Db,
  id: string,
  change: Partial<Pick<WorkflowRow, 'name' | 'paused' | 'test_mode'>>,
): Promise<WorkflowRow | undefined> {
  return db.updateTable('workflow').set(change).where('id', '=', id).returningAll().executeTakeFirst()
}

export function findWorkflow(db: Db, id: string): Promise<WorkflowRow | undefined> {
  return db.selectFrom('workflow').selectAll().where('id', '=', id).executeTakeFirst()
}

export function listWorkflows(db: Db): Promise<WorkflowRow[]> {
  return db.selectFrom('workflow').selectAll().orderBy('name').execute()
}

export interface NewPolicy {
  readonly workflowId: string
  readonly connection: string
  /** The version that the editor saw, 0 for none: what was saved meanwhile is not overwritten unseen. */
  readonly after: number
  /** null takes the connection away from the workflow. */
  readonly policy: ConnectionPolicy | null
  readonly profile?: string | null
  readonly createdBy?: string | null
  readonly reason?: string | null
  readonly restoredFrom?: number | null
}

/** The next version. Undefined: `after` is not the current one any more. */
export async function savePolicy(trx: Trx, next: NewPolicy): Promise<WorkflowPolicyRow | undefined> {
  const current = await trx
    .selectFrom('workflow_policy')
    .select('version')
    .where('workflow_id', '=', next.workflowId)
    .where('connection', '=', next.connection)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if ((current?.version ?? 0) !== next.after) return undefined
  // Two editors that saw the same version meet on the primary key.
  return trx
    .insertInto('workflow_policy')
    .values({
      workflow_id: next.workflowId,
      connection: next.connection,
      version: next.after + 1,
      policy: next.policy === null ? null : asJson(next.policy),
      profile: next.profile ?? null,
      created_by: next.createdBy ?? null,
      reason: next.reason ?? null,
      restored_from: next.restoredFrom ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
}

/** One row a connection: its newest version, also where that one took the connection away. */
export function currentPolicies(db: Db, workflowId: string): Promise<WorkflowPolicyRow[]> {
  return db
    .selectFrom('workflow_policy')
    .selectAll()
    .distinctOn('connection')
    .where('workflow_id', '=', workflowId)
    .orderBy('connection')
    .orderBy('version', 'desc')
    .execute()
}

/** Newest first, below `before` when that is given. */
export function listPolicyVersions(
  db: Db,
  of: { readonly workflowId: string; readonly connection: string },
  first: number,
  before?: number,
): Promise<WorkflowPolicyRow[]> {
  let query = db
    .selectFrom('workflow_policy')
    .selectAll()
    .where('workflow_id', '=', of.workflowId)
    .where('connection', '=', of.connection)
  if (before !== undefined) query = query.where('version', '<', before)
  return query.orderBy('version', 'desc').limit(first).execute()
}

export function findPolicyVersion(
  db: Db,
  of: { readonly workflowId: string; readonly connection: string; readonly version: number },
): Promise<WorkflowPolicyRow | undefined> {
  return db
    .selectFrom('workflow_policy')
    .selectAll()
    .where('workflow_id', '=', of.workflowId)
    .where('connection', '=', of.connection)
    .where('version', '=', of.version)
    .executeTakeFirst()
}

export function createAgent(
  db: Db,
  agent: {
    readonly id?: string
    readonly workflowId: string
    readonly name: string
    readonly onBehalfOf?: string | null
  },
): Promise<AgentRow> {
  return db
    .insertInto('agent')
    .values({
      id: agent.id ?? newId('agt'),
      workflow_id: agent.workflowId,
      name: agent.name,
      on_behalf_of: agent.onBehalfOf ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

export function findAgent(db: Db, id: string): Promise<AgentRow | undefined> {
  return db.selectFrom('agent').selectAll().where('id', '=', id).executeTakeFirst()
}

export function listAgents(db: Db, workflowId: string): Promise<AgentRow[]> {
  return db.selectFrom('agent').selectAll().where('workflow_id', '=', workflowId).orderBy('name').execute()
}

/** Undefined: there is none, or it was revoked before. */
export function revokeAgent(db: Db, id: string): Promise<AgentRow | undefined> {
  return db
    .updateTable('agent')
    .set({ revoked_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}
