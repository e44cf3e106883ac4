import { isTestMode } from '../../policy/test-mode.ts'
import type { ConnectionPolicy, GroupPolicy } from '../../policy/types.ts'
import { control } from '../../schema/access.ts'
import type { GatewayContext } from '../context.ts'
import { readInstallation } from '../store/installation.ts'
import { findSession } from '../store/sessions.ts'
import type { PersonRoleRow } from '../store/tables.ts'
import { findAgentTokenRow, findPersonTokenRow } from '../store/tokens.ts'
import type { Control } from './builder.ts'

const everybody = control({ agents: true, roles: 'ANY', setup: true })

interface ViewedConnection {
  readonly slug: string
  readonly policy: ConnectionPolicy
}

/** Who asks and what they may do: agents plan by it, the console shows it. */
export function defineViewer({ builder }: Control) {
  const Role = builder.objectRef<PersonRoleRow>('RoleGrant').implement({
    description: 'A role that a person holds, and where.',
    extensions: everybody,
    fields: (t) => ({
      id: t.exposeID('id', { nullable: false, description: 'Takes it away.' }),
      role: t.exposeString('role', { nullable: false }),
      connection: t.exposeString('connection', { description: 'Null: every connection.' }),
      groups: t.stringList({
        description: 'Null: every permission group.',
        resolve: ({ groups }) => (groups === null ? null : [...groups]),
      }),
      boards: t.stringList({
        description: 'Null: every board.',
        resolve: ({ boards }) => (boards === null ? null : [...boards]),
      }),
      companies: t.stringList({
        description: 'Null: every company.',
        resolve: ({ companies }) => (companies === null ? null : [...companies]),
      }),
    }),
  })
  const Level = builder.enumType('AccessLevel', {
    description: 'How far a permission group is open.',
    values: {
      DISABLED: { description: 'Nothing.' },
      READ_ONLY: { description: 'Reading.' },
      READ_WRITE: { description: 'Reading and writing.' },
    } as const,
  })
  const Group = builder.objectRef<{ name: string; policy: GroupPolicy }>('GroupAccess').implement({
    description: 'What is allowed in one permission group.',
    extensions: everybody,
    fields: (t) => ({
      group: t.exposeString('name', { nullable: false, description: 'Name of the permission group.' }),
      level: t.field({ type: Level, nullable: false, resolve: ({ policy }) => policy.level }),
      create: t.stringList({
        nullable: false,
        description: 'Allowed fields of a new record; ["*"] for all.',
        resolve: ({ policy }) => allowed(policy, 'CREATE'),
      }),
      update: t.stringList({
        nullable: false,
        description: 'Allowed fields of a change; ["*"] for all.',
        resolve: ({ policy }) => allowed(policy, 'UPDATE'),
      }),
      merge: t.boolean({ nullable: false, resolve: ({ policy }) => policy.merge === true }),
      bundle: t.boolean({ nullable: false, resolve: ({ policy }) => policy.bundle === true }),
      delete: t.boolean({ nullable: false, resolve: ({ policy }) => policy.delete === true }),
      approval: t.field({
        type: 'JSON',
        description: 'Approval rules, the first that matches wins; null: one approver for every write.',
        resolve: ({ policy }) => policy.approval ?? null,
      }),
    }),
  })
  const Viewed = builder.objectRef<ViewedConnection>('ViewerConnection').implement({
    description: 'A connection that is assigned to you, with what you may do there.',
    extensions: everybody,
    fields: (t) => ({
      slug: t.exposeString('slug', {
        nullable: false,
        description: 'Names the connection in ids and arguments.',
      }),
      name: t.string({
        nullable: false,
        resolve: ({ slug }, _, { known }) => known.rows.get(slug)?.name ?? slug,
      }),
      vendor: t.string({
        nullable: false,
        resolve: ({ slug }, _, { known }) => known.rows.get(slug)?.vendor ?? '',
      }),
      testMode: t.boolean({
        nullable: false,
        description: 'Writes are planned and shown, and none is sent.',
        resolve: ({ slug, policy }, _, context) => inTestMode(context, slug, policy),
      }),
      acrossCompanies: t.boolean({
        nullable: false,
        description: 'Records of different companies may be merged or bundled.',
        resolve: ({ policy }) => policy.acrossCompanies === true,
      }),
      requireIdempotencyKey: t.boolean({
        nullable: false,
        description: 'Every write needs an `idempotencyKey`.',
        resolve: ({ policy }) => policy.requireIdempotencyKey === true,
      }),
      groups: t.field({
        type: [Group],
        nullable: false,
        description: 'Groups that are not disabled.',
        resolve: ({ policy }) =>
          Object.entries(policy.groups)
            .filter(([, { level }]) => level !== 'DISABLED')
            .map(([name, group]) => ({ name, policy: group })),
      }),
    }),
  })
  const Kind = builder.enumType('CallerKind', {
    description: 'Who holds a token.',
    values: {
      AGENT: { description: 'An AI agent.' },
      PERSON: { description: 'A person.' },
      SETUP: { description: 'The holder of the one-time set-up code.' },
    } as const,
  })
  const SignInState = builder.objectRef<SignInEnds>('ViewerSignIn').implement({
    description: 'The token or the session that you are signed in with.',
    extensions: everybody,
    fields: (t) => ({
      tokenId: t.exposeID('tokenId', { nullable: false, description: 'Its id, not its text.' }),
      expiresAt: t.field({
        type: 'DateTime',
        description: 'When it ends; replace it before.',
        resolve: ({ expiresAt }) => expiresAt,
      }),
      freshUntil: t.field({
        type: 'DateTime',
        description: 'Until then a person makes sensitive changes without a further sign-in.',
        resolve: ({ freshUntil }) => freshUntil,
      }),
    }),
  })
  const Viewer = builder.objectRef<GatewayContext>('Viewer').implement({
    description: 'You.',
    extensions: everybody,
    fields: (t) => ({
      kind: t.field({ type: Kind, nullable: false, resolve: ({ caller }) => caller.kind }),
      id: t.id({ nullable: false, resolve: ({ caller }) => caller.id }),
      name: t.string({ nullable: false, resolve: ({ caller }) => caller.name }),
      workflow: t.string({
        description: 'The workflow that an AI agent belongs to.',
        resolve: ({ caller }) => (caller.kind === 'AGENT' ? caller.workflowName : null),
      }),
      signIn: t.field({
        type: SignInState,
        nullable: false,
        description: 'How you are signed in, and until when.',
        resolve: (_, _args, context) => signInEnds(context),
      }),
      roles: t.field({
        type: [Role],
        nullable: false,
        description: 'Roles of a person; an AI agent holds none.',
        resolve: ({ caller }) => (caller.kind === 'PERSON' ? caller.roles : []),
      }),
      connections: t.field({
        type: [Viewed],
        nullable: false,
        description: 'Connections that are enabled and assigned to you.',
        resolve: ({ known }) => [...known.principal.connections].map(([slug, policy]) => ({ slug, policy })),
      }),
    }),
  })
  builder.queryField('viewer', (t) =>
    t.field({
      type: Viewer,
      nullable: false,
      description: 'Who you are and what you may do.',
      extensions: everybody,
      resolve: (_, _args, context) => context,
    }),
  )
  return { RoleGrant: Role }
}

