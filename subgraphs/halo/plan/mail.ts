import type { ClientMail } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { clientMailOf, isSilent, type MailReason, silent } from '../../planning/mail.ts'
import type { TicketBody } from '../schema.ts'

interface NamedStatus {
  readonly key: string
  readonly name: string
}

/**
 * For Halo the keys of what is silent are outcomes; a status is written `status:<key>`, since outcomes and
 * statuses both count from 1.
 */
export function statusMail(session: VendorSession, status: NamedStatus | null): readonly MailReason[] {
  if (status === null) return []
  if (isSilent(session, `status:${status.key}`)) return [silent(`the status "${status.name}"`)]
  return [{ verdict: 'MAY', reason: 'Notification rules may mail the client about the new status.' }]
}

/** Of a new ticket: the status that it begins with, and the rules that run on every new one. */
export function createdMail(session: VendorSession, status: NamedStatus | null): readonly MailReason[] {
  const byStatus = statusMail(session, status)
  if (byStatus.some(({ verdict }) => verdict === 'NO')) return byStatus
  return [
    ...byStatus,
    {
      verdict: 'MAY',
      reason:
        'The acknowledgement is turned off, but notification rules may mail the client of a new ticket.',
    },
  ]
}

/** A note that the client can see: mail is off, and rules of the tenant may still send one (API.md 12.15). */
export function visibleMail(
  session: VendorSession,
  outcome: { readonly id: number; readonly name: string },
): readonly MailReason[] {
  if (isSilent(session, String(outcome.id))) return [silent(`the outcome "${outcome.name}"`)]
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
): Promise<ClientMail> {
  return clientMailOf(reasons, async () => {
    const shown = session.mayRead('Contacts', 'email')
    const addresses = [email ?? '', ...(ticket?.emailcclist ?? '').split(/[;,\s]+/)].filter((one) =>
      one.includes('@'),
    )
    return {
      recipients: shown ? [...new Set(addresses)] : [],
      hidden: !shown && addresses.length > 0,
    }
  })
}
