import { ownedBy, type TicketReader } from '../../planning/ticket-of.ts'
import { valueAt } from '../rows.ts'
import { keyOf, ticketNow, ticketValues, versionOf } from './ticket-now.ts'

/** The ticket that something is to be done with, as it stands. */
export const ticketOf: TicketReader = async (session, id, argument) => {
  const key = keyOf(session, id, 'Ticket', argument)
  const now = await ticketNow(session, key)
  const values = ticketValues(session, now)
  const { status, company, board, mergedInto, closed } = values
  return {
    key,
    number: now.number,
    title: valueAt(now.row, 'short_description') ?? '',
    ...ownedBy(values),
    company: company as string | null,
    board: board as string | null,
    closed: closed === true,
    version: versionOf(now.row),
    fields: { status, company, mergedInto, closed },
  }
}
