import { ownedBy, type TicketReader } from '../../planning/ticket-of.ts'
import { keyOf, ticketNow, ticketValues, versionOf } from './ticket-now.ts'

/** The ticket that something is sold or to be done with, as it stands. */
export const ticketOf: TicketReader = async (session, id, argument) => {
  const key = keyOf(session, id, 'Ticket', argument)
  const now = await ticketNow(session, key)
  const values = ticketValues(session.connection.slug, now)
  const { status, company, mergedInto, closed } = values
  return {
    key,
    number: `#${key}`,
    title: now.summary ?? '',
    ...ownedBy(values),
    company: now.company === null ? null : String(now.company.id),
    board: now.board === null ? null : String(now.board.id),
    closed: now.closedFlag === true,
    version: versionOf(now),
    fields: { status, company, mergedInto, closed },
  }
}
