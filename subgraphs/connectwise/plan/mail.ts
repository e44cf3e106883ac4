import type { ClientMail } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { clientMailOf, isSilent, type MailReason, silent } from '../../planning/mail.ts'
import type { TicketBody } from '../schema.ts'
import { recipients } from './people.ts'

interface NamedStatus {
  readonly key: string
  readonly name: string
}

/** A status can mail by its template and by workflow rules, until an administrator marks it as silent. */
export function statusMail(session: VendorSession, status: NamedStatus | null): readonly MailReason[] {
  if (status === null) return []
  if (isSilent(session, status.key)) return [silent(`the status "${status.name}"`)]
  return [
    { verdict: 'MAY', reason: 'The new status may mail the client, by its template or a workflow rule.' },
  ]
}

/** Of a new ticket: the status that it begins with, and the rules that run on every new one. */
export function createdMail(session: VendorSession, status: NamedStatus | null): readonly MailReason[] {
  const byStatus = statusMail(session, status)
  if (byStatus.some(({ verdict }) => verdict === 'NO')) return byStatus
  return [
    ...byStatus,
    {
      verdict: 'MAY',
      reason: 'Notifications are turned off, but a workflow rule may mail the client of a new ticket.',
    },
  ]
}

export function clientMail(
  session: VendorSession,
  reasons: readonly MailReason[],
  contact: string | null,
  ticket: TicketBody | null,
): Promise<ClientMail> {
  return clientMailOf(session, reasons, () => recipients(session, contact, ticket))
}
