import { badInput } from '../../../schema/errors.ts'
import type { PlanDraft, ScopeFacts } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { valueAt } from '../rows.ts'
import { ticketRef } from './steps.ts'
import { keyOf, type TicketNow, ticketNow, ticketValues, versionOf } from './ticket-now.ts'

const MAX_TICKETS = 20

/** What makes a merge or a bundle stale (docs/safety.md b). */
const COMPARED = ['status', 'company', 'parent', 'mergedInto'] as const

/** The ticket above and those below it, read now. */
export async function aboveAndBelow(
  session: VendorSession,
  above: string,
  below: readonly string[],
  argument: string,
): Promise<{ readonly parent: TicketNow; readonly children: readonly TicketNow[] }> {
  const parentKey = keyOf(session, above, 'Ticket', argument)
  const keys = [...new Set(below.map((id) => keyOf(session, id, 'Ticket', 'tickets')))]
  if (keys.length === 0 || keys.length > MAX_TICKETS)
    throw badInput('tickets', `1 to ${MAX_TICKETS} tickets`, keys.length)
  if (keys.includes(parentKey)) throw badInput('tickets', 'tickets other than the one above them', above)
  const parent = await ticketNow(session, parentKey)
  return { parent, children: await Promise.all(keys.map((key) => ticketNow(session, key))) }
}

export function joiningBaseline(
  session: VendorSession,
  tickets: readonly TicketNow[],
  kind: 'MERGE' | 'BUNDLE',
  more: readonly string[] = [],
): PlanDraft['baseline'] {
  return tickets.map((ticket) => {
    const values = ticketValues(session, ticket)
    return {
      target: ticketRef(ticket.key),
      version: versionOf(ticket.row),
      fields: Object.fromEntries([...COMPARED, ...more].map((field) => [field, values[field] ?? null])),
      kind,
    }
  })
}

export function companiesOf(tickets: readonly TicketNow[]): readonly string[] {
  return [
    ...new Set(
      tickets.flatMap(({ table, row }) => {
        const company = valueAt(row, table.company)
        return company === null ? [] : [company]
      }),
    ),
  ]
}

/** Each ticket as a record scope sees it. */
export function reachesOf(tickets: readonly TicketNow[]): readonly ScopeFacts[] {
  return tickets.map(({ table, row }) => ({
    company: valueAt(row, table.company),
    board: valueAt(row, 'assignment_group'),
  }))
}

export function rankOf({ row }: TicketNow): number | null {
  const priority = valueAt(row, 'priority')
  return priority === null || !Number.isFinite(Number(priority)) ? null : Number(priority)
}
