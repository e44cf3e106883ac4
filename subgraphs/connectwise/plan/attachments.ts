import { attachPlans } from '../../planning/attach-plans.ts'
import { readMany } from '../read-many.ts'
import { itemsOf } from '../ticket-items.ts'
import { step, ticketRef } from './steps.ts'
import { keyOf } from './ticket-now.ts'

export const attachments = attachPlans({
  readMany,
  keyOf,
  namesFirst: false,
  now: itemsOf,
  itemsIn: (now) => now,
  sameCompany: false,
  restsOnAll: false,
  attach: (session, { ticket, item, summary, reconcile }) => [
    step(session, {
      method: 'POST',
      path: `/service/tickets/${ticket}/configurations`,
      body: { id: Number(item) },
      except: [],
      attaches: true,
      target: ticketRef(ticket),
      creates: null,
      summary,
      reconcile,
    }),
  ],
  detach: (session, { ticket, item, summary, reconcile }) => [
    step(session, {
      method: 'DELETE',
      path: `/service/tickets/${ticket}/configurations/${item}`,
      body: null,
      except: [],
      attaches: true,
      target: ticketRef(ticket),
      creates: null,
      summary,
      reconcile,
    }),
  ],
})
