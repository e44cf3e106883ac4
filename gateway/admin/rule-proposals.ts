import { decide } from '../../policy/decide.ts'
import { type PolicyChange, policyDifference } from '../../policy/difference.ts'
import { type FreeRule, freeRule } from '../../policy/free-rule.ts'
import { badInput, GatewayError } from '../../schema/errors.ts'
import { expectSigner, TEXT_LENGTH } from '../approvals/expect.ts'
import { findVisible } from '../approvals/visible.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { type KnownPrincipal, workflowPrincipal } from '../identity/principal.ts'
import type { Db } from '../store/index.ts'
import { getRequest, getRevision } from '../store/requests.ts'
import {
  type Asked,
  askedOfLate,
  decideProposal,
  findProposal,
  insertProposal,
  proposalOf,
} from '../store/rule-proposals.ts'
import type { RuleEvidence, RuleProposalRow, WriteRequestRow } from '../store/tables.ts'
import { demandsOf, type Plan } from '../writes/plan.ts'
import { expectConnection } from './existing.ts'
import { expectRoleFor } from './scope.ts'
import { replacePolicy } from './workflows.ts'

/** A workflow that asks more often in a month is judged by its newest. */
const MOST_LOOKED_AT = 500

/** Whoever may sign a request may propose that nobody need be asked for its like; what is proposed is not saved. */
export async function proposeRule(
  context: GatewayContext,
  requestId: string,
  reason: string | null,
): Promise<RuleProposalRow> {
  const { services } = context
  const { db } = services.store
  expectText('reason', reason)
  const request = await findVisible(context, requestId)
  const { person, plan } = await expectSigner(context, request)
  const { principal, rule } = await ruleNow(db, request, plan)
  if ('why' in rule) throw notProposable(rule.why)
  const evidence = await evidenceOf(db, request, principal, rule.policy)
  const made = await services.store.transaction(async (trx) => {
    const row = await insertProposal(trx, {
      requestId: request.id,
      workflowId: request.workflow_id,
      connection: request.connection,
      proposedBy: person.id,
      reason,
      evidence,
    })
    if (row === undefined) return undefined
    await record(trx, services, {
      type: 'RULE_PROPOSED',
      actor: person,
      operation: context.operation,
      connection: request.connection,
      subject: { kind: 'WORKFLOW', id: request.workflow_id },
      payload: { proposal: row.id, request: request.id, evidence, ...(reason !== null && { reason }) },
    })
    return row
  })
  return made ?? expectProposal(await proposalOf(db, request.id))
}

/** What accepting it would change in the policy of now, or why it can't be. */
export async function changesOf(
  db: Db,
  proposal: RuleProposalRow,
): Promise<{
  readonly version: number
  readonly changes: readonly PolicyChange[]
  readonly why: string | null
}> {
  const { request, plan } = await requestOf(db, proposal)
  const known = await workflowPrincipal(db, proposal.workflow_id)
  const version = known.policyVersions.get(proposal.connection) ?? 0
  const rule = freeRule(known.principal, proposal.connection, demandsOf(plan), plan.facts)
  if ('why' in rule) return { version, changes: [], why: rule.why }
  const before = known.principal.connections.get(request.connection) ?? null
  return { version, changes: policyDifference(before, rule.policy), why: null }
}

/** The rule becomes part of the next version, by the path of every other change of a policy. */
export async function acceptProposal(
  context: GatewayContext,
  id: string,
  version: number,
  note: string | null,
): Promise<RuleProposalRow> {
  const { services, caller } = context
  const { db } = services.store
  const proposal = await expectOpen(context, id)
  expectText('note', note)
  const { request, plan } = await requestOf(db, proposal)
  const { rule } = await ruleNow(db, request, plan)
  if ('why' in rule) throw notProposable(rule.why)
  const row = await expectConnection(db, proposal.connection)
  let accepted: RuleProposalRow | undefined
  await replacePolicy(
    context,
    proposal.workflow_id,
    row,
    rule.policy,
    {
      profile: null,
      reason: note ?? 'Proposed by an approver.',
      async within(trx, saved) {
        accepted = expectProposal(
          await decideProposal(trx, {
            id,
            state: 'ACCEPTED',
            by: caller.id,
            note,
            policyVersion: saved.version,
          }),
        )
        return {
          type: 'RULE_PROPOSAL_ACCEPTED',
          actor: caller,
          operation: context.operation,
          connection: proposal.connection,
          policyVersion: saved.version,
          subject: { kind: 'WORKFLOW', id: proposal.workflow_id },
          payload: { proposal: id, ...(note !== null && { note }) },
        }
      },
    },
    version,
  )
  return expectProposal(accepted)
}

