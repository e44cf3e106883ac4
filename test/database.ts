import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { openStore, type Store } from '../gateway/store/index.ts'

/** Between `global-setup.ts`, which owns the server, and the workers, which ask for it. */
export const TEST_SERVER_FOLDER = 'COUNTERSIGN_TEST_SERVER'
export const WANTED_FILE = 'wanted'
export const READY_FILE = 'ready.json'
const PATIENCE_MS = 50_000

export type TestServer =
  | { readonly ownerUrl: string; readonly appUrl: string; readonly adminUrl: string }
  | { readonly error: string }

export interface TestDatabase {
  readonly ownerUrl: string
  readonly appUrl: string
  /** As the app role. */
  readonly store: Store
  drop(): Promise<void>
}

/** A database of its own, with all tables, in some 50 ms. `empty` leaves it without tables. */
export async function createTestDatabase(options: { readonly empty?: boolean } = {}): Promise<TestDatabase> {
  const server = await testServer()
  const name = `test_${randomBytes(6).toString('hex')}`
  const template = options.empty ? 'template1' : new URL(server.appUrl).pathname.slice(1)
  const owner = new URL(server.ownerUrl).username
  await asAdmin(server.adminUrl, `create database ${name} template ${template} owner ${owner}`)
  const onThis = (url: string): string => Object.assign(new URL(url), { pathname: name }).toString()
  const appUrl = onThis(server.appUrl)
  const store = openStore({ url: appUrl })
  return {
    ownerUrl: onThis(server.ownerUrl),
    appUrl,
    store,
    async drop() {
      await store.close()
      await asAdmin(server.adminUrl, `drop database ${name} with (force)`)
    },
  }
}

/** The server's administrator, for what happens to a database from outside. */
export async function administrator(database: string): Promise<pg.Client> {
  const { adminUrl } = await testServer()
  const client = new pg.Client({
    connectionString: Object.assign(new URL(adminUrl), { pathname: database }).toString(),
  })
  await client.connect()
  return client
}

async function testServer(): Promise<Exclude<TestServer, { error: string }>> {
  const folder = process.env[TEST_SERVER_FOLDER]
  if (folder === undefined) {
    throw new Error(`Expected ${TEST_SERVER_FOLDER} to be set by test/global-setup.ts; run tests with vitest`)
  }
  await writeFile(path.join(folder, WANTED_FILE), '')
  const deadline = Date.now() + PATIENCE_MS
  while (Date.now() < deadline) {
    const text = await readFile(path.join(folder, READY_FILE), 'utf8').catch(() => undefined)
    if (text !== undefined) {
      const server = JSON.parse(text) as TestServer
      if ('error' in server) throw new Error(`The PostgreSQL for tests did not start: ${server.error}`)
      return server
    }
    await sleep(20)
  }
  throw new Error('The PostgreSQL for tests did not start in time')
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
