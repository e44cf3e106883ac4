import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { aRequest, aWorld, type World } from '../../test/rows.ts'
import { erasePayloads } from '../audit/erase.ts'
import { loadCredentials, saveCredentials, sealBytes, unsealBytes } from '../secrets/credentials.ts'
import { Key } from '../secrets/keyMaterial.ts'
import { newId } from './newId.ts'
import { cancel } from './requests.ts'
import { bytesWaitingAlone, findUpload, insertUpload, purgeUploads, requestsHolding } from './uploads.ts'

let database: TestDatabase
let world: World
const keys = { credentials: new Key(randomBytes(32)), oldCredentials: [] }
const text = Buffer.from('kept')

beforeAll(async () => {
  database = await createTestDatabase()
  world = await aWorld(database.store)
  await database.store.transaction((trx) => saveCredentials(trx, keys, world.connection, { key: 'a' }))
})
afterAll(() => database.drop())

async function aFile(keptFor = -1) {
  const { connection, agentId } = world
  const id = newId('up')
  await database.store.transaction(async (trx) => {
    const sealed = await sealBytes(trx, keys, connection, id, text)
    const facts = { content_type: 'text/plain', size: text.length, sha256: 'f'.repeat(64) }
    await insertUpload(trx, { id, connection, agent_id: agentId, ...facts, ...sealed }, keptFor)
  })
  return id
}
const holding = (upload: string) =>
  aRequest(database.store, world, { write: 'uploadAttachment', input: { upload, fileName: 'a.txt' } })
const found = (id: string) => findUpload(database.store.db, { ...world, id })

describe('files that wait', () => {
  it('go when their time is over, unless an open request holds them', async () => {
    const { db } = database.store
    const [young, held, old] = [await aFile(60), await aFile(), await aFile()]
    const request = await holding(held)
    expect((await requestsHolding(db, held)).map(({ id }) => id)).toEqual([request.id])
    expect(await database.store.transaction((trx) => bytesWaitingAlone(trx, world.agentId))).toBe(12)
    await purgeUploads(db)
    expect([await found(young), await found(held), await found(old)]).toEqual([
      expect.anything(),
      expect.anything(),
      undefined,
    ])
    await cancel(db, { id: request.id })
    await purgeUploads(db)
    expect(await found(held)).toBeUndefined()
  })

  it('are of one agent and one connection', async () => {
    const id = await aFile(60)
    const { db } = database.store
    expect(await findUpload(db, { ...world, agentId: 'another', id })).toBeUndefined()
    expect(await findUpload(db, { ...world, connection: 'another', id })).toBeUndefined()
  })

  it('open after the credentials have changed, and the former key goes with the last of them', async () => {
    const { db } = database.store
    const id = await aFile(60)
    const versions = () => db.selectFrom('secret_key').select('version').orderBy('version').execute()
    const change = (key: string) =>
      database.store.transaction((trx) => saveCredentials(trx, keys, world.connection, { key }))
    const before = await versions()
    await change('b')
    expect(await versions()).toHaveLength(before.length + 1)
    expect(await unsealBytes(db, keys, world.connection, id, (await found(id))!)).toEqual(text)
    expect((await loadCredentials(db, keys, world.connection)).key?.reveal()).toBe('b')
    await db.deleteFrom('upload').execute()
    await change('c')
    expect(await versions()).toHaveLength(1)
  })

  it('are erased with the texts of their request, of its ticket, or of all that is older', async () => {
    const { store, ownerUrl } = database
    const [one, two, three] = [await aFile(60), await aFile(60), await aFile(60)]
    const request = await holding(one)
    await holding(two)
    expect(await erasePayloads(ownerUrl, { requestId: request.id }, 'test')).toBe(1)
    expect([await found(one), await found(two)]).toEqual([undefined, expect.anything()])
    expect(await erasePayloads(ownerUrl, { ticketId: `${world.connection}:Ticket:1` }, 'test')).toBe(1)
    expect([await found(two), await found(three)]).toEqual([undefined, expect.anything()])
    await erasePayloads(ownerUrl, { before: new Date(Date.now() + 60_000) }, 'test')
    expect(await store.db.selectFrom('upload').select('id').execute()).toEqual([])
  })
})
