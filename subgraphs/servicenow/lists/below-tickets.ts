import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { ChildrenRequest, ListPage, VendorSession } from '../../../schema/source.ts'
import { chunks } from '../../reading/chunks.ts'
import { pagesByName } from '../../reading/pages-by-name.ts'
import { readRows } from '../client.ts'
import { type Clause, compare, isIn, sysId, text } from '../encoded-query.ts'
import { attachmentSpec } from '../entities/attachment.ts'
import { ticketTaskSpec } from '../entities/ticket-task.ts'
import {
  baseExtras,
  type EntitySpec,
  readAccess,
  toRecord,
  vendorFields,
  wantedFields,
} from '../projection.ts'
import { numberAt, type Row, valueAt } from '../rows.ts'
import { IDS_PER_URL } from '../rows-by-id.ts'
import { NO_TASKS, taskTableOf } from '../task-tables.ts'
import { type TicketKey, ticketKey, ticketTables } from '../ticket-tables.ts'

const ROWS_PER_READ = 1000

/** Rows that hang on tickets of one table. */
interface Hanging {
  readonly spec: EntitySpec
  /** Names the ticket. */
  readonly column: string
  readonly clauses: readonly Clause[]
  /** Columns besides, and what a row is placed by. */
  readonly columns: readonly string[]
  placeOf(row: Row): string | number | null
  admits(row: Row): boolean
}

type Below = 'Ticket.tasks' | 'Ticket.attachments'

/** Tasks or files of 50 tickets in one read. */
export async function belowTickets(
  session: VendorSession,
  request: ChildrenRequest & { readonly list: Below },
  after: unknown = null,
): Promise<readonly (ListPage | Error)[]> {
  const found = new Map<string, ListPage | Error>()
  const byTable = Map.groupBy(
    request.parents.flatMap((parent) => ticketKey(session, parent) ?? []),
    ({ table }) => table.table,
  )
  await Promise.all(
    [...byTable].map(async ([table, tickets]) => {
      const hanging = hangingOn(request.list, table)
      for (const chunk of chunks(tickets, IDS_PER_URL)) {
        const keys = chunk.map(({ sysId: id }) => `${table}.${id}`)
        const pages =
          hanging instanceof Error
            ? keys.map(() => hanging)
            : await pagesOf(session, chunk, keys, hanging, request, after).catch((error: Error) =>
                keys.map(() => error),
              )
        for (const [index, key] of keys.entries()) found.set(key, pages[index] ?? new Error('no page'))
      }
    }),
  )
  return request.parents.map((key) => found.get(key) ?? badInput('ticket', 'a ticket of ServiceNow', key))
}

function hangingOn(list: Below, table: string): Hanging | GatewayError {
  if (list === 'Ticket.attachments') {
    return {
      spec: attachmentSpec,
      column: 'table_sys_id',
      clauses: [compare('table_name', '=', text('table_name', table))],
      columns: ['table_name', 'sys_created_on'],
      placeOf: (row) => valueAt(row, 'sys_created_on'),
      admits: (row) => valueAt(row, 'table_name') === table,
    }
  }
  const tasks = taskTableOf(table)
  if (tasks === undefined) return new GatewayError('NOT_SUPPORTED', NO_TASKS)
  return {
    spec: ticketTaskSpec(tasks),
    column: tasks.column,
    clauses: [],
    columns: ['order'],
    placeOf: (row) => numberAt(row, 'order'),
    admits: () => true,
  }
}

async function pagesOf(
  session: VendorSession,
  tickets: readonly TicketKey[],
  parents: readonly string[],
  { spec, column, clauses, columns, placeOf, admits }: Hanging,
  request: ChildrenRequest,
  after: unknown,
): Promise<readonly ListPage[]> {
  const wanted = wantedFields(session, spec, request.fields)
  const { rows } = await readRows(session, {
    table: spec.table,
    clauses: [
      ...clauses,
      isIn(
        column,
        tickets.map((ticket) => sysId('ticket', ticket.sysId)),
      ),
    ],
    fields: vendorFields(spec, wanted, {}, [column, ...columns]),
    order: [{ field: 'sys_id', descending: false }],
    limit: ROWS_PER_READ,
    access: readAccess(spec, wanted),
  })
  if (rows.length === ROWS_PER_READ)
    throw new GatewayError(
      'LIMIT_EXCEEDED',
      'More hangs on these tickets than is read at once: ask for fewer.',
    )
  const keys = new Map(tickets.map((ticket, index) => [ticket.sysId, parents[index]]))
  // A query that was not understood brings others (API.md 5), whose tickets nobody asked for.
  const below = rows.flatMap((row) => {
    const parent = row && keys.get(valueAt(row, column) ?? '')
    return row && parent && admits(row) ? [{ parent, name: placeOf(row), id: row.sysId, item: row }] : []
  })
  const extras = { ...baseExtras(session, ticketTables(session)), wanted }
  const pages = await pagesByName(below, { ...request, parents }, after, async (some) =>
    some.map((row) => toRecord(spec, row, extras)),
  )
  return rows.every((row) => row !== undefined)
    ? pages
    : pages.map((page) => ({ ...page, partial: 'Some records could not be read.' }))
}
