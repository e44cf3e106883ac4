import { badInput } from '../../../schema/errors.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { columnOf, isCustom, isTask } from '../columns.ts'
import { customFields } from '../custom-fields.ts'
import { ticketTable } from '../ticket-tables.ts'

/** Columns that the instance's own dictionary has for a table of tasks, without journals and passwords. */
export async function customColumns(session: VendorSession, table: string): Promise<readonly string[]> {
  if (!isTask(table)) return []
  return (await customFields(session, ticketTable(table))).map(({ key }) => key)
}

/**
 * A condition on a column that is not there is dropped, and finds more rows; a value for it is not kept (API.md 5
 * and 4). So what only the instance knows is looked up before it is named.
 *
 * @throws GatewayError BAD_USER_INPUT
 */
export async function expectCustomColumns(
  session: VendorSession,
  table: string,
  argument: string,
  names: readonly string[],
): Promise<void> {
  const custom = names.filter((name) => isCustom(name) && columnOf(table, name) === undefined)
  if (custom.length === 0) return
  const known = await customColumns(session, table)
  const missing = custom.find((name) => !known.includes(name))
  if (missing !== undefined)
    throw badInput(argument, `columns of ${table} that the instance's dictionary has`, missing)
}
