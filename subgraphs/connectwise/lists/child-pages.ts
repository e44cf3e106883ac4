import type { ChildrenRequest, ListPage, VendorSession } from '../../../schema/source.ts'
import { ticketCalendars } from '../../reading/calendar.ts'
import { calendar } from '../calendar.ts'
import { readJson } from '../client.ts'
import { all, type Condition, compare, fieldPath, integer, isIn, text } from '../conditions.ts'
import { ticketLineItemSpec } from '../entities/ticket-line-item.ts'
import { timeEntrySpec } from '../entities/time-entry.ts'
import {
  type EntitySpec,
  extrasFor,
  readAccess,
  toRecord,
  vendorFields,
  wantedFields,
} from '../projection.ts'
import { isVendorId } from '../read-many.ts'
import type { ProductItemBody, TimeEntryBody } from '../schema.ts'
import { buildFilter } from './filters.ts'
import { orderBy } from './keyset.ts'
import { EMPTY, listPage, orderOf, positionOf, sortValue } from './list-page.ts'
import { ticketItems } from './ticket-items.ts'

/** A page of tickets at most, so that their ids fit into one address (API.md 4.4). */
const TICKETS_PER_READ = 100
/** The most that a page holds (API.md 4.1). */
const ENTRIES_PER_READ = 1000

type Pages = ReadonlyMap<string, ListPage | Error>

/** A list whose records name their ticket, so that those of many tickets come in one read. */
interface Shared<Body> {
  readonly entity: EntitySpec<Body>
  readonly path: string
  /** The member that names the ticket. */
  readonly ticket: string
  readonly fixed: readonly Condition[]
  ticketOf(body: Body): number | null
}

const TIME: Shared<TimeEntryBody> = {
  entity: timeEntrySpec,
  path: '/time/entries',
  ticket: 'chargeToId',
  // Ids of projects and activities count apart.
  fixed: [compare(fieldPath('chargeToType'), '=', text('ticket', 'ServiceTicket'))],
  ticketOf: ({ chargeToId }) => chargeToId,
}

const LINE_ITEMS: Shared<ProductItemBody> = {
  entity: ticketLineItemSpec,
  path: '/procurement/products',
  ticket: 'ticket/id',
  fixed: [],
  ticketOf: ({ ticket }) => ticket?.id ?? null,
}

/** Time and products of many tickets come in one read; notes can only be read below their own ticket (API.md 8). */
export async function childPages(
  session: VendorSession,
  request: ChildrenRequest,
): Promise<readonly (ListPage | Error)[]> {
  if (request.list === 'Ticket.configurationItems') return ticketItems(session, request)
  if (request.list === 'Ticket.scheduleEntries') return ticketCalendars(calendar, session, request)
  const { list, parents } = request
  const known = list === 'Ticket.timeEntries' || list === 'Ticket.lineItems' ? parents.filter(isVendorId) : []
  const chunks: string[][] = []
  for (let start = 0; start < known.length; start += TICKETS_PER_READ)
    chunks.push(known.slice(start, start + TICKETS_PER_READ))
  const found = await Promise.all([
    ...chunks.map((chunk) =>
      list === 'Ticket.lineItems'
        ? together(session, chunk, request, LINE_ITEMS)
        : together(session, chunk, request, TIME),
    ),
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

/** Where the records do not fit into one answer, or one of them cannot be read, each ticket is asked by itself. */
async function together<Body extends { readonly id: number }>(
  session: VendorSession,
  tickets: readonly string[],
  request: ChildrenRequest,
  { entity, path, ticket, fixed, ticketOf }: Shared<Body>,
): Promise<Pages> {
  const { first, filter } = request
  const { order, direction } = await orderOf(session, request)
  const filtered = await buildFilter(session, request.list, filter)
  if (filtered.nothing) return new Map()
  const wanted = wantedFields(session, entity, request.fields)
  const conditions = all([
    isIn(
      fieldPath(ticket),
      tickets.map((key) => integer('ticket', key)),
    ),
    ...fixed,
    ...filtered.conditions,
  ]) as Condition
  let rows: unknown
  try {
    rows = await readJson(session, {
      path,
      query: [
        ['conditions', conditions],
        ['orderBy', orderBy(order, direction, false)],
        ['fields', vendorFields(entity, wanted, [...order.paths, ticket])],
        ['pageSize', String(ENTRIES_PER_READ)],
      ],
      access: readAccess(entity, wanted),
    })
  } catch (error) {
    return new Map(tickets.map((key) => [key, error instanceof Error ? error : new Error('unknown')]))
  }
  if (!Array.isArray(rows) || rows.length >= ENTRIES_PER_READ) return alone(session, tickets, request)
  const placed = rows.flatMap((row: unknown) => {
    const body = entity.shape.safeParse(row)
    const position = positionOf(row, order, false)
    return body.success && position !== undefined && ticketOf(body.data) !== null
      ? [{ body: body.data, position }]
      : []
  })
  if (placed.length < rows.length) return alone(session, tickets, request)
  const bodies = placed.map(({ body }) => body)
  const extras = await extrasFor(session, entity, bodies, wanted)
  const byTicket = Map.groupBy(placed, ({ body }) => String(ticketOf(body)))
  return new Map(
    tickets.map((key) => {
      const own = byTicket.get(key) ?? []
      const shown = own.slice(0, first)
      const page: ListPage = {
        records: shown.map(({ body }) => toRecord(entity, body, extras)),
        positions: shown.map(({ position }) => position),
        sortValues: shown.map(({ position: { k, id } }) => sortValue(order, undefined, k, id)),
        hasNext: own.length > shown.length,
      }
      return [key, page]
    }),
  )
}
