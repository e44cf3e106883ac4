import { sql } from 'kysely'
import { GatewayError } from '../../schema/errors.ts'
import type { Db, Trx } from '../store/index.ts'
import { keyEncryptionKey, setKeyEncryptionKey } from '../store/installation.ts'
import { newDataKey, type Sealed, seal, unseal, unwrapDataKey, wrapDataKey } from './envelope.ts'
import type { Key } from './keyMaterial.ts'
import type { Keys } from './keys.ts'
import { Secret } from './secret.ts'

export type KeyRing = Pick<Keys, 'credentials' | 'oldCredentials' | 'reread'>

interface DataKey {
  readonly version: number
  readonly key: Key
}

/**
 * Sets the fields given and leaves the others; null takes one away. With them comes a new data key, for all fields:
 * who knew the old one opens nothing that was stored since.
 */
export async function saveCredentials(
  trx: Trx,
  keys: KeyRing,
  slug: string,
  fields: Readonly<Record<string, string | null>>,
): Promise<void> {
  if (Object.keys(fields).length === 0) return
  // One at a time for each connection: two that change different fields would else make two keys.
  await trx.selectFrom('connection').select('slug').where('slug', '=', slug).forNoKeyUpdate().execute()
  const kept = await loadCredentials(trx, keys, slug)
  const dataKey = await makeDataKey(trx, keys, slug)
  for (const [field, value] of Object.entries(fields)) {
    if (value === null)
      await trx.deleteFrom('secret').where('connection', '=', slug).where('field', '=', field).execute()
    else await saveField(trx, dataKey, { slug, field, value })
  }
  for (const [field, secret] of Object.entries(kept)) {
    if (!Object.hasOwn(fields, field))
      await saveField(trx, dataKey, { slug, field, value: secret.reveal(), isSame: true })
  }
  await trx
    .deleteFrom('secret_key')
    .where('connection', '=', slug)
    .where('version', '<', dataKey.version)
    // What a file is sealed by goes with the file.
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('upload')
            .select('upload.id')
            .whereRef('upload.connection', '=', 'secret_key.connection')
            .whereRef('upload.key_version', '=', 'secret_key.version'),
        ),
      ),
    )
    .execute()
}

async function saveField(
  trx: Trx,
  dataKey: DataKey,
  { slug, field, value, isSame = false }: { slug: string; field: string; value: string; isSame?: boolean },
): Promise<void> {
  const place = { connection: slug, field, keyVersion: dataKey.version }
  const row = { key_version: dataKey.version, ...seal(dataKey.key, Buffer.from(value, 'utf8'), place) }
  await trx
    .insertInto('secret')
    .values({ connection: slug, field, ...row })
    .onConflict((conflict) =>
      conflict
        .columns(['connection', 'field'])
        .doUpdateSet({ ...row, ...(!isSame && { updated_at: sql<Date>`now()` }) }),
    )
    .execute()
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
    const dataKey = unwrapDataKey(await keyById(keys, row.kek_id, slug), row.wrapped, slug, row.version)
    const plain = unseal(dataKey, row, { connection: slug, field: row.field, keyVersion: row.version })
    credentials[row.field] = new Secret(plain.toString('utf8'))
  }
  return credentials
}

/** Bytes sealed by the connection's newest data key. */
export async function sealBytes(
  trx: Trx,
  keys: KeyRing,
  slug: string,
  field: string,
  bytes: Uint8Array,
): Promise<Sealed & { readonly key_version: number }> {
  // A new data key waits: this one must not be taken away meanwhile.
  await trx.selectFrom('connection').select('slug').where('slug', '=', slug).forShare().execute()
  const newest = await trx
    .selectFrom('secret_key')
    .selectAll()
    .where('connection', '=', slug)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (newest === undefined)
    throw new GatewayError('NOT_CONFIGURED', `"${slug}" has no credentials yet.`, { connection: slug })
  const dataKey = unwrapDataKey(
    await keyById(keys, newest.kek_id, slug),
    newest.wrapped,
    slug,
    newest.version,
  )
  const place = { connection: slug, field, keyVersion: newest.version }
  return { ...seal(dataKey, Buffer.from(bytes), place), key_version: newest.version }
}

/** What `sealBytes` sealed. */
export async function unsealBytes(
  db: Db,
  keys: KeyRing,
  slug: string,
  field: string,
  sealed: Sealed & { readonly key_version: number },
): Promise<Buffer> {
  const { version, wrapped, kek_id } = await db
    .selectFrom('secret_key')
    .selectAll()
    .where('connection', '=', slug)
    .where('version', '=', sealed.key_version)
    .executeTakeFirstOrThrow()
  const dataKey = unwrapDataKey(await keyById(keys, kek_id, slug), wrapped, slug, version)
  try {
    return unseal(dataKey, sealed, { connection: slug, field, keyVersion: version })
  } catch {
    throw new GatewayError('INTERNAL', 'What was kept sealed is not what it was.')
  }
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
 * Wraps every data key anew with this key, which new ones are wrapped by from then on. Readers meanwhile find the
 * old wrapping or the new one, and have the keys for both.
 */
export async function rewrapDataKeys(trx: Trx, keys: KeyRing, kek: Key): Promise<number> {
  // Waits for those who are about to wrap with the old one, and lets nobody begin until the commit.
  await setKeyEncryptionKey(trx, kek.id)
  const rows = await trx
    .selectFrom('secret_key')
    .selectAll()
    .where('kek_id', '<>', kek.id)
    .forUpdate()
    .execute()
  for (const { connection, version, wrapped, kek_id } of rows) {
    const dataKey = unwrapDataKey(await keyById(keys, kek_id, connection), wrapped, connection, version)
    await trx
      .updateTable('secret_key')
      .set({ wrapped: wrapDataKey(kek, dataKey, connection, version), kek_id: kek.id })
      .where('connection', '=', connection)
      .where('version', '=', version)
      .execute()
  }
  return rows.length
}

async function makeDataKey(trx: Trx, keys: KeyRing, slug: string): Promise<DataKey> {
  const newest = await trx
    .selectFrom('secret_key')
    .select('version')
    .where('connection', '=', slug)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  const dataKey: DataKey = { version: (newest?.version ?? 0) + 1, key: newDataKey() }
  const current = await keyEncryptionKey(trx)
  const kek = current === null ? keys.credentials : await keyById(keys, current, slug)
  await trx
    .insertInto('secret_key')
    .values({
      connection: slug,
      version: dataKey.version,
      wrapped: wrapDataKey(kek, dataKey.key, slug, dataKey.version),
      kek_id: kek.id,
    })
    .execute()
  return dataKey
}

/** A key moves from name to name while a rotation puts them in order: one look may come between. */
const LOOKS = 3

/** A key that came after this process began is found where keys are kept. */
async function keyById(keys: KeyRing, id: string, slug: string): Promise<Key> {
  const known = () => [keys.credentials, ...keys.oldCredentials].find((candidate) => candidate.id === id)
  for (let look = 0; look < LOOKS && known() === undefined; look += 1) await keys.reread?.()
  const key = known()
  if (key === undefined) {
    throw new GatewayError(
      'NOT_CONFIGURED',
      `The credentials of "${slug}" are wrapped by key ${id}, which this gateway was not given.`,
      { connection: slug },
    )
  }
  return key
}
