import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Key } from './keyMaterial.ts'

const CIPHER = 'aes-256-gcm'
const NONCE_LENGTH = 12
const TAG_LENGTH = 16

export interface Sealed {
  readonly nonce: Buffer
  readonly ciphertext: Buffer
  readonly tag: Buffer
}

/** What a sealed value is bound to: moved to another connection, field or key version, it does not open. */
export interface Place {
  readonly connection: string
  readonly field: string
  readonly keyVersion: number
}

/** JSON, so that no two places give the same bytes. */
function associatedData({ connection, field, keyVersion }: Place): Buffer {
  return Buffer.from(JSON.stringify([connection, field, keyVersion]))
}

/** AES-256-GCM with a random nonce; one data key seals far fewer values than the 2^32 that a random nonce allows. */
export function seal(key: Key, plain: Buffer, place: Place): Sealed {
  const nonce = randomBytes(NONCE_LENGTH)
  const cipher = createCipheriv(CIPHER, key.bytes(), nonce, { authTagLength: TAG_LENGTH })
  cipher.setAAD(associatedData(place))
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()])
  return { nonce, ciphertext, tag: cipher.getAuthTag() }
}

/** @throws Error for another key, place, or a changed byte */
export function unseal(key: Key, { nonce, ciphertext, tag }: Sealed, place: Place): Buffer {
  const decipher = createDecipheriv(CIPHER, key.bytes(), nonce, { authTagLength: TAG_LENGTH })
  decipher.setAAD(associatedData(place))
  decipher.setAuthTag(tag)
  return Buffer.concat([decipher.update(ciphertext), decipher.final()])
}

export function newDataKey(): Key {
  return new Key(randomBytes(32))
}

/** No field of a vendor has this name. */
const DATA_KEY_FIELD = ' data key'

export function wrapDataKey(kek: Key, dataKey: Key, connection: string, keyVersion: number): Buffer {
  const sealed = seal(kek, dataKey.bytes(), { connection, field: DATA_KEY_FIELD, keyVersion })
  return Buffer.concat([sealed.nonce, sealed.tag, sealed.ciphertext])
}

export function unwrapDataKey(kek: Key, wrapped: Buffer, connection: string, keyVersion: number): Key {
  const bodyAt = NONCE_LENGTH + TAG_LENGTH
  const sealed = {
    nonce: wrapped.subarray(0, NONCE_LENGTH),
    tag: wrapped.subarray(NONCE_LENGTH, bodyAt),
    ciphertext: wrapped.subarray(bodyAt),
  }
  return new Key(unseal(kek, sealed, { connection, field: DATA_KEY_FIELD, keyVersion }))
}
