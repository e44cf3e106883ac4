import { type PolicyChange, policyDifference } from '../../policy/difference.ts'
import { type AccessProfile, DEFAULT_PROFILE, profilePolicy } from '../../policy/profiles.ts'
import { expectRecordKeys } from '../../policy/record-keys.ts'
import type { ConnectionPolicy } from '../../policy/types.ts'
import { parsePolicy } from '../../policy/validate.ts'
import { badInput, GatewayError } from '../../schema/errors.ts'
import { recordRejudged, rejudgeWaiting } from '../approvals/rejudge.ts'
import { type Happening, record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { holdsRole } from '../identity/caller.ts'
import { expectFresh } from '../identity/fresh.ts'
import { ownGroups } from '../passthrough/catalogue.ts'
import type { Db, Trx } from '../store/index.ts'
import type { ConnectionRow, WorkflowPolicyRow, WorkflowRow } from '../store/tables.ts'
import {
  currentPolicies,
  findPolicyVersion,
  findWorkflow,
  createWorkflow as insertWorkflow,
  listPolicyVersions,
  savePolicy,
  saveWorkflow,
} from '../store/workflows.ts'
import { expectConnection } from './existing.ts'
import { expectRoleEverywhere, expectRoleFor, expectUnique, nameOf } from './scope.ts'

/** What goes on record with a version beside the policy itself. */
interface Saving {
  readonly profile: AccessProfile | null
  readonly reason: string | null
  readonly restoredFrom?: number
  /** What commits together with it, and the event that goes on record for that. */
  readonly within?: (trx: Trx, saved: WorkflowPolicyRow) => Promise<Happening>
}

const REASON_LENGTH = 2_000

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
  await expectFresh(context)
  const rows = await Promise.all(slugs.map((slug) => expectConnection(services.store.db, slug)))
  return services.store.transaction(async (trx) => {
    const workflow = await expectUnique('input.name', name, () =>
      insertWorkflow(trx, { name, testMode: true }),
    )
    const profile = input.profile ?? DEFAULT_PROFILE
    for (const row of rows)
      await nextPolicy(trx, context, workflow.id, row, 0, policyOf(context, row, profile), {
        profile,
        reason: null,
      })
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
  reason: string | null,
): Promise<WorkflowPolicyRow> {
  expectRoleFor(context, 'policyAdmin', slug)
  const row = await expectConnection(context.services.store.db, slug)
  const parsed = await whole(context, row, policy)
  return replacePolicy(context, workflowId, row, parsed, { profile: null, reason }, afterVersion)
}

/** An old version as a new one: what was saved in between stays on record, and what is unknown by now refuses it. */
export async function restorePolicy(
  context: GatewayContext,
  workflowId: string,
  slug: string,
  version: number,
  afterVersion: number | null,
  reason: string | null,
): Promise<WorkflowPolicyRow> {
  expectRoleFor(context, 'policyAdmin', slug)
  const { db } = context.services.store
  const row = await expectConnection(db, slug)
  const old = await expectVersion(db, workflowId, slug, version)
  if (old.policy === null) throw badInput('version', 'a version that holds a policy', version)
  const parsed = await whole(context, row, old.policy)
  const profile = old.profile as AccessProfile | null
  return replacePolicy(
    context,
    workflowId,
    row,
    parsed,
    { profile, reason, restoredFrom: version },
    afterVersion,
  )
}

/** @throws GatewayError NOT_FOUND */
export async function expectVersion(
  db: Db,
  workflowId: string,
  connection: string,
  version: number,
): Promise<WorkflowPolicyRow> {
  const found = await findPolicyVersion(db, { workflowId, connection, version })
  if (found === undefined)
    throw new GatewayError('NOT_FOUND', 'There is no such version of this policy.', { connection, version })
  return found
}

/** What saving this would change, without saving it. @throws GatewayError BAD_USER_INPUT like saving it would */
export async function differenceTo(
  context: GatewayContext,
  workflowId: string,
  slug: string,
  policy: string,
): Promise<{ readonly version: number; readonly changes: readonly PolicyChange[] }> {
  expectPolicyReader(context, slug)
  const { db } = context.services.store
  await expectWorkflow(db, workflowId)
  const { policy: parsed } = await proposedPolicy(context, slug, policy)
  const [current] = await listPolicyVersions(db, { workflowId, connection: slug }, 1)
  return {
    version: current?.version ?? 0,
    changes: policyDifference(current?.policy ?? null, parsed),
  }
}

/** A policy that nobody saved. @throws GatewayError BAD_USER_INPUT like saving it would */
export async function proposedPolicy(
  context: GatewayContext,
  slug: string,
  policy: string,
): Promise<{ readonly row: ConnectionRow; readonly policy: ConnectionPolicy }> {
  expectPolicyReader(context, slug)
  const row = await expectConnection(context.services.store.db, slug)
  return { row, policy: await whole(context, row, jsonOf(policy)) }
}

/** Those who change policies on a connection, and those who look after the changes. @throws GatewayError ROLE_REQUIRED */
export function expectPolicyReader(context: GatewayContext, slug: string): void {
  const { caller } = context
  if (caller.kind === 'PERSON' && holdsRole(caller, 'auditor', slug)) return
  expectRoleFor(context, 'policyAdmin', slug)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw badInput('policy', 'a policy as JSON text', text.slice(0, 100))
  }
}

export async function applyAccessProfile(
  context: GatewayContext,
  workflowId: string,
  slug: string,
  profile: AccessProfile,
  confirmedGroups: readonly string[],
  reason: string | null,
): Promise<WorkflowPolicyRow> {
  expectRoleFor(context, 'policyAdmin', slug)
  const { db } = context.services.store
  const row = await expectConnection(db, slug)
  const current = (await currentPolicies(db, workflowId)).find(
    ({ connection }) => connection === slug,
  )?.policy
  // A profile says what is allowed; whether writes are sent at all was decided apart from it and stays so.
  const policy = { ...policyOf(context, row, profile, confirmedGroups), testMode: current?.testMode ?? true }
  return replacePolicy(context, workflowId, row, policy, { profile, reason }, null)
}

/** The workflow reaches it no longer, and what waits there is withdrawn. Its versions stay; a profile assigns it anew. */
export async function unassignConnection(
  context: GatewayContext,
  workflowId: string,
  slug: string,
  afterVersion: number | null,
  reason: string | null,
): Promise<WorkflowPolicyRow> {
  expectRoleFor(context, 'policyAdmin', slug)
  const { db } = context.services.store
  const row = await expectConnection(db, slug)
  const current = (await currentPolicies(db, workflowId)).find(({ connection }) => connection === slug)
  if (current?.policy == null) throw badInput('connection', 'a connection of this workflow', slug)
  return replacePolicy(context, workflowId, row, null, { profile: null, reason }, afterVersion)
}

export async function replacePolicy(
  context: GatewayContext,
  workflowId: string,
  row: ConnectionRow,
  policy: ConnectionPolicy | null,
  saving: Saving,
  afterVersion: number | null,
): Promise<WorkflowPolicyRow> {
  const { services } = context
  if (saving.reason !== null && saving.reason.length > REASON_LENGTH)
    throw badInput('reason', `at most ${REASON_LENGTH} characters`, `${saving.reason.length} characters`)
  await expectWorkflow(services.store.db, workflowId)
  return services.store.transaction(async (trx) => {
    const current = (await currentPolicies(trx, workflowId)).find(({ connection }) => connection === row.slug)
    const changes = policyDifference(current?.policy ?? null, policy)
    if (changes.some(({ effect }) => effect !== 'TIGHTENS')) await expectFresh(context, trx)
    const saved = await nextPolicy(
      trx,
      context,
      workflowId,
      row,
      afterVersion ?? current?.version ?? 0,
      policy,
      saving,
    )
    const judged = await rejudgeWaiting(trx, services, { workflowId, connection: row.slug })
    const besides = await saving.within?.(trx, saved)
    await record(trx, services, {
      type: 'POLICY_CHANGED',
      actor: context.caller,
      operation: context.operation,
      connection: row.slug,
      policyVersion: saved.version,
      subject: { kind: 'WORKFLOW', id: workflowId },
      payload: {
        before: current?.policy ?? null,
        after: policy,
        ...(saving.reason !== null && { reason: saving.reason }),
        ...(saving.restoredFrom !== undefined && { restoredFrom: saving.restoredFrom }),
      },
    })
    if (besides !== undefined) await record(trx, services, besides)
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
  policy: ConnectionPolicy | null,
  { profile, reason, restoredFrom }: Saving,
): Promise<WorkflowPolicyRow> {
  const saved = await savePolicy(trx, {
    workflowId,
    connection: row.slug,
    after,
    policy,
    profile,
    createdBy: context.caller.id,
    reason,
    restoredFrom: restoredFrom ?? null,
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
      await nextPolicy(trx, context, workflowId, row, current.version, policy, {
        profile: current.profile as AccessProfile | null,
        reason: `Test mode of the workflow turned ${on ? 'on' : 'off'}.`,
      })
    }
    const judged = await rejudgeWaiting(trx, services, { workflowId })
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

/** A policy of this connection, validated whole. @throws GatewayError BAD_USER_INPUT */
async function whole(
  context: GatewayContext,
  row: ConnectionRow,
  policy: unknown,
): Promise<ConnectionPolicy> {
  const parsed = parsePolicy(policy, await knownGroups(context, row))
  const source = context.services.sources.get(row.vendor)
  if (source !== undefined) expectRecordKeys(parsed, source.recordKeys)
  return parsed
}

/** An own entry's new group is in no profile: a policy that names it is what opens it. */
export async function knownGroups(context: GatewayContext, row: ConnectionRow): Promise<readonly string[]> {
  return [...groupsOf(context, row), ...(await ownGroups(context.services.store.db, row.slug))]
}
