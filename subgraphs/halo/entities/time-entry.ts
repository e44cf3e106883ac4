import type { BillableOption } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { type EntitySpec, type Extras, instant, plain, reference, someId, time } from '../projection.ts'
import { companiesOfTickets } from '../read-tickets.ts'
import { workTypes } from '../reference.ts'
import { type ActionBody, action as shape } from '../schema.ts'
import { actionKey, agentOf } from './note.ts'

const HOUR = 3_600_000

/** A time entry is an action with time on it (API.md, "TimeEntry"): one text, seen by the client or not. */
export const timeEntrySpec: EntitySpec<ActionBody> = {
  type: 'TimeEntry',
  group: 'Time Entries',
  shape,
  keyOf: actionKey,
  extras: readExtras,
  fields: {
    startedAt: plain((body) => iso(startOf(body))),
    endedAt: plain((body) => iso(endOf(body))),
    hours: plain(({ timetaken }) => timetaken ?? 0),
    billableOption: plain(billableOf),
    clientText: plain((body) => textIf(body, false)),
    internalText: plain((body) => textIf(body, true)),
    workType: plain(({ chargerate }, known) => {
      const id = chargerate === null || chargerate < 0 ? null : chargerate
      return id === null ? null : { key: String(id), name: known.workTypes?.get(id) ?? String(id) }
    }),
    // Halo has none (API.md, "TimeEntry").
    workRole: plain(() => null),
    member: reference('member', 'Member', agentOf, {
      name: { group: 'Members', value: ({ who }) => who },
    }),
    ticket: reference('ticket', 'Ticket', ({ ticket_id }, { parent }) => ticket_id ?? parent ?? null, {
      number: { group: 'Tickets', value: ({ ticket_id }, { parent }) => String(ticket_id ?? parent) },
    }),
    company: reference(
      'company',
      'Company',
      (body, known) => known.companies?.get(ticketOf(body))?.id ?? null,
      {
        name: {
          group: 'Companies',
          value: (body, { companies }) => companies?.get(ticketOf(body))?.name ?? null,
        },
      },
    ),
  },
}

async function readExtras(
  session: VendorSession,
  bodies: readonly ActionBody[],
  wanted: ReadonlySet<string>,
): Promise<Partial<Extras>> {
  const [types, companies] = await Promise.all([
    wanted.has('workType') && bodies.some(({ chargerate }) => (chargerate ?? -1) >= 0)
      ? workTypes(session)
      : undefined,
    wanted.has('company')
      ? companiesOfTickets(session, [...new Set(bodies.map((body) => String(ticketOf(body))))])
      : undefined,
  ])
  return {
    ...(types === undefined ? {} : { workTypes: new Map(types.map(({ id, name }) => [id, name])) }),
    ...(companies === undefined ? {} : { companies }),
  }
}

/** `readActions` writes the ticket into each row that lacks it. */
function ticketOf({ ticket_id }: ActionBody): number {
  return ticket_id ?? 0
}

export function hasTime({ timetaken }: ActionBody): boolean {
  return (timetaken ?? 0) > 0
}

/** When the work began; without an arrival, the moment that the action is dated. */
export function startOf({ actionarrivaldate, datetime }: ActionBody): number | null {
  return instant(actionarrivaldate) ?? instant(datetime)
}

function endOf(body: ActionBody): number | null {
  const start = startOf(body)
  return (
    instant(body.actioncompletiondate) ??
    (start === null ? null : start + Math.round((body.timetaken ?? 0) * HOUR))
  )
}

function iso(at: number | null): string | null {
  return at === null ? null : time(new Date(at).toISOString())
}

export function billableOf({ actisbillable, chargerate }: ActionBody): BillableOption | null {
  if (actisbillable === null) return null
  if (actisbillable) return 'BILLABLE'
  // Charge rate 0 is "none" (API.md, "TimeEntry").
  return someId(chargerate) === null ? 'NO_CHARGE' : 'DO_NOT_BILL'
}

function textIf({ note, hiddenfromuser }: ActionBody, hidden: boolean): string | null {
  return (hiddenfromuser === true) === hidden && note !== null && note !== '' ? note : null
}
