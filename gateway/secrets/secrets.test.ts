import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { format, inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { createConnection } from '../store/connections.ts'
import type { Store } from '../store/index.ts'
import { listCredentialFields, loadCredentials, rewrapDataKeys, saveCredentials } from './credentials.ts'
import { newDataKey, seal, unseal } from './envelope.ts'
import { readOrMake } from './keyFiles.ts'
import { Key, parseKey } from './keyMaterial.ts'
import { keySettings, loadKeys } from './keys.ts'
import { Secret } from './secret.ts'

const CANARY = 'canary-8f21-private-key'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'countersign-keys-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a secret does not show itself', () => {
  const secret = new Secret(CANARY)
  it.each<[string, () => string]>([
    ['String()', () => String(secret)],
    ['a template', () => `${secret}`],
    ['JSON', () => JSON.stringify({ secret, list: [secret] })],
    ['inspect', () => inspect({ secret }, { depth: 9, showHidden: true })],
    ['format', () => format('%s %o %j', secret, secret, secret)],
    ['an error that carries it', () => inspect(Object.assign(new Error('no'), { secret }))],
    ['its keys', () => JSON.stringify(Object.entries(secret))],
    ['a copy', () => JSON.stringify({ ...secret })],
  ])('%s', (_, show) => {
    expect(show()).not.toContain('canary')
  })

  it('nor does a key', () => {
    const key = new Key(Buffer.from(CANARY.padEnd(32, '-')))

    expect(inspect(key, { showHidden: true }) + JSON.stringify(key)).not.toMatch(
      /canary|Y2FuYXJ5|63616e617279/,
    )
  })
})

describe('a key is refused', () => {
  it.each<[string, string | undefined, RegExp]>([
    ['when missing', undefined, /got nothing/],
    ['when empty', '', /got nothing/],
    ['when short', randomBytes(16).toString('base64'), /32 bytes, got 16/],
    ['when all bytes are the same', Buffer.alloc(32, 7).toString('hex'), /sample or a pattern/],
    ['when bytes count up', Buffer.from(Array.from({ length: 32 }, (_, n) => n)).toString('hex'), /sample/],
    ['when it is words', Buffer.from('change-me-change-me-please-do-it-now').toString('base64'), /sample/],
    ['when it is no encoding', 'not a key at all!', /base64 or hex/],
  ])('%s', (_, text, reason) => {
    expect(() => parseKey(text, 'COUNTERSIGN_KEY_FILE')).toThrow(reason)
    expect(() => parseKey(text, 'COUNTERSIGN_KEY_FILE')).toThrow(/COUNTERSIGN_KEY_FILE/)
  })
})

describe('keys', () => {
  it('are made once for the embedded store, for their owner only', async () => {
    const dataDir = path.join(folder, 'data')
    const settings = keySettings({}, dataDir, true)
    const [one, two] = await Promise.all([loadKeys(settings), loadKeys(settings)])

    expect(one.credentials.id).toBe(two.credentials.id)
    expect(new Set([one.credentials.id, one.permit.id, one.cursor.id, one.audit.id]).size).toBe(4)
    expect((await stat(path.join(dataDir, 'keys'))).mode & 0o777).toBe(0o700)
    for (const name of await readdir(path.join(dataDir, 'keys'))) {
      expect((await stat(path.join(dataDir, 'keys', name))).mode & 0o777).toBe(0o600)
    }
  })

  it('must be given with a database of one’s own', async () => {
    await expect(loadKeys(keySettings({}, folder, false))).rejects.toThrow(
      /COUNTERSIGN_KEY_FILE or COUNTERSIGN_KEYS/,
    )
  })

  it('are refused from two sources', () => {
    expect(() => keySettings({ COUNTERSIGN_KEYS: 'a', COUNTERSIGN_KEY_FILE: 'b' }, folder, false)).toThrow(
      /got both/,
    )
  })

  it('come from one file, whose former keys still unwrap', async () => {
    const file = path.join(folder, 'one.key')
    const [old, current] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]
    await writeFile(file, `${old}\n`)
    const before = await loadKeys(keySettings({ COUNTERSIGN_KEY_FILE: file }, folder, false))
    await writeFile(file, `${current}\n${old}\n`)
    const after = await loadKeys(keySettings({ COUNTERSIGN_KEY_FILE: file }, folder, false))

    expect(after.credentials.id).not.toBe(before.credentials.id)
    expect(after.oldCredentials.map(({ id }) => id)).toEqual([before.credentials.id])
  })

  it('are refused when one is used twice', async () => {
    const twice = path.join(folder, 'twice')
    const key = randomBytes(32).toString('base64')
    for (const name of ['credentials', 'permit', 'cursor', 'audit', 'checkpoint']) {
      await readOrMake(twice, `${name}.key`, () => key)
    }

    await expect(loadKeys(keySettings({ COUNTERSIGN_KEYS: twice }, folder, false))).rejects.toThrow(
      /same key twice/,
    )
  })

  it('close a folder that was open to others', async () => {
    const open = path.join(folder, 'open')
    await readOrMake(open, 'a', () => 'a')
    await chmod(open, 0o755)
    await readOrMake(open, 'b', () => 'b')

    expect((await stat(open)).mode & 0o777).toBe(0o700)
  })
})

