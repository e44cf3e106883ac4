import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openForAdministration } from '../../gateway/admin/probe.ts'
import { createGateway, type Gateway } from '../../gateway/gateway.ts'
import { freshToken } from '../../gateway/identity/tokens.ts'
import { saveCredentials } from '../../gateway/secrets/credentials.ts'
import { loadKeys } from '../../gateway/secrets/keys.ts'
import type { Settings } from '../../gateway/settings.ts'
import { createConnection, saveConnection } from '../../gateway/store/connections.ts'
import { saveInstallation } from '../../gateway/store/installation.ts'
import { createPerson, grantRole } from '../../gateway/store/people.ts'
import { createAgentToken, createPersonToken } from '../../gateway/store/tokens.ts'
import { createAgent, createWorkflow, savePolicy } from '../../gateway/store/workflows.ts'
import { type AccessProfile, profilePolicy } from '../../policy/profiles.ts'
import type { ConnectionPolicy } from '../../policy/types.ts'
import type { TenantMapping, Vendor, VendorSource } from '../../schema/source.ts'
import { startAutotaskSimulator } from '../../simulators/autotask/index.ts'
import { startConnectWiseSimulator } from '../../simulators/connectwise/index.ts'
import type { Dataset } from '../../simulators/dataset/index.ts'
import { startHaloSimulator } from '../../simulators/halo/index.ts'
import { startServiceNowSimulator } from '../../simulators/servicenow/index.ts'
import type { JournalEntry } from '../../simulators/shared/journal.ts'
import type { Json } from '../../simulators/shared/json.ts'
import { sources } from '../../subgraphs/index.ts'
import { createTestDatabase } from '../database.ts'
import type { Answer } from '../gateway.ts'
import { undescribed } from './described.ts'

export const vendors = ['connectwise', 'autotask', 'halo', 'servicenow'] as const satisfies readonly Vendor[]

/** A vendor's simulator as this suite needs it: the records behind it, what was asked and what was mailed. */
export interface VendorSimulator {
  readonly url: string
  readonly credentials: object
  readonly dataset: Dataset
  journal(): readonly JournalEntry[]
  clearJournal(): void
  outbox(): readonly unknown[]
  /** What somebody sees or does in the PSA itself. */
  actAs(who: string, method: string, apiPath: string, body?: Json): { readonly body?: unknown }
  setNow(moment: Date | undefined): void
  close(): Promise<void>
}

interface SimulatorStart {
  readonly anchor: Date
  readonly mark?: string
  /** Halo and ServiceNow: how long what a sign-in gives is good for. */
  readonly tokenLifetimeSeconds?: number
  /** Autotask: where zone discovery leads. */
  readonly zoneUrl?: string
  /** Autotask: requests an hour. */
  readonly threshold?: number
}

interface VendorSetup {
  readonly slug: string
  readonly start: (options: SimulatorStart) => Promise<VendorSimulator>
  /** Members of the simulator's credentials that the dialect names and this connection leaves out. */
  readonly without?: readonly string[]
  /** Dana, for whom agents log time: a technician of the MSP. */
  readonly member: string
  /** Another technician, 152 of the data set. */
  readonly otherMember: string
  /** A request that gives a token or an address: it comes once and is no part of a budget. */
  readonly isSignIn: (entry: JournalEntry) => boolean
  /** A read that travels as a POST. */
  readonly isRead: (entry: JournalEntry) => boolean
  /** What an administrator chose where the guess left it open. */
  readonly chosen?: TenantMapping
}

