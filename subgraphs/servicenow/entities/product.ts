import { money } from '../../../schema/decimals.ts'
import { type EntitySpec, plain, textField } from '../projection.ts'
import { flagAt, numberAt } from '../rows.ts'

export const productSpec: EntitySpec = {
  type: 'Product',
  group: 'Products',
  table: 'sc_cat_item',
  keyOf: ({ sysId }) => sysId,
  fields: {
    // What stands in a catalogue of services has no part number.
    identifier: plain([], () => null),
    name: textField('name'),
    description: textField('short_description'),
    price: plain(['price'], (row) => money(numberAt(row, 'price'))),
    cost: plain(['cost'], (row) => money(numberAt(row, 'cost'))),
    active: plain(['active'], (row) => flagAt(row, 'active')),
  },
}
