import { randomUUID } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { probeConnections } from './admin/probe.ts'
import { erasePayloads } from './audit/erase.ts'
import { openSink } from './audit/sink.ts'
import { startServer } from './doors/server.ts'
import { createGateway } from './gateway.ts'
import { openOidc } from './identity/oidc.ts'
import { freshToken } from './identity/tokens.ts'
import { readLimits } from './limits/file.ts'
import { openLog } from './log.ts'
import { readOptions } from './options.ts'
import { FIRST_QUERY, graphiqlConfig } from './sandbox/examples.ts'
import { SANDBOX_PEOPLE, type Sandbox, seedSandbox } from './sandbox/seed.ts'
import { startSimulators } from './sandbox/simulators.ts'
import { keySettings, loadKeys } from './secrets/keys.ts'
import { fromNow } from './store/clock.ts'
import { startEmbedded } from './store/embedded.ts'
import { openStore } from './store/index.ts'
import { saveInstallation, setSetupCode } from './store/installation.ts'
import { migrate } from './store/migrate.ts'

const options = readOptions(process.argv.slice(2), process.env)
const log = openLog(options.logLevel)
const say = (line: string) => process.stdout.write(`${line}\n`)
/** What to end, newest first. */
const ends: (() => Promise<unknown>)[] = []
let ending: Promise<void> | undefined

function end(code: number): Promise<void> {
  ending ??= (async () => {
    for (const close of ends.reverse()) {
      try {
        await close()
      } catch (error) {
        log('error', 'closing failed', { error: String(error) })
      }
    }
    process.exit(code)
  })()
  return ending
}
process.on('SIGTERM', () => void end(0))
process.on('SIGINT', () => void end(0))

async function openDatabase(): Promise<{ ownerUrl: string; appUrl: string }> {
  if (options.databaseUrl !== undefined && options.databaseOwnerUrl !== undefined) {
    return { ownerUrl: options.databaseOwnerUrl, appUrl: options.databaseUrl }
  }
  const embedded = await startEmbedded({ dataDir: options.dataDir, log: say })
  ends.push(() => embedded.stop())
  return embedded
}

/** @throws TypeError for a file that is not there, or not one of limits */
async function limitsOf(file: string | undefined) {
  if (file === undefined) return readLimits(undefined, '')
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new TypeError(`Expected COUNTERSIGN_LIMITS to name a file that can be read, got ${error.code}`)
  })
  return readLimits(text, `COUNTERSIGN_LIMITS (${file})`)
}

async function start(): Promise<void> {
  const limits = await limitsOf(options.limits)
  await mkdir(options.dataDir, { recursive: true })
  // The simulators and the database need nothing of each other.
  const [simulators, database] = await Promise.all([
    options.sandbox ? startSimulators(options.simulatorPort, options.sandboxVendors) : undefined,
    openDatabase(),
  ])
  if (simulators !== undefined) ends.push(() => simulators.stop())
  await migrate(database.ownerUrl, { appRole: decodeURIComponent(new URL(database.appUrl).username) })
  if (options.retentionDays !== undefined) {
    const before = fromNow(-options.retentionDays * 24 * 3600)
    await erasePayloads(database.ownerUrl, { before }, 'retention')
  }
  const keys = await loadKeys(keySettings(process.env, options.dataDir, options.databaseUrl === undefined))
  const store = openStore({ url: database.appUrl, log: (message) => log('warn', message) })
  ends.push(() => store.close())

  const gateway = await createGateway({
    instance: randomUUID(),
    store,
    keys,
    log,
    settings: limits.settings,
    documentLimits: limits.document,
    checkpointSink: openSink(options.checkpoints),
    oidc: options.oidc && openOidc(options.oidc, { log }),
    ...(simulators !== undefined && { sandboxPeople: SANDBOX_PEOPLE }),
    sandboxOrigins: new Set(simulators?.running.map(({ url }) => new URL(url).origin)),
  })
  ends.push(() => gateway.close())

  let sandbox: Sandbox | undefined
  const server = await startServer({
    calls: gateway.calls,
    schema: gateway.supergraph.apiSchema,
    host: options.host,
    port: options.port,
    consoleDir: fileURLToPath(new URL('../dist/app', import.meta.url)),
    graphiqlDir: fileURLToPath(new URL('../dist/graphiql', import.meta.url)),
    ...(simulators !== undefined && { graphiqlConfig: () => graphiqlConfig(sandbox) }),
    log,
    limits: { bodyBytes: limits.bodyBytes, fileBytes: limits.fileBytes },
    origins: options.origins,
    trustedProxies: options.trustedProxies,
    signIn: gateway.signIn,
  })
  ends.push(() => server.close())

  if (simulators === undefined) {
    await saveInstallation(store.db, { sandbox: false })
    await welcomeSetup(server.url)
    // Whether a PSA answers is no condition for the gateway to run.
    probeConnections(gateway.services).catch((error) =>
      log('warn', 'probing failed', { error: String(error) }),
    )
  } else {
    sandbox = await seedSandbox(gateway.services, simulators.running, server.url, options.dataDir)
    await probeConnections(gateway.services)
    welcomeSandbox(sandbox)
  }

  async function welcomeSetup(url: string): Promise<void> {
    const code = freshToken('css')
    const open = await setSetupCode(store.db, code.hash)
    say(`Countersign is running at ${url}`)
    if (open === undefined) return
    say(`
Nobody owns this installation yet. This one-time set-up code makes the first owner:

  curl -s ${url}/graphql -H 'authorization: Bearer ${code.token}' -H 'content-type: application/json' \\
    -d '{"query":"mutation { createPerson(input: { name: \\"Your Name\\", email: \\"you@example.com\\", roles: [{ role: owner }] }) { token } }"}'
`)
  }
}

function welcomeSandbox({ gateway, connections, agents, technician, administrator, people }: Sandbox): void {
  const query = JSON.stringify({ query: FIRST_QUERY.replace(/\s+/g, ' ') })
  say(`
Countersign is running with its sandbox: everything below is simulated.

  Console    ${gateway}/
  GraphQL    ${gateway}/graphql
  GraphiQL   ${gateway}/graphiql
${connections.map(({ slug, vendor, simulator }) => `  ${slug.padEnd(10)} ${simulator}  (a simulated ${vendor})`).join('\n')}

  Helpdesk agent's token   ${agents.helpdesk}
  Technician's token       ${technician}
  Administrator's token    ${administrator}
  (these, the other agents' and the passwords of ${people.technician.email} and
  ${people.administrator.email} are in data/sandbox.json)

A first query:

  curl -s ${gateway}/graphql -H 'authorization: Bearer ${agents.helpdesk}' \\
    -H 'content-type: application/json' -d '${query}'
`)
}

start().catch((error) => {
  process.stderr.write(
    `Countersign could not start: ${error instanceof Error ? error.message : String(error)}\n`,
  )
  log('error', 'start failed', { error: error instanceof Error ? (error.stack ?? '') : String(error) })
  void end(1)
})
