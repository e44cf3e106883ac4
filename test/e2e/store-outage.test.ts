import { sql } from 'kysely'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CrashPoint } from '../../gateway/writes/crash-points.ts'
import { administrator } from '../database.ts'
import type { Answer } from '../gateway.ts'
import { codesOf, type Desk, startDesk, until } from './desk.ts'

let t: Desk
let admin: pg.Client
/** Outside of the database, which nobody who is in it can close. */
let outside: pg.Client
let database: string
/** Set by a test: what happens to the store when a write comes by. */
let strike: { readonly at: CrashPoint; readonly how: () => Promise<void> } | undefined

beforeAll(async () => {
  t = await startDesk({
    settings: {
      lease: 2,
      poll: 1,
      settleWait: 2,
      sendWithin: 1,
      vendorWrite: 1,
      vendorRead: 1,
      auditFlush: 0.05,
    },
    async crashPoint(at) {
      if (at !== strike?.at) return
      const { how } = strike
      strike = undefined
      await how()
    },
  })
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(t.store.db)
  database = rows[0]!.name
  admin = await administrator(database)
  outside = await administrator('postgres')
  // What a full disk answers to whatever writes.
  await admin.query(`create function no_room() returns trigger language plpgsql as $$
    begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`)
})
afterAll(async () => {
  await admin.end()
  await outside.end()
  await t.close()
})

async function disconnectAll(): Promise<void> {
  await admin.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename <> current_user',
    [database],
  )
}

async function tables(): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(
    "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
  )
  return rows.map(({ name }) => name)
}

const OUTAGES: readonly {
  readonly what: string
  readonly begin: () => Promise<void>
  readonly end: () => Promise<void>
}[] = [
  {
    what: 'gone',
    async begin() {
      await outside.query(`alter database ${database} with allow_connections false`)
      await disconnectAll()
    },
    end: async () => void (await outside.query(`alter database ${database} with allow_connections true`)),
  },
  {
    what: 'full',
    async begin() {
      for (const table of await tables())
        await admin.query(
          `create trigger no_room before insert or update on ${table} execute function no_room()`,
        )
    },
    async end() {
      for (const table of await tables()) await admin.query(`drop trigger no_room on ${table}`)
    },
  },
  {
    what: 'read-only',
    async begin() {
      await admin.query(`alter database ${database} set default_transaction_read_only = on`)
      await disconnectAll()
    },
    async end() {
      await admin.query('set default_transaction_read_only = off')
      await admin.query(`alter database ${database} reset default_transaction_read_only`)
      await disconnectAll()
    },
  },
]

/** Its codes, whether the sign-in or the operation was refused. */
async function codes(work: () => Promise<Answer>): Promise<unknown[]> {
  try {
    return codesOf(await work())
  } catch (error) {
    return [(error as { extensions: { code: unknown } }).extensions.code]
  }
}

describe.each(OUTAGES)('a store that is $what', ({ begin, end }) => {
  it('lets no write out, says so, and the gateway goes on by itself when it is back', async () => {
    const { token } = await t.agent('FULL_AUTOMATION')
    const { id, key } = t.ticket()
    t.simulator.clearJournal()
    await begin()
    for (let n = 0; n < 2; n += 1) {
      const [code, ...rest] = await codes(() => t.writeBlind(token, 'updateTicket', { id, title: 'Never' }))
      expect(['STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE']).toContain(code)
      expect(rest).toEqual([])
    }
    expect(t.sent()).toEqual([])
    await end()

    await until(async () => (await codes(() => t.ask(token, '{ viewer { name } }'))).length === 0)
    expect(await codes(() => t.writeBlind(token, 'updateTicket', { id, title: 'Back' }))).toEqual([])
    expect(t.inPsa(key).summary).toBe('Back')
    expect(t.sent()).toHaveLength(1)
  })

  it.each(['before E1', 'before E3'] as const)(
    '%s: nothing is sent until it is back, and then once',
    async (at) => {
      const { token } = await t.agent('FULL_AUTOMATION')
      const { id, key } = t.ticket()
      t.simulator.clearJournal()
      const struck = new Promise<void>((resolve) => {
        strike = {
          at,
          how: async () => {
            await begin()
            resolve()
          },
        }
      })
      const asked = codes(() => t.writeBlind(token, 'updateTicket', { id, title: 'Later' }))
      await struck
      const answered = await asked
      expect(t.sent()).toEqual([])
      await end()

      // A caller who got an error was told that nothing was sent yet; the request stands and is executed.
      for (const code of answered) expect(['STORE_UNAVAILABLE', 'AUDIT_UNAVAILABLE']).toContain(code)
      await until(() => t.inPsa(key).summary === 'Later', 15_000)
      expect(t.sent()).toHaveLength(1)
    },
  )
})
