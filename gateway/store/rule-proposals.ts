import { sql } from 'kysely'
import { clock } from './clock.ts'
import { asJson, type Db, type Trx } from './index.ts'
import { newId } from './newId.ts'
import { anyOf } from './requests.ts'
import type { RequestState, RuleEvidence, RuleProposalRow, WriteRequestRevisionRow } from './tables.ts'

export interface NewProposal {
  readonly requestId: string
  readonly workflowId: string
  readonly connection: string
  readonly proposedBy: string
  readonly reason: string | null
  readonly evidence: RuleEvidence
}

/** Undefined: one for this request is open already. */
export function insertProposal(trx: Trx, proposal: NewProposal): Promise<RuleProposalRow | undefined> {
  return trx
    .insertInto('rule_proposal')
    .values({
      id: newId('rp'),
      request_id: proposal.requestId,
      workflow_id: proposal.workflowId,
      connection: proposal.connection,
      proposed_by: proposal.proposedBy,
      reason: proposal.reason,
      evidence: asJson(proposal.evidence),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
}

export interface Decided {
  readonly id: string
  readonly state: 'ACCEPTED' | 'DECLINED'
  readonly by: string
  readonly note: string | null
  readonly policyVersion?: number
}

/** Undefined: somebody else decided it. */
export function decideProposal(trx: Trx, decided: Decided): Promise<RuleProposalRow | undefined> {
  return trx
    .updateTable('rule_proposal')
    .set({
      state: decided.state,
      decided_by: decided.by,
      decided_at: clock,
      note: decided.note,
      policy_version: decided.policyVersion ?? null,
    })
    .where('id', '=', decided.id)
    .where('state', '=', 'OPEN')
    .returningAll()
    .executeTakeFirst()
}

export function findProposal(db: Db, id: string): Promise<RuleProposalRow | undefined> {
  return db.selectFrom('rule_proposal').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The newest one that a request led to. */
export function proposalOf(db: Db, requestId: string): Promise<RuleProposalRow | undefined> {
  return db
    .selectFrom('rule_proposal')
    .selectAll()
    .where('request_id', '=', requestId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export function listOpenProposals(
  db: Db,
  connections: readonly string[],
  workflowId?: string,
): Promise<RuleProposalRow[]> {
  let query = db
    .selectFrom('rule_proposal')
    .selectAll()
    .where('state', '=', 'OPEN')
    .where('connection', '=', anyOf(connections))
  if (workflowId !== undefined) query = query.where('workflow_id', '=', workflowId)
  return query.orderBy('id').limit(100).execute()
}

export interface Asked {
  readonly state: RequestState
  readonly edited: boolean
  /** Somebody signed this very plan. */
  readonly signed: boolean
  readonly plan: WriteRequestRevisionRow['plan']
}

/** What people were asked for by the same mutation in the last 30 days, newest first. */
export function askedOfLate(
  db: Db,
  of: { readonly workflowId: string; readonly connection: string; readonly write: string },
  most: number,
): Promise<Asked[]> {
  return db
    .selectFrom('write_request as asked')
    .innerJoin('write_request_revision as planned', (join) =>
      join.onRef('planned.request_id', '=', 'asked.id').onRef('planned.revision', '=', 'asked.revision'),
    )
    .select(['asked.state', 'asked.edited', 'planned.plan'])
    .select(
      sql<boolean>`exists (select from approval a where a.request_id = asked.id and a.revision = asked.revision)`.as(
        'signed',
      ),
    )
    .where('asked.workflow_id', '=', of.workflowId)
    .where('asked.connection', '=', of.connection)
    .where('asked.write', '=', of.write)
    .where('asked.approvers_needed', '>', 0)
    .where('asked.created_at', '>', sql<Date>`now() - interval '30 days'`)
    .orderBy('asked.created_at', 'desc')
    .limit(most)
    .execute()
}
