import { GatewayError } from '../../schema/errors.ts'
import type { VendorAccess, VendorSource } from '../../schema/source.ts'
import { newestEntries } from '../reading/newest-entries.ts'
import { readList } from './client.ts'
import { time } from './projection.ts'
import { isVendorId } from './read-many.ts'
import { auditTrailEntry } from './schema.ts'

const ACCESS: VendorAccess = { group: 'Audit Trail', kind: 'READ', fields: ['auditTrail'] }
/** The most that a page holds (API.md 4.1). Which end of a trail comes first is not documented. */
const ENTRIES_PER_READ = 1000

export const auditTrail: VendorSource['auditTrail'] = async (session, ticket, last) => {
  if (!isVendorId(ticket)) throw new GatewayError('NOT_FOUND', 'No such ticket.')
  const rows = await readList(session, {
    path: '/system/audittrail',
    query: [
      ['type', 'Ticket'],
      ['id', ticket],
      ['pageSize', String(ENTRIES_PER_READ)],
    ],
    access: ACCESS,
  })
  if (rows.length >= ENTRIES_PER_READ)
    throw new GatewayError('LIMIT_EXCEEDED', 'The trail of this ticket is longer than is read at once.')
  const entries = rows.flatMap((row) => {
    const parsed = auditTrailEntry.safeParse(row)
    if (!parsed.success) return []
    const { text, enteredDate, enteredBy, auditSubType } = parsed.data
    return [{ at: time(enteredDate), by: enteredBy, field: auditSubType, before: null, after: null, text }]
  })
  return newestEntries(entries, last)
}
