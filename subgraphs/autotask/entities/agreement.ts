import { decimal, difference, sum } from '../../../schema/decimals.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { MAX_RECORDS, query } from '../client.ts'
import { compare, fieldName, integer, isIn } from '../conditions.ts'
import { type EntitySpec, type Extras, named, plain, reference, time } from '../projection.ts'
import { agreementTypes } from '../reference.ts'
import { type ContractBody, contractBlock, contract as shape } from '../schema.ts'

/** Of a contract and of a block of hours (API.md 13). */
const ACTIVE = 1

export const agreementSpec: EntitySpec<ContractBody> = {
  type: 'Agreement',
  entity: 'Contracts',
  group: 'Agreements',
  shape,
  keyOf: ({ id }) => String(id),
  extras: readExtras,
  fields: {
    name: plain(['contractName'], ({ contractName }) => contractName ?? ''),
    type: plain(['contractType'], ({ contractType }, { types }) => named(contractType, types)),
    active: plain(['status'], ({ status }) => status === ACTIVE),
    startsOn: plain(['startDate'], ({ startDate }) => time(startDate)?.slice(0, 10) ?? null),
    endsOn: plain(['endDate'], ({ endDate }) => time(endDate)?.slice(0, 10) ?? null),
    // Exclusions and billing rules of each contract tell, and no field of it.
    coverage: plain([], () => null),
    hoursIncluded: plain([], ({ id }, { blocks }) => blocks?.get(id)?.included),
    hoursRemaining: plain([], ({ id }, { blocks }) => blocks?.get(id)?.remaining),
    company: reference('companyID', 'Company', ({ companyID }) => companyID),
  },
}

async function readExtras(
  session: VendorSession,
  bodies: readonly ContractBody[],
  wanted: ReadonlySet<string>,
): Promise<Partial<Extras>> {
  const counts = wanted.has('hoursIncluded') || wanted.has('hoursRemaining')
  return {
    ...(wanted.has('type') ? { types: await agreementTypes(session) } : {}),
    ...(counts ? { blocks: await blocksOf(session, bodies) } : {}),
  }
}

/** What the blocks in force hold together; an agreement without one counts no hours. */
async function blocksOf(
  session: VendorSession,
  bodies: readonly ContractBody[],
): Promise<ReadonlyMap<number, { readonly included: string; readonly remaining: string }>> {
  const { rows } = await query(session, {
    entity: 'ContractBlocks',
    filter: [
      isIn(
        fieldName('contractID'),
        bodies.map(({ id }) => integer('id', id)),
      ),
      compare(fieldName('status'), 'eq', integer('status', ACTIVE)),
    ],
    fields: ['id', 'contractID', 'hours', 'hoursApproved', 'status'],
    max: MAX_RECORDS,
    access: { group: 'Agreements', kind: 'READ', fields: ['hoursIncluded', 'hoursRemaining'] },
  })
  const blocks = rows.flatMap((row) => {
    const parsed = contractBlock.safeParse(row)
    return parsed.success ? [parsed.data] : []
  })
  return new Map(
    [...Map.groupBy(blocks, ({ contractID }) => contractID)].map(([contract, own]) => {
      const included = sum(own.map(({ hours }) => decimal(hours) ?? '0'))
      const used = sum(own.map(({ hoursApproved }) => decimal(hoursApproved) ?? '0'))
      return [contract, { included, remaining: difference(included, used, 0) }]
    }),
  )
}
