import { GatewayError } from '../../schema/errors.ts'
import type { VendorAccess, VendorSource } from '../../schema/source.ts'
import { unavailable } from '../http/errors.ts'
import { newestEntries } from '../reading/newest-entries.ts'
import { type Row, readJson } from './client.ts'
import { time } from './projection.ts'
import { flag } from './query.ts'
import { isVendorId } from './read-tickets.ts'
import { auditRow } from './schema.ts'

const ACCESS: VendorAccess = { group: 'Audit Trail', kind: 'READ', fields: ['auditTrail'] }

/** The list of the trail has no documented filters: the ticket's own record brings its part of it (API.md, Audit trail). */
export const auditTrail: VendorSource['auditTrail'] = async (session, ticket, last) => {
  const gone = new GatewayError('NOT_FOUND', 'No such ticket.')
  if (!isVendorId(ticket)) throw gone
  const row = await readJson(session, {
    path: `/Tickets/${ticket}`,
    query: [flag('include_auditing', true)],
    access: ACCESS,
  })
  if (row === undefined) throw gone
  const rows: unknown = (row as Row).audit_log ?? []
  if (!Array.isArray(rows)) throw unavailable(session.connection.slug, 'answered a list with something else')
  const entries = rows.flatMap((one: unknown) => {
    const parsed = auditRow.safeParse(one)
    // A row of another ticket is none of this one's.
    if (!parsed.success || String(parsed.data.ticket_id) !== ticket) return []
    const { date, username, value, from, to } = parsed.data
    return [{ at: time(date), by: username || null, field: value, before: from, after: to, text: null }]
  })
  return newestEntries(entries, last)
}
