import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Embedded, startEmbedded } from '../gateway/store/embedded.ts'
import { migrate } from '../gateway/store/migrate.ts'
import { READY_FILE, TEST_SERVER_FOLDER, type TestServer, WANTED_FILE } from './database.ts'

/** Nothing here outlives the run, or grows for long. */
const SERVER_SETTINGS = [
  'fsync=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'autovacuum=off',
  'max_connections=300',
]

/**
 * One PostgreSQL for the whole run, started when the first test asks for a database: a run that needs none pays
 * nothing. It lives in this process, since workers come and go.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'countersign-test-'))
  // As root the server runs as another user, who must be able to pass.
  await chmod(folder, 0o755)
  process.env[TEST_SERVER_FOLDER] = folder

  let server: Promise<Embedded | undefined> | undefined
  const timer = setInterval(() => {
    if (!existsSync(path.join(folder, WANTED_FILE))) return
    clearInterval(timer)
    server = start(folder)
  }, 20)
  timer.unref()

  return async () => {
    clearInterval(timer)
    await (await server)?.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function start(folder: string): Promise<Embedded | undefined> {
  try {
    const server = await startEmbedded({
      dataDir: folder,
      log: () => {},
      initdbFlags: ['--no-sync'],
      serverFlags: SERVER_SETTINGS.flatMap((setting) => ['-c', setting]),
    })
    // The server's own database stays without connections from here on: it is the template of all others.
    await migrate(server.ownerUrl, { appRole: new URL(server.appUrl).username })
    const { ownerUrl, appUrl, adminUrl } = server
    await tell(folder, { ownerUrl, appUrl, adminUrl })
    return server
  } catch (error) {
    await tell(folder, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    return undefined
  }
}

async function tell(folder: string, server: TestServer): Promise<void> {
  const draft = path.join(folder, `${READY_FILE}.draft`)
  await writeFile(draft, JSON.stringify(server), { mode: 0o600 })
  await rename(draft, path.join(folder, READY_FILE))
}
