import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { aRequest, aWorld, type World } from '../../test/rows.ts'
import { fromNow } from './clock.ts'
import { createConnection } from './connections.ts'
import { type KeyScope, keepKey, purgeKeys, releaseKey, reserveKey } from './idempotency.ts'
import { openStore, type Store } from './index.ts'
import { claimSetup, saveInstallation, setSetupCode } from './installation.ts'
import { grantRole, revokeRole, rolesOf, savePerson } from './people.ts'
import { reject } from './requests.ts'
import {
  createAgentToken,
  createPersonToken,
  findAgentToken,
  findPersonToken,
  newTokenId,
  revokeAgentToken,
  touchToken,
} from './tokens.ts'
import { currentPolicies, revokeAgent, savePolicy } from './workflows.ts'

let database: TestDatabase
let store: Store
let world: World

beforeAll(async () => {
  database = await createTestDatabase()
  store = database.store
  world = await aWorld(store)
})
afterAll(() => database.drop())

const hash = () => createHash('sha256').update(randomBytes(8)).digest()
const inAnHour = () => new Date(Date.now() + 3_600_000)

describe('a slug', () => {
  it('is never used again', async () => {
    const again = { slug: world.connection, vendor: 'halo', name: 'x', baseUrl: 'https://x.example' } as const

    expect(await createConnection(store.db, again)).toBeUndefined()
  })
})

describe('policies', () => {
  const save = (after: number, groups: Record<string, { level: 'READ_ONLY' }> | null) =>
    store.transaction((trx) =>
      savePolicy(trx, {
        workflowId: world.workflowId,
        connection: world.connection,
        after,
        policy: groups === null ? null : { groups },
      }),
    )

  it('take the next version from one of two editors', async () => {
    const saved = await Promise.all([save(0, {}), save(0, {})])

    expect(saved.filter((row) => row !== undefined)).toMatchObject([{ version: 1 }])
  })

  it('are current in their newest version, also when that one takes the connection away', async () => {
    await save(1, { Tickets: { level: 'READ_ONLY' } })
    expect(await currentPolicies(store.db, world.workflowId)).toMatchObject([
      { version: 2, policy: { groups: { Tickets: { level: 'READ_ONLY' } } } },
    ])
    await save(2, null)

    expect(await currentPolicies(store.db, world.workflowId)).toMatchObject([{ version: 3, policy: null }])
  })
})

describe('roles', () => {
  it('keep their scope and go with a revocation', async () => {
    const grant = {
      personId: world.person.id,
      role: 'approver',
      groups: ['Tickets'],
      connection: world.connection,
    } as const
    const { id } = await grantRole(store.db, grant)
    expect(await rolesOf(store.db, world.person.id)).toMatchObject([{ groups: ['Tickets'], boards: null }])
    await revokeRole(store.db, id)

    expect(await rolesOf(store.db, world.person.id)).toEqual([])
  })
})

describe('tokens', () => {
  const ofAgent = async (expiresAt = inAnHour()) =>
    createAgentToken(store.db, { id: newTokenId(), agentId: world.agentId, hash: hash(), expiresAt })

  it('live until they expire, are revoked, or their agent is', async () => {
    const [good, old, revoked] = await Promise.all([ofAgent(), ofAgent(new Date(0)), ofAgent()])
    await revokeAgentToken(store.db, revoked.id)
    const live = async (id: string) => (await findAgentToken(store.db, id))?.live

    expect([await live(good.id), await live(old.id), await live(revoked.id)]).toEqual([true, false, false])
    await revokeAgent(store.db, world.agentId)
    expect(await live(good.id)).toBe(false)
  })

  it('of a person follow the person and the sandbox', async () => {
    const token = { personId: world.person.id, hash: hash(), expiresAt: inAnHour() }
    const plain = await createPersonToken(store.db, { ...token, id: newTokenId() })
    const sandbox = await createPersonToken(store.db, { ...token, id: newTokenId(), sandbox: true })
    const live = async (id: string) => (await findPersonToken(store.db, id))?.live
    await touchToken(store.db, 'person_token', plain.id)

    expect([await live(plain.id), await live(sandbox.id)]).toEqual([true, false])
    await saveInstallation(store.db, { sandbox: true })
    expect(await live(sandbox.id)).toBe(true)
    await savePerson(store.db, world.person.id, { active: false })
    expect(await live(plain.id)).toBe(false)
  })
})

