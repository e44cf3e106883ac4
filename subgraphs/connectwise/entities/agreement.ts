import { decimal } from '../../../schema/decimals.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { readList } from '../client.ts'
import { fieldPath, integer, isIn } from '../conditions.ts'
import { type EntitySpec, type Extras, namedValue, plain, reference, time } from '../projection.ts'
import { type AgreementBody, agreementRecap, agreement as shape } from '../schema.ts'

const COVERS = [
  ['coverAgreementTime', 'TIME'],
  ['coverAgreementProduct', 'PRODUCTS'],
  ['coverAgreementExpense', 'EXPENSES'],
] as const

/** An agreement counts hours, money or incidents, and may count none of them. */
const COUNTED = ['applicationUnits', 'applicationLimit', 'applicationUnlimitedFlag'] as const

export const agreementSpec: EntitySpec<AgreementBody> = {
  type: 'Agreement',
  group: 'Agreements',
  shape,
  keyOf: ({ id }) => String(id),
  extras: readExtras,
  fields: {
    name: plain(['name'], ({ name }) => name ?? ''),
    type: plain(['type/id', 'type/name'], ({ type }) => namedValue(type)),
    active: plain(['agreementStatus'], ({ agreementStatus }) => agreementStatus === 'Active'),
    startsOn: plain(['startDate'], ({ startDate }) => time(startDate)?.slice(0, 10) ?? null),
    endsOn: plain(['endDate', 'noEndingDateFlag'], ({ endDate, noEndingDateFlag }) =>
      noEndingDateFlag === true ? null : (time(endDate)?.slice(0, 10) ?? null),
    ),
    coverage: plain(
      COVERS.map(([member]) => member),
      (body) => COVERS.flatMap(([member, what]) => (body[member] === true ? [what] : [])),
    ),
    hoursIncluded: plain(COUNTED, (body) => (countsHours(body) ? decimal(body.applicationLimit) : null)),
    hoursRemaining: plain(COUNTED, (body, { remaining }) =>
      countsHours(body) ? (remaining?.get(body.id) ?? null) : null,
    ),
    company: reference('company', 'company', 'Company', ({ company }) => company, {
      name: { group: 'Companies', member: 'name', value: ({ name }) => name },
      identifier: { group: 'Companies', member: 'identifier', value: ({ identifier }) => identifier },
    }),
  },
}

function countsHours({ applicationUnits, applicationLimit, applicationUnlimitedFlag }: AgreementBody) {
  return applicationUnits === 'Hours' && applicationUnlimitedFlag !== true && applicationLimit !== null
}

/** What is left stands in a list of its own, in the units of each agreement. */
async function readExtras(
  session: VendorSession,
  bodies: readonly AgreementBody[],
  wanted: ReadonlySet<string>,
): Promise<Partial<Extras>> {
  const counted = wanted.has('hoursRemaining') ? bodies.filter(countsHours) : []
  if (counted.length === 0) return {}
  const rows = await readList(session, {
    path: '/finance/agreementrecap',
    query: [
      [
        'conditions',
        isIn(
          fieldPath('id'),
          counted.map(({ id }) => integer('id', id)),
        ),
      ],
      ['fields', 'id,remainingAmount'],
      ['pageSize', String(counted.length)],
    ],
    access: { group: 'Agreements', kind: 'READ', fields: ['hoursRemaining'] },
  })
  return {
    remaining: new Map(
      rows.flatMap((row) => {
        const parsed = agreementRecap.safeParse(row)
        return parsed.success ? [[parsed.data.id, decimal(parsed.data.remainingAmount)] as const] : []
      }),
    ),
  }
}
