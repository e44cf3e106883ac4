import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { readInstallation } from './installation.ts'
import { migrate } from './migrate.ts'

let database: TestDatabase
let appRole: string

beforeAll(async () => {
  database = await createTestDatabase({ empty: true })
  appRole = new URL(database.appUrl).username
})
afterAll(() => database.drop())

describe('migrations', () => {
  it('make every table from nothing, once, however many gateways start together', async () => {
    const runs = await Promise.all([1, 2, 3].map(() => migrate(database.ownerUrl, { appRole })))

    expect(runs.flatMap(({ applied }) => applied)).toEqual(['0001-first', '0005-policy', '0006-lifecycle'])
  })

  it('have nothing left to do the second time', async () => {
    expect(await migrate(database.ownerUrl, { appRole })).toEqual({ applied: [] })
  })

  it('start an installation in test mode', async () => {
    expect(await readInstallation(database.store.db)).toMatchObject({
      id: 1,
      test_mode: true,
      sandbox: false,
    })
  })

  it('refuse an app role that owns the tables', async () => {
    const owner = new URL(database.ownerUrl).username

    await expect(migrate(database.ownerUrl, { appRole: owner })).rejects.toThrow(
      /owns nothing, got "countersign_owner"/,
    )
  })

  it('refuse an app role that does not exist', async () => {
    await expect(migrate(database.ownerUrl, { appRole: 'nobody_made_me' })).rejects.toThrow(
      /"nobody_made_me"/,
    )
  })

  it('leave the app role without a right to make tables', async () => {
    await expect(sql`create table mine (id int)`.execute(database.store.db)).rejects.toThrow(
      /permission denied/,
    )
  })
})
