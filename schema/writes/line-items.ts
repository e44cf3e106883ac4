import { expectId } from '../ids.ts'
import type { WriteDeclaration } from './declaration.ts'
import { connectionOf, expectSomething, given } from './demands.ts'

export const addTicketLineItem: WriteDeclaration<'addTicketLineItem'> = {
  name: 'addTicketLineItem',
  description:
    "Sells a product of the catalogue with a ticket. Left out, its price is the catalogue's of now, which a price list of the client does not change.",
  result: 'TicketLineItem',
  group: 'Products',
  kind: 'CREATE',
  connection: (input) => connectionOf(input.ticket, 'input.ticket'),
  demands: (input) => [{ group: 'Products', kind: 'CREATE', fields: given(input) }],
  sideEffects: ['A billable line reaches an invoice; stock and purchasing may follow.'],
  baseline: ['status', 'company', 'mergedInto'],
  correlation: {
    fingerprint: ['ticket', 'product', 'quantity', 'price', 'time of writing where the PSA keeps it'],
  },
  reconcile: 'FINGERPRINT',
}

export const updateTicketLineItem: WriteDeclaration<'updateTicketLineItem'> = {
  name: 'updateTicketLineItem',
  description:
    'Changes a line of what was sold with a ticket, while it is on no invoice; what is left out stays.',
  result: 'TicketLineItem',
  group: 'Products',
  kind: 'UPDATE',
  connection: (input) => expectId(input.id, 'TicketLineItem', 'input.id').connection,
  demands: (input) => {
    const fields = given(input, 'id')
    expectSomething('input', fields.length > 0)
    return [{ group: 'Products', kind: 'UPDATE', fields }]
  },
  sideEffects: ['A billable line reaches an invoice; stock and purchasing may follow.'],
  baseline: ['the fields written', 'quantity', 'price', 'cost', 'billed', 'ticket'],
  correlation: { none: 'nothing is created' },
  reconcile: 'VALUES',
}
