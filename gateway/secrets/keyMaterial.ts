import { createHash, hkdfSync } from 'node:crypto'
import { inspect } from 'node:util'

const LENGTH = 32

/** A symmetric key that does not show itself. Its id tells keys apart and nothing of the key. */
export class Key {
  readonly id: string
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.id = createHash('sha256').update('countersign key id').update(bytes).digest('hex').slice(0, 16)
  }

  bytes(): Buffer {
    return this.#bytes
  }

  /** Another key for another use: one that leaks tells nothing of this. */
  derive(use: string): Key {
    return new Key(Buffer.from(hkdfSync('sha256', this.#bytes, '', `countersign ${use}`, LENGTH)))
  }

  toJSON(): string {
    return `[key ${this.id}]`
  }

  [inspect.custom](): string {
    return `[key ${this.id}]`
  }
}

/**
 * @param setting names the file in the message, which never shows what stands in it
 * @throws TypeError for a key that is missing, short, or that no random source has made
 */
export function parseKey(text: string | undefined, setting: string): Key {
  const make = 'make one with: openssl rand -base64 32'
  if (text === undefined || text === '')
    throw new TypeError(`Expected a key in ${setting}, got nothing; ${make}`)
  const bytes = decode(text)
  if (bytes === undefined)
    throw new TypeError(`Expected ${setting} to hold base64 or hex, got other text; ${make}`)
  if (bytes.length < LENGTH) {
    throw new TypeError(
      `Expected the key in ${setting} to have ${LENGTH} bytes, got ${bytes.length}; ${make}`,
    )
  }
  if (isSample(bytes)) {
    throw new TypeError(`Expected the key in ${setting} to be random, got a sample or a pattern; ${make}`)
  }
  return new Key(bytes)
}

function decode(text: string): Buffer | undefined {
  if (/^[0-9a-f]+$/i.test(text) && text.length % 2 === 0) return Buffer.from(text, 'hex')
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined
}

/** Readable text, bytes that count up or down, or few different ones: chance makes none of these in 32 bytes. */
function isSample(bytes: Buffer): boolean {
  const isText = bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
  const isFew = new Set(bytes.subarray(0, LENGTH)).size < 12
  const step = (bytes[1]! - bytes[0]!) & 0xff
  const counts = bytes.subarray(1).every((byte, index) => ((byte - bytes[index]!) & 0xff) === step)
  return isText || isFew || counts
}
