import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { parseKey } from '../secrets/keyMaterial.ts'
import type { Store } from '../store/index.ts'
import { appendEvent } from './append.ts'
import { type AuditEventInput, auditValue, checkEvent } from './event.ts'
import { eventsAfter, readHead, wholeTrail } from './read.ts'
import { type ExportedEvent, verifyChain } from './verify.ts'

let database: TestDatabase
let store: Store

beforeAll(async () => {
  database = await createTestDatabase()
  store = database.store
})
afterAll(() => database.drop())

const event = (change: Partial<AuditEventInput> = {}): AuditEventInput => ({
  type: 'DECISION',
  instance: 'gw-1',
  actor: { kind: 'AGENT', id: 'agt_1', tokenId: 't1' },
  connection: 'acme-cw',
  decision: { verdict: 'DENY', rules: ['groupIsEnabled'], code: 'GROUP_DISABLED' },
  ...change,
})
const append = (change: Partial<AuditEventInput> = {}) =>
  store.transaction((trx) => appendEvent(trx, event(change)))

describe('appendEvent', () => {
  it('leaves no gap when many append at once and some of them fail', async () => {
    const before = await readHead(store.db)
    const runs = await Promise.allSettled(
      Array.from({ length: 40 }, (_, n) =>
        store.transaction(async (trx) => {
          const { seq } = await appendEvent(
            trx,
            event({ records: n, payload: { n, half: 0.5, text: 'é\0' } }),
          )
          if (n % 5 === 0) throw new Error('the transaction fails after all')
          return seq
        }),
      ),
    )
    const seqs = runs.flatMap((run) => (run.status === 'fulfilled' ? [run.value] : [])).sort((a, b) => a - b)

    expect(seqs).toEqual(Array.from({ length: 32 }, (_, n) => before.seq + 1 + n))
    expect(await verifyChain(await wholeTrail(store.db), { upTo: await readHead(store.db) })).toMatchObject({
      intact: true,
    })
  })

  it('wakes listeners with the number', async () => {
    const woken = new Promise<string>((resolve) => {
      const listener = store.listen('countersign_events', (payload) => {
        if (payload === undefined) void append()
        else void listener.close().then(() => resolve(payload))
      })
    })

    expect(Number(await woken)).toBe((await readHead(store.db)).seq)
  })

  it('fills the columns that lists filter by', async () => {
    const { seq } = await append({ requestId: 'wr_1', agentId: 'agt_1', ticketId: 'acme-cw:Ticket:1' })

    expect(await eventsAfter(store.db, 0, 10, { requestId: 'wr_1' })).toMatchObject([
      { seq, connection: 'acme-cw', agent_id: 'agt_1', ticket_id: 'acme-cw:Ticket:1' },
    ])
  })

  it('is AUDIT_UNAVAILABLE when the trail can not be written', async () => {
    const lost = store.transaction(async (trx) => {
      await sql`set transaction read only`.execute(trx)
      await appendEvent(trx, event())
    })

    await expect(lost).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' })
  })
})

describe('what an event may hold', () => {
  it('refuses a member that nobody listed, and does not show its value', () => {
    const leak = { ...event(), authorization: 'Bearer canary-5521' } as AuditEventInput

    expect(() => checkEvent(leak)).toThrow(/unknown member authorization/)
    expect(() => checkEvent(leak)).not.toThrow(/canary/)
  })

  it('refuses a listed member inside of which something is not listed', () => {
    const leak = {
      ...event(),
      actor: { kind: 'AGENT', id: 'a', token: 'canary-5521' },
    } as unknown as AuditEventInput

    expect(() => checkEvent(leak)).toThrow(/unknown member token/)
  })

  it('tells of a secret value only whether it stayed the same', () => {
    const key = parseKey('7f3a9c1be4d25860f1a7c3e95b204d68ba17fe3c905d4268a1b7e0c3f5d29486', 'test')

    expect(auditValue('canary', key)).toEqual(auditValue('canary', key))
    expect(JSON.stringify(auditValue('canary', key))).not.toContain('canary')
    expect(auditValue('x'.repeat(501))).toMatchObject({ length: 501 })
  })
})

describe('verifyChain names the first event that is not what was written', () => {
  it.each<[string, (trail: ExportedEvent[]) => ExportedEvent[], number]>([
    ['edited', (t) => t.map((e) => (e.seq === 3 ? { ...e, body: { ...e.body, records: 99 } } : e)), 3],
    ['a later time', (t) => t.map((e) => (e.seq === 3 ? { ...e, at: new Date(e.at.getTime() + 1) } : e)), 3],
    ['another filter column', (t) => t.map((e) => (e.seq === 3 ? { ...e, connection: 'other' } : e)), 3],
    ['another payload', (t) => t.map((e) => (e.seq === 3 ? { ...e, payload: { n: 77 } } : e)), 3],
    ['removed', (t) => t.filter((e) => e.seq !== 4), 4],
    ['the first removed', (t) => t.slice(1), 1],
    ['reordered', (t) => [...t.slice(0, 4), t[5]!, t[4]!, ...t.slice(6)], 5],
    ['the tail cut', (t) => t.slice(0, -2), -2],
  ])('%s', async (_, tamper, seq) => {
    const trail = await wholeTrail(store.db)
    const head = await readHead(store.db)
    const verification = await verifyChain(tamper(trail), { upTo: head })

    expect(verification).toMatchObject({ intact: false, seq: seq > 0 ? seq : head.seq + 1 + seq })
  })

  it('an erased payload is no damage', async () => {
    const trail = (await wholeTrail(store.db)).map(({ payload: _, ...rest }) => rest)

    expect(await verifyChain(trail)).toMatchObject({ intact: true })
  })
})

describe('audit rows', () => {
  const statements = [
    `update audit_event set type = 'READ'`,
    'delete from audit_event',
    'truncate audit_event cascade',
    `update audit_payload set payload = '{}'`,
    'truncate audit_payload',
    'delete from audit_checkpoint',
    'update audit_head set seq = seq + 1',
    'update audit_head set seq = 0',
    'delete from audit_head',
    'truncate audit_head',
    'insert into audit_head (id, seq, hash) values (2, 0, decode(repeat($$00$$, 32), $$hex$$))',
    // A forged event that does not follow the head
    `insert into audit_event (seq, id, at, type, body, prev_hash, hash)
      values (9999, gen_random_uuid(), now(), 'READ', '{}', sha256('a'), sha256('b'))`,
  ]
  it.each(statements)('refuse the app role: %s', async (statement) => {
    await expect(sql.raw(statement).execute(store.db)).rejects.toThrow(/permission denied|does not follow/)
  })

  it.each(statements)('refuse their owner: %s', async (statement) => {
    const owner = new pg.Client({ connectionString: database.ownerUrl })
    await owner.connect()
    try {
      await expect(owner.query(statement)).rejects.toThrow(/is refused|next event only|does not follow/)
    } finally {
      await owner.end()
    }
  })

  it('let the owner erase a payload, and the app role not', async () => {
    const { seq } = await append({ payload: { customer: 'Ann' } })
    await expect(sql`delete from audit_payload where seq = ${seq}`.execute(store.db)).rejects.toThrow(
      /permission denied/,
    )
    const owner = new pg.Client({ connectionString: database.ownerUrl })
    await owner.connect()
    try {
      expect((await owner.query('delete from audit_payload where seq = $1', [seq])).rowCount).toBe(1)
    } finally {
      await owner.end()
    }

    expect(await verifyChain(await wholeTrail(store.db))).toMatchObject({ intact: true })
  })
})
