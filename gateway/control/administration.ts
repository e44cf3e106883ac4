import { control } from '../../schema/access.ts'
import { badInput } from '../../schema/errors.ts'
import { VENDORS } from '../../schema/source.ts'
import { createAgentToken, revokeAgentToken, rotateAgentToken } from '../admin/agent-tokens.ts'
import { disableConnection, saveConnection, testConnection } from '../admin/connections.ts'
import { type ConnectionMapping, connectionMapping, saveConnectionMapping } from '../admin/mapping.ts'
import type { ConnectionTest, MissingRight } from '../admin/probe.ts'
import { reachesWorkflow } from '../admin/scope.ts'
import { setTestModeAt } from '../admin/test-mode.ts'
import { createWorkflow } from '../admin/workflows.ts'
import { holdsRole } from '../identity/caller.ts'
import { listCredentialFields } from '../secrets/credentials.ts'
import { listConnections } from '../store/connections.ts'
import { countPending } from '../store/requests.ts'
import type { AgentRow, AgentTokenRow, ConnectionRow, MappingProblem, WorkflowRow } from '../store/tables.ts'
import { listAgentTokens } from '../store/tokens.ts'
import { currentPolicies, listAgents, listWorkflows } from '../store/workflows.ts'
import type { Control } from './builder.ts'
import { definePolicies } from './policies.ts'

const connectionAdmins = control({ roles: ['connectionAdmin'] })
const policyAdmins = control({ roles: ['policyAdmin'] })
const eitherAdmin = control({ roles: ['connectionAdmin', 'policyAdmin', 'auditor'] })
const rotators = control({ agents: true, roles: ['policyAdmin'] })