describe('a sealed value opens at its own place only', () => {
  const key = newDataKey()
  const place = { connection: 'acme-cw', field: 'privateKey', keyVersion: 1 }
  const sealed = seal(key, Buffer.from(CANARY), place)

  it('there', () => {
    expect(unseal(key, sealed, place).toString()).toBe(CANARY)
  })

  it.each([
    ['another connection', { ...place, connection: 'other' }],
    ['another field', { ...place, field: 'publicKey' }],
    ['another key version', { ...place, keyVersion: 2 }],
  ])('not at %s', (_, elsewhere) => {
    expect(() => unseal(key, sealed, elsewhere)).toThrow()
  })

  it('not with another key or a changed byte', () => {
    const changed = Buffer.from(sealed.ciphertext)
    changed[0] = changed[0]! ^ 1
    expect(() => unseal(newDataKey(), sealed, place)).toThrow()
    expect(() => unseal(key, { ...sealed, ciphertext: changed }, place)).toThrow()
  })
})

describe('credentials in the store', () => {
  let database: TestDatabase
  let store: Store
  const keys = { credentials: newDataKey(), oldCredentials: [] }
  const slug = 'acme-cw'

  beforeAll(async () => {
    database = await createTestDatabase()
    store = database.store
    await createConnection(store.db, {
      slug,
      vendor: 'connectwise',
      name: 'Acme',
      baseUrl: 'https://x.example',
    })
    await store.transaction((trx) =>
      saveCredentials(trx, keys, slug, { publicKey: 'pub', privateKey: CANARY }),
    )
  })
  afterAll(() => database.drop())

  it('come back as secrets, and stand nowhere in clear', async () => {
    const loaded = await loadCredentials(store.db, keys, slug)

    expect(loaded.privateKey?.reveal()).toBe(CANARY)
    expect(inspect(loaded)).toBe('{ privateKey: [redacted], publicKey: [redacted] }')
    const rows = await store.db.selectFrom('secret').selectAll().execute()
    expect(Buffer.concat(rows.map(({ ciphertext }) => ciphertext)).toString('latin1')).not.toContain('canary')
  })

  it('change field by field', async () => {
    await store.transaction((trx) => saveCredentials(trx, keys, slug, { companyId: 'acme', publicKey: null }))

    expect((await listCredentialFields(store.db, slug)).map(({ field }) => field)).toEqual([
      'companyId',
      'privateKey',
    ])
  })

  it('do not open in the row of another field', async () => {
    await expect(
      store.transaction(async (trx) => {
        await trx
          .updateTable('secret')
          .set({ field: 'swapped' } as never)
          .where('field', '=', 'privateKey')
          .execute()
        await loadCredentials(trx, keys, slug)
      }),
    ).rejects.toThrow()
  })

  it('change their data key with every change, and what was there before opens with the new one', async () => {
    const dataKeys = () =>
      store.db
        .selectFrom('secret_key')
        .select(['version', 'wrapped'])
        .where('connection', '=', slug)
        .execute()
    const [before] = await dataKeys()
    await store.transaction((trx) => saveCredentials(trx, keys, slug, { companyId: 'other' }))
    const after = await dataKeys()

    expect(after).toHaveLength(1)
    expect(after[0]!.version).toBe(before!.version + 1)
    expect(after[0]!.wrapped.equals(before!.wrapped)).toBe(false)
    const loaded = await loadCredentials(store.db, keys, slug)
    expect([loaded.companyId?.reveal(), loaded.privateKey?.reveal()]).toEqual(['other', CANARY])
  })

  it('survive two changes at once', async () => {
    const fields = ['one', 'two', 'three', 'four']
    await Promise.all(
      fields.map((field) => store.transaction((trx) => saveCredentials(trx, keys, slug, { [field]: field }))),
    )
    const loaded = await loadCredentials(store.db, keys, slug)
    expect(fields.map((field) => loaded[field]?.reveal())).toEqual(fields)
  })

  it('survive a new key-encryption key, for readers with the old and the new', async () => {
    const rotated = { credentials: newDataKey(), oldCredentials: [keys.credentials] }
    expect((await loadCredentials(store.db, rotated, slug)).privateKey?.reveal()).toBe(CANARY)
    expect(await store.transaction((trx) => rewrapDataKeys(trx, rotated, rotated.credentials))).toBe(1)
    const onlyNew = { credentials: rotated.credentials, oldCredentials: [] }

    expect((await loadCredentials(store.db, onlyNew, slug)).privateKey?.reveal()).toBe(CANARY)
    await expect(loadCredentials(store.db, keys, slug)).rejects.toMatchObject({
      extensions: { code: 'NOT_CONFIGURED' },
      message: expect.stringContaining('was not given'),
    })
  })
})
