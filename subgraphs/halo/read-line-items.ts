import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { unavailable } from '../http/errors.ts'
import { hiddenTicket } from './read-tickets.ts'
import { type IssuedItemBody, issuedItem as shape } from './schema.ts'

export interface LineItems {
  readonly bodies: readonly IssuedItemBody[]
  /** What is missing, in words. */
  readonly partial?: string
}

/** What was issued on an ordinary ticket: its own record tells, and no list (API.md, TicketLineItem). Null: no such ticket. */
export async function readLineItems(
  session: VendorSession,
  ticket: string,
  access: VendorAccess,
): Promise<LineItems | null> {
  const row = await hiddenTicket(session, ticket, access)
  if (row === null) return null
  const rows: unknown = row.items_issued ?? []
  if (!Array.isArray(rows)) throw unavailable(session.connection.slug, 'answered a list with something else')
  const bodies = rows.flatMap((one: unknown) => {
    const parsed = shape.safeParse(one)
    return parsed.success ? [parsed.data] : []
  })
  const lost = rows.length - bodies.length
  return lost === 0
    ? { bodies }
    : { bodies, partial: lost === 1 ? 'One record could not be read.' : `${lost} records could not be read.` }
}
