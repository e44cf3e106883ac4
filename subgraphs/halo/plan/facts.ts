import type { ScopeFacts } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { someId } from '../projection.ts'
import { teams } from '../reference.ts'
import type { TicketBody } from '../schema.ts'

export function companiesOf(tickets: readonly TicketBody[]): readonly string[] {
  return [
    ...new Set(
      tickets.flatMap(({ client_id }) => (client_id === null || client_id <= 0 ? [] : [String(client_id)])),
    ),
  ]
}

/** The team as a board's key. */
export async function teamKey(session: VendorSession, ticket: TicketBody): Promise<string | null> {
  const found = (await teams(session)).find(({ name }) => name === ticket.team)
  return found === undefined ? null : String(found.id)
}

/** Each ticket as a policy's record scope sees it. */
export async function reachesOf(
  session: VendorSession,
  tickets: readonly TicketBody[],
): Promise<readonly ScopeFacts[]> {
  return Promise.all(
    tickets.map(async (ticket) => ({
      company: someId(ticket.client_id) === null ? null : String(ticket.client_id),
      board: await teamKey(session, ticket),
    })),
  )
}
