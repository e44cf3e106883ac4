import type { z } from 'zod'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { unavailable } from '../http/errors.ts'
import { readRows } from './client.ts'
import { whole } from './query.ts'
import { hiddenTicket } from './read-tickets.ts'
import {
  type AttachmentBody,
  attachment,
  type IssuedItemBody,
  issuedItem,
  type ToDoBody,
  toDo,
} from './schema.ts'

export interface BelowTicket<Body> {
  readonly bodies: readonly Body[]
  /** What is missing, in words. */
  readonly partial?: string
}

/** What was issued on an ordinary ticket: its own record tells, and no list (API.md, TicketLineItem). Null: no such ticket. */
export function readLineItems(
  session: VendorSession,
  ticket: string,
  access: VendorAccess,
): Promise<BelowTicket<IssuedItemBody> | null> {
  return ofDetail(session, ticket, access, 'items_issued', issuedItem)
}

/** What is to be done on an ordinary ticket, by its own record as well. Null: no such ticket. */
export function readTasks(
  session: VendorSession,
  ticket: string,
  access: VendorAccess,
): Promise<BelowTicket<ToDoBody> | null> {
  return ofDetail(session, ticket, access, 'todo_list', toDo)
}

/** Files of a ticket, of its actions too. */
export async function readAttachments(
  session: VendorSession,
  ticket: string,
  access: VendorAccess,
): Promise<BelowTicket<AttachmentBody>> {
  const query = [whole('ticket_id', Number(ticket))]
  const { rows } = await readRows(session, { path: '/Attachment', query, access }, 'attachments')
  // A parameter that the server does not know is ignored (API.md 3): files of another ticket are none of this one's.
  const { bodies, ...rest } = parsed(rows, attachment)
  return {
    ...rest,
    bodies: bodies.filter((one) => [one.ticket_id, one.unique_id].some((id) => String(id) === ticket)),
  }
}

async function ofDetail<Body>(
  session: VendorSession,
  ticket: string,
  access: VendorAccess,
  member: string,
  shape: z.ZodType<Body>,
): Promise<BelowTicket<Body> | null> {
  const row = await hiddenTicket(session, ticket, access)
  if (row === null) return null
  const rows: unknown = row[member] ?? []
  if (!Array.isArray(rows)) throw unavailable(session.connection.slug, 'answered a list with something else')
  return parsed(rows, shape)
}

function parsed<Body>(rows: readonly unknown[], shape: z.ZodType<Body>): BelowTicket<Body> {
  const bodies = rows.flatMap((one) => {
    const read = shape.safeParse(one)
    return read.success ? [read.data] : []
  })
  const lost = rows.length - bodies.length
  return lost === 0
    ? { bodies }
    : { bodies, partial: lost === 1 ? 'One record could not be read.' : `${lost} records could not be read.` }
}
