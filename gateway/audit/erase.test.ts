import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { expiredBefore } from '../events/expired.ts'
import { fromNow } from '../store/clock.ts'
import { appendEvent } from './append.ts'
import { erasePayloads } from './erase.ts'
import { readHead, wholeTrail } from './read.ts'
import { verifyChain } from './verify.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const actor = { kind: 'GATEWAY', id: null } as const
const append = (about: { requestId?: string; ticketId?: string }, text: string) =>
  database.store.transaction((trx) =>
    appendEvent(trx, { type: 'REQUEST_REJECTED', instance: 'gw', actor, ...about, payload: { text } }),
  )
/** What is still told, in order. */
const texts = async () =>
  (await wholeTrail(database.store.db)).flatMap(({ payload }) =>
    payload == null ? [] : [(payload as { text: string }).text],
  )
const lastEvent = async () => (await wholeTrail(database.store.db)).at(-1)

async function expectIntact(): Promise<void> {
  const { db } = database.store
  expect(await verifyChain(await wholeTrail(db), { upTo: await readHead(db) })).toMatchObject({
    intact: true,
  })
}

beforeEach(async () => {
  await erasePayloads(database.ownerUrl, { before: fromNow(60) }, 'test')
  await append({ requestId: 'wr_1', ticketId: 'acme-cw:Ticket:1' }, 'first')
  await append({ requestId: 'wr_2', ticketId: 'acme-cw:Ticket:1' }, 'second')
  await append({ requestId: 'wr_3', ticketId: 'acme-cw:Ticket:2' }, 'third')
})

describe('erasing payloads leaves the chain as it is, and is on record', () => {
  it('of one request', async () => {
    expect(await erasePayloads(database.ownerUrl, { requestId: 'wr_1' }, 'test')).toBe(1)
    expect(await texts()).toEqual(['second', 'third'])
    expect(await lastEvent()).toMatchObject({
      type: 'PAYLOAD_ERASED',
      body: { count: 1, subject: { kind: 'REQUEST', id: 'wr_1' } },
    })
    await expectIntact()
  })

  it('of one ticket', async () => {
    expect(await erasePayloads(database.ownerUrl, { ticketId: 'acme-cw:Ticket:1' }, 'test')).toBe(2)
    expect(await texts()).toEqual(['third'])
    await expectIntact()
  })

  it('of all that is older, from where on streams go on', async () => {
    const { seq } = await readHead(database.store.db)
    await new Promise((resolve) => setTimeout(resolve, 20))
    const between = new Date()
    await new Promise((resolve) => setTimeout(resolve, 20))
    await append({ requestId: 'wr_4' }, 'young')

    expect(await erasePayloads(database.ownerUrl, { before: between }, 'test')).toBe(3)
    expect(await texts()).toEqual(['young'])
    expect(await expiredBefore(database.store.db)).toBe(seq)
    await expectIntact()
  })

  it('of nothing leaves no event', async () => {
    const head = await readHead(database.store.db)
    expect(await erasePayloads(database.ownerUrl, { requestId: 'wr_none' }, 'test')).toBe(0)
    expect(await readHead(database.store.db)).toEqual(head)
  })

  it('is not for the role of the gateway', async () => {
    await expect(erasePayloads(database.appUrl, { requestId: 'wr_1' }, 'test')).rejects.toThrow(
      /permission denied/,
    )
    expect(await texts()).toEqual(['first', 'second', 'third'])
  })
})

describe('npm run audit -- erase', () => {
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['scripts/audit.ts', 'erase', ...args], {
      env: { ...process.env, DATABASE_OWNER_URL: database.ownerUrl },
    }).catch((error: { code: number; stderr: string }) => error)

  it('erases as the owner and says how many', async () => {
    expect(await run('--request', 'wr_2')).toMatchObject({
      stdout: expect.stringContaining('erased: 1 payloads'),
    })
    expect(await texts()).toEqual(['first', 'third'])
  })

  it.each([
    [['--before', 'yesterday'], /like 2026-01-31, got yesterday/],
    [[], /Usage/],
    [['--request', 'a', '--ticket', 'b'], /Usage/],
  ])('refuses %j', async (args, says) => {
    expect(await run(...args)).toMatchObject({ code: 2, stderr: expect.stringMatching(says) })
    expect(await texts()).toHaveLength(3)
  })
})
