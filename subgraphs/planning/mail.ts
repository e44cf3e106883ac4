import type { ClientMail } from '../../schema/plan.ts'
import type { VendorSession } from '../../schema/source.ts'

export interface MailReason {
  /** NO tells why something that could mail does not. */
  readonly verdict: ClientMail['verdict']
  readonly reason: string
}

/** Nothing mails anybody. */
export const NO_MAIL: ClientMail = { verdict: 'NO', recipients: [], reasons: [] }

/** Key with which an administrator marks what is published to the client as mailing nobody, where that is the tenant's rules' to say. */
export const NOTES = 'notes'

/** What an administrator confirmed to mail nobody. */
export function isSilent({ connection }: VendorSession, key: string): boolean {
  return connection.mapping.silentStatuses?.includes(key) === true
}

export function silent(what: string): MailReason {
  return { verdict: 'NO', reason: `An administrator marked ${what} as silent: it mails nobody.` }
}

/** True when one of them mails, or may. */
export function mayMail(reasons: readonly MailReason[]): boolean {
  return reasons.some(({ verdict }) => verdict !== 'NO')
}

/** What mails outweighs what does not. `addresses` is asked only when something may mail and who plans may know them. */
export async function clientMailOf(
  session: VendorSession,
  reasons: readonly MailReason[],
  addresses: () => Promise<readonly string[]> | readonly string[],
): Promise<ClientMail> {
  const told = [...new Set(reasons.map(({ reason }) => reason))]
  if (!mayMail(reasons)) return { verdict: 'NO', recipients: [], reasons: told }
  const shown = session.mayRead('Contacts', 'email')
  const found = shown ? await addresses() : []
  return {
    verdict: reasons.some(({ verdict }) => verdict === 'YES') ? 'YES' : 'MAY',
    recipients: [...new Set(found.filter((address) => address.includes('@')))],
    reasons: [...told, ...(shown ? [] : ['Whom it reaches is not shown: Contacts cannot be read here.'])],
  }
}
