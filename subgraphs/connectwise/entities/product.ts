import { money } from '../../../schema/decimals.ts'
import { type EntitySpec, plain } from '../projection.ts'
import { type CatalogItemBody, catalogItem as shape } from '../schema.ts'

export const productSpec: EntitySpec<CatalogItemBody> = {
  type: 'Product',
  group: 'Products',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    identifier: plain(['identifier'], ({ identifier }) => identifier),
    // The short one is what lists and invoices show.
    name: plain(['description'], ({ description }) => description ?? ''),
    description: plain(['customerDescription'], ({ customerDescription }) => customerDescription),
    price: plain(['price'], ({ price }) => money(price)),
    cost: plain(['cost'], ({ cost }) => money(cost)),
    active: plain(['inactiveFlag'], ({ inactiveFlag }) => inactiveFlag !== true),
  },
}
