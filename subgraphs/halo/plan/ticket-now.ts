import { GatewayError } from '../../../schema/errors.ts'
import type { EntityType } from '../../../schema/records.ts'
import type { VendorAccess, VendorSession } from '../../../schema/source.ts'
import { unavailable } from '../../http/errors.ts'
import { ownKey } from '../../planning/own-key.ts'
import { fieldValue } from '../custom-fields.ts'
import { contactOf, instant, someId } from '../projection.ts'
import { splitActionKey } from '../read-many.ts'
import { isVendorId, ticketDetail, ticketOrNull } from '../read-tickets.ts'
import { nobody } from '../reference.ts'
import { ticket as shape, type TicketBody } from '../schema.ts'

/** Unified fields that a plan shows, compares or decides by. */
const READ = [
  'assignee',
  'board',
  'company',
  'contact',
  'dueAt',
  'mergedInto',
  'parent',
  'priority',
  'status',
  'title',
  'type',
] as const

const ACCESS: VendorAccess = { group: 'Tickets', kind: 'READ', fields: READ }

/** Named by their ticket and their own number. */
const BELOW_TICKET: ReadonlySet<EntityType> = new Set([
  'Note',
  'TimeEntry',
  'TicketLineItem',
  'TicketTask',
  'Attachment',
])

/** A global id of this connection, as the vendor's key. */
export function keyOf(session: VendorSession, id: string, type: EntityType, argument: string): string {
  return ownKey(session, id, type, argument, (key) =>
    BELOW_TICKET.has(type) ? splitActionKey(key) !== undefined : isVendorId(key),
  )
}

/** The ticket as it stands, read past every cache; ordinary tickets only (API.md 12.5). */
export async function ticketNow(session: VendorSession, key: string): Promise<TicketBody> {
  const row = await ticketOrNull(session, key, ACCESS)
  if (row === null) throw new GatewayError('NOT_FOUND', 'No such ticket.', { argument: 'id' })
  return parsed(session, row)
}

/** The same with `details` and custom fields, which lists leave out. */
export async function wholeTicket(
  session: VendorSession,
  now: TicketBody,
  fields: readonly string[],
): Promise<TicketBody> {
  const access = { ...ACCESS, fields: fields.toSorted() }
  const row = await ticketDetail(session, String(now.id), access)
  if (row === undefined) throw new GatewayError('NOT_FOUND', 'No such ticket.', { argument: 'id' })
  return parsed(session, row)
}

function parsed(session: VendorSession, row: unknown): TicketBody {
  const body = shape.safeParse(row)
  if (!body.success) throw unavailable(session.connection.slug, 'sent a ticket that could not be read')
  return body.data
}

const key = (id: number | null) => (id === null ? null : String(id))

/** Baseline values by the schema's names; `custom:<id>` for each custom field that was read. */
export function ticketValues(session: VendorSession, body: TicketBody): Readonly<Record<string, unknown>> {
  const agent = someId(body.agent_id)
  return {
    title: body.summary,
    description: body.details ?? '',
    status: key(body.status_id),
    priority: key(body.priority_id),
    type: key(body.tickettype_id),
    // Tickets carry the team's name and nothing else (API.md 12.10).
    board: body.team,
    company: key(someId(body.client_id)),
    contact: key(contactOf(body)),
    assignee: agent === nobody(session) ? null : key(agent),
    parent: key(someId(body.parent_id)),
    mergedInto: key(someId(body.merged_into_id)),
    dueAt: instant(body.deadlinedate),
    ...Object.fromEntries(
      (body.customfields ?? []).map((field) => [`custom:${field.id}`, fieldValue(field)]),
    ),
  }
}

export function versionOf({ last_update }: TicketBody): string | null {
  return last_update
}
