import { type LineItemChange, lineItemPlans } from '../../planning/line-item-plans.ts'
import { NO_LINE_ITEM_DELETE } from '../capabilities.ts'
import { readLineItems } from '../read-below-ticket.ts'
import { recordNow } from './record-now.ts'
import { step, ticketRef } from './steps.ts'
import { ticketOf } from './ticket-of.ts'

const MAX_NOTE = 255

/** Rows of the ticket's own: one without a number is added, one with a number changed (API.md, TicketLineItem). */
export const lineItems = lineItemPlans({
  vendor: 'HaloPSA',
  maxDescription: MAX_NOTE,
  billable: [],
  recordNow,
  ticketOf,
  async add(session, ticket, product, change, given, summary) {
    const parent = ticketRef(ticket.key)
    const row = { item_id: Number(product.key), ...membersOf(change) }
    const access = { group: 'Products', kind: 'READ', fields: [] } as const
    const now = await readLineItems(session, ticket.key, access)
    return step({
      path: '/Tickets',
      element: { id: Number(ticket.key), items_issued: [row] },
      demands: { rows: 'items_issued' },
      except: given.has('price') ? [] : ['price'],
      target: parent,
      creates: 'TicketLineItem',
      summary,
      // A row tells neither when it was made nor by whom: it is told by not having been there.
      reconcile: {
        by: 'FINGERPRINT',
        parent,
        content: { ...row, known: (now?.bodies ?? []).map(({ id }) => id) },
      },
    })
  },
  update(_session, { key, ticket }, change, summary) {
    const target = { type: 'TicketLineItem', key } as const
    const [, row = ''] = key.split('.')
    return step({
      path: '/Tickets',
      element: { id: Number(ticket.key), items_issued: [{ id: Number(row), ...membersOf(change) }] },
      demands: { rows: 'items_issued' },
      except: [],
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: change },
    })
  },
  remove: NO_LINE_ITEM_DELETE,
})

function membersOf({
  quantity,
  price,
  cost,
  description,
}: LineItemChange): Readonly<Record<string, unknown>> {
  return {
    ...(quantity === undefined ? {} : { quantity: Number(quantity) }),
    ...(price === undefined ? {} : { price: Number(price) }),
    ...(cost === undefined ? {} : { costprice: Number(cost) }),
    ...(description === undefined ? {} : { note: description }),
  }
}
