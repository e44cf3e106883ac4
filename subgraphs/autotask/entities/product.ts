import { money } from '../../../schema/decimals.ts'
import { type EntitySpec, plain } from '../projection.ts'
import { type ProductBody, product as shape } from '../schema.ts'

export const productSpec: EntitySpec<ProductBody> = {
  type: 'Product',
  entity: 'Products',
  group: 'Products',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    identifier: plain(['sku'], ({ sku }) => sku),
    name: plain(['name'], ({ name }) => name ?? ''),
    description: plain(['description'], ({ description }) => description),
    price: plain(['unitPrice'], ({ unitPrice }) => money(unitPrice)),
    cost: plain(['unitCost'], ({ unitCost }) => money(unitCost)),
    active: plain(['isActive'], ({ isActive }) => isActive),
  },
}
