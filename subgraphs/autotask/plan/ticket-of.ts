import { ownedBy, type TicketReader } from '../../planning/ticket-of.ts'
import { keyOf, numberOf, ticketNow, ticketValues, versionOf } from './ticket-now.ts'

/** The ticket that something is sold or to be done with, as it stands. */
export const ticketOf: TicketReader = async (session, id, argument) => {
  const key = keyOf(session, id, 'Ticket', argument)
  const now = await ticketNow(session, key)
  const values = ticketValues(now)
  const { status, company, board, mergedInto, closed } = values
  return {
    key,
    number: numberOf(now),
    title: now.title ?? '',
    ...ownedBy(values),
    company: company as string | null,
    board: board as string | null,
    closed: closed === true,
    version: versionOf(now),
    fields: { status, company, mergedInto, closed },
  }
}
