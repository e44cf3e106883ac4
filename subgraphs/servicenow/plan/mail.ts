import type { ClientMail } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import type { Status } from '../choices.ts'
import { recipients } from './people.ts'

export interface MailReason {
  readonly verdict: Exclude<ClientMail['verdict'], 'NO'>
  readonly reason: string
}

/** Notifications run on states, until an administrator marks one as silent. */
export function statusMail(session: VendorSession, status: Status | null): readonly MailReason[] {
  if (status === null) return []
  const { silentStatuses = [] } = session.connection.mapping
  if (silentStatuses.includes(status.key) || silentStatuses.includes(status.state)) return []
  return [
    {
      verdict: 'MAY',
      reason:
        status.category === 'RESOLVED'
          ? 'Default notifications mail the caller that the ticket was resolved, with the resolution.'
          : 'A notification may mail the caller about the new status.',
    },
  ]
}

export async function clientMail(
  session: VendorSession,
  reasons: readonly MailReason[],
  contact: string | null,
  watchList: string | null,
): Promise<ClientMail> {
  if (reasons.length === 0) return { verdict: 'NO', recipients: [], reasons: [] }
  const hidden = contact !== null && !session.mayRead('Contacts', 'email')
  return {
    verdict: reasons.some(({ verdict }) => verdict === 'YES') ? 'YES' : 'MAY',
    recipients: await recipients(session, contact, watchList),
    reasons: [
      ...new Set(reasons.map(({ reason }) => reason)),
      ...(hidden ? ["The contact's address is not shown: Contacts cannot be read here."] : []),
    ],
  }
}
