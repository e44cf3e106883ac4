import { type DatabaseConnection, type Driver, Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import { storeErrors, storeUnavailable } from './errors.ts'
import { type Listener, listen } from './listen.ts'
import type { Database } from './tables.ts'

/** A statement that the store can't answer is STORE_UNAVAILABLE, wherever it was asked. */
class FailingClosed extends PostgresDialect {
  override createDriver(): Driver {
    const driver = super.createDriver()
    const acquire = driver.acquireConnection.bind(driver)
    // The driver keeps one object for each connection of the pool.
    const wrapped = new WeakSet<DatabaseConnection>()
    driver.acquireConnection = async (...args) => {
      // Whatever the server says to somebody who wants to come in: there is no store to ask.
      const connection = await acquire(...args).catch((error: Error) => {
        throw storeUnavailable(error)
      })
      if (wrapped.has(connection)) return connection
      const execute = connection.executeQuery.bind(connection)
      connection.executeQuery = (...query) => storeErrors(() => execute(...query))
      wrapped.add(connection)
      return connection
    }
    return driver
  }
}

/** A database or a transaction of it: what every named query takes first. */
export type Db = Kysely<Database>
export type Trx = Transaction<Database>

export interface Store {
  readonly db: Db
  /** One transaction; a lost or missing connection is STORE_UNAVAILABLE. */
  transaction<T>(work: (trx: Trx) => Promise<T>): Promise<T>
  /** Wakes on NOTIFY, and after every reconnect, since wake-ups are lost while disconnected. */
  listen(channel: string, onWake: (payload: string | undefined) => void): Listener
  close(): Promise<void>
}

export interface StoreOptions {
  /** DATABASE_URL: the app role. */
  readonly url: string
  /** Set when `url` goes through a transaction pooler, which can't carry LISTEN. */
  readonly directUrl?: string
  readonly poolSize?: number
  readonly log?: (message: string) => void
}

export function openStore({ url, directUrl = url, poolSize = 10, log = () => {} }: StoreOptions): Store {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    // No statement here takes seconds; one that hangs must not hold a row lock or a place in the pool.
    statement_timeout: 15_000,
    idle_in_transaction_session_timeout: 60_000,
    application_name: 'countersign',
    types: { getTypeParser },
  })
  // A connection that breaks while no query runs on it, idle or inside a transaction, tells so by an event, which
  // would end the process if nobody listened. The pool replaces it, and the next query on it fails.
  pool.on('error', (error) => log(`store: an idle connection was lost: ${error.message}`))
  pool.on('connect', (client) =>
    client.on('error', (error) => log(`store: a connection broke: ${error.message}`)),
  )
  const db = new Kysely<Database>({ dialect: new FailingClosed({ pool }) })
  const listeners = new Set<Listener>()
  let ended: Promise<void> | undefined
  return {
    db,
    transaction: (work) => storeErrors(() => db.transaction().execute(work)),
    listen(channel, onWake) {
      const listener = listen(directUrl, channel, onWake, log)
      listeners.add(listener)
      return {
        async close() {
          listeners.delete(listener)
          await listener.close()
        },
      }
    },
    async close() {
      await Promise.all([...listeners].map((listener) => listener.close()))
      // Not `db.destroy()`: whoever asks after it would get an error of the query builder's, and no STORE_UNAVAILABLE.
      ended ??= pool.end()
      await ended
    },
  }
}

/** bigint holds sequence numbers and counts, far below 2^53: a number, where the driver would give text. */
const getTypeParser: typeof pg.types.getTypeParser = (type: number, format?: 'text' | 'binary') =>
  type === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(type, format as 'text')

/** For jsonb columns, on the way in. */
export function asJson(value: unknown): string {
  return JSON.stringify(value)
}
