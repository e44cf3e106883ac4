import { type Attachment, attachPlans } from '../../planning/attach-plans.ts'
import { readMany } from '../read-many.ts'
import { itemsOf } from '../ticket-items.ts'
import { step, ticketRef } from './steps.ts'
import { keyOf } from './ticket-now.ts'

export const attachments = attachPlans<readonly string[]>({
  readMany,
  keyOf,
  namesFirst: false,
  now: itemsOf,
  itemsIn: (now) => now,
  sameCompany: false,
  // What is sent is taken as the new list (API.md 5).
  restsOnAll: true,
  attach: (_session, attachment) => [written(attachment, [...attachment.now, attachment.item])],
  detach: (_session, attachment) => [
    written(
      attachment,
      attachment.now.filter((key) => key !== attachment.item),
    ),
  ],
})

function written({ ticket, summary, reconcile }: Attachment<readonly string[]>, items: readonly string[]) {
  return step({
    path: '/Tickets',
    element: { id: Number(ticket), assets: items.map((id) => ({ id: Number(id) })) },
    demands: { attaches: true },
    except: [],
    target: ticketRef(ticket),
    creates: null,
    summary,
    reconcile,
  })
}
