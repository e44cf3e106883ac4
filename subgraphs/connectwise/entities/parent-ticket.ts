import { toldRecord } from '../../../schema/records.ts'
import type { FieldSpec } from '../projection.ts'

/** The ticket that a record was read below and does not name itself; its number is its id here. */
export function parentTicket<Body>(): FieldSpec<Body> {
  return {
    paths: [],
    parts: { number: { group: 'Tickets', paths: [] } },
    closed: true,
    value: (_body, { connection, parent, wanted }) => {
      if (parent === undefined) return null
      const values = wanted.has('ticket.number') ? { number: parent } : {}
      return toldRecord(connection, 'Ticket', parent, values)
    },
  }
}
