import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { readOrMake } from '../secrets/keyFiles.ts'
import { type Placement, place } from './embedded/placement.ts'
import { freePort, initialise, look, start, stop } from './embedded/server.ts'

const DATABASE = 'countersign'
const ROLES = { superuser: 'countersign_admin', owner: 'countersign_owner', app: 'countersign_app' } as const
type Passwords = Readonly<Record<keyof typeof ROLES, string>>

/** Every gateway on this server holds it shared; who gets it alone was the last. */
const PRESENCE_LOCK = 0x70_72_65_73
const PROVISION_LOCK = 0x70_72_6f_76
const PATIENCE_MS = 60_000

export interface EmbeddedOptions {
  readonly dataDir: string
  readonly log: (message: string) => void
  /** For tests: `-c fsync=off` and the like. */
  readonly serverFlags?: readonly string[]
  readonly initdbFlags?: readonly string[]
}

export interface Embedded {
  /** Migrations. */
  readonly ownerUrl: string
  /** The gateway itself. */
  readonly appUrl: string
  /** For the test harness, which makes databases. */
  readonly adminUrl: string
  readonly port: number
  /** Stops the server, unless another gateway still works on it. Close the stores first. */
  stop(): Promise<void>
}

/**
 * A real PostgreSQL on 127.0.0.1 with its data below `dataDir`. Whatever the last gateway left is taken over: a
 * server that outlived it or belongs to a second gateway is joined, one that was killed recovers, none is made.
 * It takes no signals; whoever calls it stops it as the last step of its own shutdown.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const placement = await place(options.dataDir, options.log)
  const passwords = await readPasswords(options.dataDir)
  await initialise(
    placement,
    { name: ROLES.superuser, password: passwords.superuser },
    options.initdbFlags ?? [],
  )
  const { port, presence } = await bringUp(placement, passwords, options)
  const keeper = keepUp(presence, () => bringUp(placement, passwords, options, port), options.log)
  const url = (role: keyof typeof ROLES, database: string): string =>
    `postgresql://${ROLES[role]}:${passwords[role]}@127.0.0.1:${port}/${database}`
  return {
    ownerUrl: url('owner', DATABASE),
    appUrl: url('app', DATABASE),
    adminUrl: url('superuser', 'postgres'),
    port,
    async stop() {
      const last = await keeper.leave()
      if (last) await stop(placement)
    },
  }
}

/** Kept with the keys: the next start connects with them, and so proves that the server is ours. */
async function readPasswords(dataDir: string): Promise<Passwords> {
  const make = (): string => randomBytes(24).toString('hex')
  const text = await readOrMake(path.join(dataDir, 'keys'), 'database.json', () =>
    JSON.stringify({ superuser: make(), owner: make(), app: make() } satisfies Passwords),
  )
  return JSON.parse(text) as Passwords
}

/** A server that answers, started here or elsewhere, and the connection that says we are on it. */
async function bringUp(
  placement: Placement,
  passwords: Passwords,
  options: EmbeddedOptions,
  samePort?: number,
): Promise<{ readonly port: number; readonly presence: pg.Client }> {
  const deadline = Date.now() + PATIENCE_MS
  const logFile = path.join(options.dataDir, 'postgres.log')
  let startedHere = false
  while (Date.now() < deadline) {
    const server = await look(placement.cluster)
    if (server.state === 'READY') {
      const presence = await join(server.port, passwords).catch(async (error: unknown) => {
        if (startedHere) await stop(placement)
        throw error
      })
      if (presence !== undefined) return { port: server.port, presence }
    }
    if (server.state === 'DOWN') {
      const port = samePort ?? (await freePort())
      const result = await start(placement, { port, logFile, flags: options.serverFlags ?? [] })
      startedHere = result === 'STARTED'
      if (startedHere) continue
    }
    await sleep(50)
  }
  throw new Error(
    `PostgreSQL in ${placement.cluster} did not answer within ${PATIENCE_MS / 1000} s; see ${logFile}`,
  )
}

/** Undefined: it is going down, or not yet up. */
async function join(port: number, passwords: Passwords): Promise<pg.Client | undefined> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: ROLES.superuser,
    password: passwords.superuser,
    database: 'postgres',
    application_name: 'countersign-presence',
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select pg_advisory_lock_shared($1)', [PRESENCE_LOCK])
    await provision(client, passwords)
    return client
  } catch (error) {
    await client.end().catch(() => {})
    const code = (error as { code?: unknown }).code
    if (code === '28P01') {
      throw new Error(
        'The embedded PostgreSQL refuses the password in keys/database.json. The keys and the database do not belong together: put back the one that was replaced.',
      )
    }
    if (typeof code === 'string' && !/^(08|57P|ECONN|ETIMEDOUT)/.test(code)) throw error
    return undefined
  }
}

/** The database and its two roles, where they are missing; otherwise one short query. */
async function provision(client: pg.Client, passwords: Passwords): Promise<void> {
  const isDone = async (): Promise<boolean> => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
    return rowCount === 1
  }
  if (await isDone()) return
  await client.query('select pg_advisory_lock($1)', [PROVISION_LOCK])
  try {
    if (await isDone()) return
    for (const role of ['owner', 'app'] as const) {
      await client.query(`drop role if exists ${ROLES[role]}`)
      await client.query(`create role ${ROLES[role]} login password ${pg.escapeLiteral(passwords[role])}`)
    }
    // Last, since its being there says that the roles are.
    await client.query(`create database ${DATABASE} owner ${ROLES.owner}`)
  } finally {
    await client.query('select pg_advisory_unlock($1)', [PROVISION_LOCK])
  }
}

/** Brings the server back on the same port when it was killed, so that the stores' pools find it again. */
function keepUp(
  first: pg.Client,
  bringBack: () => Promise<{ readonly presence: pg.Client }>,
  log: (message: string) => void,
): { leave(): Promise<boolean> } {
  let presence = first
  let leaving = false
  let recovery: Promise<void> = Promise.resolve()

  const watch = (client: pg.Client): void => {
    client.once('end', () => {
      if (!leaving) recovery = recover()
    })
  }
  const recover = async (): Promise<void> => {
    log('PostgreSQL has gone; bringing it back')
    while (!leaving) {
      try {
        presence = (await bringBack()).presence
        watch(presence)
        log('PostgreSQL is back')
        return
      } catch (error) {
        log(`PostgreSQL does not come back: ${error instanceof Error ? error.message : String(error)}`)
        await sleep(1_000)
      }
    }
  }
  watch(presence)
  return {
    /** True: no other gateway is on the server, and none can join while this process stops it. */
    async leave() {
      leaving = true
      await recovery
      try {
        await presence.query('select pg_advisory_unlock_shared($1)', [PRESENCE_LOCK])
        const { rows } = await presence.query<{ alone: boolean }>(
          'select pg_try_advisory_lock($1) as alone',
          [PRESENCE_LOCK],
        )
        if (rows[0]?.alone === true) return true
        await presence.end()
        return false
      } catch {
        // The connection broke, so nobody knows who else is on it. A server left running is joined by the next start.
        return false
      }
    },
  }
}
