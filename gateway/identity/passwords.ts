import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { badInput } from '../../schema/errors.ts'

/**
 * scrypt with 2^15 blocks (a setting), 32 MB and three passes: one of the equal choices of the OWASP password storage
 * cheat sheet, and the one that lets several sign-ins run at once in a small container. Argon2 is in Node from 24.7
 * on only.
 */
const PASSES = { r: 8, p: 3 }
const MAX_MEMORY = 256 * 1024 * 1024
const BYTES = 32
const SHORTEST = 12
const LONGEST = 200

/** `scrypt$<N>$<r>$<p>$<salt>$<hash>`: the cost stands with each, so that it can be raised. */
const FORMAT = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([A-Za-z0-9_-]+)\$([A-Za-z0-9_-]+)$/

export async function hashPassword(password: string, cost: number): Promise<string> {
  const salt = randomBytes(16)
  const N = 2 ** cost
  const { r, p } = PASSES
  const hash = await derive(password, salt, { N, r, p })
  return `scrypt$${N}$${r}$${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`
}

/** Verified against when there is nobody: an account that does not exist takes as long as one that does. */
let nobody: Promise<string> | undefined

/** False for a person without a password, after as much work as for one with. */
export async function verifyPassword(
  stored: string | null | undefined,
  password: string,
  cost: number,
): Promise<boolean> {
  nobody ??= hashPassword(randomBytes(32).toString('base64url'), cost)
  const [, N, r, p, salt = '', hash = ''] = FORMAT.exec(stored ?? (await nobody)) ?? []
  const expected = Buffer.from(hash, 'base64url')
  const given = await derive(password.slice(0, LONGEST), Buffer.from(salt, 'base64url'), {
    N: Number(N),
    r: Number(r),
    p: Number(p),
  })
  return given.length === expected.length && timingSafeEqual(given, expected) && stored != null
}

/** Length is what counts (NIST SP 800-63B); no rules on characters. The password stands in no message. @throws GatewayError BAD_USER_INPUT */
export function expectGoodPassword(password: string, person: { readonly email: string }): void {
  const length = [...password].length
  if (length < SHORTEST || length > LONGEST)
    throw badInput('password', `${SHORTEST} to ${LONGEST} characters`, `${length} characters`)
  const plain = password.toLowerCase()
  const repeated = new Set(plain).size < 5
  if (repeated || plain === person.email.toLowerCase())
    throw badInput('password', 'neither the mail address nor a few characters over and over', null)
}

/** The same letters typed on another keyboard are the same password. */
function derive(password: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, BYTES, { ...cost, maxmem: MAX_MEMORY }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}
