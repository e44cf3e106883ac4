import { badInput, GatewayError } from '../../schema/errors.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { expectFresh } from '../identity/fresh.ts'
import { freshToken } from '../identity/tokens.ts'
import { storeNow } from '../store/now.ts'
import { findPerson } from '../store/people.ts'
import { cancelAllOfAgent } from '../store/requests.ts'
import type { AgentRow } from '../store/tables.ts'
import {
  findAgentTokenRow,
  createAgentToken as insertAgentToken,
  listAgentTokens,
  replaceAgentToken,
  revokeAgentToken as revokeToken,
} from '../store/tokens.ts'
import { createAgent, findAgent, revokeAgent } from '../store/workflows.ts'
import { expectRoleForWorkflow, expectUnique, nameOf } from './scope.ts'
import { expectWorkflow } from './workflows.ts'

export interface AgentTokenInput {
  readonly workflow: string
  /** An agent that gets a further token; left out, a new agent with this name. */
  readonly agent?: string | null
  readonly name?: string | null
  readonly onBehalfOf?: string | null
  readonly expiresInDays?: number | null
}

export interface CreatedToken {
  /** Shown once. */
  readonly token: string
  readonly tokenId: string
  readonly expiresAt: Date
}

export const DAY = 24 * 3600 * 1000

export async function createAgentToken(
  context: GatewayContext,
  input: AgentTokenInput,
): Promise<CreatedToken & { readonly agent: AgentRow }> {
  const { services, caller } = context
  const { db } = services.store
  const days = input.expiresInDays ?? services.settings.agentTokenDays
  if (!Number.isInteger(days) || days < 1 || days > services.settings.agentTokenDays) {
    throw badInput(
      'input.expiresInDays',
      `a whole number from 1 to ${services.settings.agentTokenDays}`,
      days,
    )
  }
  const workflow = await expectWorkflow(db, input.workflow)
  await expectRoleForWorkflow(context, db, 'policyAdmin', workflow.id)
  await expectFresh(context)
  const known = input.agent == null ? undefined : await findAgent(db, input.agent)
  if (
    input.agent != null &&
    (known === undefined || known.workflow_id !== workflow.id || known.revoked_at !== null)
  ) {
    throw badInput('input.agent', 'an AI agent of this workflow that was not revoked', input.agent)
  }
  const name = known === undefined ? nameOf('input.name', input.name) : known.name
  if (input.onBehalfOf != null && (await findPerson(db, input.onBehalfOf)) === undefined) {
    throw badInput('input.onBehalfOf', 'the id of a person', input.onBehalfOf)
  }
  const token = freshToken('csa')
  return services.store.transaction(async (trx) => {
    const agent =
      known ??
      (await expectUnique('input.name', name, () =>
        createAgent(trx, { workflowId: workflow.id, name, onBehalfOf: input.onBehalfOf ?? null }),
      ))
    const expiresAt = new Date((await storeNow(trx)).getTime() + days * DAY)
    await insertAgentToken(trx, {
      id: token.id,
      agentId: agent.id,
      hash: token.hash,
      expiresAt,
      createdBy: caller.id,
    })
    await record(trx, services, {
      type: 'TOKEN_CREATED',
      actor: caller,
      operation: context.operation,
      subject: { kind: 'AGENT_TOKEN', id: token.id, name: agent.name },
    })
    return { token: token.token, tokenId: token.id, expiresAt, agent }
  })
}

