import { createHash } from 'node:crypto'
import ipaddr from 'ipaddr.js'
import { GatewayError } from '../../schema/errors.ts'
import type { Settings } from '../settings.ts'
import type { Db } from '../store/index.ts'
import { countTry, forgetTries, forgiveTry } from '../store/sign-in-tries.ts'

export interface Attempt {
  /** Told apart by what was typed, whether there is such an account or not. */
  readonly account: string
  readonly address: string
}

type Limits = Pick<Settings, 'signInWindow' | 'triesPerAccount' | 'triesPerAddress'>

/**
 * Counted before the password is looked at, so that tries at the same moment can't pass together.
 * @throws GatewayError RATE_LIMITED
 */
export async function expectTriesLeft(db: Db, limits: Limits, { account, address }: Attempt): Promise<void> {
  const counts = [
    { key: accountKey(account), most: limits.triesPerAccount },
    { key: addressKey(address), most: limits.triesPerAddress },
  ]
  for (const { key, most } of counts) {
    const { tries, leftMs } = await countTry(db, key, limits.signInWindow)
    if (tries <= most) continue
    throw new GatewayError(
      'RATE_LIMITED',
      'Too many sign-ins failed. Wait, or ask an owner for a new invitation.',
      {
        retryAfterMs: Math.ceil(leftMs),
      },
    )
  }
}

/** The password was right: the account starts anew, and the address, which others may share, loses this one try. */
export async function forgive(db: Db, { account, address }: Attempt): Promise<void> {
  await forgetTries(db, accountKey(account))
  await forgiveTry(db, addressKey(address))
}

const accountKey = (account: string) => digest(`account ${account.trim().toLowerCase()}`)

/** One household or server of IPv6 holds a whole /64. */
function addressKey(address: string): Buffer {
  const parsed = ipaddr.isValid(address) ? ipaddr.process(address) : undefined
  const network =
    parsed?.kind() === 'ipv6'
      ? (parsed as ipaddr.IPv6).parts.slice(0, 4).join(':')
      : String(parsed ?? address)
  return digest(`address ${network}`)
}

const digest = (text: string) => createHash('sha256').update(text).digest()
