import type { ChildrenRequest, ListPage, VendorSession } from '../../../schema/source.ts'
import { readJson } from '../client.ts'
import { all, type Condition, compare, fieldPath, integer, isIn, text } from '../conditions.ts'
import { timeEntrySpec } from '../entities/time-entry.ts'
import { extrasFor, readAccess, toRecord, vendorFields, wantedFields } from '../projection.ts'
import { isVendorId } from '../read-many.ts'
import { buildFilter } from './filters.ts'
import { orderBy } from './keyset.ts'
import { EMPTY, listPage, orderOf, positionOf, sortValue } from './list-page.ts'
import { ticketItems } from './ticket-items.ts'

/** A page of tickets at most, so that their ids fit into one address (API.md 4.4). */
const TICKETS_PER_READ = 100
/** The most that a page holds (API.md 4.1). */
const ENTRIES_PER_READ = 1000

type Pages = ReadonlyMap<string, ListPage | Error>

/** Time of many tickets comes in one read; notes can only be read below their own ticket (API.md 8). */
export async function childPages(
  session: VendorSession,
  request: ChildrenRequest,
): Promise<readonly (ListPage | Error)[]> {
  if (request.list === 'Ticket.configurationItems') return ticketItems(session, request)
  const { list, parents } = request
  const known = list === 'Ticket.timeEntries' ? parents.filter(isVendorId) : []
  const chunks: string[][] = []
  for (let start = 0; start < known.length; start += TICKETS_PER_READ)
    chunks.push(known.slice(start, start + TICKETS_PER_READ))
  const found = await Promise.all([
    ...chunks.map((chunk) => timeOf(session, chunk, request)),
    alone(
      session,
      parents.filter((key) => !known.includes(key)),
      request,
    ),
  ])
  const pages = new Map(found.flatMap((some) => [...some]))
  return parents.map((key) => pages.get(key) ?? EMPTY)
}

async function alone(
  session: VendorSession,
  keys: readonly string[],
  { list, filter, order, first, fields }: ChildrenRequest,
): Promise<Pages> {
  return new Map(
    await Promise.all(
      keys.map(async (parent) => {
        const one = { list, parent, filter, order, first, fields, after: null }
        return [parent, await listPage(session, one).catch((error: Error) => error)] as const
      }),
    ),
  )
}

/** Where the entries do not fit into one answer, or one of them cannot be read, each ticket is asked by itself. */
async function timeOf(
  session: VendorSession,
  tickets: readonly string[],
  request: ChildrenRequest,
): Promise<Pages> {
  const { first, filter } = request
  const { order, direction } = await orderOf(session, request)
  const filtered = await buildFilter(session, request.list, filter)
  if (filtered.nothing) return new Map()
  const wanted = wantedFields(session, timeEntrySpec, request.fields)
  const conditions = all([
    isIn(
      fieldPath('chargeToId'),
      tickets.map((key) => integer('ticket', key)),
    ),
    compare(fieldPath('chargeToType'), '=', text('ticket', 'ServiceTicket')),
    ...filtered.conditions,
  ]) as Condition
  let rows: unknown
  try {
    rows = await readJson(session, {
      path: '/time/entries',
      query: [
        ['conditions', conditions],
        ['orderBy', orderBy(order, direction, false)],
        ['fields', vendorFields(timeEntrySpec, wanted, [...order.paths, 'chargeToId'])],
        ['pageSize', String(ENTRIES_PER_READ)],
      ],
      access: readAccess(timeEntrySpec, wanted),
    })
  } catch (error) {
    return new Map(tickets.map((key) => [key, error instanceof Error ? error : new Error('unknown')]))
  }
  if (!Array.isArray(rows) || rows.length >= ENTRIES_PER_READ) return alone(session, tickets, request)
  const placed = rows.flatMap((row: unknown) => {
    const body = timeEntrySpec.shape.safeParse(row)
    const position = positionOf(row, order, false)
    return body.success && position !== undefined && body.data.chargeToId !== null
      ? [{ body: body.data, position }]
      : []
  })
  if (placed.length < rows.length) return alone(session, tickets, request)
  const bodies = placed.map(({ body }) => body)
  const extras = await extrasFor(session, timeEntrySpec, bodies, wanted)
  const byTicket = Map.groupBy(placed, ({ body }) => String(body.chargeToId))
  return new Map(
    tickets.map((key) => {
      const own = byTicket.get(key) ?? []
      const shown = own.slice(0, first)
      const page: ListPage = {
        records: shown.map(({ body }) => toRecord(timeEntrySpec, body, extras)),
        positions: shown.map(({ position }) => position),
        sortValues: shown.map(({ position: { k, id } }) => sortValue(order, undefined, k, id)),
        hasNext: own.length > shown.length,
      }
      return [key, page]
    }),
  )
}