/** With its last token an agent is revoked itself, and what it has not yet sent is cancelled. */
export async function revokeAgentToken(
  context: GatewayContext,
  tokenId: string,
): Promise<{ readonly agentRevoked: boolean; readonly cancelled: number }> {
  const { services, caller } = context
  return services.store.transaction(async (trx) => {
    const token = await revokeToken(trx, tokenId)
    if (token === undefined)
      throw new GatewayError('NOT_FOUND', 'There is no live token with this id.', {
        id: tokenId.slice(0, 60),
      })
    const agent = await findAgent(trx, token.agent_id)
    if (agent !== undefined) await expectRoleForWorkflow(context, trx, 'policyAdmin', agent.workflow_id)
    const now = await storeNow(trx)
    const live = (await listAgentTokens(trx, token.agent_id)).filter(
      ({ revoked_at, expires_at }) => revoked_at === null && expires_at > now,
    )
    const error = { code: 'REQUEST_CANCELLED', message: 'The AI agent that asked was revoked.' }
    const cancelled = live.length > 0 ? [] : await cancelAllOfAgent(trx, token.agent_id, error)
    if (live.length === 0) await revokeAgent(trx, token.agent_id)
    for (const request of cancelled)
      await record(trx, services, { type: 'REQUEST_CANCELLED', actor: caller, request, error })
    await record(trx, services, {
      type: 'TOKEN_REVOKED',
      actor: caller,
      operation: context.operation,
      subject: { kind: 'AGENT_TOKEN', id: tokenId },
    })
    return { agentRevoked: live.length === 0, cancelled: cancelled.length }
  })
}

export interface RotationInput {
  /** Left out: the very token that asks. */
  readonly tokenId?: string | null
  /** How long the old one is good still. */
  readonly overlapMinutes?: number | null
}

/**
 * A new token takes over from an old one, for as long as that one was made for. The agent does it for itself too, so
 * that no person has to carry tokens around; whoever stole one and does so locks the agent out, which is seen.
 */
export async function rotateAgentToken(
  context: GatewayContext,
  input: RotationInput,
): Promise<CreatedToken & { readonly agent: AgentRow; readonly oldExpiresAt: Date }> {
  const { services, caller } = context
  const { store, settings } = services
  const most = Math.floor(settings.tokenOverlap / 60)
  const overlap = input.overlapMinutes ?? Math.min(60, most)
  if (!Number.isInteger(overlap) || overlap < 0 || overlap > most)
    throw badInput('input.overlapMinutes', `a whole number from 0 to ${most}`, overlap)
  const isAgent = caller.kind === 'AGENT'
  const oldId = input.tokenId ?? (isAgent ? caller.tokenId : null)
  if (oldId === null) throw badInput('input.tokenId', 'the id of a token', null)
  if (isAgent && oldId !== caller.tokenId)
    throw new GatewayError(
      'ROLE_REQUIRED',
      'An AI agent replaces the token that it signs in with, and no other.',
    )
  const token = freshToken('csa')
  return store.transaction(async (trx) => {
    const old = await findAgentTokenRow(trx, oldId)
    const agent = old === undefined ? undefined : await findAgent(trx, old.agent_id)
    if (old === undefined || agent === undefined) throw noToken(oldId)
    if (!isAgent) {
      await expectRoleForWorkflow(context, trx, 'policyAdmin', agent.workflow_id)
      await expectFresh(context, trx)
    }
    if (agent.revoked_at !== null) throw noToken(oldId)
    const lifeMs = Math.min(
      old.expires_at.getTime() - old.created_at.getTime(),
      settings.agentTokenDays * DAY,
    )
    const expiresAt = new Date((await storeNow(trx)).getTime() + lifeMs)
    await insertAgentToken(trx, {
      id: token.id,
      agentId: agent.id,
      hash: token.hash,
      expiresAt,
      // Four eyes ask who made the token; that an agent renewed it changes nothing.
      createdBy: isAgent ? old.created_by : caller.id,
    })
    const replaced = await replaceAgentToken(trx, oldId, token.id, overlap * 60)
    if (replaced === undefined) throw noToken(oldId)
    await record(trx, services, {
      type: 'TOKEN_ROTATED',
      actor: caller,
      operation: context.operation,
      subject: { kind: 'AGENT_TOKEN', id: oldId, name: agent.name },
      payload: { replacedBy: token.id, overlapMinutes: overlap },
    })
    return { token: token.token, tokenId: token.id, expiresAt, agent, oldExpiresAt: replaced.expires_at }
  })
}

function noToken(id: string): GatewayError {
  return new GatewayError('NOT_FOUND', 'There is no live token with this id that was not replaced yet.', {
    id: id.slice(0, 60),
  })
}