export const setups: Readonly<Record<Vendor, VendorSetup>> = {
  connectwise: {
    slug: 'acme-cw',
    start: (options) => startConnectWiseSimulator({ port: 0, ...options }),
    member: 'jdoe',
    otherMember: 'asmith',
    isSignIn: ({ path }) => path.startsWith('/login/'),
    isRead: ({ method, path }) => method === 'GET' || path.endsWith('/search'),
    // A workflow rule, which the API does not show, could mail about any of the proposed ones.
    chosen: { silentStatuses: [] },
  },
  autotask: {
    slug: 'acme-at',
    start: (options) => startAutotaskSimulator({ port: 0, ...options }),
    member: '151',
    otherMember: '152',
    isSignIn: ({ path }) => /zoneInformation/i.test(path),
    isRead: ({ method, path }) => method === 'GET' || /\/query(\/|$)/i.test(path),
  },
  halo: {
    slug: 'acme-halo',
    start: (options) => startHaloSimulator({ port: 0, ...options }),
    member: '151',
    otherMember: '152',
    isSignIn: ({ path }) => path.startsWith('/auth/'),
    isRead: ({ method, path }) => method === 'GET' || path.startsWith('/auth/'),
  },
  servicenow: {
    slug: 'acme-sn',
    start: (options) => startServiceNowSimulator({ port: 0, ...options }),
    member: 'jdoe',
    otherMember: 'asmith',
    isSignIn: ({ path }) => path.startsWith('/oauth_token.do'),
    isRead: ({ method, path }) => method === 'GET' || path.startsWith('/oauth_token.do'),
  },
}

export interface VendorDesk {
  readonly vendor: Vendor
  readonly slug: string
  readonly source: VendorSource
  readonly simulator: VendorSimulator
  readonly mapping: TenantMapping
  /** All of this suite, whatever was cleared away since. */
  everything(): readonly JournalEntry[]
  /** Requests that count: no tokens, no addresses. */
  asked(): readonly JournalEntry[]
  /** Requests that were no reads. */
  sent(): readonly JournalEntry[]
  fault(fault: Readonly<Record<string, unknown>>): Promise<void>
  stopFaults(): Promise<void>
}

export interface ContractGateway {
  readonly gateway: Gateway
  readonly desks: readonly VendorDesk[]
  /** The only one, where one was asked for. */
  readonly desk: VendorDesk
  ask(token: string, query: string, variables?: Readonly<Record<string, unknown>>): Promise<Answer>
  agent(
    profile: AccessProfile,
    change?: (policy: ConnectionPolicy) => ConnectionPolicy,
    onBehalfOf?: string,
    /** Slugs; left out: every connection. */
    connections?: readonly string[],
  ): Promise<string>
  approver(): Promise<{ readonly id: string; readonly token: string }>
  connectionAdmin(): Promise<string>
  remap(slug: string, change: TenantMapping): Promise<void>
  /** Other credentials from now on, as an administrator would set them. */
  recredential(slug: string, values: Readonly<Record<string, string>>): Promise<void>
  /** Everything that the store holds, as text. */
  stored(): Promise<string>
  owner(): Promise<{ readonly token: string }>
  /** Another gateway on the same store: one that has read nothing yet. Journals begin anew with it. */
  restart(): Promise<void>
  readonly logged: readonly string[]
  close(): Promise<void>
}

/** A connection to a simulator of its own, where a vendor's usual one will not do. */
export interface Tenant extends Partial<SimulatorStart> {
  readonly vendor: Vendor
  readonly slug: string
}

/** For suites that ask what no client of ours would. */
interface Loosened {
  readonly sources?: ReadonlyMap<Vendor, VendorSource>
  readonly threshold?: number
  /** Requests that no document of the vendor has are sent on purpose. */
  readonly undescribed?: boolean
}

const DAY = 24 * 3600 * 1000

/** Keeps what tests clear away, so that every request of a suite is held against the vendor's documents at its end. */
function remembering<Started extends VendorSimulator>(simulator: Started) {
  const cleared: JournalEntry[] = []
  return {
    ...simulator,
    clearJournal() {
      cleared.push(...simulator.journal())
      simulator.clearJournal()
    },
    everything: () => [...cleared, ...simulator.journal()],
  }
}

/**
 * A suite asks more in a few minutes than a PSA takes of one tenant, and would wait for it. How many requests a window
 * holds has tests of its own; how many go at once holds here, too.
 */
