import type { ClientMail } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { clientMailOf, isSilent, type MailReason, silent } from '../../planning/mail.ts'
import type { Status } from '../choices.ts'
import { recipients } from './people.ts'

/** Notifications run on states, until an administrator marks one as silent. */
export function statusMail(session: VendorSession, status: Status | null): readonly MailReason[] {
  if (status === null) return []
  if (isSilent(session, status.key) || isSilent(session, status.state))
    return [silent(`the status "${status.name}"`)]
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

export function clientMail(
  session: VendorSession,
  reasons: readonly MailReason[],
  contact: string | null,
  watchList: string | null,
): Promise<ClientMail> {
  return clientMailOf(session, reasons, () => recipients(session, contact, watchList))
}
