import { decimal, money } from '../../../schema/decimals.ts'
import { type EntitySpec, plain, reference } from '../projection.ts'
import { type ProductItemBody, productItem as shape } from '../schema.ts'
import { billableOption } from './time-entry.ts'

export const ticketLineItemSpec: EntitySpec<ProductItemBody> = {
  type: 'TicketLineItem',
  group: 'Products',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    product: reference('product', 'catalogItem', 'Product', ({ catalogItem }) => catalogItem, {
      identifier: { group: 'Products', member: 'identifier', value: ({ identifier }) => identifier },
    }),
    description: plain(['description'], ({ description }) => description),
    quantity: plain(['quantity'], ({ quantity }) => decimal(quantity)),
    price: plain(['price'], ({ price }) => money(price)),
    cost: plain(['cost'], ({ cost }) => money(cost)),
    billableOption: plain(['billableOption'], billableOption),
    billed: plain(['invoice/id'], ({ invoice }) => invoice !== null),
    ticket: reference('ticket', 'ticket', 'Ticket', ({ ticket }) => ticket, {
      number: { group: 'Tickets', value: ({ id }) => String(id) },
    }),
  },
}
