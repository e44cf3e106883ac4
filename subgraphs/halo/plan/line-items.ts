import { type LineItemChange, lineItemPlans } from '../../planning/line-item-plans.ts'
import { NO_LINE_ITEM_DELETE } from '../capabilities.ts'
import { readLineItems } from '../read-below-ticket.ts'
import { recordNow } from './record-now.ts'
import { addRow, changeRow } from './row-steps.ts'
import { ticketOf } from './ticket-of.ts'

const MAX_NOTE = 255

export const lineItems = lineItemPlans({
  vendor: 'HaloPSA',
  maxDescription: MAX_NOTE,
  billable: [],
  recordNow,
  ticketOf,
  async add(session, ticket, product, change, given, summary) {
    const row = { item_id: Number(product.key), ...membersOf(change) }
    const now = await readLineItems(session, ticket.key, { group: 'Products', kind: 'READ', fields: [] })
    const except = given.has('price') ? [] : ['price']
    return addRow('items_issued', 'TicketLineItem', ticket.key, row, now, { except, summary })
  },
  update: (_session, now, change, summary) =>
    changeRow('items_issued', 'TicketLineItem', now, membersOf(change), change, summary),
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
