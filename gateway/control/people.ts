import { control, ROLES } from '../../schema/access.ts'
import type { CreatedToken } from '../admin/agent-tokens.ts'
import {
  createPersonalToken,
  endSession,
  expectPersonCaller,
  revokePersonalToken,
} from '../admin/own-sign-ins.ts'
import {
  type CreatedPerson,
  changePerson,
  createPerson,
  type Invitation,
  invitePerson,
  setPersonActive,
} from '../admin/people.ts'
import { grantRole, revokeRole } from '../admin/roles.ts'
import { expectRoleEverywhere } from '../admin/scope.ts'
import { hasLogin } from '../store/logins.ts'
import { listPeople, rolesOf } from '../store/people.ts'
import { listSessions } from '../store/sessions.ts'
import {
  type PersonRow,
  type PersonSessionRow,
  type PersonTokenRow,
  SIGN_IN_METHODS,
} from '../store/tables.ts'
import { listPersonTokens } from '../store/tokens.ts'
import type { Control } from './builder.ts'
import type { defineViewer } from './viewer.ts'

const owners = control({ roles: ['owner'] })
const ownersOrSetup = control({ roles: ['owner'], setup: true })
const people = control({ roles: 'ANY' })

/** Who signs in, what they may do, and what they sign in with. Passwords come by /auth alone: gateway/doors/auth.ts. */
export function definePeople({ builder }: Control, { RoleGrant }: ReturnType<typeof defineViewer>): void {
  const RoleName = builder.enumType('Role', { description: 'What a person may do.', values: ROLES })
  const Method = builder.enumType('SignInMethod', {
    description: 'How a person signs in.',
    values: SIGN_IN_METHODS,
  })
  const Person = builder.objectRef<PersonRow>('Person').implement({
    description: 'Somebody who signs in.',
    extensions: owners,
    fields: (t) => ({
      id: t.exposeID('id', { nullable: false }),
      name: t.exposeString('name', { nullable: false }),
      email: t.exposeString('email', { nullable: false }),
      active: t.exposeBoolean('active', { nullable: false }),
      roles: t.stringList({
        nullable: false,
        description: 'Names of the roles; `grants` tells where they hold.',
        resolve: async ({ id }, _, { services }) =>
          (await rolesOf(services.store.db, id)).map(({ role }) => role),
      }),
      grants: t.field({
        type: [RoleGrant],
        nullable: false,
        description: 'Every role, and where it holds.',
        resolve: ({ id }, _, { services }) => rolesOf(services.store.db, id),
      }),
      signsInBy: t.field({
        type: [Method],
        nullable: false,
        description:
          'A password, a login at the identity provider, or nothing yet: then an invitation is needed.',
        resolve: async ({ id, password_hash }, _, { services }) => [
          ...(password_hash === null ? [] : (['PASSWORD'] as const)),
          ...((await hasLogin(services.store.db, id)) ? (['OIDC'] as const) : []),
        ],
      }),
    }),
  })
  const Invitation = builder.objectRef<Invitation>('Invitation').implement({
    description: 'A one-time code by which a person sets a password or links a login. Hand it over yourself.',
    extensions: owners,
    fields: (t) => ({
      code: t.exposeString('code', { nullable: false, description: 'Shown this once.' }),
      path: t.string({
        nullable: false,
        description: "The code as a link; put this installation's address before it.",
        resolve: ({ code }) => `/welcome#${code}`,
      }),
      expiresAt: t.field({ type: 'DateTime', nullable: false, resolve: ({ expiresAt }) => expiresAt }),
    }),
  })
  const PersonalToken = builder.objectRef<PersonTokenRow>('PersonalToken').implement({
    description: 'A token of a person, without its text.',
    extensions: people,
    fields: (t) => ({
      id: t.exposeID('id', { nullable: false }),
      name: t.exposeString('name', { nullable: false, description: 'What it is for.' }),
      createdAt: t.field({ type: 'DateTime', nullable: false, resolve: (row) => row.created_at }),
      expiresAt: t.field({ type: 'DateTime', nullable: false, resolve: (row) => row.expires_at }),
      revokedAt: t.field({ type: 'DateTime', resolve: (row) => row.revoked_at }),
      lastUsedAt: t.field({ type: 'DateTime', resolve: (row) => row.last_used_at }),
    }),
  })
  const NewToken = builder.objectRef<CreatedToken>('CreatedPersonalToken').implement({
    description: 'A new personal token.',
    extensions: people,
    fields: (t) => ({
      token: t.exposeString('token', {
        nullable: false,
        description: 'Shown this once. Send it as "Authorization: Bearer".',
      }),
      tokenId: t.exposeID('tokenId', { nullable: false, description: 'Revokes it later.' }),
      expiresAt: t.field({ type: 'DateTime', nullable: false, resolve: ({ expiresAt }) => expiresAt }),
    }),
  })
  const Session = builder.objectRef<PersonSessionRow>('Session').implement({
    description: 'A browser that is signed in.',
    extensions: people,
    fields: (t) => ({
      id: t.exposeID('id', { nullable: false }),
      method: t.field({ type: Method, nullable: false, resolve: ({ method }) => method }),
      signedInAt: t.field({ type: 'DateTime', nullable: false, resolve: (row) => row.signed_in_at }),
      lastSeenAt: t.field({ type: 'DateTime', nullable: false, resolve: (row) => row.last_seen_at }),
      expiresAt: t.field({ type: 'DateTime', nullable: false, resolve: (row) => row.expires_at }),
      current: t.boolean({
        nullable: false,
        description: 'The one that asks.',
        resolve: ({ id }, _, { caller }) => id === caller.tokenId,
      }),
    }),
  })

  builder.queryFields((t) => ({
    people: t.field({
      type: [Person],
      nullable: false,
      description: 'Everybody who may sign in.',
      extensions: owners,
      resolve: (_, _args, context) => {
        expectRoleEverywhere(context, 'owner')
        return listPeople(context.services.store.db)
      },
    }),
    personalTokens: t.field({
      type: [PersonalToken],
      nullable: false,
      description: 'Your own tokens, newest first.',
      extensions: people,
      resolve: (_, _args, context) =>
        listPersonTokens(context.services.store.db, expectPersonCaller(context).id),
    }),
    sessions: t.field({
      type: [Session],
      nullable: false,
      description: 'Browsers in which you are signed in.',
      extensions: people,
      resolve: (_, _args, context) => listSessions(context.services.store.db, expectPersonCaller(context).id),
    }),
  }))

  const RoleInput = builder.inputType('RoleInput', {
    description: 'A role, and where it holds.',
    fields: (t) => ({
      role: t.field({ type: RoleName, required: true }),
      connection: t.string({ description: 'Left out: every connection.' }),
      groups: t.stringList({ description: 'Left out: every permission group. For approvers alone.' }),
      boards: t.stringList({ description: 'Left out: every board. For approvers alone.' }),
      companies: t.stringList({ description: 'Left out: every company. For approvers alone.' }),
    }),
  })
  const MemberInput = builder.inputType('MemberInput', {
    description: 'Who a person is at a PSA.',
    fields: (t) => ({
      connection: t.string({ required: true }),
      member: t.string({ required: true, description: 'Login or key of the member.' }),
    }),
  })
  const PersonInput = builder.inputType('CreatePersonInput', {
    description: 'A person who may sign in.',
    fields: (t) => ({
      name: t.string({ required: true }),
      email: t.string({ required: true }),
      roles: t.field({ type: [RoleInput], required: true }),
      members: t.field({
        type: [MemberInput],
        description: 'Logins at the PSAs, for logging time as this person.',
      }),
    }),
  })
  const PersonChange = builder.inputType('ChangePersonInput', {
    description: 'What is left out stays.',
    fields: (t) => ({
      id: t.id({ required: true, description: 'The person.' }),
      name: t.string(),
      email: t.string(),
      members: t.field({ type: [MemberInput], description: 'All logins at the PSAs.' }),
    }),
  })
  const NewPerson = builder.objectRef<CreatedPerson>('CreatedPerson').implement({
    description: 'A new person, and how they sign in for the first time.',
    extensions: ownersOrSetup,
    fields: (t) => ({
      id: t.id({ nullable: false, description: 'Id of the person.', resolve: ({ person }) => person.id }),
      name: t.string({ nullable: false, resolve: ({ person }) => person.name }),
      token: t.string({
        description: 'For the holder of the set-up code, who is this person. Shown this once.',
        resolve: ({ token }) => token?.token ?? null,
      }),
      expiresAt: t.field({
        type: 'DateTime',
        description: 'When the token ends.',
        resolve: ({ token }) => token?.expiresAt ?? null,
      }),
      invitation: t.field({
        type: Invitation,
        description: 'To hand over to everybody else: no owner holds what another person signs in with.',
        resolve: ({ invitation }) => invitation,
      }),
    }),
  })

  builder.mutationFields((t) => ({
    createPerson: t.field({
      type: NewPerson,
      description: 'Adds a person with roles. The one-time set-up code makes the first owner.',
      extensions: ownersOrSetup,
      args: { input: t.arg({ type: PersonInput, required: true }) },
      resolve: (_, { input }, context) => createPerson(context, input),
    }),
    changePerson: t.field({
      type: Person,
      description: 'Changes name, mail address or logins at the PSAs.',
      extensions: owners,
      args: { input: t.arg({ type: PersonChange, required: true }) },
      resolve: (_, { input }, context) => changePerson(context, input),
    }),
    invitePerson: t.field({
      type: Invitation,
      description:
        'A new one-time code for somebody who has none or lost their password; the one before is void.',
      extensions: owners,
      args: {
        person: t.arg.id({ required: true }),
        reset: t.arg.boolean({
          defaultValue: false,
          description: 'Password, logins, sessions and tokens of the person are void at once.',
        }),
      },
      resolve: (_, { person, reset }, context) => invitePerson(context, person, reset === true),
    }),
    setPersonActive: t.field({
      type: Person,
      description:
        'Off: the person signs in no more, and sessions, tokens and invitations are void for good.',
      extensions: owners,
      args: { person: t.arg.id({ required: true }), active: t.arg.boolean({ required: true }) },
      resolve: (_, { person, active }, context) => setPersonActive(context, person, active),
    }),
    grantRole: t.field({
      type: RoleGrant,
      description: 'Gives a person a role. Owners do it, each within what they own.',
      extensions: owners,
      args: { person: t.arg.id({ required: true }), role: t.arg({ type: RoleInput, required: true }) },
      resolve: (_, { person, role }, context) => grantRole(context, person, role),
    }),
    revokeRole: t.field({
      type: RoleGrant,
      description: 'Takes a role away. The last owner of the whole installation keeps theirs.',
      extensions: owners,
      args: { id: t.arg.id({ required: true, description: 'Of the grant.' }) },
      resolve: (_, { id }, context) => revokeRole(context, id),
    }),
    createPersonalToken: t.field({
      type: NewToken,
      description: 'A token of your own, for scripts and clients that are no browser.',
      extensions: people,
      args: {
        name: t.arg.string({ required: true, description: 'What it is for.' }),
        expiresInDays: t.arg.int({ description: '30 at most, and when left out.' }),
      },
      resolve: (_, args, context) => createPersonalToken(context, args),
    }),
    revokePersonalToken: t.field({
      type: 'Boolean',
      description:
        "From the next request on the token is refused. Owners revoke anybody's. False: it was revoked before.",
      extensions: people,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, { id }, context) => revokePersonalToken(context, id),
    }),
    endSession: t.field({
      type: 'Boolean',
      description: "Signs a browser out. Owners end anybody's. False: it had ended before.",
      extensions: people,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, { id }, context) => endSession(context, id),
    }),
  }))
}
