import { decimal } from '../../../schema/decimals.ts'
import { type EntitySpec, plain, reference, someId, time } from '../projection.ts'
import { type ContractBody, contract as shape } from '../schema.ts'

export const agreementSpec: EntitySpec<ContractBody> = {
  type: 'Agreement',
  group: 'Agreements',
  shape,
  // Lists leave them out.
  detailOnly: new Set(['hoursIncluded', 'hoursRemaining']),
  keyOf: ({ id }) => String(id),
  fields: {
    name: plain(({ ref }) => ref ?? ''),
    // A contract names its type; the type's own number is not told with it.
    type: plain(({ contracttype_name }) =>
      contracttype_name ? { key: contracttype_name, name: contracttype_name } : null,
    ),
    active: plain(({ expired }) => expired !== true),
    startsOn: plain(({ start_date }) => time(start_date)?.slice(0, 10) ?? null),
    endsOn: plain(({ end_date }) => time(end_date)?.slice(0, 10) ?? null),
    // Billing plans of each contract tell, and no field of it.
    coverage: plain(() => null),
    hoursIncluded: plain((body) => (prepaid(body) ? decimal(body.contract_prepaytotal) : free(body))),
    hoursRemaining: plain((body) => (prepaid(body) ? decimal(body.contract_prepaybalance) : null)),
    company: reference('company', 'Company', ({ client_id }) => someId(client_id), {
      name: { group: 'Companies', value: ({ client_name }) => client_name },
    }),
  },
}

/** Bought ahead by the hour; what was bought as money counts no hours. */
function prepaid({ contract_prepayasamount, contract_prepaytotal }: ContractBody): boolean {
  return contract_prepayasamount !== true && (contract_prepaytotal ?? 0) > 0
}

/** Hours of each period; what is left of them is not told. */
function free({ numberofunitsfree }: ContractBody): string | null {
  return (numberofunitsfree ?? 0) > 0 ? decimal(numberofunitsfree) : null
}
