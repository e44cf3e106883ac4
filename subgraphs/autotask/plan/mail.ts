import type { ClientMail } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { recipients } from './people.ts'

type Verdict = ClientMail['verdict']

export interface MailReason {
  readonly verdict: Exclude<Verdict, 'NO'>
  readonly reason: string
}

/**
 * No request can turn a notification on or off (API.md 13): workflow rules decide, as they do for a person's
 * change. So nothing is ever certain to mail, and what rules usually watch may.
 */
export const MAY_MAIL = {
  status: 'A workflow rule may mail the client of the new status.',
  moved: 'Workflow rules of the new queue, company or contact may mail the client.',
  created: 'A workflow rule may mail the client of a new ticket.',
  clientText: 'A workflow rule may mail the client of what is published to the portal.',
} as const

export function may(reason: keyof typeof MAY_MAIL): MailReason {
  return { verdict: 'MAY', reason: MAY_MAIL[reason] }
}

export function isSilent(session: VendorSession, status: { readonly key: string }): boolean {
  return session.connection.mapping.silentStatuses?.includes(status.key) === true
}

/** A status counts as mailing until an administrator marks it as silent. */
export function statusMail(
  session: VendorSession,
  status: { readonly key: string } | null,
): readonly MailReason[] {
  return status === null || isSilent(session, status) ? [] : [may('status')]
}

export async function clientMail(
  session: VendorSession,
  reasons: readonly MailReason[],
  contacts: readonly (string | null)[],
  tickets: readonly string[],
): Promise<ClientMail> {
  if (reasons.length === 0) return { verdict: 'NO', recipients: [], reasons: [] }
  const hidden = contacts.some((key) => key !== null) && !session.mayRead('Contacts', 'email')
  return {
    verdict: 'MAY',
    recipients: await recipients(session, contacts, tickets),
    reasons: [
      ...new Set(reasons.map(({ reason }) => reason)),
      ...(hidden ? ["The contact's address is not shown: Contacts cannot be read here."] : []),
    ],
  }
}
