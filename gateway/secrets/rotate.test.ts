import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { wholeTrail } from '../audit/read.ts'
import { createConnection } from '../store/connections.ts'
import { type KeyRing, loadCredentials, rewrapDataKeys, saveCredentials } from './credentials.ts'
import { readOrMake } from './keyFiles.ts'
import { type KeySettings, loadKeys, newKeyText } from './keys.ts'
import { rotateKeys } from './rotate.ts'

const SLUGS = ['acme-cw', 'beta-cw', 'gamma-cw']

let database: TestDatabase
let dataDir: string
/** In a folder, and in one file. */
let inFolder: KeySettings
let inFile: KeySettings

beforeEach(async () => {
  database = await createTestDatabase()
  dataDir = await mkdtemp(path.join(tmpdir(), 'countersign-rotate-'))
  inFolder = { dataDir, mayMake: true }
  inFile = { dataDir, mayMake: false, keyFile: path.join(dataDir, 'one.key') }
  await writeFile(path.join(dataDir, 'one.key'), `${newKeyText()}\n`)
  const { store } = database
  for (const slug of SLUGS)
    await createConnection(store.db, {
      slug,
      vendor: 'connectwise',
      name: slug,
      baseUrl: 'https://x.example',
    })
})
afterEach(async () => {
  await database.drop()
  await rm(dataDir, { recursive: true, force: true })
})

const save = (keys: KeyRing, slug: string, value: string) =>
  database.store.transaction((trx) => saveCredentials(trx, keys, slug, { privateKey: value }))
const read = async (keys: KeyRing, slug: string) =>
  (await loadCredentials(database.store.db, keys, slug)).privateKey?.reveal()
const wrappedBy = async () =>
  new Set(
    (await database.store.db.selectFrom('secret_key').select('kek_id').execute()).map((row) => row.kek_id),
  )
const rotate = (settings: KeySettings) => rotateKeys(database.store, settings, 'test')

describe.each([
  ['a folder of keys', () => inFolder],
  ['a key file', () => inFile],
])('%s', (_what, settings) => {
  it('rotates while gateways that started before read and write, and no read or write fails', async () => {
    const [one, two] = [await loadKeys(settings()), await loadKeys(settings())]
    for (const slug of SLUGS) await save(one, slug, 'first')
    let isRotating = true
    let asked = 0
    const gateway = async (keys: KeyRing, slug: string) => {
      while (isRotating) {
        await save(keys, slug, `value ${asked}`)
        expect(await read(keys, slug)).toMatch(/^value/)
        expect(await read(keys, 'gamma-cw')).toBe('first')
        asked += 1
      }
    }
    const working = [gateway(one, 'acme-cw'), gateway(two, 'beta-cw')]
    const former = one.credentials.id
    const ids = [(await rotate(settings())).key, (await rotate(settings())).key]
    isRotating = false
    await Promise.all(working)

    expect(asked).toBeGreaterThan(0)
    expect(new Set([former, ...ids]).size).toBe(3)
    expect(await wrappedBy()).toEqual(new Set([ids[1]]))
    // One that starts now, and needs nothing of what was retired.
    const fresh = await loadKeys(settings())
    for (const slug of SLUGS) expect(await read(fresh, slug)).toBeDefined()
    await save(one, 'gamma-cw', 'by a gateway that started before')
    expect(await wrappedBy()).toEqual(new Set([ids[1]]))
    expect([fresh, one].map(({ audit }) => audit.id)).toEqual([two.audit.id, two.audit.id])
  })

  it('goes on where an earlier run was interrupted', async () => {
    const keys = await loadKeys(settings())
    for (const slug of SLUGS) await save(keys, slug, 'kept')
    const next = newKeyText()
    if (settings().keyFile === undefined)
      await readOrMake(path.join(dataDir, 'keys'), 'credentials.next.key', () => next)
    else await writeFile(settings().keyFile!, `credentials ${next}\n`, { flag: 'a' })

    // Cut off after the key was made.
    const first = await rotate(settings())
    expect(first).toMatchObject({ begun: true, rewrapped: 3 })

    // Cut off after the commit, before the files were put in order.
    const again = await loadKeys(settings())
    const another = newKeyText()
    if (settings().keyFile === undefined)
      await readOrMake(path.join(dataDir, 'keys'), 'credentials.next.key', () => another)
    else await writeFile(settings().keyFile!, `credentials ${another}\n`, { flag: 'a' })
    await again.reread?.()
    const made = [...again.oldCredentials, again.credentials].find(
      ({ id }) => id !== first.key && id !== keys.credentials.id,
    )!
    await database.store.transaction((trx) => rewrapDataKeys(trx, again, made))
    const second = await rotate(settings())
    if (settings().keyFile === undefined)
      expect(second).toMatchObject({ key: made.id, begun: true, rewrapped: 0 })
    for (const ring of [keys, await loadKeys(settings())])
      for (const slug of SLUGS) expect(await read(ring, slug)).toBe('kept')
  })

  it('leaves its event in the trail, and no key in it', async () => {
    const keys = await loadKeys(settings())
    await save(keys, 'acme-cw', 'canary-8f21')
    const { key } = await rotate(settings())
    const events = await wholeTrail(database.store.db)

    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({
      type: 'SECRET_REWRAPPED',
      body: { instance: 'test', subject: { kind: 'KEY', id: key }, count: 1 },
    })
    expect(JSON.stringify(events)).not.toContain('canary')
  })
})

it('a folder keeps the former key under a name that no gateway reads, and one key for each use', async () => {
  const keys = await loadKeys(inFolder)
  const { retired } = await rotate(inFolder)
  const folder = path.join(dataDir, 'keys')

  expect(retired).toBe(path.join(folder, `retired.${keys.credentials.id}.key`))
  expect((await readdir(folder)).sort()).toEqual(
    ['audit', 'checkpoint', 'credentials', 'cursor', 'permit', `retired.${keys.credentials.id}`].map(
      (name) => `${name}.key`,
    ),
  )
  expect((await loadKeys(inFolder)).oldCredentials).toEqual([])
})

it('a key file keeps its first line, which the other keys come from', async () => {
  const [first] = (await readFile(inFile.keyFile!, 'utf8')).split('\n')
  await rotate(inFile)
  await rotate(inFile)
  const lines = (await readFile(inFile.keyFile!, 'utf8')).trim().split('\n')

  expect(lines).toHaveLength(2)
  expect(lines[0]).toBe(first)
  expect(lines[1]).toMatch(/^credentials \S{44}$/)
})
