import { type PolicyChange, policyDifference } from '../../policy/difference.ts'
import { ACCESS_PROFILES } from '../../policy/profiles.ts'
import { control } from '../../schema/access.ts'
import { badInput } from '../../schema/errors.ts'
import { DEFAULT_PAGE, MAX_PAGE } from '../../schema/lists.ts'
import {
  applyAccessProfile,
  differenceTo,
  expectPolicyReader,
  expectVersion,
  expectWorkflow,
  restorePolicy,
  saveWorkflowPolicy,
  unassignConnection,
} from '../admin/workflows.ts'
import type { GatewayContext } from '../context.ts'
import { findPerson } from '../store/people.ts'
import type { WorkflowPolicyRow } from '../store/tables.ts'
import { findPolicyVersion, listPolicyVersions } from '../store/workflows.ts'
import type { Control } from './builder.ts'

const policyAdmins = control({ roles: ['policyAdmin'] })
const readers = control({ roles: ['policyAdmin', 'auditor'] })

interface Page {
  readonly rows: readonly WorkflowPolicyRow[]
  readonly hasNextPage: boolean
}

/** Policies with their history: each version is kept, and what changed is told in words. */
export function definePolicies({ builder }: Control) {
  const Profile = builder.enumType('AccessProfile', {
    description: 'A preset for every permission group at once.',
    values: ACCESS_PROFILES,
  })
  const Effect = builder.enumType('PolicyEffect', {
    description: 'What a change does to what is allowed.',
    values: {
      LOOSENS: { description: 'More is allowed, or with fewer signatures.' },
      TIGHTENS: { description: 'Less is allowed, or with more signatures.' },
      EITHER: { description: 'Some of both, or it depends on the write.' },
    } as const,
  })
  const Change = builder.objectRef<PolicyChange>('PolicyChange').implement({
    description: 'One thing that differs between two policies.',
    extensions: readers,
    fields: (t) => ({
      where: t.exposeString('where', {
        nullable: false,
        description: 'The permission group, or "Policy" for what concerns all of them.',
      }),
      change: t.exposeString('change', { nullable: false, description: 'What is, and what was, in words.' }),
      effect: t.field({ type: Effect, nullable: false, resolve: ({ effect }) => effect }),
    }),
  })
  const Policy = builder.objectRef<WorkflowPolicyRow>('WorkflowPolicy').implement({
    description: 'What a workflow may do on one connection, in one version.',
    extensions: readers,
    fields: (t) => ({
      connection: t.exposeString('connection', { nullable: false }),
      version: t.exposeInt('version', { nullable: false }),
      profile: t.exposeString('profile', {
        description: 'The access profile that it was filled from, if one was.',
      }),
      policy: t.field({
        type: 'JSON',
        description: 'The whole policy; null: not assigned.',
        resolve: ({ policy }) => policy,
      }),
      createdAt: t.field({ type: 'DateTime', nullable: false, resolve: (row) => row.created_at }),
      savedBy: t.string({
        description: 'Name of the person who saved it; null for the sandbox and the like.',
        resolve: async ({ created_by }, _, { services }) =>
          created_by === null ? null : ((await findPerson(services.store.db, created_by))?.name ?? null),
      }),
      reason: t.exposeString('reason', { description: 'Why, in the words of whoever saved it.' }),
      restoredFrom: t.exposeInt('restored_from', {
        description: 'The older version that this one brought back.',
      }),
      difference: t.field({
        type: [Change],
        nullable: false,
        description: 'What it changed, group by group.',
        args: {
          from: t.arg.int({ description: 'Compared with this version; the one before when left out.' }),
        },
        resolve: async (row, { from }, { services }) => {
          const { db } = services.store
          const of = { workflowId: row.workflow_id, connection: row.connection }
          const before =
            from == null
              ? await findPolicyVersion(db, { ...of, version: row.version - 1 })
              : await expectVersion(db, of.workflowId, of.connection, from)
          return [...policyDifference(before?.policy ?? null, row.policy)]
        },
      }),
    }),
  })
  const Versions = builder.objectRef<Page>('PolicyVersionConnection').implement({
    description: 'A page of versions of a policy, newest first.',
    extensions: readers,
    fields: (t) => ({
      nodes: t.field({
        type: [Policy],
        nullable: false,
        description: 'The versions.',
        resolve: ({ rows }) => [...rows],
      }),
      hasNextPage: t.exposeBoolean('hasNextPage', { nullable: false, description: 'Older ones follow.' }),
      endCursor: t.string({
        description: 'Give it as `after` to go on.',
        resolve: ({ rows }, _, context) => {
          const last = rows.at(-1)
          return last === undefined ? null : context.sealCursor({ policyVersion: last.version })
        },
      }),
    }),
  })
  const Difference = builder
    .objectRef<Awaited<ReturnType<typeof differenceTo>>>('PolicyDifference')
    .implement({
      description: 'What saving a policy would change.',
      extensions: readers,
      fields: (t) => ({
        version: t.exposeInt('version', {
          nullable: false,
          description: 'The current version, to save after; 0 when there is none.',
        }),
        changes: t.field({
          type: [Change],
          nullable: false,
          description: 'Group by group; empty when nothing would change.',
          resolve: ({ changes }) => [...changes],
        }),
      }),
    })

  builder.queryFields((t) => ({
    policyVersions: t.field({
      type: Versions,
      nullable: false,
      description: 'Every version of a policy that was ever saved, newest first: who, when and why.',
      extensions: readers,
      args: {
        workflow: t.arg.id({ required: true, description: 'The workflow.' }),
        connection: t.arg.string({ required: true, description: "The connection's slug." }),
        first: t.arg.int({ description: '25 by default, 100 at most.' }),
        after: t.arg.string({ description: 'Cursor to go on behind.' }),
      },
      resolve: (_, args, context) => versions(context, args),
    }),
    policyDifference: t.field({
      type: Difference,
      description:
        'What would change if this policy were saved: nothing is. What saving would refuse is refused here.',
      extensions: readers,
      args: {
        workflow: t.arg.id({ required: true, description: 'The workflow.' }),
        connection: t.arg.string({ required: true, description: "The connection's slug." }),
        policy: t.arg.string({ required: true, description: 'The whole policy as JSON text.' }),
      },
      resolve: (_, { workflow, connection, policy }, context) =>
        differenceTo(context, workflow, connection, policy),
    }),
  }))
  const reasonOf = (reason: string | null | undefined) => reason ?? null
  builder.mutationFields((t) => ({
    saveWorkflowPolicy: t.field({
      type: Policy,
      description: 'Saves the whole policy of a workflow on one connection as its next version.',
      extensions: policyAdmins,
      args: {
        workflow: t.arg.id({ required: true }),
        connection: t.arg.string({ required: true }),
        policy: t.arg({ type: 'JSON', required: true, description: 'An unknown key refuses it whole.' }),
        version: t.arg.int({
          description: 'The version that you edited; another one meanwhile refuses yours.',
        }),
        reason: t.arg.string({ description: 'Why; kept with the version.' }),
      },
      resolve: (_, args, context) =>
        saveWorkflowPolicy(
          context,
          args.workflow,
          args.connection,
          args.policy,
          args.version ?? null,
          reasonOf(args.reason),
        ),
    }),
    applyAccessProfile: t.field({
      type: Policy,
      description: 'Sets every permission group of a connection by a profile. Test mode stays as it is.',
      extensions: policyAdmins,
      args: {
        workflow: t.arg.id({ required: true }),
        connection: t.arg.string({ required: true }),
        profile: t.arg({ type: Profile, required: true }),
        confirmedGroups: t.arg.stringList({
          description: 'FULL_AUTOMATION opens the sensitive groups only when each is named here.',
        }),
        reason: t.arg.string({ description: 'Why; kept with the version.' }),
      },
      resolve: (_, args, context) =>
        applyAccessProfile(
          context,
          args.workflow,
          args.connection,
          args.profile,
          args.confirmedGroups ?? [],
          reasonOf(args.reason),
        ),
    }),
    unassignConnection: t.field({
      type: Policy,
      description:
        'Takes a connection from a workflow: its AI agents reach it no longer, and what waits there is withdrawn. Its versions are kept.',
      extensions: policyAdmins,
      args: {
        workflow: t.arg.id({ required: true }),
        connection: t.arg.string({ required: true }),
        version: t.arg.int({
          description: 'The version that you saw; another one meanwhile refuses yours.',
        }),
        reason: t.arg.string({ description: 'Why; kept with the version.' }),
      },
      resolve: (_, args, context) =>
        unassignConnection(
          context,
          args.workflow,
          args.connection,
          args.version ?? null,
          reasonOf(args.reason),
        ),
    }),
    restorePolicy: t.field({
      type: Policy,
      description: 'Saves an older version of a policy once more, as its next version.',
      extensions: policyAdmins,
      args: {
        workflow: t.arg.id({ required: true }),
        connection: t.arg.string({ required: true }),
        version: t.arg.int({ required: true, description: 'The version to bring back.' }),
        after: t.arg.int({
          description: 'The current version as you saw it; another one meanwhile refuses yours.',
        }),
        reason: t.arg.string({ description: 'Why; kept with the version.' }),
      },
      resolve: (_, args, context) =>
        restorePolicy(
          context,
          args.workflow,
          args.connection,
          args.version,
          args.after ?? null,
          reasonOf(args.reason),
        ),
    }),
  }))
  return { Policy, Profile, Change }
}

export type PolicyTypes = ReturnType<typeof definePolicies>

async function versions(
  context: GatewayContext,
  args: {
    readonly workflow: string
    readonly connection: string
    readonly first?: number | null
    readonly after?: string | null
  },
): Promise<Page> {
  const first = args.first ?? DEFAULT_PAGE
  if (!Number.isInteger(first) || first < 1 || first > MAX_PAGE)
    throw badInput('first', `a whole number from 1 to ${MAX_PAGE}`, first)
  expectPolicyReader(context, args.connection)
  const { db } = context.services.store
  await expectWorkflow(db, args.workflow)
  const rows = await listPolicyVersions(
    db,
    { workflowId: args.workflow, connection: args.connection },
    first + 1,
    args.after == null ? undefined : placeOf(context, args.after),
  )
  return { rows: rows.slice(0, first), hasNextPage: rows.length > first }
}

/** @throws GatewayError BAD_USER_INPUT for a cursor of another list */
function placeOf(context: GatewayContext, cursor: string): number {
  const { policyVersion } = context.openCursor(cursor) as { policyVersion?: unknown }
  if (typeof policyVersion !== 'number')
    throw badInput('after', 'the `endCursor` of a page of versions', cursor)
  return policyVersion
}
