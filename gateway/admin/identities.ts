import type { Role } from '../../schema/access.ts'
import { badInput, GatewayError } from '../../schema/errors.ts'
import { type Rejudged, recordRejudged, rejudgeWaiting } from '../approvals/rejudge.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { freshToken } from '../identity/tokens.ts'
import { claimSetup } from '../store/installation.ts'
import { storeNow } from '../store/now.ts'
import { findPerson, grantRole, createPerson as insertPerson } from '../store/people.ts'
import { cancelAllOfAgent, type WaitingWhere } from '../store/requests.ts'
import type { AgentRow, PersonRow } from '../store/tables.ts'
import {
  createPersonToken,
  createAgentToken as insertAgentToken,
  listAgentTokens,
  revokeAgentToken as revokeToken,
} from '../store/tokens.ts'
import { createAgent, findAgent, revokeAgent } from '../store/workflows.ts'
import { expectFitting, expectRoleEverywhere, expectRoleForWorkflow, expectUnique, nameOf } from './scope.ts'
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

const DAY = 24 * 3600 * 1000

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

export interface PersonInput {
  readonly name: string
  readonly email: string
  readonly roles: readonly {
    readonly role: Role
    readonly connection?: string | null
    readonly groups?: readonly string[] | null
    readonly boards?: readonly string[] | null
    readonly companies?: readonly string[] | null
  }[]
  readonly members?: readonly { readonly connection: string; readonly member: string }[] | null
}

/** The set-up code makes the first owner and is used up by it. */
export async function createPerson(
  context: GatewayContext,
  input: PersonInput,
): Promise<CreatedToken & { readonly person: PersonRow }> {
  const { services, caller } = context
  // Who makes people can make owners: a right over the whole installation.
  if (caller.kind !== 'SETUP') expectRoleEverywhere(context, 'owner')
  const name = nameOf('input.name', input.name)
  if (!/^[^\s@]{1,100}@[^\s@]{1,200}$/.test(input.email))
    throw badInput('input.email', 'a mail address', input.email)
  if (
    caller.kind === 'SETUP' &&
    !input.roles.some(({ role, connection }) => role === 'owner' && connection == null)
  ) {
    throw badInput(
      'input.roles',
      'the role "owner" for every connection: the first person must be able to do the rest',
      input.roles,
    )
  }
  const token = freshToken('csp')
  return services.store.transaction(async (trx) => {
    if (caller.kind === 'SETUP' && (await claimSetup(trx, caller.codeHash)) === undefined) {
      throw new GatewayError('UNAUTHENTICATED', 'The set-up code was used before.')
    }
    const memberKeys = Object.fromEntries(
      (input.members ?? []).map(({ connection, member }) => [connection, member]),
    )
    const person = await expectUnique('input.email', input.email, () =>
      insertPerson(trx, { name, email: input.email, memberKeys }),
    )
    const grantedBy = caller.kind === 'PERSON' ? caller.id : null
    for (const [index, grant] of input.roles.entries()) {
      await expectFitting(
        `input.roles.${index}`,
        'a connection that exists, and lists that are left out or not empty',
        grant,
        () => grantRole(trx, { personId: person.id, ...grant, grantedBy }),
      )
    }
    const expiresAt = new Date((await storeNow(trx)).getTime() + services.settings.personTokenDays * DAY)
    await createPersonToken(trx, { id: token.id, personId: person.id, hash: token.hash, expiresAt })
    const judged: Rejudged[] = []
    for (const where of approvingAt(input.roles)) judged.push(await rejudgeWaiting(trx, services, where))
    await record(trx, services, {
      type: 'PERSON_CREATED',
      actor: caller,
      operation: context.operation,
      subject: { kind: 'PERSON', id: person.id, name: person.name },
      payload: { roles: input.roles },
    })
    for (const one of judged) await recordRejudged(trx, context, one)
    return { token: token.token, tokenId: token.id, expiresAt, person }
  })
}

/** Where requests may wait for this person too from now on. */
function approvingAt(roles: PersonInput['roles']): readonly WaitingWhere[] {
  const approving = roles.filter(({ role }) => role === 'approver' || role === 'owner')
  const slugs = new Set(approving.map(({ connection }) => connection ?? null))
  if (slugs.has(null)) return [{}]
  return [...slugs].flatMap((connection) => (connection === null ? [] : [{ connection }]))
}