function withoutWindows(): ReadonlyMap<Vendor, VendorSource> {
  return new Map(
    [...sources].map(([vendor, source]) => {
      const { requests: _, ...limits } = source.limits
      return [vendor, { ...source, limits }]
    }),
  )
}

/** A whole gateway on a database of its own, with a simulator a vendor behind it. */
export async function startContract(
  wanted: readonly (Vendor | Tenant)[] = vendors,
  settings: Partial<Settings> = {},
  { sources: served = withoutWindows(), threshold, undescribed: mayInvent = false }: Loosened = {},
): Promise<ContractGateway> {
  const database = await createTestDatabase()
  const { store } = database
  const keyDir = await mkdtemp(join(tmpdir(), 'countersign-keys-'))
  const keys = await loadKeys({ dataDir: keyDir, mayMake: true })
  // All of them tell the same records: the newest are of now, as on any day at an MSP.
  const anchor = new Date(Math.floor(Date.now() / 1000) * 1000)
  await saveInstallation(store.db, { test_mode: false, sandbox: true })
  const running: { vendor: Vendor; slug: string; simulator: ReturnType<typeof remembering> }[] = []
  for (const one of wanted) {
    const { vendor, slug, ...told } = typeof one === 'string' ? { vendor: one, slug: setups[one].slug } : one
    const simulator = remembering(
      await setups[vendor].start({ anchor, ...(threshold !== undefined && { threshold }), ...told }),
    )
    running.push({ vendor, slug, simulator })
    const names = sources.get(vendor)?.dialect.credentials.map(({ name }) => name) ?? []
    const theirs = simulator.credentials as Record<string, string>
    const credentials = Object.entries(theirs).filter(([name]) => names.includes(name))
    await createConnection(store.db, {
      slug,
      vendor,
      name: slug,
      baseUrl: simulator.url,
      enabled: true,
      testMode: false,
    })
    await store.transaction((trx) => saveCredentials(trx, keys, slug, Object.fromEntries(credentials)))
  }
  const logged: string[] = []
  const open = () =>
    createGateway({
      instance: 'contract',
      store,
      keys,
      log: (level, message, facts) => {
        logged.push(`${level} ${message} ${JSON.stringify(facts)}`)
      },
      // Tests ask faster than an agent may; those of the limits set their own.
      settings: { poll: 1, operationsPerMinute: 100_000, writesPerMinute: 100_000, ...settings },
      sources: served,
      sandboxOrigins: new Set(running.map(({ simulator }) => simulator.url)),
    })
  let gateway = await open()
  const remap = async (slug: string, change: TenantMapping) => {
    const row = await store.db
      .selectFrom('connection')
      .selectAll()
      .where('slug', '=', slug)
      .executeTakeFirstOrThrow()
    await saveConnection(store.db, slug, { mapping: { ...row.mapping, ...change } })
  }
  const desks: VendorDesk[] = []
  for (const { vendor, slug, simulator } of running) {
    const { isSignIn, isRead, chosen = {} } = setups[vendor]
    const source = sources.get(vendor)
    if (source === undefined) throw new Error(`No source serves ${vendor}`)
    const row = await store.db
      .selectFrom('connection')
      .selectAll()
      .where('slug', '=', slug)
      .executeTakeFirstOrThrow()
    const connection = openForAdministration(gateway.services, row)
    if (connection === undefined) throw new Error(`${slug} does not open`)
    const guess = await source.guessMapping?.(connection.session)
    const mapping = { ...guess?.mapping, ...chosen }
    await remap(slug, mapping)
    // What was read for the guess must not warm the first operation.
    simulator.clearJournal()
    desks.push({
      vendor,
      slug,
      source,
      simulator,
      mapping,
      everything: simulator.everything,
      asked: () => simulator.journal().filter((entry) => !isSignIn(entry) && !entry.path.startsWith('/__')),
      sent: () => simulator.journal().filter((entry) => !isRead(entry) && !entry.path.startsWith('/__')),
      async fault(fault) {
        const answer = await fetch(`${simulator.url}/__faults`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(fault),
        })
        if (answer.status !== 201) throw new Error(`The simulator refused the fault: ${await answer.text()}`)
      },
      async stopFaults() {
        await fetch(`${simulator.url}/__faults`, { method: 'DELETE' })
      },
    })
  }

  async function person(role: 'approver' | 'connectionAdmin' | 'owner') {
    const { id: personId } = await createPerson(store.db, {
      name: 'Dana Reyes',
      email: `${randomUUID()}@example.com`,
      memberKeys: Object.fromEntries(desks.map(({ vendor, slug }) => [slug, setups[vendor].member])),
    })
    await grantRole(store.db, { personId, role })
    const { token, id, hash } = freshToken('csp')
    await createPersonToken(store.db, { id, personId, hash, expiresAt: new Date(Date.now() + DAY) })
    return { id: personId, token }
  }

  return {
    get gateway() {
      return gateway
    },
    desks,
    desk: desks[0] as VendorDesk,
    logged,
    remap,
    async restart() {
      await gateway.close()
      gateway = await open()
      for (const { simulator } of desks) simulator.clearJournal()
    },
    async ask(token, query, variables = {}) {
      const caller = await gateway.calls.authenticate(token, { address: 'test' })
      const result = await gateway.calls.run(
        caller,
        { query, variables },
        { address: 'test', headers: { get: (name) => (name === 'x-countersign-cost' ? '1' : null) } },
      )
      const { data = null, errors = [], extensions = {} } = JSON.parse(JSON.stringify(result))
      return { data, errors, extensions }
    },
    async agent(profile, change = (policy) => policy, onBehalfOf, connections) {
      const workflow = await createWorkflow(store.db, { name: `test ${randomUUID()}`, testMode: false })
      await store.transaction(async (trx) => {
        for (const { vendor, slug, source } of desks) {
          if (connections?.includes(slug) === false) continue
          const policy = { ...profilePolicy(profile, vendor, source.groups), testMode: false }
          await savePolicy(trx, {
            workflowId: workflow.id,
            connection: slug,
            after: 0,
            policy: change(policy),
          })
        }
      })
      const agent = await createAgent(store.db, {
        workflowId: workflow.id,
        name: 'test agent',
        onBehalfOf: onBehalfOf ?? null,
      })
      const { token, id, hash } = freshToken('csa')
      await createAgentToken(store.db, { id, agentId: agent.id, hash, expiresAt: new Date(Date.now() + DAY) })
      return token
    },
    approver: () => person('approver'),
    connectionAdmin: async () => (await person('connectionAdmin')).token,
    owner: async () => ({ token: (await person('owner')).token }),
    async recredential(slug, values) {
      await store.transaction((trx) => saveCredentials(trx, keys, slug, values))
    },
    async stored() {
      const { rows: tables } = await sql<{ name: string }>`
        select quote_ident(table_name) as name from information_schema.tables
        where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(store.db)
      const texts = tables.map(async ({ name }) => {
        const { rows } = await sql<{ text: string }>`
          select t::text as text from ${sql.raw(name)} t`.execute(store.db)
        return rows.map(({ text }) => text).join('\n')
      })
      return (await Promise.all(texts)).join('\n')
    },
    async close() {
      await gateway.close()
      await Promise.all(running.map(({ simulator }) => simulator.close()))
      await database.drop()
      await rm(keyDir, { recursive: true, force: true })
      const unknown = mayInvent
        ? []
        : running.flatMap(({ vendor, simulator }) =>
            undescribed(vendor, simulator.everything()).map((what) => `${vendor}: ${what}`),
          )
      if (unknown.length > 0)
        throw new Error(`Sent, and in no document of the vendor:\n${unknown.join('\n')}`)
    },
  }
}
