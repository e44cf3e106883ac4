import { GatewayError } from '../../schema/errors.ts'
import type { TenantChoice, TenantChoices, VendorAccess, VendorSession } from '../../schema/source.ts'
import { type Choice, choicesFor, workTypes } from './choices.ts'
import { readRows } from './client.ts'
import { customFields } from './custom-fields.ts'
import { ticketTables } from './ticket-tables.ts'

const LOOK: VendorAccess = { group: 'Tickets', kind: 'READ', fields: [], reference: true }

/** What the instance offers now, of all that a mapping or a policy can name. A list that its user may not read is left out. */
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
    taskTables: await mappedTables(session),
    priorities: tables.flatMap(({ priorities }) => priorities).map(named),
    types: tables.flatMap(({ types }) => types).map(named),
    // Not the boards: an instance has thousands of assignment groups, and they are found by name.
    customFields: await ticketFields(session),
  }
}

async function ticketFields(session: VendorSession): Promise<readonly TenantChoice[]> {
  const perTable = await Promise.all(ticketTables(session).map((table) => customFields(session, table)))
  const byKey = new Map(perTable.flat().map(({ key, name }) => [key, { key, name, active: true }]))
  return [...byKey.values()]
}

/** Those of the mapped ones that the instance still has: a table that is gone refuses every read (API.md 6). */
async function mappedTables(session: VendorSession): Promise<readonly TenantChoice[]> {
  const answers = await Promise.all(
    ticketTables(session).map(async ({ table }): Promise<TenantChoice[]> => {
      try {
        await readRows(session, { table, clauses: [], fields: [], limit: 1, access: LOOK })
      } catch (error) {
        if (error instanceof GatewayError && error.code === 'VENDOR_REJECTED') return []
        throw error
      }
      return [{ key: table, name: table, active: true }]
    }),
  )
  return answers.flat()
}
