import type { VendorRecord } from '../../../schema/records.ts'
import type { ChildrenRequest, ListPage, VendorSession } from '../../../schema/source.ts'
import { chunks } from '../../reading/chunks.ts'
import { readRows } from '../client.ts'
import { timeEntrySpec } from '../entities/time-entry.ts'
import { baseExtras, readAccess, toRecord, vendorFields, wantedFields } from '../projection.ts'
import { type Row, valueAt } from '../rows.ts'
import { IDS_PER_URL } from '../rows-by-id.ts'
import { ticketKey, ticketTables } from '../ticket-tables.ts'
import { belowTickets } from './below-tickets.ts'
import { companySites } from './company-sites.ts'
import { buildFilter, NOTHING } from './filters.ts'
import { keyIn, ordering, type Position } from './keyset.ts'
import { listPage, onTickets, orderOf, sortValue, verdict } from './list-page.ts'
import { notePages } from './notes-page.ts'
import { ticketItems } from './ticket-items.ts'

const ENTRIES_PER_READ = 1000

/** First pages of many tickets, 50 tickets a read. */
export async function childPages(
  session: VendorSession,
  request: ChildrenRequest,
): Promise<readonly (ListPage | Error)[]> {
  if (request.list === 'Company.sites') return companySites(session, request)
  if (request.list === 'Ticket.configurationItems') return ticketItems(session, request)
  const { list } = request
  if (list === 'Ticket.tasks' || list === 'Ticket.attachments')
    return belowTickets(session, { ...request, list })
  return list === 'Ticket.notes' ? notePages(session, request) : timePages(session, request)
}

async function timePages(
  session: VendorSession,
  request: ChildrenRequest,
): Promise<readonly (ListPage | Error)[]> {
  const found = new Map<string, ListPage | Error>()
  await Promise.all(
    chunks(request.parents, IDS_PER_URL).map(async (chunk) => {
      try {
        for (const [key, page] of await timeOf(session, chunk, request)) found.set(key, page)
      } catch (error) {
        for (const key of chunk) found.set(key, error instanceof Error ? error : new Error('unknown'))
      }
    }),
  )
  return request.parents.map((key) => found.get(key) ?? new Error('no page'))
}

/**
 * One read for all: a key that can be empty would need two, so the ones without it are asked ticket by ticket,
 * and so is a ticket whose entries did not fit.
 */
async function timeOf(
  session: VendorSession,
  parents: readonly string[],
  request: ChildrenRequest,
): Promise<ReadonlyMap<string, ListPage | Error>> {
  const alone = async (keys: readonly string[]) =>
    new Map(
      await Promise.all(
        keys.map(async (parent) => {
          const { list, filter, order, first, fields } = request
          const page = await listPage(session, {
            list,
            parent,
            filter,
            order,
            first,
            fields,
            after: null,
          }).catch((error: Error) => error)
          return [parent, page] as const
        }),
      ),
    )
  const order = orderOf(request)
  const ids = new Map(
    parents.flatMap((key) => {
      const parsed = ticketKey(session, key)
      return parsed === undefined ? [] : [[parsed.sysId, key] as const]
    }),
  )
  if (order.split !== undefined || ids.size < parents.length) return alone(parents)
  const conditions = await buildFilter({ session, table: undefined }, request.list, request.filter)
  if (conditions === NOTHING) {
    const empty: ListPage = { records: [], positions: [], sortValues: [], hasNext: false }
    return new Map(parents.map((key) => [key, empty]))
  }
  const wanted = wantedFields(session, timeEntrySpec, request.fields)
  const more = (await timeEntrySpec.extras?.(session, wanted)) ?? {}
  const guard = onTickets([...ids.keys()])
  const { direction } = request.order
  const { rows, total } = await readRows(session, {
    table: timeEntrySpec.table,
    clauses: [...guard.clauses, ...conditions.flatMap(({ clauses }) => clauses)],
    fields: vendorFields(timeEntrySpec, wanted, more, [
      order.field,
      ...guard.paths,
      ...conditions.flatMap(({ paths }) => paths),
    ]),
    order: ordering(order, direction, false),
    limit: ENTRIES_PER_READ,
    access: readAccess(timeEntrySpec, wanted),
  })
  // Hidden, unreadable, unexpected or too many: what the careful way is for.
  const plain =
    rows.length < ENTRIES_PER_READ &&
    (total === null || total === rows.length) &&
    rows.every(
      (row) => row !== undefined && keyIn(order, row) !== null && verdict(row, guard, conditions) === 'KEEP',
    )
  if (!plain) return alone(parents)
  const extras = { ...baseExtras(session, ticketTables(session)), wanted, ...more }
  const byTicket = Map.groupBy(rows as readonly Row[], (row) => ids.get(valueAt(row, 'task') ?? ''))
  return new Map(
    parents.map((key) => {
      const own = byTicket.get(key) ?? []
      const shown = own.slice(0, request.first)
      const records: VendorRecord[] = shown.map((row) => toRecord(timeEntrySpec, row, extras))
      const keys = shown.map((row) => keyIn(order, row))
      return [
        key,
        {
          records,
          positions: shown.map((row, index): Position => ({ k: keys[index] ?? null, id: row.sysId })),
          sortValues: keys.map((k) => sortValue(order, k)),
          hasNext: own.length > shown.length,
        },
      ]
    }),
  )
}
