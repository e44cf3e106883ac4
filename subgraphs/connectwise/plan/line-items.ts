import { type LineItemChange, lineItemPlans } from '../../planning/line-item-plans.ts'
import { BILLABLE } from '../entities/time-entry.ts'
import { recordNow } from './record-now.ts'
import { deletionStep, step, ticketRef } from './steps.ts'
import { keyOf, ticketNow, ticketValues, versionOf } from './ticket-now.ts'

export const lineItems = lineItemPlans({
  vendor: 'ConnectWise',
  // Its API description, ProductItem.
  maxDescription: 2000,
  billable: ['BILLABLE', 'DO_NOT_BILL', 'NO_CHARGE'],
  recordNow,
  async ticketOf(session, id, argument) {
    const key = keyOf(session, id, 'Ticket', argument)
    const now = await ticketNow(session, key)
    const { status, company, mergedInto, closed } = ticketValues(session.connection.slug, now)
    return {
      key,
      number: `#${key}`,
      title: now.summary ?? '',
      company: now.company === null ? null : String(now.company.id),
      board: now.board === null ? null : String(now.board.id),
      closed: now.closedFlag === true,
      version: versionOf(now),
      fields: { status, company, mergedInto, closed },
    }
  },
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
