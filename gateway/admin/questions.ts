import { type PolicyChange, policyDifference } from '../../policy/difference.ts'
import { type PolicyEffects, policyEffects } from '../../policy/effects.ts'
import { CLIENT_FACING_NOTES } from '../../policy/profile-rows.ts'
import { answerQuestion, type PolicyAnswer, type PolicyQuestion } from '../../policy/question.ts'
import type { ConnectionPolicy } from '../../policy/types.ts'
import { badInput, GatewayError } from '../../schema/errors.ts'
import { type Foreseen, foreseeRejudging } from '../approvals/rejudge.ts'
import type { GatewayContext } from '../context.ts'
import { withPolicy } from '../identity/principal.ts'
import type { AgentRow, ConnectionRow, WorkflowRow } from '../store/tables.ts'
import { currentPolicies, listAgents, listWorkflows } from '../store/workflows.ts'
import { expectConnection } from './existing.ts'
import { expectPolicyReader, expectWorkflow, knownGroups, proposedPolicy } from './workflows.ts'

/** Answers over the policy as it is saved, or over another one that nobody saved. @throws GatewayError */
export async function policyQuestion(
  context: GatewayContext,
  workflowId: string,
  slug: string,
  question: PolicyQuestion,
  policy: string | null,
): Promise<PolicyAnswer> {
  expectPolicyReader(context, slug)
  const { db } = context.services.store
  await expectWorkflow(db, workflowId)
  const row = await expectConnection(db, slug)
  const groups = await groupsOf(context, row, question)
  const asked =
    policy === null
      ? await saved(context, workflowId, slug)
      : (await proposedPolicy(context, slug, policy)).policy
  return answerQuestion(asked, groups, question)
}

export interface WhoCan {
  readonly workflow: WorkflowRow
  readonly agents: readonly AgentRow[]
  readonly answer: PolicyAnswer
}

/** Every workflow to which the connection is assigned, with its agents and what they may. @throws GatewayError */
export async function whoCan(
  context: GatewayContext,
  slug: string,
  question: PolicyQuestion,
): Promise<readonly WhoCan[]> {
  expectPolicyReader(context, slug)
  const { db } = context.services.store
  const row = await expectConnection(db, slug)
  const groups = await groupsOf(context, row, question)
  const found: WhoCan[] = []
  for (const workflow of await listWorkflows(db)) {
    const policy = await saved(context, workflow.id, slug)
    if (policy === null) continue
    const agents = await activeAgents(context, workflow.id)
    found.push({ workflow, agents, answer: answerQuestion(policy, groups, question) })
  }
  return found
}

export interface EffectsOfSaving {
  /** A refusal where the cases are too many to be counted out. */
  readonly counted: PolicyEffects | GatewayError
  /** What differs in the policies themselves. */
  readonly changes: readonly PolicyChange[]
  readonly agents: readonly AgentRow[]
  readonly waiting: readonly Foreseen[]
}

/** What saving this policy would change, and for whom; nothing is saved. @throws GatewayError */
export async function effectsOfSaving(
  context: GatewayContext,
  workflowId: string,
  slug: string,
  text: string,
): Promise<EffectsOfSaving> {
  const { row, policy } = await proposedPolicy(context, slug, text)
  const { db } = context.services.store
  await expectWorkflow(db, workflowId)
  const before = await saved(context, workflowId, slug)
  const where = { workflowId, connection: slug }
  return {
    counted: counted(before, policy, await groupsOf(context, row)),
    changes: policyDifference(before, policy),
    agents: await activeAgents(context, workflowId),
    waiting: await foreseeRejudging(db, where, (known) => withPolicy(known, row, policy)),
  }
}

/** Too many cases take nothing from what else is known of the change. */
function counted(...asked: Parameters<typeof policyEffects>): PolicyEffects | GatewayError {
  try {
    return policyEffects(...asked)
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'LIMIT_EXCEEDED') return error
    throw error
  }
}

async function saved(
  { services }: GatewayContext,
  workflowId: string,
  slug: string,
): Promise<ConnectionPolicy | null> {
  const policies = await currentPolicies(services.store.db, workflowId)
  return policies.find(({ connection }) => connection === slug)?.policy ?? null
}

async function activeAgents({ services }: GatewayContext, workflowId: string): Promise<readonly AgentRow[]> {
  return (await listAgents(services.store.db, workflowId)).filter(({ revoked_at }) => revoked_at === null)
}

/** @throws GatewayError BAD_USER_INPUT for a question about a group that there is not: its answer would be a wrong no */
async function groupsOf(
  context: GatewayContext,
  row: ConnectionRow,
  question: PolicyQuestion = {},
): Promise<readonly string[]> {
  const groups = [...new Set([...(await knownGroups(context, row)), CLIENT_FACING_NOTES])]
  const unknown = question.groups?.find((group) => !groups.includes(group))
  if (unknown !== undefined) throw badInput('question.groups', `groups of "${row.slug}"`, unknown)
  return groups
}
