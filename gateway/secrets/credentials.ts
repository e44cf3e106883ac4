import { sql } from 'kysely'
import type { Db, Trx } from '../store/index.ts'
import { newDataKey, seal, unseal, unwrapDataKey, wrapDataKey } from './envelope.ts'
import type { Key } from './keyMaterial.ts'
import type { Keys } from './keys.ts'
import { Secret } from './secret.ts'

type KeyRing = Pick<Keys, 'credentials' | 'oldCredentials'>

interface DataKey {
  readonly version: number
  readonly key: Key
}

/** Sets the fields given and leaves the others; null takes one away. */
export async function saveCredentials(
  trx: Trx,
  keys: KeyRing,
  slug: string,
  fields: Readonly<Record<string, string | null>>,
): Promise<void> {
  const dataKey = (await newestDataKey(trx, keys, slug)) ?? (await makeDataKey(trx, keys, slug))
  for (const [field, value] of Object.entries(fields)) {
    if (value === null) {
      await trx.deleteFrom('secret').where('connection', '=', slug).where('field', '=', field).execute()
      continue
    }
    const place = { connection: slug, field, keyVersion: dataKey.version }
    const row = { key_version: dataKey.version, ...seal(dataKey.key, Buffer.from(value, 'utf8'), place) }
    await trx
      .insertInto('secret')
      .values({ connection: slug, field, ...row })
      .onConflict((conflict) =>
        conflict.columns(['connection', 'field']).doUpdateSet({ ...row, updated_at: sql<Date>`now()` }),
      )
      .execute()
  }
}

/** Decrypted for the door to the vendor, as values that do not show themselves. */
export async function loadCredentials(
  db: Db,
  keys: KeyRing,
  slug: string,
): Promise<Readonly<Record<string, Secret>>> {
  const rows = await db
    .selectFrom('secret as s')
    .innerJoin('secret_key as k', (join) =>
      join.onRef('k.connection', '=', 's.connection').onRef('k.version', '=', 's.key_version'),
    )
    .select(['s.field', 's.nonce', 's.ciphertext', 's.tag', 'k.version', 'k.wrapped', 'k.kek_id'])
    .where('s.connection', '=', slug)
    .orderBy('s.field')
    .execute()
  const credentials: Record<string, Secret> = {}
  for (const row of rows) {
    const dataKey = unwrapDataKey(keyById(keys, row.kek_id, slug), row.wrapped, slug, row.version)
    const plain = unseal(dataKey, row, { connection: slug, field: row.field, keyVersion: row.version })
    credentials[row.field] = new Secret(plain.toString('utf8'))
  }
  return credentials
}

/** Which fields are set, for the console; their values are write-only. */
export function listCredentialFields(db: Db, slug: string) {
  return db
    .selectFrom('secret')
    .select(['field', 'updated_at'])
    .where('connection', '=', slug)
    .orderBy('field')
    .execute()
}

/**
 * Wraps every data key anew with the current key-encryption key. Readers meanwhile find the old wrapping or the
 * new one, and have the keys for both.
 */
export async function rewrapDataKeys(trx: Trx, keys: KeyRing): Promise<number> {
  const rows = await trx
    .selectFrom('secret_key')
    .selectAll()
    .where('kek_id', '<>', keys.credentials.id)
    .forUpdate()
    .execute()
  for (const { connection, version, wrapped, kek_id } of rows) {
    const dataKey = unwrapDataKey(keyById(keys, kek_id, connection), wrapped, connection, version)
    await trx
      .updateTable('secret_key')
      .set({
        wrapped: wrapDataKey(keys.credentials, dataKey, connection, version),
        kek_id: keys.credentials.id,
      })
      .where('connection', '=', connection)
      .where('version', '=', version)
      .execute()
  }
  return rows.length
}

async function newestDataKey(db: Db, keys: KeyRing, slug: string): Promise<DataKey | undefined> {
  const row = await db
    .selectFrom('secret_key')
    .selectAll()
    .where('connection', '=', slug)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    version: row.version,
    key: unwrapDataKey(keyById(keys, row.kek_id, slug), row.wrapped, slug, row.version),
  }
}

async function makeDataKey(trx: Trx, keys: KeyRing, slug: string): Promise<DataKey> {
  const dataKey: DataKey = { version: 1, key: newDataKey() }
  const made = await trx
    .insertInto('secret_key')
    .values({
      connection: slug,
      version: dataKey.version,
      wrapped: wrapDataKey(keys.credentials, dataKey.key, slug, dataKey.version),
      kek_id: keys.credentials.id,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('version')
    .executeTakeFirst()
  // Another gateway made the first one meanwhile: its key counts.
  return made === undefined ? (await newestDataKey(trx, keys, slug))! : dataKey
}

function keyById({ credentials, oldCredentials }: KeyRing, id: string, slug: string): Key {
  const key = [credentials, ...oldCredentials].find((candidate) => candidate.id === id)
  if (key === undefined) {
    throw new Error(`The credentials of "${slug}" are wrapped by key ${id}, which this gateway was not given`)
  }
  return key
}
