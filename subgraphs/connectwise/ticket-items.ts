import { GatewayError } from '../../schema/errors.ts'
import type { VendorSession } from '../../schema/source.ts'
import { readJson } from './client.ts'

/** The most that a page holds (API.md 4.1), and more than anybody attaches to a ticket. */
const ITEMS_PER_READ = 1000

/** Keys of the configurations attached to a ticket: nothing tells those of several (API.md 8). */
export async function itemsOf(session: VendorSession, ticket: string): Promise<readonly string[]> {
  const rows = await readJson(session, {
    path: `/service/tickets/${ticket}/configurations`,
    query: [
      ['fields', 'id'],
      ['pageSize', String(ITEMS_PER_READ)],
    ],
    access: { group: 'Tickets', kind: 'READ', fields: ['configurationItems'] },
  })
  if (!Array.isArray(rows)) throw new GatewayError('NOT_FOUND', 'No such ticket.', { argument: 'id' })
  return (rows as readonly { readonly id?: unknown }[]).flatMap(({ id }) =>
    typeof id === 'number' ? [String(id)] : [],
  )
}
