import { money } from '../../../schema/decimals.ts'
import { type EntitySpec, plain } from '../projection.ts'
import { type ItemBody, item as shape } from '../schema.ts'

export const productSpec: EntitySpec<ItemBody> = {
  type: 'Product',
  group: 'Products',
  shape,
  // Lists leave it out.
  detailOnly: new Set(['description']),
  keyOf: ({ id }) => String(id),
  fields: {
    identifier: plain(({ internalreference }) => internalreference || null),
    name: plain(({ name }) => name ?? ''),
    description: plain(({ description }) => description || null),
    price: plain(({ baseprice }) => money(baseprice)),
    cost: plain(({ costprice }) => money(costprice)),
    // An item has a number as its status, and what the numbers mean is not documented (API.md, Product).
    active: plain(() => null),
  },
}
