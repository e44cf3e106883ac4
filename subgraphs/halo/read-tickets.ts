import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { type Row, readJson, readRows } from './client.ts'
import { flag, ids, isInteger, type Parameter, type Query, whole } from './query.ts'
import { ticketTypes } from './reference.ts'
import { ticket as shape } from './schema.ts'

/**
 * `ticketids` names no maximum; a page holds 100 (API.md 3), and 100 ids of seven digits keep the address
 * short.
 */
export const TICKETS_PER_READ = 100

/** Projects and opportunities share table and ids with tickets, and have groups of their own (API.md 12.5). */
export const ORDINARY: Parameter = ['domain', 'reqs']

/** Lists leave out what was said last unless it is asked for (openapi.json, `includelastnote`). */
export function widening(wanted: Iterable<string>): Query {
  return [...wanted].includes('lastNote') ? [flag('includelastnote', true)] : []
}

/** Ids that tickets and contacts can have; negative ones are placeholders of the vendor. */
export function isVendorId(key: string): boolean {
  return isInteger(key) && Number(key) >= 1 && !key.startsWith('0')
}

/** The raw rows of tickets by id. */
export async function ticketRows(
  session: VendorSession,
  keys: readonly string[],
  access: VendorAccess,
): Promise<ReadonlyMap<string, Row>> {
  const { rows } = await readRows(
    session,
    {
      path: '/Tickets',
      query: [
        ids('ticketids', keys),
        ORDINARY,
        flag('pageinate', true),
        whole('page_size', TICKETS_PER_READ),
        whole('page_no', 1),
        ['order', 'id'],
        ...widening(access.fields),
      ],
      access,
    },
    'tickets',
  )
  const wanted = new Set(keys)
  const found = new Map<string, Row>()
  for (const row of rows) {
    const id = rawId(row)
    // A parameter that the server does not know is ignored: only what was asked for counts.
    if (id !== undefined && wanted.has(String(id))) found.set(String(id), row as Row)
  }
  return found
}

/** One ticket with its child objects: `details` and custom fields stand nowhere else. */
export function ticketDetail(session: VendorSession, key: string, access: VendorAccess): Promise<unknown> {
  return readJson(session, { path: `/Tickets/${key}`, query: [flag('includedetails', true)], access })
}

export async function companiesOfTickets(
  session: VendorSession,
  keys: readonly string[],
): Promise<ReadonlyMap<number, { readonly id: number; readonly name: string | null }>> {
  const known = keys.filter(isVendorId)
  const found = new Map<number, { readonly id: number; readonly name: string | null }>()
  for (let start = 0; start < known.length; start += TICKETS_PER_READ) {
    const access: VendorAccess = { group: 'Tickets', kind: 'READ', fields: ['company'] }
    const rows = await ticketRows(session, known.slice(start, start + TICKETS_PER_READ), access)
    for (const row of rows.values()) {
      const parsed = shape.safeParse(row)
      if (parsed.success && (parsed.data.client_id ?? 0) > 0) {
        found.set(parsed.data.id, { id: parsed.data.client_id ?? 0, name: parsed.data.client_name })
      }
    }
  }
  return found
}

export function rawId(row: unknown): number | undefined {
  const id = typeof row === 'object' && row !== null ? (row as Row).id : undefined
  return typeof id === 'number' && Number.isInteger(id) ? id : undefined
}

/**
 * One ordinary ticket, or null. Merged tickets are hidden from lists: their own record is read, and counts
 * when its type is one of ordinary tickets.
 */
export async function ticketOrNull(
  session: VendorSession,
  key: string,
  access: VendorAccess,
): Promise<Row | null> {
  const listed = (await ticketRows(session, [key], access)).get(key)
  return listed ?? hiddenTicket(session, key, access)
}

export async function hiddenTicket(
  session: VendorSession,
  key: string,
  access: VendorAccess,
): Promise<Row | null> {
  const row = await ticketDetail(session, key, access)
  if (row === undefined || String(rawId(row)) !== key) return null
  const type = (row as Row).tickettype_id
  return (await ticketTypes(session)).some(({ id }) => id === type) ? (row as Row) : null
}
