import type { TicketReader } from '../../planning/ticket-of.ts'
import { someId } from '../projection.ts'
import { isClosed } from '../reference.ts'
import { teamKey } from './facts.ts'
import { keyOf, ticketNow, ticketValues, versionOf } from './ticket-now.ts'

/** The ticket that something is sold or to be done with, as it stands. */
export const ticketOf: TicketReader = async (session, id, argument) => {
  const key = keyOf(session, id, 'Ticket', argument)
  const now = await ticketNow(session, key)
  const { status, company, mergedInto } = ticketValues(session, now)
  const closed = await isClosed(session, now.status_id)
  return {
    key,
    number: `#${key}`,
    title: now.summary ?? '',
    company: someId(now.client_id) === null ? null : String(now.client_id),
    board: await teamKey(session, now),
    closed,
    version: versionOf(now),
    fields: { status, company, mergedInto, closed },
  }
}
