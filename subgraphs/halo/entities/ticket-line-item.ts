import { decimal, money } from '../../../schema/decimals.ts'
import { type EntitySpec, plain, reference, someId } from '../projection.ts'
import { type IssuedItemBody, issuedItem as shape } from '../schema.ts'

/** A row of the ticket's own, named by the ticket and its own number. */
export const ticketLineItemSpec: EntitySpec<IssuedItemBody> = {
  type: 'TicketLineItem',
  group: 'Products',
  shape,
  keyOf: ({ id }, { parent }) => `${parent}.${id}`,
  fields: {
    product: reference('product', 'Product', ({ item_id }) => someId(item_id), {
      name: { group: 'Products', value: ({ name }) => name },
    }),
    description: plain(({ note }) => note || null),
    quantity: plain(({ quantity }) => decimal(quantity)),
    price: plain(({ price }) => money(price)),
    cost: plain(({ costprice }) => money(costprice)),
    // Nothing of a row says whether it is billed, nor whether it was.
    billableOption: plain(() => null),
    billed: plain(() => null),
    ticket: reference('ticket', 'Ticket', (_body, { parent }) => parent ?? null, {
      number: { group: 'Tickets', value: (_body, { parent }) => parent },
    }),
  },
}
