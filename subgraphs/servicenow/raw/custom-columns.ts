import { badInput } from '../../../schema/errors.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { columnOf, isCustom, isTask } from '../columns.ts'
import { type CustomField, customFields } from '../custom-fields.ts'
import { ticketTable } from '../ticket-tables.ts'

const REFERS = /^(reference|glide_list|document_id)$/

/** Columns that the instance's own dictionary has for a table of tasks, without journals and passwords. */
export async function customColumns(session: VendorSession, table: string): Promise<readonly CustomField[]> {
  return isTask(table) ? customFields(session, ticketTable(table)) : []
}

/**
 * A condition on a column that is not there is dropped, and finds more rows; a value for it is not kept (API.md 5
 * and 4). So what only the instance knows is looked up before it is named. One that refers to another record is
 * none to search or order by: the name that it shows is that record's.
 *
 * @throws GatewayError BAD_USER_INPUT
 */
export async function expectCustomColumns(
  session: VendorSession,
  table: string,
  argument: 'body' | 'sysparm_query',
  names: readonly string[],
): Promise<void> {
  const custom = names.filter((name) => isCustom(name) && columnOf(table, name) === undefined)
  if (custom.length === 0) return
  const all = await customColumns(session, table)
  const known = all.filter(({ internalType }) => argument === 'body' || !REFERS.test(internalType))
  const missing = custom.find((name) => !known.some(({ key }) => key === name))
  if (missing === undefined) return
  const what = argument === 'body' ? '' : ', and that refer to no record'
  throw badInput(argument, `columns of ${table} that the instance's dictionary has${what}`, missing)
}
