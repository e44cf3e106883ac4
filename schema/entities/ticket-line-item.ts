import { psa } from '../access.ts'
import { difference, product as times } from '../decimals.ts'
import type { TicketLineItemValues } from '../records.ts'
import { field, follow, type PsaBuilder, relation } from './fields.ts'
import type { defineNode } from './node.ts'
import type { defineBillableOption } from './time-entry.ts'
import type { EntityRefs } from './types.ts'

export function defineTicketLineItem(
  builder: PsaBuilder,
  { TicketLineItem, Product, Ticket }: EntityRefs,
  BillableOption: ReturnType<typeof defineBillableOption>,
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof TicketLineItemValues & string) => field('Products', name)
  builder.objectType(TicketLineItem, {
    description:
      'What of the catalogue was sold with a ticket: a product (ConnectWise), charge (Autotask) or issued item (HaloPSA) on it.',
    interfaces: [Node],
    extensions: psa('Products', ''),
    fields: (t) => {
      const number = (name: 'quantity' | 'price' | 'cost', description: string) =>
        t.field({ type: 'String', description, extensions: plain(name), resolve: (r) => r.get(name) })
      return {
        product: t.field({
          type: Product,
          description: 'What was sold; null for a line of nothing in the catalogue.',
          extensions: relation('Products', 'product', 'Product'),
          resolve: (r, _, context, info) => follow(r.get('product'), 'Product', context, info),
        }),
        description: t.field({
          type: 'UntrustedText',
          description: "What the line says beside the product's name; the client may read it on an invoice.",
          extensions: plain('description'),
          resolve: (r) => r.get('description'),
        }),
        quantity: number('quantity', 'How many, as decimal text.'),
        price: number(
          'price',
          "What one costs the client, as decimal text like 129.90 in the PSA's own currency.",
        ),
        cost: number('cost', "What one costs the MSP, as decimal text in the PSA's own currency."),
        margin: t.field({
          type: 'String',
          description:
            'What is left of the price of all of them once their cost is taken off, as decimal text.',
          extensions: field('Products', 'margin', { loads: ['quantity', 'price', 'cost'] }),
          resolve: (r) => {
            const [quantity, price, cost] = [r.get('quantity'), r.get('price'), r.get('cost')]
            return quantity === null || price === null || cost === null
              ? null
              : times(difference(price, cost), quantity)
          },
        }),
        billableOption: t.field({
          type: BillableOption,
          description: 'Whether it is billed; null on HaloPSA, which does not keep it.',
          extensions: plain('billableOption'),
          resolve: (r) => r.get('billableOption'),
        }),
        billed: t.field({
          type: 'Boolean',
          description:
            'It stands on an invoice, and can not be changed any more; null on HaloPSA, which does not tell.',
          extensions: plain('billed'),
          resolve: (r) => r.get('billed'),
        }),
        ticket: t.field({
          type: Ticket,
          description: 'The ticket that it was sold with.',
          extensions: relation('Tickets', 'ticket', 'Ticket'),
          resolve: (r, _, context, info) => follow(r.get('ticket'), 'Ticket', context, info),
        }),
      }
    },
  })
}
