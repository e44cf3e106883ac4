import type { TenantChoices, VendorSession } from '../../schema/source.ts'
import { type Choice, choicesFor, workTypes } from './choices.ts'
import { ticketTables } from './ticket-tables.ts'

/** What the instance offers now, of all that a mapping can name. A list that its user may not read is left out. */
export async function tenantChoices(session: VendorSession): Promise<TenantChoices> {
  const tables = await Promise.all(ticketTables(session).map((table) => choicesFor(session, table)))
  const statuses = tables.flatMap((table) => table.statuses)
  const closeCodes = tables.flatMap((table) => table.closeCodes)
  const named = ({ value, name, inactive }: Choice) => ({ key: value, name, active: !inactive })
  return {
    ...(statuses.length > 0 && {
      statuses: statuses.map(({ key, name, inactive }) => ({ key, name, active: !inactive })),
    }),
    ...(closeCodes.length > 0 && { closeCodes: closeCodes.map(named) }),
    workTypes: (await workTypes(session)).map(named),
  }
}
