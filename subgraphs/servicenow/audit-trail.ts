import { GatewayError } from '../../schema/errors.ts'
import type { VendorAccess, VendorSource } from '../../schema/source.ts'
import { newestEntries } from '../reading/newest-entries.ts'
import { readRows } from './client.ts'
import { compare, sysId, text } from './encoded-query.ts'
import { valueAt } from './rows.ts'
import { ticketKey } from './ticket-tables.ts'
import { isoTime } from './times.ts'

const ACCESS: VendorAccess = { group: 'Audit Trail', kind: 'READ', fields: ['auditTrail'] }

/** Huge, and indexed by the record alone: always asked for with its table and its id (API.md 13, Audit). */
export const auditTrail: VendorSource['auditTrail'] = async (session, ticket, last) => {
  const key = ticketKey(session, ticket)
  if (key === undefined) throw new GatewayError('NOT_FOUND', 'No such ticket.')
  const { rows } = await readRows(session, {
    table: 'sys_audit',
    clauses: [
      compare('tablename', '=', text('table', key.table.table)),
      compare('documentkey', '=', sysId('ticket', key.sysId)),
    ],
    fields: ['documentkey', 'fieldname', 'oldvalue', 'newvalue', 'user', 'sys_created_on'],
    order: [
      { field: 'sys_created_on', descending: true },
      { field: 'sys_id', descending: true },
    ],
    limit: last + 1,
    access: ACCESS,
  })
  // A query that was not understood brings changes of others (API.md 5).
  const own = rows.flatMap((row) =>
    row !== undefined && valueAt(row, 'documentkey') === key.sysId ? [row] : [],
  )
  const entries = own.slice(0, last).map((row) => ({
    at: isoTime(valueAt(row, 'sys_created_on')),
    by: valueAt(row, 'user'),
    field: valueAt(row, 'fieldname'),
    before: valueAt(row, 'oldvalue'),
    after: valueAt(row, 'newvalue'),
    text: null,
  }))
  return newestEntries(entries.reverse(), last, own.length > last)
}
