import { type LineItemChange, lineItemPlans } from '../../planning/line-item-plans.ts'
import { recordNow } from './record-now.ts'
import { deletionStep, step, ticketRef } from './steps.ts'
import { ticketOf } from './ticket-of.ts'

/** The metadata of `TicketCharges` gives the name 100 characters and the text 2,000. */
const MAX_NAME = 100
/** `chargeType`: what the client uses up, and not what stays an asset (API.md 13). */
const OPERATIONAL = 1

/** Charges are read at the root and written below their ticket (API.md 13). */
export const lineItems = lineItemPlans({
  vendor: 'Autotask',
  maxDescription: 2000,
  billable: ['BILLABLE', 'DO_NOT_BILL'],
  recordNow,
  ticketOf,
  add(_session, ticket, product, change, given, summary) {
    const parent = ticketRef(ticket.key)
    const members = membersOf(change)
    const { unitQuantity, unitPrice, description } = members
    return step({
      method: 'POST',
      path: `/Tickets/${ticket.key}/Charges`,
      body: {
        name: (product.record.get('name') || `Product ${product.key}`).slice(0, MAX_NAME),
        productID: Number(product.key),
        datePurchased: new Date().toISOString().slice(0, 10),
        chargeType: OPERATIONAL,
        ...members,
      },
      except: [
        'name',
        'datePurchased',
        'chargeType',
        ...(['price', 'billableOption'] as const).filter((field) => !given.has(field)),
      ],
      target: parent,
      creates: 'TicketLineItem',
      summary,
      reconcile: {
        by: 'FINGERPRINT',
        parent,
        content: {
          productID: Number(product.key),
          unitQuantity,
          unitPrice,
          ...(description === undefined ? {} : { description }),
        },
      },
    })
  },
  update(_session, { key, ticket }, change, summary) {
    const target = { type: 'TicketLineItem', key } as const
    return step({
      method: 'PATCH',
      path: `/Tickets/${ticket.key}/Charges`,
      body: { id: Number(key), ...membersOf(change) },
      except: [],
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: change },
    })
  },
  remove: (_session, { key, ticket }, summary) =>
    deletionStep(`/Tickets/${ticket.key}/Charges/${key}`, { type: 'TicketLineItem', key }, summary),
})

function membersOf({
  quantity,
  price,
  cost,
  description,
  billableOption,
}: LineItemChange): Readonly<Record<string, unknown>> {
  return {
    ...(quantity === undefined ? {} : { unitQuantity: Number(quantity) }),
    ...(price === undefined ? {} : { unitPrice: Number(price) }),
    ...(cost === undefined ? {} : { unitCost: Number(cost) }),
    ...(description === undefined ? {} : { description }),
    ...(billableOption === undefined ? {} : { isBillableToCompany: billableOption === 'BILLABLE' }),
  }
}
