import { GatewayError } from '../../schema/errors.ts'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { unavailable } from '../http/errors.ts'
import { readJson } from './client.ts'
import { flag, ids, type Query, whole } from './query.ts'
import { type ActionBody, action as shape } from './schema.ts'

/** Actions have no pages, only `count` (API.md 4): more than anybody writes on one ticket. */
const COUNT = 5_000

export interface Actions {
  readonly bodies: readonly ActionBody[]
  /** What is missing, in words. */
  readonly partial?: string
}

/**
 * Every action of a ticket but the system's own. In which order `count` cuts is not documented: the newest
 * five can only be told by having them all.
 */
export async function readActions(
  session: VendorSession,
  ticket: string,
  access: VendorAccess,
  timedOnly: boolean,
): Promise<Actions> {
  const query: Query = [
    ids('ticket_id', [ticket]),
    whole('count', COUNT),
    flag('excludesys', true),
    ...(timedOnly ? [flag('timeentriesonly', true)] : []),
  ]
  const answer = await readJson(session, { path: '/Actions', query, access })
  if (answer === undefined) {
    throw new GatewayError('NOT_FOUND', 'No such ticket.', { connection: session.connection.slug })
  }
  const envelope = answer as { readonly actions?: unknown; readonly record_count?: unknown }
  const rows: unknown = Array.isArray(answer) ? answer : envelope.actions
  if (!Array.isArray(rows)) throw unavailable(session.connection.slug, 'answered a list with something else')
  const bodies = rows.flatMap((row: unknown) => {
    const parsed = shape.safeParse(row)
    if (!parsed.success) return []
    const { ticket_id } = parsed.data
    // A parameter that the server does not know is ignored: actions of other tickets are not these.
    if (ticket_id !== null && String(ticket_id) !== ticket) return []
    return [{ ...parsed.data, ticket_id: Number(ticket) }]
  })
  const lost = rows.length - bodies.length
  const total = typeof envelope.record_count === 'number' ? envelope.record_count : rows.length
  const cut = rows.length >= COUNT || total > rows.length
  const partial = [
    ...(lost === 0
      ? []
      : [lost === 1 ? 'One record could not be read.' : `${lost} records could not be read.`]),
    ...(cut
      ? [`HaloPSA gave ${rows.length} of the ${Math.max(total, rows.length)} actions of the ticket.`]
      : []),
  ]
  return partial.length === 0 ? { bodies } : { bodies, partial: partial.join(' ') }
}

/** One action, read below its ticket: its number alone is ambiguous (API.md 12.2). */
export async function readAction(
  session: VendorSession,
  ticket: string,
  number: string,
  access: VendorAccess,
): Promise<ActionBody | null> {
  const answer = await readJson(session, {
    path: `/Actions/${number}`,
    query: [ids('ticket_id', [ticket]), flag('includedetails', true)],
    access,
  })
  if (answer === undefined) return null
  const parsed = shape.safeParse(answer)
  if (!parsed.success) throw unavailable(session.connection.slug, 'sent a record that could not be read')
  const { id, ticket_id } = parsed.data
  if (String(id) !== number || (ticket_id !== null && String(ticket_id) !== ticket)) return null
  return { ...parsed.data, ticket_id: Number(ticket) }
}
