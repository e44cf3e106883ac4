import { decimal, money } from '../../../schema/decimals.ts'
import { type EntitySpec, plain, reference } from '../projection.ts'
import { ticketCharge as shape, type TicketChargeBody } from '../schema.ts'

export const ticketLineItemSpec: EntitySpec<TicketChargeBody> = {
  type: 'TicketLineItem',
  entity: 'TicketCharges',
  group: 'Ticket Charges',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    product: reference('productID', 'Product', ({ productID }) => productID),
    description: plain(['description'], ({ description }) => description),
    quantity: plain(['unitQuantity'], ({ unitQuantity }) => decimal(unitQuantity)),
    price: plain(['unitPrice'], ({ unitPrice }) => money(unitPrice)),
    cost: plain(['unitCost'], ({ unitCost }) => money(unitCost)),
    billableOption: plain(['isBillableToCompany'], ({ isBillableToCompany }) =>
      isBillableToCompany === null ? null : isBillableToCompany ? 'BILLABLE' : 'DO_NOT_BILL',
    ),
    billed: plain(['isBilled'], ({ isBilled }) => isBilled === true),
    ticket: reference('ticketID', 'Ticket', ({ ticketID }) => ticketID),
  },
}
