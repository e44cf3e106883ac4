import type { VendorSession } from '../../../schema/source.ts'
import { type Attachment, attachPlans } from '../../planning/attach-plans.ts'
import { type Attached, itemKeys } from '../../planning/attached-items.ts'
import { readMany } from '../read-many.ts'
import { attachedToOne } from '../ticket-items.ts'
import { ticketKey } from '../ticket-tables.ts'
import { step, ticketRef } from './steps.ts'
import { keyOf } from './ticket-now.ts'

export const attachments = attachPlans<readonly Attached[]>({
  readMany,
  keyOf,
  namesFirst: true,
  now: attachedToOne,
  itemsIn: itemKeys,
  sameCompany: false,
  // Of two that were both planned as the first, the second would take the first one's place.
  restsOnAll: true,
  // The first is what the ticket itself names.
  attach: (session, attachment) => [
    attachment.now.some(({ row }) => row === null)
      ? step(session, {
          ...row(attachment),
          method: 'POST',
          body: { task: sysIdOf(session, attachment), ci_item: attachment.item },
        })
      : named(session, attachment, attachment.item),
  ],
  // It stands in both places where the platform copies it.
  detach: (session, attachment) =>
    attachment.now.flatMap((one) => {
      if (one.item !== attachment.item) return []
      if (one.row === null) return [named(session, attachment, '')]
      return [step(session, { ...row(attachment), method: 'DELETE', sysId: one.row, body: null })]
    }),
})

const sysIdOf = (session: VendorSession, { ticket }: Attachment<unknown>) =>
  ticketKey(session, ticket)?.sysId ?? ''

function row({ ticket, summary, reconcile }: Attachment<unknown>) {
  return {
    table: 'task_ci',
    attaches: true,
    target: ticketRef(ticket),
    creates: null,
    summary,
    reconcile,
  } as const
}

function named(session: VendorSession, attachment: Attachment<unknown>, item: string) {
  const { ticket, summary, reconcile } = attachment
  return step(session, {
    method: 'PATCH',
    table: ticketKey(session, ticket)?.table.table ?? '',
    sysId: sysIdOf(session, attachment),
    body: { cmdb_ci: item },
    target: ticketRef(ticket),
    creates: null,
    summary,
    reconcile,
  })
}
