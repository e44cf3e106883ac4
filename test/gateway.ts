import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionResult } from 'graphql'
import type { CheckpointSink } from '../gateway/audit/sink.ts'
import { createGateway, type Gateway } from '../gateway/gateway.ts'
import type { OidcProvider } from '../gateway/identity/oidc.ts'
import { freshToken } from '../gateway/identity/tokens.ts'
import { saveCredentials } from '../gateway/secrets/credentials.ts'
import { loadKeys } from '../gateway/secrets/keys.ts'
import type { CrashHook } from '../gateway/services.ts'
import type { Settings } from '../gateway/settings.ts'
import { createConnection } from '../gateway/store/connections.ts'
import { saveInstallation } from '../gateway/store/installation.ts'
import { createPerson, grantRole, type RoleGrant } from '../gateway/store/people.ts'
import { createAgentToken, createPersonToken } from '../gateway/store/tokens.ts'
import { createAgent, createWorkflow, savePolicy } from '../gateway/store/workflows.ts'
import { type AccessProfile, profilePolicy } from '../policy/profiles.ts'
import type { ConnectionPolicy } from '../policy/types.ts'
import { type ConnectWiseSimulator, startConnectWiseSimulator } from '../simulators/connectwise/index.ts'
import { connectwise } from '../subgraphs/connectwise/index.ts'
import { createTestDatabase } from './database.ts'

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of their own queries
  readonly data: any
  readonly errors: readonly {
    message: string
    path?: readonly (string | number)[]
    extensions: Record<string, unknown>
  }[]
  readonly extensions: Record<string, unknown>
}

export interface TestAgent {
  readonly id: string
  readonly workflowId: string
  readonly token: string
  readonly tokenId: string
}

export interface TestGateway {
  readonly gateway: Gateway
  /** By slug: `acme-cw`, and `beta-cw` when two were asked for. */
  readonly simulators: Readonly<Record<string, ConnectWiseSimulator>>
  /** The first simulator. */
  readonly simulator: ConnectWiseSimulator
  /** One operation as the doors would run it, signed in with the token. */
  ask(token: string, query: string, variables?: Record<string, unknown>): Promise<Answer>
  /** A workflow with a policy for each connection, and an agent of it. Test mode is off unless the policy says so. */
  agent(
    policies: AccessProfile | Readonly<Record<string, AccessProfile | ConnectionPolicy>>,
    onBehalfOf?: string,
  ): Promise<TestAgent>
  person(
    ...roles: readonly Omit<RoleGrant, 'personId'>[]
  ): Promise<{ readonly id: string; readonly token: string }>
  /** Every line that the gateway logged. */
  readonly logged: readonly string[]
  close(): Promise<void>
}

export interface TestGatewayOptions {
  readonly settings?: Partial<Settings>
  readonly connections?: readonly string[]
  readonly checkpointSink?: CheckpointSink
  readonly crashPoint?: CrashHook
  readonly oidc?: OidcProvider
}

const DAY = 24 * 3600 * 1000

/** A whole gateway on a database of its own, with simulators behind it: what `npm start` runs, without the doors. */
export async function startTestGateway({
  settings,
  connections = ['acme-cw'],
  checkpointSink,
  crashPoint,
  oidc,
}: TestGatewayOptions = {}): Promise<TestGateway> {
  const database = await createTestDatabase()
  const { store } = database
  const keyDir = await mkdtemp(join(tmpdir(), 'countersign-keys-'))
  const keys = await loadKeys({ dataDir: keyDir, mayMake: true })
  const simulators: Record<string, ConnectWiseSimulator> = {}
  for (const slug of connections) simulators[slug] = await startConnectWiseSimulator({ port: 0 })
  await saveInstallation(store.db, { test_mode: false, sandbox: true })
  for (const [slug, { url, credentials }] of Object.entries(simulators)) {
    await createConnection(store.db, {
      slug,
      vendor: 'connectwise',
      name: slug,
      baseUrl: url,
      enabled: true,
      testMode: false,
    })
    await store.transaction((trx) => saveCredentials(trx, keys, slug, { ...credentials }))
  }
  const logged: string[] = []
  const gateway = await createGateway({
    instance: 'test',
    store,
    keys,
    log: (level, message, facts) => {
      logged.push(`${level} ${message} ${JSON.stringify(facts)}`)
    },
    // Tests ask faster than an agent may; those of the limits set their own.
    settings: { poll: 1, operationsPerMinute: 100_000, writesPerMinute: 100_000, ...settings },
    ...(checkpointSink !== undefined && { checkpointSink }),
    ...(crashPoint !== undefined && { crashPoint }),
    ...(oidc !== undefined && { oidc }),
    sandboxOrigins: new Set(Object.values(simulators).map(({ url }) => url)),
  })

  const policyOf = (given: AccessProfile | ConnectionPolicy): ConnectionPolicy =>
    typeof given === 'string'
      ? { ...profilePolicy(given, 'connectwise', connectwise.groups), testMode: false }
      : { testMode: false, ...given }

  return {
    gateway,
    simulators,
    logged,
    simulator: Object.values(simulators)[0] as ConnectWiseSimulator,
    async ask(token, query, variables = {}) {
      const caller = await gateway.calls.authenticate(token, { address: 'test' })
      const result: ExecutionResult = await gateway.calls.run(
        caller,
        { query, variables },
        { address: 'test', headers: { get: (name) => (name === 'x-countersign-cost' ? '1' : null) } },
      )
      // As a client gets it: through JSON.
      const { data = null, errors = [], extensions = {} } = JSON.parse(JSON.stringify(result))
      return { data, errors, extensions }
    },
    async agent(policies, onBehalfOf) {
      const byConnection =
        typeof policies === 'string'
          ? Object.fromEntries(connections.map((slug) => [slug, policies]))
          : policies
      const workflow = await createWorkflow(store.db, { name: `test ${randomUUID()}`, testMode: false })
      await store.transaction(async (trx) => {
        for (const [connection, given] of Object.entries(byConnection)) {
          await savePolicy(trx, { workflowId: workflow.id, connection, after: 0, policy: policyOf(given) })
        }
      })
      const agent = await createAgent(store.db, {
        workflowId: workflow.id,
        name: 'test agent',
        onBehalfOf: onBehalfOf ?? null,
      })
      const { token, id, hash } = freshToken('csa')
      await createAgentToken(store.db, { id, agentId: agent.id, hash, expiresAt: new Date(Date.now() + DAY) })
      return { id: agent.id, workflowId: workflow.id, token, tokenId: id }
    },
    async person(...roles) {
      const person = await createPerson(store.db, {
        name: 'Test Person',
        email: `${randomUUID()}@example.com`,
        memberKeys: Object.fromEntries(connections.map((slug) => [slug, 'jdoe'])),
      })
      for (const role of roles) await grantRole(store.db, { personId: person.id, ...role })
      const { token, id, hash } = freshToken('csp')
      await createPersonToken(store.db, {
        id,
        personId: person.id,
        hash,
        expiresAt: new Date(Date.now() + DAY),
      })
      return { id: person.id, token }
    },
    async close() {
      await gateway.close()
      await Promise.all(Object.values(simulators).map((simulator) => simulator.close()))
      await database.drop()
      await rm(keyDir, { recursive: true, force: true })
    },
  }
}
