import { GatewayError } from '../../schema/errors.ts'
import { VendorRecord } from '../../schema/records.ts'
import type { VendorAccess, VendorSource } from '../../schema/source.ts'
import { newestEntries } from '../reading/newest-entries.ts'
import { MAX_RECORDS, query } from './client.ts'
import { compare, fieldName, integer } from './conditions.ts'
import { time } from './projection.ts'
import { readMany } from './read-many.ts'
import { ticketHistory } from './schema.ts'

const ACCESS: VendorAccess = { group: 'Audit Trail', kind: 'READ', fields: ['auditTrail'] }

/** "TicketHistory takes exactly one filter: `ticketID eq n`" (API.md 12): nothing asks for the newest alone. */
export const auditTrail: VendorSource['auditTrail'] = async (session, ticket, last) => {
  const { rows, cut } = await query(session, {
    entity: 'TicketHistory',
    filter: [compare(fieldName('ticketID'), 'eq', integer('ticket', ticket))],
    fields: ['id', 'action', 'detail', 'date', 'resourceID'],
    max: MAX_RECORDS,
    access: ACCESS,
  })
  if (cut)
    throw new GatewayError('LIMIT_EXCEEDED', 'The history of this ticket is longer than is read at once.')
  const bodies = rows.flatMap((row) => {
    const parsed = ticketHistory.safeParse(row)
    return parsed.success ? [parsed.data] : []
  })
  const keys = [
    ...new Set(bodies.flatMap(({ resourceID }) => (resourceID === null ? [] : [String(resourceID)]))),
  ]
  const members = keys.length === 0 ? [] : await readMany(session, 'Member', keys, new Set(['name']))
  const names = new Map(
    members.flatMap((member, index) =>
      member instanceof VendorRecord ? [[keys[index], member.get('name')] as const] : [],
    ),
  )
  const entries = bodies.map(({ action, detail, date, resourceID }) => ({
    at: time(date),
    by: names.get(String(resourceID)) ?? null,
    field: action,
    before: null,
    after: null,
    text: detail,
  }))
  return newestEntries(entries, last)
}
