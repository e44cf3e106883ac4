import { ownedBy, type TicketReader } from '../../planning/ticket-of.ts'
import { someId } from '../projection.ts'
import { isClosed } from '../reference.ts'
import { teamKey } from './facts.ts'
import { keyOf, ticketNow, ticketValues, versionOf } from './ticket-now.ts'

/** The ticket that something is sold or to be done with, as it stands. */
export const ticketOf: TicketReader = async (session, id, argument) => {
  const key = keyOf(session, id, 'Ticket', argument)
  const now = await ticketNow(session, key)
  const values = ticketValues(session, now)
  const { status, company, mergedInto } = values
  const closed = await isClosed(session, now.status_id)
  return {
    key,
    number: `#${key}`,
    title: now.summary ?? '',
    ...ownedBy(values),
    company: someId(now.client_id) === null ? null : String(now.client_id),
    board: await teamKey(session, now),
    closed,
    version: versionOf(now),
    fields: { status, company, mergedInto, closed },
  }
}