interface SignInEnds {
  readonly tokenId: string
  readonly expiresAt: Date | null
  readonly freshUntil: Date | null
}

async function signInEnds({ services, caller }: GatewayContext): Promise<SignInEnds> {
  const { tokenId } = caller
  const { db } = services.store
  if (caller.kind === 'SETUP') return { tokenId, expiresAt: null, freshUntil: null }
  if (caller.kind === 'AGENT') {
    const row = await findAgentTokenRow(db, tokenId)
    return { tokenId, expiresAt: row?.expires_at ?? null, freshUntil: null }
  }
  const { by, at, sandbox } = caller.signIn
  const row = by === 'SESSION' ? await findSession(db, tokenId) : await findPersonTokenRow(db, tokenId)
  const expiresAt = row?.expires_at ?? null
  const freshUntil = sandbox ? expiresAt : new Date(at.getTime() + services.settings.freshFor * 1000)
  return { tokenId, expiresAt, freshUntil }
}

function allowed({ level, allowedFields }: GroupPolicy, kind: 'CREATE' | 'UPDATE'): string[] {
  const fields = level === 'READ_WRITE' ? allowedFields?.[kind] : undefined
  return fields === 'ALL' ? ['*'] : [...(fields ?? [])]
}

async function inTestMode(
  { services, known, caller }: GatewayContext,
  slug: string,
  policy: ConnectionPolicy,
): Promise<boolean> {
  const installation = await readInstallation(services.store.db)
  return isTestMode({
    installation: installation.test_mode,
    connection: known.rows.get(slug)?.test_mode,
    workflow: caller.kind === 'AGENT' ? caller.workflowTestMode || policy.testMode !== false : false,
  })
}