describe('the setup code', () => {
  it('makes one owner, once', async () => {
    const code = hash()
    await setSetupCode(store.db, code)
    expect(await claimSetup(store.db, hash())).toBeUndefined()
    const claims = await Promise.all([claimSetup(store.db, code), claimSetup(store.db, code)])

    expect(claims.filter((row) => row !== undefined)).toHaveLength(1)
    expect(await setSetupCode(store.db, hash())).toBeUndefined()
  })
})

describe('an idempotency key', () => {
  const scope = (): KeyScope => ({ agentId: world.agentId, connection: world.connection, keyHash: hash() })
  const fingerprint = 'f'.repeat(64)

  it('is reserved once, then replays, and refuses another call', async () => {
    const key = scope()
    const first = await Promise.all([1, 2, 3].map(() => reserveKey(store.db, key, { fingerprint })))
    expect(first.map(({ result }) => result).sort()).toEqual(['IN_PROGRESS', 'IN_PROGRESS', 'RESERVED'])
    expect(await reserveKey(store.db, key, { fingerprint: 'other' })).toEqual({ result: 'REUSED' })
    const { id } = await aRequest(store, world)
    expect(await keepKey(store.db, key, fingerprint, id)).toBe(true)

    expect(await reserveKey(store.db, key, { fingerprint })).toEqual({ result: 'REPLAY', requestId: id })
  })

  it('is free again after a refusal, and when its gateway has gone', async () => {
    const [refused, orphan] = [scope(), scope()]
    await reserveKey(store.db, refused, { fingerprint })
    await releaseKey(store.db, refused)
    await reserveKey(store.db, orphan, { fingerprint, leaseSeconds: 0 })

    expect(await reserveKey(store.db, refused, { fingerprint: 'other' })).toEqual({ result: 'RESERVED' })
    expect(await reserveKey(store.db, orphan, { fingerprint })).toEqual({ result: 'RESERVED' })
  })

  it('is kept 90 days, and longer while its request is open', async () => {
    const keep = async (days: number, over: boolean) => {
      const key = scope()
      await reserveKey(store.db, key, { fingerprint })
      const { id } = await aRequest(store, world)
      await keepKey(store.db, key, fingerprint, id)
      if (over) await reject(store.db, { id })
      await sql`update idempotency_key set created_at = ${fromNow(-days * 24 * 3600)}
        where key_hash = ${key.keyHash}`.execute(store.db)
      return key
    }
    const [old, young, open] = [await keep(91, true), await keep(89, true), await keep(91, false)]
    await purgeKeys(store.db)
    const left = async (key: KeyScope) => (await reserveKey(store.db, key, { fingerprint })).result
    expect([await left(old), await left(young), await left(open)]).toEqual(['RESERVED', 'REPLAY', 'REPLAY'])
  })
})

describe('the store', () => {
  it('is STORE_UNAVAILABLE when nothing answers', async () => {
    const nowhere = openStore({ url: 'postgresql://app:x@127.0.0.1:1/none' })

    await expect(nowhere.transaction(async () => 1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await nowhere.close()
  })

  it('is STORE_UNAVAILABLE when the connection is cut inside a transaction, and works again afterwards', async () => {
    const other = new pg.Client({ connectionString: database.appUrl })
    await other.connect()
    const cut = store.transaction(async (trx) => {
      const { pid } = await trx
        .selectNoFrom((eb) => eb.fn<number>('pg_backend_pid', []).as('pid'))
        .executeTakeFirstOrThrow()
      await other.query('select pg_terminate_backend($1, 1000)', [pid])
      // No query is running when the end of the connection is told: that must not end the process.
      await new Promise((resolve) => setTimeout(resolve, 100))
      await trx.selectFrom('installation').selectAll().execute()
    })

    await expect(cut).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await other.end()
    expect(await store.transaction(async () => 'again')).toBe('again')
  })

  it('passes every other error on', async () => {
    await expect(store.transaction(async () => Promise.reject(new RangeError('ours')))).rejects.toThrow(
      RangeError,
    )
  })
})
