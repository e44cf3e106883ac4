import type { VendorRecord } from '../../schema/records.ts'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { unavailable } from '../http/errors.ts'
import { readRows } from './client.ts'
import { isIn, sysId } from './encoded-query.ts'
import { EVERYBODY, type RowGuard } from './people.ts'
import type { Row } from './rows.ts'

/** Client practice: about 50 ids keep a URL under 2,048 characters (API.md 4). */
export const IDS_PER_URL = 50

export type Answer = VendorRecord | null | Error

/** Rows of these ids, and of no other: a query that was not understood would bring more. */
export async function rowsById(
  session: VendorSession,
  table: string,
  ids: readonly string[],
  {
    fields,
    guard = EVERYBODY,
    access,
  }: {
    readonly fields: readonly string[]
    readonly guard?: RowGuard
    readonly access: VendorAccess
  },
): Promise<readonly Row[]> {
  const wanted = new Set(ids)
  const { rows } = await readRows(session, {
    table,
    clauses: [
      isIn(
        'sys_id',
        ids.map((id) => sysId('id', id)),
      ),
      ...guard.clauses,
    ],
    fields,
    limit: ids.length,
    access,
  })
  if (rows.some((row) => row === undefined))
    throw unavailable(session.connection.slug, 'sent a record that could not be read')
  return rows.flatMap((row) => (row !== undefined && wanted.has(row.sysId) && guard.admits(row) ? [row] : []))
}
