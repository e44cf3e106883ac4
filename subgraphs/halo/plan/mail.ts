import type { ClientMail } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { clientMailOf, isSilent, type MailReason, silent } from '../../planning/mail.ts'
import type { TicketBody } from '../schema.ts'
import { wholeTicket } from './ticket-now.ts'

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

/** The contacts' addresses as the tickets bring them, and the copies that each ticket itself asks for. */
export function clientMail(
  session: VendorSession,
  reasons: readonly MailReason[],
  contacts: readonly (string | null)[],
  tickets: readonly TicketBody[],
): Promise<ClientMail> {
  return clientMailOf(session, reasons, async () => {
    // Lists leave out who gets copies.
    const whole = await Promise.all(tickets.map((ticket) => wholeTicket(session, ticket, ['contact'])))
    const copies = whole.flatMap(({ emailcclist }) => (emailcclist ?? '').split(/[;,\s]+/))
    return [...contacts.map((email) => email ?? ''), ...copies]
  })
}
