/** The gateway of `subscriptions.ts`, in a process of its own. */
import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '../gateway/doors/server.ts'
import { createGateway } from '../gateway/gateway.ts'
import { freshToken } from '../gateway/identity/tokens.ts'
import { saveCredentials } from '../gateway/secrets/credentials.ts'
import { loadKeys } from '../gateway/secrets/keys.ts'
import { createConnection } from '../gateway/store/connections.ts'
import { startEmbedded } from '../gateway/store/embedded.ts'
import { openStore } from '../gateway/store/index.ts'
import { saveInstallation } from '../gateway/store/installation.ts'
import { migrate } from '../gateway/store/migrate.ts'
import { createPerson, grantRole } from '../gateway/store/people.ts'
import { createAgentToken, createPersonToken } from '../gateway/store/tokens.ts'
import { createAgent, createWorkflow, savePolicy } from '../gateway/store/workflows.ts'
import { profilePolicy } from '../policy/profiles.ts'
import { connectwise } from '../subgraphs/connectwise/index.ts'

export interface Ready {
  readonly url: string
  readonly agent: string
  readonly people: readonly string[]
}

export interface Usage {
  /** Heap and buffers after a collection. */
  readonly memory: number
  readonly rss: number
  readonly cpuMs: number
}

const simulator = JSON.parse(process.env.BENCH_SIMULATOR ?? '')
const count = Number(process.env.BENCH_SUBSCRIBERS)
const dataDir = await mkdtemp(join(tmpdir(), 'countersign-bench-'))
// As root the server runs as another user, who must be able to pass.
await chmod(dataDir, 0o755)
const database = await startEmbedded({ dataDir, log: () => {} })
await migrate(database.ownerUrl, { appRole: new URL(database.appUrl).username })
const store = openStore({ url: database.appUrl })
const keys = await loadKeys({ dataDir, mayMake: true })
const expiresAt = new Date(Date.now() + 3_600_000)

await saveInstallation(store.db, { test_mode: false, sandbox: true })
await createConnection(store.db, {
  slug: 'acme-cw',
  vendor: 'connectwise',
  name: 'Acme',
  baseUrl: simulator.url,
  enabled: true,
  testMode: false,
})
await store.transaction((trx) => saveCredentials(trx, keys, 'acme-cw', simulator.credentials))
const workflow = await createWorkflow(store.db, { name: 'Bench', testMode: false })
const policy = { ...profilePolicy('HELPDESK', 'connectwise', connectwise.groups), testMode: false }
await store.transaction((trx) =>
  savePolicy(trx, { workflowId: workflow.id, connection: 'acme-cw', after: 0, policy }),
)
const agent = await createAgent(store.db, { workflowId: workflow.id, name: 'Bench agent', onBehalfOf: null })
const agentToken = freshToken('csa')
await createAgentToken(store.db, { id: agentToken.id, agentId: agent.id, hash: agentToken.hash, expiresAt })

const people: string[] = []
for (let n = 0; n < count; n += 1) {
  const person = await createPerson(store.db, {
    name: `Technician ${n}`,
    email: `${randomUUID()}@example.com`,
  })
  await grantRole(store.db, { personId: person.id, role: 'approver' })
  const { token, id, hash } = freshToken('csp')
  await createPersonToken(store.db, { id, personId: person.id, hash, expiresAt })
  people.push(token)
}

const gateway = await createGateway({
  instance: 'bench',
  store,
  keys,
  log: () => {},
  settings: { pendingFor: 3_600, writesPerMinute: 100_000 },
  sandboxOrigins: new Set([new URL(simulator.url).origin]),
})
const server = await startServer({
  calls: gateway.calls,
  schema: gateway.supergraph.apiSchema,
  host: '127.0.0.1',
  port: 0,
  graphiqlDir: dataDir,
  log: () => {},
  limits: { bodyBytes: 256 * 1024 },
})

function usage(): Usage {
  globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  return { memory: heapUsed + external, rss, cpuMs: (user + system) / 1000 }
}

let isEnding = false
process.on('message', (message) => {
  if (message === 'usage') process.send?.(usage())
  else void end()
})
// Whoever asked for it has gone.
process.on('disconnect', () => void end())
process.send?.({ url: server.url, agent: agentToken.token, people } satisfies Ready)

async function end(): Promise<void> {
  if (isEnding) return
  isEnding = true
  await server.close()
  await gateway.close()
  await store.close()
  await database.stop()
  await rm(dataDir, { recursive: true, force: true })
  process.exit(0)
}
