import type { TenantChoices, VendorSession } from '../../schema/source.ts'
import { describeOutcome } from './plan/outcomes.ts'
import { outcomes, statuses, ticketTypes, workTypes } from './reference.ts'

/** What the tenant offers now, of all that a mapping can name. */
export async function tenantChoices(session: VendorSession): Promise<TenantChoices> {
  const types = await ticketTypes(session)
  const rows = await Promise.all(types.map(({ id }) => outcomes(session, id)))
  const known = new Map(rows.flat().map((row) => [row.id, row]))
  return {
    statuses: (await statuses(session)).map(({ key, name }) => ({ key, name, active: true })),
    outcomes: [...known.values()].map((row) => ({
      key: String(row.id),
      name: describeOutcome(row).name,
      active: row.hidden !== true,
    })),
    workTypes: (await workTypes(session)).map(({ id, name, inactive }) => ({
      key: String(id),
      name,
      active: inactive !== true,
    })),
  }
}
