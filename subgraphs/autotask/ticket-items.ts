import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { type Attached, ofOneTicket } from '../planning/attached-items.ts'
import { MAX_RECORDS, objectOf, query } from './client.ts'
import { fieldName, integer, isIn } from './conditions.ts'
import { askAll } from './lists/source.ts'

const ACCESS: VendorAccess = { group: 'Tickets', kind: 'READ', fields: ['configurationItems'] }

/** A ticket takes 100 of them (API.md 13); so many rows of a page of tickets are read. */
const MAX_PAGES = 20

/**
 * What is attached to each of these tickets: one stands on the ticket, the others in rows below it.
 *
 * @param named the item that a ticket names itself, where that was read with the ticket
 */
export async function attachedTo(
  session: VendorSession,
  tickets: readonly string[],
  named: ReadonlyMap<string, string | null> = new Map(),
): Promise<ReadonlyMap<string, readonly Attached[]>> {
  const among = (column: string, keys: readonly string[]) =>
    isIn(
      fieldName(column),
      keys.map((key) => integer('ticket', key)),
    )
  const unknown = tickets.filter((key) => !named.has(key))
  const [own, rows] = await Promise.all([
    unknown.length === 0
      ? { rows: [] }
      : query(session, {
          entity: 'Tickets',
          filter: [among('id', unknown)],
          fields: ['id', 'configurationItemID'],
          max: MAX_RECORDS,
          access: ACCESS,
        }),
    askAll(
      {
        session,
        entity: 'TicketAdditionalConfigurationItems',
        access: ACCESS,
        columns: ['id', 'ticketID', 'configurationItemID'],
        conditions: [among('ticketID', tickets)],
        secondLook: [],
      },
      [],
      MAX_PAGES,
    ),
  ])
  const found = new Map<string, Attached[]>(tickets.map((key) => [key, []]))
  const add = (ticket: unknown, item: unknown, row: string | null) => {
    if (typeof item === 'number') found.get(String(ticket))?.push({ item: String(item), row })
  }
  for (const [ticket, item] of named) if (item !== null) add(ticket, Number(item), null)
  for (const row of own.rows.map(objectOf)) add(row.id, row.configurationItemID, null)
  for (const { id, ticketID, configurationItemID } of rows.rows)
    add(ticketID, configurationItemID, String(id))
  return found
}

export const { attachedToOne, itemsOf } = ofOneTicket(attachedTo)
