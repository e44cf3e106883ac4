import { GatewayError } from '../../../schema/errors.ts'
import type { ListPage, ListRequest, VendorSession } from '../../../schema/source.ts'
import { pagesByName } from '../../reading/pages-by-name.ts'
import { readJson } from '../client.ts'
import { ticketTaskSpec } from '../entities/ticket-task.ts'
import { extrasFor, readAccess, toRecord, vendorFields, wantedFields } from '../projection.ts'

/** The most that a page holds (API.md 4.1), and more than anybody has tasks on a ticket. */
const TASKS_PER_READ = 1000

/** The tasks of one ticket, which nothing tells together with those of others (API.md 8). */
export async function ticketTasks(
  session: VendorSession,
  request: ListRequest & { readonly list: 'Ticket.tasks' },
  ticket: string,
): Promise<ListPage> {
  const wanted = wantedFields(session, ticketTaskSpec, request.fields)
  const rows = await readJson(session, {
    path: `/service/tickets/${ticket}/tasks`,
    query: [
      ['fields', vendorFields(ticketTaskSpec, wanted, ['priority'])],
      ['pageSize', String(TASKS_PER_READ)],
    ],
    access: readAccess(ticketTaskSpec, wanted),
  })
  if (!Array.isArray(rows))
    throw new GatewayError('NOT_FOUND', 'No such ticket.', { connection: session.connection.slug })
  const bodies = rows.flatMap((row: unknown) => {
    const parsed = ticketTaskSpec.shape.safeParse(row)
    return parsed.success ? [parsed.data] : []
  })
  const extras = await extrasFor(session, ticketTaskSpec, bodies, wanted, ticket)
  const below = bodies.map((item) => ({ parent: ticket, name: item.priority, id: item.id, item }))
  const [page] = await pagesByName(below, { ...request, parents: [ticket] }, request.after, async (some) =>
    some.map((body) => toRecord(ticketTaskSpec, body, extras)),
  )
  const isWhole = bodies.length === rows.length && rows.length < TASKS_PER_READ
  return { ...(page as ListPage), ...(!isWhole && { partial: 'Some tasks could not be read.' }) }
}
