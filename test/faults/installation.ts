import { randomUUID } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openForAdministration } from '../../gateway/admin/probe.ts'
import { createGateway } from '../../gateway/gateway.ts'
import { freshToken } from '../../gateway/identity/tokens.ts'
import { saveCredentials } from '../../gateway/secrets/credentials.ts'
import { type Keys, loadKeys } from '../../gateway/secrets/keys.ts'
import type { Settings } from '../../gateway/settings.ts'
import { createConnection, findConnection, saveConnection } from '../../gateway/store/connections.ts'
import { startEmbedded } from '../../gateway/store/embedded.ts'
import { openStore, type Store } from '../../gateway/store/index.ts'
import { saveInstallation } from '../../gateway/store/installation.ts'
import { migrate } from '../../gateway/store/migrate.ts'
import { createPerson, grantRole } from '../../gateway/store/people.ts'
import { createAgentToken, createPersonToken } from '../../gateway/store/tokens.ts'
import { createAgent, createWorkflow, savePolicy } from '../../gateway/store/workflows.ts'
import { type AccessProfile, profilePolicy } from '../../policy/profiles.ts'
import type { ConnectionPolicy } from '../../policy/types.ts'
import { sources } from '../../subgraphs/index.ts'
import { type DatabaseProxy, startDatabaseProxy } from './database-proxy.ts'
import { GatewayProcess } from './gateways.ts'
import { type Psas, startPsas } from './psa.ts'
import { CONNECTIONS, SLUGS, tenants } from './vendors.ts'

/** So short that everything ends within seconds. */
export const WINDOWS = {
  lease: 2,
  vendorWrite: 1,
  vendorRead: 2,
  sendWithin: 1,
  settleWindow: 2,
  poll: 1,
  operationsPerMinute: 100_000,
  writesPerMinute: 100_000,
  settleWait: 4,
  pendingFor: 20,
  approvedFor: 20,
  warnBefore: 5,
  escalateAfter: 2,
  checkpointEvents: 200,
  checkpointEvery: 10,
  vendorQueueWait: 5,
} as const satisfies Partial<Settings>

const GATEWAYS = 3
/** The first gateway is right, the second ten minutes ahead, and the third behind. */
const CLOCKS_OFF_MS = [0, 600_000, -600_000]
const DAY = 24 * 3600 * 1000

export interface Person {
  readonly id: string
  readonly token: string
}

export interface Agent {
  readonly id: string
  readonly workflowId: string
  readonly tokenId: string
  readonly token: string
  /** Signatures that its policy asks for. */
  readonly signatures: number
}

export interface Installation {
  readonly dir: string
  readonly files: {
    readonly reached: string
    readonly answers: string
    readonly logs: readonly string[]
    readonly checkpoints: string
    readonly journals: Readonly<Record<string, string>>
  }
  readonly gateways: readonly GatewayProcess[]
  readonly proxies: readonly DatabaseProxy[]
  readonly psas: Psas
  /** Past every proxy. */
  readonly store: Store
  /** As the superuser, in the run's own database. */
  readonly admin: pg.Client
  readonly secrets: readonly string[]
  readonly owner: Person
  /** May sign anywhere. */
  readonly approvers: readonly Person[]
  /** Sees and signs for `acme-halo` alone. */
  readonly ofHalo: Person
  readonly kills: () => number
  person(
    connection: string | null,
    role: 'approver' | 'owner' | 'auditor',
  ): Promise<Person & { roleId: string }>
  agent(signatures: number, over?: Partial<ConnectionPolicy>): Promise<Agent>
  close(keep: boolean): Promise<void>
}

