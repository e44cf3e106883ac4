import type { ClientMail } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import type { TicketBody } from '../schema.ts'

export interface MailReason {
  readonly verdict: Exclude<ClientMail['verdict'], 'NO'>
  readonly reason: string
}

/**
 * What an administrator confirmed to mail nobody. For Halo the keys are outcomes; a status is written
 * `status:<key>`, since outcomes and statuses both count from 1.
 */
export function isSilent(session: VendorSession, key: string): boolean {
  return session.connection.mapping.silentStatuses?.includes(key) === true
}

export function statusMail(
  session: VendorSession,
  status: { readonly key: string } | null,
): readonly MailReason[] {
  if (status === null || isSilent(session, `status:${status.key}`)) return []
  return [{ verdict: 'MAY', reason: 'Notification rules may mail the client about the new status.' }]
}

/** A note that the client can see: mail is off, and rules of the tenant may still send one (API.md 12.15). */
export function visibleMail(session: VendorSession, outcome: { readonly id: number }): readonly MailReason[] {
  if (isSilent(session, String(outcome.id))) return []
  return [
    {
      verdict: 'MAY',
      reason: 'Mail is turned off, but notification rules may tell the client of a visible note.',
    },
  ]
}

/** The address as the ticket brings it, and the copies that the ticket itself asks for. */
export function clientMail(
  session: VendorSession,
  reasons: readonly MailReason[],
  email: string | null,
  ticket: TicketBody | null,
): ClientMail {
  if (reasons.length === 0) return { verdict: 'NO', recipients: [], reasons: [] }
  const shown = session.mayRead('Contacts', 'email')
  const addresses = [email ?? '', ...(ticket?.emailcclist ?? '').split(/[;,\s]+/)].filter((one) =>
    one.includes('@'),
  )
  return {
    verdict: reasons.some(({ verdict }) => verdict === 'YES') ? 'YES' : 'MAY',
    recipients: shown ? [...new Set(addresses)] : [],
    reasons: [
      ...new Set(reasons.map(({ reason }) => reason)),
      ...(shown || addresses.length === 0
        ? []
        : ["The contact's address is not shown: Contacts cannot be read here."]),
    ],
  }
}
