import { COMPANY_PARTS, type EntitySpec, plain, reference, textField } from '../projection.ts'
import { flagAt, valueAt } from '../rows.ts'

/** A client's contract; those of the MSP with its own vendors stand in the same table and name no customer. */
export const agreementSpec: EntitySpec = {
  type: 'Agreement',
  group: 'Agreements',
  table: 'ast_contract',
  keyOf: ({ sysId }) => sysId,
  fields: {
    name: textField('short_description'),
    // The platform tells kinds of contracts apart by their model, which a tenant need not set.
    type: plain([], () => null),
    active: plain(['active'], (row) => flagAt(row, 'active')),
    startsOn: plain(['starts'], (row) => valueAt(row, 'starts')?.slice(0, 10) ?? null),
    endsOn: plain(['ends'], (row) => valueAt(row, 'ends')?.slice(0, 10) ?? null),
    // What a contract covers and how much of it is left is kept by plugins that not every instance has.
    coverage: plain([], () => null),
    hoursIncluded: plain([], () => null),
    hoursRemaining: plain([], () => null),
    company: reference('company', 'customer', 'Company', COMPANY_PARTS),
  },
}