/** Connections, workflows, tokens and people: what an installation is set up with. */
export function defineAdministration(subgraph: Control) {
  const { builder } = subgraph
  const Vendor = builder.enumType('Vendor', { description: 'A PSA.', values: VENDORS })
  const policies = definePolicies(subgraph)
  const { Policy, Profile } = policies
  const NameAndValue = builder.inputType('NameAndValue', {
    description: 'A name with its value.',
    fields: (t) => ({ name: t.string({ required: true }), value: t.string({ required: true }) }),
  })
  const Connection = builder.objectRef<ConnectionRow>('Connection').implement({
    description: 'A PSA that the gateway is connected to.',
    extensions: eitherAdmin,
    fields: (t) => ({
      slug: t.exposeString('slug', {
        nullable: false,
        description: 'Names it in ids and arguments, for good.',
      }),
      vendor: t.field({ type: Vendor, nullable: false, resolve: ({ vendor }) => vendor }),
      name: t.exposeString('name', { nullable: false }),
      baseUrl: t.exposeString('base_url', { nullable: false }),
      enabled: t.exposeBoolean('enabled', { nullable: false }),
      testMode: t.exposeBoolean('test_mode', {
        nullable: false,
        description: 'Writes are planned and shown, and none is sent.',
      }),
      paused: t.exposeBoolean('paused', {
        nullable: false,
        description: 'Writes are held until it is resumed; reads go on.',
      }),
      onPremises: t.boolean({
        nullable: false,
        description: "Its host is the MSP's own, outside the vendor's cloud.",
        resolve: ({ on_premises }) => on_premises !== null,
      }),
      onPremisesAddresses: t.stringList({
        nullable: false,
        description: 'Ranges that such a host may have; empty in the cloud.',
        resolve: ({ on_premises }) => [...(on_premises?.addresses ?? [])],
      }),
      credentialFields: t.stringList({
        nullable: false,
        description: 'Credentials that are set; their values are never shown.',
        resolve: async ({ slug }, _, { services }) =>
          (await listCredentialFields(services.store.db, slug)).map(({ field }) => field),
      }),
      updatedAt: t.field({ type: 'DateTime', nullable: false, resolve: (row) => row.updated_at }),
    }),
  })
  const Token = builder.objectRef<AgentTokenRow>('AgentToken').implement({
    description: 'A token of an AI agent, without its text.',
    extensions: policyAdmins,
    fields: (t) => ({
      id: t.exposeID('id', { nullable: false }),
      expiresAt: t.field({ type: 'DateTime', nullable: false, resolve: (row) => row.expires_at }),
      revokedAt: t.field({ type: 'DateTime', resolve: (row) => row.revoked_at }),
      lastUsedAt: t.field({ type: 'DateTime', resolve: (row) => row.last_used_at }),
      createdAt: t.field({ type: 'DateTime', nullable: false, resolve: (row) => row.created_at }),
      replacedBy: t.exposeID('replaced_by', { description: 'The token that took over from it.' }),
    }),
  })
  const Agent = builder.objectRef<AgentRow>('Agent').implement({
    description: 'An AI agent of a workflow.',
    extensions: policyAdmins,
    fields: (t) => ({
      id: t.exposeID('id', { nullable: false }),
      name: t.exposeString('name', { nullable: false }),
      revokedAt: t.field({ type: 'DateTime', resolve: (row) => row.revoked_at }),
      tokens: t.field({
        type: [Token],
        nullable: false,
        resolve: ({ id }, _, { services }) => listAgentTokens(services.store.db, id),
      }),
    }),
  })
  const Workflow = builder.objectRef<WorkflowRow>('Workflow').implement({
    description: 'What AI agents belong to: connections, and a policy for each.',
    extensions: policyAdmins,
    fields: (t) => ({
      id: t.exposeID('id', { nullable: false }),
      name: t.exposeString('name', { nullable: false }),
      testMode: t.exposeBoolean('test_mode', {
        nullable: false,
        description: 'Writes are planned and shown, and none is sent.',
      }),
      paused: t.exposeBoolean('paused', {
        nullable: false,
        description: 'Writes are held until it is resumed; reads go on.',
      }),
      waiting: t.int({
        nullable: false,
        description: 'Write requests of its agents that wait for people.',
        resolve: ({ id }, _, { services }) => countPending(services.store.db, id),
      }),
      policies: t.field({
        type: [Policy],
        nullable: false,
        description: 'The current version for each connection.',
        resolve: async ({ id }, _, { services, caller }) =>
          (await currentPolicies(services.store.db, id)).filter(
            ({ connection }) => caller.kind === 'PERSON' && holdsRole(caller, 'policyAdmin', connection),
          ),
      }),
      agents: t.field({
        type: [Agent],
        nullable: false,
        resolve: ({ id }, _, { services }) => listAgents(services.store.db, id),
      }),
    }),
  })
  const Problem = builder.objectRef<MappingProblem>('MappingProblem').implement({
    description: 'A member of a tenant mapping that does not fit the PSA any more.',
    extensions: connectionAdmins,
    fields: (t) => ({
      member: t.exposeString('member', {
        nullable: false,
        description: 'Which one, such as `resolvedStatus.*`.',
      }),
      problem: t.exposeString('problem', {
        nullable: false,
        description:
          'GONE, ELSEWHERE (of another board or ticket type), INACTIVE, RENAMED, or MAILS for one that is marked as silent.',
      }),
      message: t.field({
        type: 'UntrustedText',
        nullable: false,
        description: 'In words, with the names of the PSA.',
        resolve: ({ message }) => message,
      }),
    }),
  })
  const Mapping = builder.objectRef<ConnectionMapping>('ConnectionMapping').implement({
    description: 'What a PSA leaves to its tenant: closing statuses, outcomes, note types and the like.',
    extensions: connectionAdmins,
    fields: (t) => ({
      confirmed: t.field({
        type: 'JSON',
        nullable: false,
        description: 'What a person confirmed.',
        resolve: ({ confirmed }) => confirmed,
      }),
      guess: t.field({
        type: 'JSON',
        nullable: false,
        description: "What the PSA's metadata suggests now.",
        resolve: ({ mapping }) => mapping,
      }),
      checkedAt: t.field({
        type: 'DateTime',
        description: 'When it was last compared with the PSA; that happens daily. Null since it was saved.',
        resolve: ({ checkedAt }) => checkedAt,
      }),
      problems: t.field({
        type: [Problem],
        nullable: false,
        description: 'What that found.',
        resolve: ({ problems }) => problems,
      }),
      doubts: t.stringList({
        nullable: false,
        description: 'What a person should look at.',
        resolve: ({ doubts }) => [...doubts],
      }),
    }),
  })

  builder.queryFields((t) => ({
    connectionMapping: t.field({
      type: Mapping,
      description: 'The tenant mapping of a connection: confirmed, and as the PSA suggests it.',
      extensions: connectionAdmins,
      args: { slug: t.arg.string({ required: true }) },
      resolve: (_, { slug }, context) => connectionMapping(context, slug),
    }),
    connections: t.field({
      type: [Connection],
      nullable: false,
      description: 'Connections that your roles reach.',
      extensions: eitherAdmin,
      resolve: async (_, _args, { services, caller }) =>
        (await listConnections(services.store.db)).filter(
          ({ slug }) =>
            caller.kind === 'PERSON' &&
            (['connectionAdmin', 'policyAdmin', 'auditor'] as const).some((role) =>
              holdsRole(caller, role, slug),
            ),
        ),
    }),
    workflows: t.field({
      type: [Workflow],
      nullable: false,
      description: 'Workflows whose connections your roles reach.',
      extensions: policyAdmins,
      resolve: async (_, _args, context) => {
        const { db } = context.services.store
        const all = await listWorkflows(db)
        const reached = await Promise.all(
          all.map(({ id }) => reachesWorkflow(context, db, 'policyAdmin', id)),
        )
        return all.filter((_workflow, index) => reached[index])
      },
    }),
  }))

  const ConnectionInput = builder.inputType('SaveConnectionInput', {
    description: 'A connection to make, or the new state of one.',
    fields: (t) => ({
      slug: t.string({
        required: true,
        description: 'Lower-case letters, digits and dashes; it names the connection for good.',
      }),
      vendor: t.field({ type: Vendor, required: true, description: 'Which PSA it is.' }),
      name: t.string({ required: true, description: 'What people call it.' }),
      baseUrl: t.string({
        required: true,
        description: 'Scheme, host and port, such as "https://api-na.myconnectwise.net".',
      }),
      onPremises: t.boolean({ description: "True for a host of your own, outside the vendor's cloud." }),
      onPremisesAddresses: t.stringList({
        description:
          'With `onPremises`: addresses or ranges that the host may have, such as "10.20.0.0/16"; it is connected to at no other. Left out, they stay, and an address in `baseUrl` stands for itself.',
      }),
      credentials: t.field({
        type: [NameAndValue],
        required: true,
        description:
          'Write-only. ConnectWise: companyId, publicKey, privateKey, clientId. What is left out stays.',
      }),
      settings: t.field({
        type: [NameAndValue],
        description: 'Further settings of the vendor, such as a pinned codebase.',
      }),
      testMode: t.boolean({
        description: 'On for a new connection: writes are planned and shown, and none is sent.',
      }),
    }),
  })
  const MissingRight = builder.objectRef<MissingRight>('MissingRight').implement({
    description: "A right at the PSA that the gateway's user lacks.",
    extensions: connectionAdmins,
    fields: (t) => ({
      what: t.exposeString('what', {
        nullable: false,
        description: 'What does not work without it, such as "read tickets".',
      }),
      permission: t.exposeString('permission', {
        nullable: false,
        description: "Where the PSA's own administration grants it.",
      }),
    }),
  })
  const TestResult = builder.objectRef<ConnectionTest>('ConnectionTest').implement({
    description: 'Whether address, credentials and rights are in order.',
    extensions: connectionAdmins,
    fields: (t) => ({
      ok: t.exposeBoolean('ok', { nullable: false }),
      version: t.exposeString('version', { description: 'Version that the PSA tells.' }),
      member: t.exposeString('member', { description: 'Whose credentials they are, where the PSA tells.' }),
      code: t.exposeString('code', { description: 'Stable code of what is wrong.' }),
      message: t.exposeString('message', { description: 'What is wrong.' }),
      vendorMessage: t.field({
        type: 'UntrustedText',
        description: "The PSA's own words.",
        resolve: (test) => test.vendorMessage,
      }),
      missing: t.field({
        type: [MissingRight],
        nullable: false,
        description: 'Rights that the credentials lack. What a write needs shows only when one is sent.',
        resolve: ({ missing }) => [...missing],
      }),
    }),
  })
  const WorkflowInput = builder.inputType('CreateWorkflowInput', {
    description: 'A new workflow. Test mode is on until you turn it off.',
    fields: (t) => ({
      name: t.string({ required: true }),
      connections: t.stringList({ required: true, description: 'Slugs of its connections.' }),
      profile: t.field({ type: Profile, description: 'HELPDESK when left out.' }),
    }),
  })
  const AgentTokenInput = builder.inputType('CreateAgentTokenInput', {
    description: 'A token for an AI agent.',
    fields: (t) => ({
      workflow: t.id({ required: true }),
      agent: t.id({ description: 'An agent that gets a further token.' }),
      name: t.string({ description: 'Name of a new agent.' }),
      onBehalfOf: t.id({ description: 'The person for whom the agent works.' }),
      expiresInDays: t.int({ description: '90 at most, and when left out.' }),
    }),
  })
  const NewAgentToken = builder
    .objectRef<Awaited<ReturnType<typeof createAgentToken>>>('CreatedAgentToken')
    .implement({
      description: 'A new token of an AI agent.',
      extensions: policyAdmins,
      fields: (t) => ({
        token: t.exposeString('token', {
          nullable: false,
          description: 'Shown this once. Send it as "Authorization: Bearer".',
        }),
        tokenId: t.exposeID('tokenId', { nullable: false, description: 'Revokes it later.' }),
        expiresAt: t.field({ type: 'DateTime', nullable: false, resolve: ({ expiresAt }) => expiresAt }),
        agent: t.field({ type: Agent, nullable: false, resolve: ({ agent }) => agent }),
      }),
    })
  const RotationInput = builder.inputType('RotateAgentTokenInput', {
    description: 'Which token is replaced, and how long it is good still.',
    fields: (t) => ({
      tokenId: t.id({ description: 'An AI agent leaves it out: it replaces its own.' }),
      overlapMinutes: t.int({
        description:
          'How long the old token is good beside the new one; 60 when left out, 1440 at most, 0: not at all.',
      }),
    }),
  })
  const Rotated = builder
    .objectRef<Awaited<ReturnType<typeof rotateAgentToken>>>('RotatedAgentToken')
    .implement({
      description: 'The token that took over.',
      extensions: rotators,
      fields: (t) => ({
        token: t.exposeString('token', {
          nullable: false,
          description: 'Shown this once. Send it as "Authorization: Bearer" from now on.',
        }),
        tokenId: t.exposeID('tokenId', { nullable: false, description: 'Revokes or replaces it later.' }),
        expiresAt: t.field({ type: 'DateTime', nullable: false, resolve: ({ expiresAt }) => expiresAt }),
        oldExpiresAt: t.field({
          type: 'DateTime',
          nullable: false,
          description: 'Until then the old token is good.',
          resolve: ({ oldExpiresAt }) => oldExpiresAt,
        }),
      }),
    })
  const Revoked = builder
    .objectRef<{ agentRevoked: boolean; cancelled: number }>('RevokedAgentToken')
    .implement({
      description: 'What a revocation did.',
      extensions: policyAdmins,
      fields: (t) => ({
        agentRevoked: t.exposeBoolean('agentRevoked', {
          nullable: false,
          description: 'It was the last token: the agent is revoked.',
        }),
        cancelled: t.exposeInt('cancelled', {
          nullable: false,
          description: 'Requests of the agent that were cancelled.',
        }),
      }),
    })
  const TestMode = builder.objectRef<{ on: readonly string[] }>('TestModeState').implement({
    description: 'Where test mode is on.',
    extensions: control({ roles: ['policyAdmin', 'connectionAdmin'] }),
    fields: (t) => ({
      on: t.stringList({
        nullable: false,
        description: 'installation, connection:<slug>, workflow:<id>; any one is enough.',
        resolve: ({ on }) => [...on],
      }),
    }),
  })

  builder.mutationFields((t) => ({
    saveConnection: t.field({
      type: Connection,
      description:
        'Makes a connection or changes one. Credentials are stored encrypted and never shown again.',
      extensions: connectionAdmins,
      args: { input: t.arg({ type: ConnectionInput, required: true }) },
      resolve: (_, { input }, context) => saveConnection(context, input),
    }),
    testConnection: t.field({
      type: TestResult,
      description:
        "Reads the PSA's version with the stored credentials, then one record of each kind that the gateway needs.",
      extensions: connectionAdmins,
      args: { slug: t.arg.string({ required: true }) },
      resolve: (_, { slug }, context) => testConnection(context, slug),
    }),
    saveConnectionMapping: t.field({
      type: Connection,
      description:
        'Confirms the whole tenant mapping of a connection; start from the `guess` of `connectionMapping`.',
      extensions: connectionAdmins,
      args: {
        slug: t.arg.string({ required: true }),
        mapping: t.arg({ type: 'JSON', required: true, description: 'An unknown member refuses it whole.' }),
      },
      resolve: (_, { slug, mapping }, context) => saveConnectionMapping(context, slug, mapping),
    }),
    disableConnection: t.field({
      type: Connection,
      description: 'Nobody reads or writes through it until it is saved again.',
      extensions: connectionAdmins,
      args: { slug: t.arg.string({ required: true }) },
      resolve: (_, { slug }, context) => disableConnection(context, slug),
    }),
    createWorkflow: t.field({
      type: Workflow,
      description: 'Makes a workflow with a policy for each of its connections.',
      extensions: policyAdmins,
      args: { input: t.arg({ type: WorkflowInput, required: true }) },
      resolve: (_, { input }, context) => createWorkflow(context, input),
    }),
    createAgentToken: t.field({
      type: NewAgentToken,
      description: 'Makes a token, and the AI agent that it is for unless you name one.',
      extensions: policyAdmins,
      args: { input: t.arg({ type: AgentTokenInput, required: true }) },
      resolve: (_, { input }, context) => createAgentToken(context, input),
    }),
    rotateAgentToken: t.field({
      type: Rotated,
      description:
        'Replaces a token by a new one that is good for as long as the old one was made for. An AI agent does it for its own token, once.',
      extensions: rotators,
      args: { input: t.arg({ type: RotationInput }) },
      resolve: (_, { input }, context) => rotateAgentToken(context, input ?? {}),
    }),
    revokeAgentToken: t.field({
      type: Revoked,
      description: 'From the next request on the token is refused.',
      extensions: policyAdmins,
      args: { tokenId: t.arg.id({ required: true }) },
      resolve: (_, { tokenId }, context) => revokeAgentToken(context, tokenId),
    }),
    setTestMode: t.field({
      type: TestMode,
      description:
        'Turns test mode on or off for a workflow, a connection, or (naming neither) the installation. Any one that is on holds writes back.',
      extensions: control({ roles: ['policyAdmin', 'connectionAdmin'] }),
      args: {
        on: t.arg.boolean({ required: true }),
        workflow: t.arg.id({ description: 'The whole workflow.' }),
        connection: t.arg.string({ description: 'The whole connection.' }),
      },
      resolve: (_, { on, workflow, connection }, context) => {
        if (workflow != null && connection != null)
          throw badInput('connection', 'either a workflow or a connection, or neither', connection)
        return setTestModeAt(context, on, workflow ?? null, connection ?? null)
      },
    }),
  }))
  return { Vendor, Profile, policies }
}
