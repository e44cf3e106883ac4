import { type LineItemChange, lineItemPlans } from '../../planning/line-item-plans.ts'
import { BILLABLE } from '../entities/time-entry.ts'
import { recordNow } from './record-now.ts'
import { deletionStep, step, ticketRef } from './steps.ts'
import { ticketOf } from './ticket-of.ts'

export const lineItems = lineItemPlans({
  vendor: 'ConnectWise',
  // Its API description, ProductItem.
  maxDescription: 2000,
  billable: ['BILLABLE', 'DO_NOT_BILL', 'NO_CHARGE'],
  recordNow,
  ticketOf,
  add(session, ticket, product, change, given, summary) {
    const parent = ticketRef(ticket.key)
    const members = Object.fromEntries(membersOf(change))
    const { quantity, price, description } = members
    return step(session, {
      method: 'POST',
      path: '/procurement/products',
      body: { catalogItem: { id: Number(product.key) }, ticket: { id: Number(ticket.key) }, ...members },
      except: (['price', 'billableOption'] as const).filter((field) => !given.has(field)),
      target: parent,
      creates: 'TicketLineItem',
      summary,
      reconcile: {
        by: 'FINGERPRINT',
        parent,
        content: {
          product: Number(product.key),
          quantity,
          price,
          ...(description === undefined ? {} : { description }),
        },
      },
    })
  },
  update(session, { key }, change, summary) {
    const target = { type: 'TicketLineItem', key } as const
    return step(session, {
      method: 'PATCH',
      path: `/procurement/products/${key}`,
      body: membersOf(change).map(([path, value]) => ({ op: 'replace', path, value })),
      except: [],
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: change },
    })
  },
  remove: (session, { key }, summary) =>
    deletionStep(session, `/procurement/products/${key}`, { type: 'TicketLineItem', key }, summary),
})

function membersOf(change: LineItemChange): readonly (readonly [member: string, value: unknown])[] {
  return Object.entries(change).map(([field, value]) => {
    if (field === 'billableOption') return [field, BILLABLE[value as keyof typeof BILLABLE]]
    return [field, field === 'description' ? value : Number(value)]
  })
}
