import { psa } from '../access.ts'
import type { ProductValues } from '../records.ts'
import { field, type PsaBuilder } from './fields.ts'
import type { defineNode } from './node.ts'
import type { EntityRefs } from './types.ts'

export function defineProduct(
  builder: PsaBuilder,
  { Product }: EntityRefs,
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof ProductValues & string) => field('Products', name)
  builder.objectType(Product, {
    description:
      'What the MSP sells: an entry of its catalogue (catalog item, product, item or catalogue item in the PSA).',
    interfaces: [Node],
    extensions: psa('Products', ''),
    fields: (t) => ({
      identifier: t.field({
        type: 'UntrustedText',
        description:
          'The part number or SKU that tells it from others; null on ServiceNow, whose catalogue has none.',
        extensions: plain('identifier'),
        resolve: (r) => r.get('identifier'),
      }),
      name: t.field({
        type: 'UntrustedText',
        description: 'What people call it.',
        extensions: plain('name'),
        resolve: (r) => r.get('name'),
      }),
      description: t.field({
        type: 'UntrustedText',
        description: 'What it is, in words for the client. HaloPSA tells it only record by record.',
        extensions: plain('description'),
        resolve: (r) => r.get('description'),
      }),
      price: t.field({
        type: 'String',
        description:
          "What one costs the client before any price list of theirs, as decimal text like 129.90 in the PSA's own currency.",
        extensions: plain('price'),
        resolve: (r) => r.get('price'),
      }),
      cost: t.field({
        type: 'String',
        description: "What one costs the MSP, as decimal text in the PSA's own currency.",
        extensions: plain('cost'),
        resolve: (r) => r.get('cost'),
      }),
      active: t.field({
        type: 'Boolean',
        description: 'False for what is sold no longer; null on HaloPSA, which does not tell.',
        extensions: plain('active'),
        resolve: (r) => r.get('active'),
      }),
    }),
  })
}
