import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { aPerson } from '../../test/rows.ts'
import type { Caller } from '../identity/caller.ts'
import { freshToken } from '../identity/tokens.ts'
import { createPersonToken } from '../store/tokens.ts'
import { watchCallers } from './alive.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

async function aCaller(name: string, livesMs: number): Promise<Caller> {
  const person = await aPerson(database.store, name)
  const { id, hash } = freshToken('csp')
  const expiresAt = new Date(Date.now() + livesMs)
  await createPersonToken(database.store.db, { id, personId: person.id, hash, expiresAt })
  const signIn = { by: 'TOKEN', at: new Date(), sandbox: false } as const
  return { kind: 'PERSON', id: person.id, name, tokenId: id, memberKeys: {}, roles: [], signIn }
}

it('a stream that opens while the tokens are looked at is not taken for a revoked one', async () => {
  const alive = watchCallers(database.store)
  const gone = vi.fn()
  const late = vi.fn()
  const stops = [alive.watch(await aCaller('Gone', -1_000), gone)]
  const caller = await aCaller('Late', 60_000)
  const looked = alive.check()
  stops.push(alive.watch(caller, late))
  await looked
  expect(gone).toHaveBeenCalledWith(expect.objectContaining({ code: 'UNAUTHENTICATED' }))
  expect(late).not.toHaveBeenCalled()
  await alive.check()
  expect(late).not.toHaveBeenCalled()
  for (const stop of stops) stop()
})
