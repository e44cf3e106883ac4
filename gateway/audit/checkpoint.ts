import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Key } from '../secrets/keyMaterial.ts'
import type { ChainPlace } from './verify.ts'

/** A place in the chain with a signature that the store's own people can't make: the key lives outside of it. */
export interface Checkpoint extends ChainPlace {
  readonly at: Date
  /** Tells signing keys apart, as `auditKey` shows it. */
  readonly keyId: string
  /** Ed25519 over the canonical JSON of seq, hash and at. */
  readonly signature: Buffer
}

/** PKCS #8 before the 32 bytes of an Ed25519 seed (RFC 8410). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')

export function signingKey(seed: Key): KeyObject {
  return createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519, seed.bytes()]),
    format: 'der',
    type: 'pkcs8',
  })
}

/** What an auditor keeps somewhere else, as PEM. */
export function publicKeyOf(seed: Key): string {
  return createPublicKey(signingKey(seed)).export({ format: 'pem', type: 'spki' }).toString()
}

export function signCheckpoint(seed: Key, { seq, hash }: ChainPlace, at: Date): Checkpoint {
  const signature = sign(null, signedBytes({ seq, hash, at }), signingKey(seed))
  return { seq, hash, at, keyId: seed.id, signature }
}

export function isSignedBy(publicKey: KeyObject, checkpoint: Checkpoint): boolean {
  return verify(null, signedBytes(checkpoint), publicKey, checkpoint.signature)
}

function signedBytes({ seq, hash, at }: Pick<Checkpoint, 'seq' | 'hash' | 'at'>): Buffer {
  return Buffer.from(canonicalize({ seq, hash: hash.toString('hex'), at: at.toISOString() })!)
}
