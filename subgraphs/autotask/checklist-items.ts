import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { query } from './client.ts'
import { compare, fieldName, integer } from './conditions.ts'
import { type ChecklistItemBody, checklistItem } from './schema.ts'

/** A ticket holds 40 at most (API.md 8). */
const MOST = 100

const ACCESS: VendorAccess = { group: 'Ticket Tasks', kind: 'READ', fields: [] }

/** The checklist of one ticket: nothing of an item tells when it was made, so a new one is told by not having been there. */
export async function checklistOf(
  session: VendorSession,
  ticket: string,
): Promise<readonly ChecklistItemBody[]> {
  const { rows } = await query(session, {
    entity: 'TicketChecklistItems',
    filter: [compare(fieldName('ticketID'), 'eq', integer('ticket', ticket))],
    fields: ['id', 'ticketID', 'itemName', 'isCompleted', 'position'],
    max: MOST,
    access: ACCESS,
  })
  return rows.flatMap((row) => {
    const parsed = checklistItem.safeParse(row)
    return parsed.success ? [parsed.data] : []
  })
}