export async function declineProposal(
  context: GatewayContext,
  id: string,
  note: string | null,
): Promise<RuleProposalRow> {
  const { services, caller } = context
  const proposal = await expectOpen(context, id)
  expectText('note', note)
  return services.store.transaction(async (trx) => {
    const declined = expectProposal(await decideProposal(trx, { id, state: 'DECLINED', by: caller.id, note }))
    await record(trx, services, {
      type: 'RULE_PROPOSAL_DECLINED',
      actor: caller,
      operation: context.operation,
      connection: proposal.connection,
      subject: { kind: 'WORKFLOW', id: proposal.workflow_id },
      payload: { proposal: id, ...(note !== null && { note }) },
    })
    return declined
  })
}

async function ruleNow(
  db: Db,
  request: WriteRequestRow,
  plan: Plan,
): Promise<{ readonly principal: KnownPrincipal['principal']; readonly rule: FreeRule }> {
  const { principal } = await workflowPrincipal(db, request.workflow_id)
  return { principal, rule: freeRule(principal, request.connection, demandsOf(plan), plan.facts) }
}

/** Alike is what the proposed policy would ask nobody for. */
async function evidenceOf(
  db: Db,
  request: WriteRequestRow,
  principal: KnownPrincipal['principal'],
  policy: Extract<FreeRule, { policy: unknown }>['policy'],
): Promise<RuleEvidence> {
  const connections = new Map([...principal.connections, [request.connection, policy]])
  const { workflow_id: workflowId, connection, write } = request
  const asked = await askedOfLate(db, { workflowId, connection, write }, MOST_LOOKED_AT)
  const alike = asked.filter(
    ({ plan }) =>
      decide({ ...principal, connections }, demandsOf(plan as Plan), plan.facts).verdict === 'ALLOW',
  )
  const count = (is: (one: Asked) => boolean) => alike.filter(is).length
  return {
    asked: alike.length,
    approvedUnchanged: count(({ signed, edited }) => signed && !edited),
    edited: count(({ edited }) => edited),
    rejected: count(({ state }) => state === 'REJECTED'),
    failed: count(({ state }) => state === 'FAILED' || state === 'UNKNOWN_OUTCOME'),
  }
}

async function requestOf(db: Db, proposal: RuleProposalRow) {
  const request = (await getRequest(db, proposal.request_id)) as WriteRequestRow
  const revision = await getRevision(db, request.id, request.revision)
  return { request, plan: revision?.plan as Plan }
}

/** @throws GatewayError */
async function expectOpen(context: GatewayContext, id: string): Promise<RuleProposalRow> {
  const proposal = await findProposal(context.services.store.db, id)
  if (proposal === undefined || !context.connections.has(proposal.connection)) {
    throw new GatewayError('NOT_FOUND', 'There is no proposal with this id.', { id: id.slice(0, 100) })
  }
  expectRoleFor(context, 'policyAdmin', proposal.connection)
  if (proposal.state === 'OPEN') return proposal
  throw decidedMeanwhile()
}

function expectProposal(row: RuleProposalRow | undefined): RuleProposalRow {
  if (row === undefined) throw decidedMeanwhile()
  return row
}

function decidedMeanwhile(): GatewayError {
  return new GatewayError('APPROVAL_NOT_PENDING', 'This proposal is decided already.')
}

function notProposable(why: string): GatewayError {
  return new GatewayError('NOT_SUPPORTED', `No rule can free writes like this one: ${why}`, { reason: why })
}

function expectText(argument: string, text: string | null): void {
  if (text !== null && text.length > TEXT_LENGTH)
    throw badInput(argument, `at most ${TEXT_LENGTH} characters`, `${text.length} characters`)
}
