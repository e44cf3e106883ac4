import type { ClientMail } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import type { TicketBody } from '../schema.ts'
import { recipients } from './people.ts'

type Verdict = ClientMail['verdict']

export interface MailReason {
  readonly verdict: Exclude<Verdict, 'NO'>
  readonly reason: string
}

/** A status can mail by its template and by workflow rules, until an administrator marks it as silent. */
export function statusMail(
  session: VendorSession,
  status: { readonly key: string; readonly name: string } | null,
): readonly MailReason[] {
  if (status === null || session.connection.mapping.silentStatuses?.includes(status.key) === true) return []
  return [
    { verdict: 'MAY', reason: 'The new status may mail the client, by its template or a workflow rule.' },
  ]
}

export async function clientMail(
  session: VendorSession,
  reasons: readonly MailReason[],
  contact: string | null,
  ticket: TicketBody | null,
): Promise<ClientMail> {
  if (reasons.length === 0) return { verdict: 'NO', recipients: [], reasons: [] }
  const hidden = contact !== null && !session.mayRead('Contacts', 'email')
  return {
    verdict: reasons.some(({ verdict }) => verdict === 'YES') ? 'YES' : 'MAY',
    recipients: await recipients(session, contact, ticket),
    reasons: [
      ...new Set(reasons.map(({ reason }) => reason)),
      ...(hidden ? ["The contact's address is not shown: Contacts cannot be read here."] : []),
    ],
  }
}