export async function install(): Promise<Installation> {
  const dir = await mkdtemp(join(tmpdir(), 'countersign-faults-'))
  // As root the server runs as another user, who must be able to pass.
  await chmod(dir, 0o755)
  const dataDir = join(dir, 'data')
  await mkdir(dataDir)
  const keys = await loadKeys({ dataDir, mayMake: true })
  const embedded = await startEmbedded({
    dataDir: dir,
    log: () => {},
    initdbFlags: ['--no-sync'],
    // PostgreSQL itself is never killed here, so that nothing has to outlive it.
    serverFlags: ['fsync=off', 'full_page_writes=off', 'max_connections=200'].flatMap((flag) => ['-c', flag]),
  })
  await migrate(embedded.ownerUrl, { appRole: new URL(embedded.appUrl).username })
  const database = new URL(embedded.appUrl).pathname.slice(1)
  const admin = new pg.Client({
    connectionString: Object.assign(new URL(embedded.adminUrl), { pathname: database }).toString(),
  })
  await admin.connect()
  // Whatever befalls the gateways' connections leaves this one alone.
  const own = new URL(embedded.appUrl)
  own.searchParams.set('application_name', 'faults')
  own.searchParams.set('options', '-c default_transaction_read_only=off')
  const store = openStore({ url: own.toString() })

  const canary = () => `canary${randomUUID().replaceAll('-', '')}`
  const journals = Object.fromEntries(SLUGS.map((slug) => [slug, join(dir, `journal-${slug}.ndjson`)]))
  for (const file of Object.values(journals)) await writeFile(file, '')
  const psas = await startPsas({
    psas: SLUGS.map((slug) => ({
      slug,
      journalFile: journals[slug] as string,
      secret: canary(),
    })),
  })
  const secrets: string[] = []
  await saveInstallation(store.db, { test_mode: false, sandbox: true })
  for (const { slug, url, credentials } of psas.running) {
    const vendor = CONNECTIONS[slug]
    await createConnection(store.db, {
      slug,
      vendor,
      name: slug,
      baseUrl: url,
      enabled: true,
      testMode: false,
    })
    const named = sources.get(vendor)?.dialect.credentials ?? []
    const values = named.flatMap(({ name, secret }) => {
      const value = credentials[name]
      if (value === undefined) return []
      if (secret) secrets.push(value)
      return [[name, value] as const]
    })
    await store.transaction((trx) => saveCredentials(trx, keys, slug, Object.fromEntries(values)))
    if (vendor === 'connectwise') {
      const { companyId, publicKey, privateKey } = credentials
      secrets.push(Buffer.from(`${companyId}+${publicKey}:${privateKey}`).toString('base64'))
    }
  }
  const origins = psas.running.map(({ url }) => new URL(url).origin)
  await chooseMappings(store, keys, origins)

  async function person(connection: string | null, role: 'approver' | 'owner' | 'auditor') {
    const one = await createPerson(store.db, {
      name: 'Somebody',
      email: `${randomUUID()}@example.com`,
      memberKeys: Object.fromEntries(SLUGS.map((slug) => [slug, tenants[CONNECTIONS[slug]].member])),
    })
    const granted = await grantRole(store.db, { personId: one.id, role, connection })
    const { token, id, hash } = freshToken('csp')
    const expiresAt = new Date(Date.now() + DAY)
    await createPersonToken(store.db, { id, personId: one.id, hash, expiresAt, sandbox: true })
    secrets.push(token)
    return { id: one.id, token, roleId: granted.id }
  }

  const owner = await person(null, 'owner')
  const PROFILES: readonly AccessProfile[] = ['FULL_AUTOMATION', 'IT_ADMIN']
  async function agent(signatures: number, over: Partial<ConnectionPolicy> = {}): Promise<Agent> {
    const profile = PROFILES[Math.min(signatures, 1)] as AccessProfile
    const policyOf = (slug: (typeof SLUGS)[number]): ConnectionPolicy => {
      const vendor = CONNECTIONS[slug]
      const plain = profilePolicy(profile, vendor, sources.get(vendor)?.groups ?? [])
      const groups = Object.fromEntries(
        Object.entries(plain.groups).map(([name, group]) => [
          name,
          group.level === 'READ_WRITE'
            ? {
                ...group,
                // Off in every profile: here an administrator turned it on.
                delete: true,
                ...(signatures > 1 && { approval: [{ approvers: signatures }] }),
              }
            : group,
        ]),
      )
      return { ...plain, groups, testMode: false, ...over }
    }
    const workflow = await createWorkflow(store.db, { name: `workflow ${randomUUID()}`, testMode: false })
    await store.transaction(async (trx) => {
      for (const connection of SLUGS)
        await savePolicy(trx, { workflowId: workflow.id, connection, after: 0, policy: policyOf(connection) })
    })
    const made = await createAgent(store.db, { workflowId: workflow.id, name: 'agent', onBehalfOf: owner.id })
    const { token, id, hash } = freshToken('csa')
    await createAgentToken(store.db, { id, agentId: made.id, hash, expiresAt: new Date(Date.now() + DAY) })
    secrets.push(token)
    return { id: made.id, workflowId: workflow.id, tokenId: id, token, signatures }
  }

  const approvers = await Promise.all([1, 2, 3, 4].map(() => person(null, 'approver')))
  const ofHalo = await person('acme-halo', 'approver')

  const reached = join(dir, 'reached.ndjson')
  const answers = join(dir, 'answers.ndjson')
  const checkpoints = join(dir, 'checkpoints.ndjson')
  for (const file of [reached, answers, checkpoints]) await writeFile(file, '')
  let kills = 0
  const proxies: DatabaseProxy[] = []
  const gateways: GatewayProcess[] = []
  const logs: string[] = []
  const { hostname, port } = new URL(embedded.appUrl)
  for (let number = 1; number <= GATEWAYS; number += 1) {
    const proxy = await startDatabaseProxy({ host: hostname, port: Number(port) })
    proxies.push(proxy)
    const log = join(dir, `gateway-${number}.log`)
    await writeFile(log, '')
    logs.push(log)
    const databaseUrl = Object.assign(new URL(embedded.appUrl), { port: String(proxy.port) }).toString()
    const setup = {
      instance: `gateway-${number}`,
      databaseUrl,
      dataDir,
      settings: WINDOWS,
      origins,
      checkpoints,
      reachedFile: reached,
      port: 0,
      clockOffMs: CLOCKS_OFF_MS[number - 1] ?? 0,
    }
    gateways.push(
      new GatewayProcess(setup, log, () => {
        kills += 1
      }),
    )
  }
  await Promise.all(gateways.map((gateway) => gateway.start()))
  for (const gateway of gateways) {
    if (!gateway.up) throw new Error(`${gateway.setup.instance} did not start; see ${dir}`)
  }

  return {
    dir,
    files: { reached, answers, logs, checkpoints, journals },
    gateways,
    proxies,
    psas,
    store,
    admin,
    secrets,
    owner,
    approvers,
    ofHalo,
    kills: () => kills,
    person,
    agent,
    async close(keep) {
      await Promise.all(gateways.map((gateway) => gateway.end()))
      for (const proxy of proxies) proxy.close()
      psas.stop()
      await admin.end()
      await store.close()
      await embedded.stop()
      if (!keep) await rm(dir, { recursive: true, force: true })
    },
  }
}

/** What an administrator confirms once: as guessed from the PSA, and with merges by plain steps where it has none. */
async function chooseMappings(store: Store, keys: Keys, origins: readonly string[]): Promise<void> {
  const gateway = await createGateway({
    instance: 'administrator',
    store,
    keys,
    log: () => {},
    sandboxOrigins: new Set(origins),
  })
  for (const slug of SLUGS) {
    const row = await findConnection(store.db, slug)
    const open = row && openForAdministration(gateway.services, row)
    if (open === undefined) throw new Error(`${slug} does not open`)
    const guess = await open.source.guessMapping?.(open.session)
    const { mapping } = tenants[CONNECTIONS[slug]]
    await saveConnection(store.db, slug, { mapping: { ...guess?.mapping, ...mapping } })
  }
  await gateway.close()
}
