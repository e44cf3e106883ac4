import { type AccessProfile, DEFAULT_PROFILE, profilePolicy } from '../../policy/profiles.ts'
import type { ConnectionPolicy } from '../../policy/types.ts'
import { parsePolicy } from '../../policy/validate.ts'
import { badInput, GatewayError } from '../../schema/errors.ts'
import { recordRejudged, rejudgeWaiting } from '../approvals/rejudge.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import type { Db, Trx } from '../store/index.ts'
import type { ConnectionRow, WorkflowPolicyRow, WorkflowRow } from '../store/tables.ts'
import {
  currentPolicies,
  findWorkflow,
  createWorkflow as insertWorkflow,
  savePolicy,
  saveWorkflow,
} from '../store/workflows.ts'
import { expectConnection } from './existing.ts'
import { expectRoleEverywhere, expectRoleFor, expectUnique, nameOf } from './scope.ts'

export interface WorkflowInput {
  readonly name: string
  readonly connections: readonly string[]
  readonly profile?: AccessProfile | null
}

/** A new workflow starts with Helpdesk, approval required and test mode on. */
export async function createWorkflow(context: GatewayContext, input: WorkflowInput): Promise<WorkflowRow> {
  const { services } = context
  const name = nameOf('input.name', input.name)
  const slugs = [...new Set(input.connections)]
  if (slugs.length === 0) expectRoleEverywhere(context, 'policyAdmin')
  for (const slug of slugs) expectRoleFor(context, 'policyAdmin', slug)
  const rows = await Promise.all(slugs.map((slug) => expectConnection(services.store.db, slug)))
  return services.store.transaction(async (trx) => {
    const workflow = await expectUnique('input.name', name, () =>
      insertWorkflow(trx, { name, testMode: true }),
    )
    const profile = input.profile ?? DEFAULT_PROFILE
    for (const row of rows)
      await nextPolicy(trx, context, workflow.id, row, 0, policyOf(context, row, profile), profile)
    await record(trx, services, {
      type: 'WORKFLOW_CREATED',
      actor: context.caller,
      operation: context.operation,
      subject: { kind: 'WORKFLOW', id: workflow.id, name: workflow.name },
      payload: { connections: slugs, profile },
    })
    return workflow
  })
}

/** Validated whole: an unknown key refuses it and the old version stays. */
export async function saveWorkflowPolicy(
  context: GatewayContext,
  workflowId: string,
  slug: string,
  policy: unknown,
  afterVersion: number | null,
): Promise<WorkflowPolicyRow> {
  expectRoleFor(context, 'policyAdmin', slug)
  const row = await expectConnection(context.services.store.db, slug)
  const parsed = parsePolicy(policy, groupsOf(context, row))
  return replacePolicy(context, workflowId, row, parsed, null, afterVersion)
}

export async function applyAccessProfile(
  context: GatewayContext,
  workflowId: string,
  slug: string,
  profile: AccessProfile,
  confirmedGroups: readonly string[],
): Promise<WorkflowPolicyRow> {
  expectRoleFor(context, 'policyAdmin', slug)
  const { db } = context.services.store
  const row = await expectConnection(db, slug)
  const current = (await currentPolicies(db, workflowId)).find(
    ({ connection }) => connection === slug,
  )?.policy
  // A profile says what is allowed; whether writes are sent at all was decided apart from it and stays so.
  const policy = { ...policyOf(context, row, profile, confirmedGroups), testMode: current?.testMode ?? true }
  return replacePolicy(context, workflowId, row, policy, profile, null)
}

async function replacePolicy(
  context: GatewayContext,
  workflowId: string,
  row: ConnectionRow,
  policy: ConnectionPolicy,
  profile: AccessProfile | null,
  afterVersion: number | null,
): Promise<WorkflowPolicyRow> {
  const { services } = context
  await expectWorkflow(services.store.db, workflowId)
  return services.store.transaction(async (trx) => {
    const current = (await currentPolicies(trx, workflowId)).find(({ connection }) => connection === row.slug)
    const saved = await nextPolicy(
      trx,
      context,
      workflowId,
      row,
      afterVersion ?? current?.version ?? 0,
      policy,
      profile,
    )
    const judged = await rejudgeWaiting(trx, { workflowId, connection: row.slug })
    await record(trx, services, {
      type: 'POLICY_CHANGED',
      actor: context.caller,
      operation: context.operation,
      connection: row.slug,
      policyVersion: saved.version,
      subject: { kind: 'WORKFLOW', id: workflowId },
      payload: { before: current?.policy ?? null, after: policy },
    })
    await recordRejudged(trx, context, judged)
    return saved
  })
}

async function nextPolicy(
  trx: Trx,
  context: GatewayContext,
  workflowId: string,
  row: ConnectionRow,
  after: number,
  policy: ConnectionPolicy,
  profile: AccessProfile | null,
): Promise<WorkflowPolicyRow> {
  const saved = await savePolicy(trx, {
    workflowId,
    connection: row.slug,
    after,
    policy,
    profile,
    createdBy: context.caller.id,
  })
  if (saved === undefined) {
    throw badInput(
      'version',
      'the current version of this policy: somebody saved another one meanwhile',
      after,
    )
  }
  return saved
}

/** Turns test mode on or off for a workflow, on every one of its connections. */
export async function setTestMode(context: GatewayContext, on: boolean, workflowId: string): Promise<void> {
  const { services } = context
  await expectWorkflow(services.store.db, workflowId)
  await services.store.transaction(async (trx) => {
    await saveWorkflow(trx, workflowId, { test_mode: on })
    for (const current of await currentPolicies(trx, workflowId)) {
      if (current.policy === null || (current.policy.testMode !== false) === on) continue
      const row = await expectConnection(trx, current.connection)
      const policy = { ...current.policy, testMode: on }
      await nextPolicy(
        trx,
        context,
        workflowId,
        row,
        current.version,
        policy,
        current.profile as AccessProfile | null,
      )
    }
    const judged = await rejudgeWaiting(trx, { workflowId })
    await record(trx, services, {
      type: 'WORKFLOW_CHANGED',
      actor: context.caller,
      operation: context.operation,
      subject: { kind: 'WORKFLOW', id: workflowId },
      payload: { testMode: on },
    })
    await recordRejudged(trx, context, judged)
  })
}

function policyOf(
  context: GatewayContext,
  row: ConnectionRow,
  profile: AccessProfile,
  confirmedGroups: readonly string[] = [],
) {
  return profilePolicy(profile, row.vendor, groupsOf(context, row), { confirmedGroups })
}

function groupsOf({ services }: GatewayContext, row: ConnectionRow): readonly string[] {
  return services.sources.get(row.vendor)?.groups ?? []
}

export async function expectWorkflow(db: Db, id: string): Promise<WorkflowRow> {
  const workflow = await findWorkflow(db, id)
  if (workflow === undefined)
    throw new GatewayError('NOT_FOUND', 'There is no workflow with this id.', { id: id.slice(0, 100) })
  return workflow
}
