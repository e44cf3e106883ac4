import type { ClientMail } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { clientMailOf, isSilent, type MailReason, NOTES, silent } from '../../planning/mail.ts'
import { recipients } from './people.ts'

/**
 * No request can turn a notification on or off (API.md 13): workflow rules decide, as they do for a person's
 * change. So nothing is ever certain to mail, and what rules usually watch may.
 */
export const MAY_MAIL = {
  status: 'A workflow rule may mail the client of the new status.',
  moved: 'Workflow rules of the new queue, company or contact may mail the client.',
  created: 'A workflow rule may mail the client of a new ticket.',
  visit: 'A workflow rule may mail the client of a service call.',
  clientText: 'A workflow rule may mail the client of what is published to the portal.',
} as const

export function may(reason: keyof typeof MAY_MAIL): MailReason {
  return { verdict: 'MAY', reason: MAY_MAIL[reason] }
}

interface NamedStatus {
  readonly key: string
  readonly name: string
}

/** A status counts as mailing until an administrator marks it as silent. */
export function statusMail(session: VendorSession, status: NamedStatus | null): readonly MailReason[] {
  if (status === null) return []
  return [isSilent(session, status.key) ? silent(`the status "${status.name}"`) : may('status')]
}

export function createdMail(session: VendorSession, status: NamedStatus): readonly MailReason[] {
  return [isSilent(session, status.key) ? silent(`the status "${status.name}"`) : may('created')]
}

/** A text that is published to the portal. */
export function textMail(session: VendorSession): MailReason {
  return isSilent(session, NOTES) ? silent('what is published to the portal') : may('clientText')
}

export function clientMail(
  session: VendorSession,
  reasons: readonly MailReason[],
  contacts: readonly (string | null)[],
  tickets: readonly string[],
): Promise<ClientMail> {
  return clientMailOf(session, reasons, () => recipients(session, contacts, tickets))
}
