import { GatewayError } from '../../schema/errors.ts'
import type { Baseline, PlanTicket } from '../../schema/plan.ts'
import type { Reference, TicketValues, VendorRecord } from '../../schema/records.ts'
import type { VendorSession } from '../../schema/source.ts'

/** The ticket that a record hangs on, as a plan about that record sees it. */
export interface TicketOf extends PlanTicket {
  readonly company: string | null
  readonly board: string | null
  readonly closed: boolean
  readonly version: string | null
  /** What the plan of a new record below it rests on. */
  readonly fields: Baseline['fields']
}

/** @throws GatewayError NOT_FOUND */
export type TicketReader = (session: VendorSession, id: string, argument: string) => Promise<TicketOf>

/** The id of the ticket that a record stands below. @throws GatewayError NOT_SUPPORTED where it can not be told */
export function ticketIdOf<Values extends { ticket: Reference<TicketValues> }>(
  record: VendorRecord<Values>,
  what: string,
): string {
  const ticket = record.has(['ticket']) ? record.get('ticket') : null
  if (ticket === null)
    throw new GatewayError('NOT_SUPPORTED', `The ${what} has no ticket that can be read.`, { argument: 'id' })
  return ticket.id
}

/** Of a plan: whose ticket it is about, and where that stands. */
export function placed({ key, number, title, owner, dueAt, company, board }: TicketOf) {
  return { company, board, ticket: { key, number, title, owner, dueAt } }
}

/** The ticket of a plan by the values that its baseline is made of. */
export function toldTicket(
  key: string,
  number: string,
  values: Readonly<Record<string, unknown>>,
): PlanTicket {
  return { key, number, title: textIn(values.title) ?? '', ...ownedBy(values) }
}

/** Who has a ticket and until when. */
export function ownedBy(values: Readonly<Record<string, unknown>>): Pick<PlanTicket, 'owner' | 'dueAt'> {
  return { owner: textIn(values.assignee), dueAt: textIn(values.dueAt) }
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** A record is added below the ticket as it stands now. */
export function below({ key, version, fields }: TicketOf): Baseline {
  return { target: { type: 'Ticket', key }, version, fields, kind: 'CREATE' }
}
