import { badInput } from '../../schema/errors.ts'
import { expectWorkflowReader } from '../admin/scope.ts'
import { expectWorkflow, proposedPolicy } from '../admin/workflows.ts'
import { GatewayContext } from '../context.ts'
import type { AgentCaller } from '../identity/caller.ts'
import { withPolicy, workflowPrincipal } from '../identity/principal.ts'

/** A policy that stands in for the saved one; nothing is saved. */
export interface InsteadOf {
  readonly connection: string
  /** JSON text. */
  readonly policy: string
}

/** The agent that an explanation is about, as the context of an operation of its own. */
export interface Asker {
  readonly context: GatewayContext
  readonly caller: AgentCaller
}

/** @throws GatewayError BAD_USER_INPUT, NOT_FOUND, ROLE_REQUIRED */
export async function askerOf(
  context: GatewayContext,
  workflowId: string | null,
  instead: InsteadOf | null,
): Promise<Asker> {
  const { caller, services } = context
  if (caller.kind === 'AGENT') {
    if (workflowId !== null) throw badInput('workflow', 'nothing: an agent asks about itself', workflowId)
    if (instead !== null) throw badInput('instead', 'nothing: an agent asks about its own policy', null)
    return { context, caller }
  }
  if (workflowId === null) throw badInput('workflow', 'the workflow to be asked about', null)
  const { db } = services.store
  const workflow = await expectWorkflow(db, workflowId)
  await expectWorkflowReader(context, db, workflowId)
  const saved = await workflowPrincipal(db, workflowId)
  const proposed = instead === null ? null : await proposedPolicy(context, instead.connection, instead.policy)
  const known = proposed === null ? saved : withPolicy(saved, proposed.row, proposed.policy)
  // Nobody in particular: what holds for every agent of the workflow.
  const agent: AgentCaller = {
    kind: 'AGENT',
    id: workflow.id,
    name: workflow.name,
    tokenId: caller.tokenId,
    tokenOwner: null,
    workflowId: workflow.id,
    workflowName: workflow.name,
    workflowTestMode: workflow.test_mode,
    onBehalfOf: null,
  }
  return { context: new GatewayContext(services, agent, known, context.operation), caller: agent }
}
