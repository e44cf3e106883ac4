import { GatewayError } from '../../schema/errors.ts'
import type { VendorSession } from '../../schema/source.ts'
import { type Attached, ofOneTicket } from '../planning/attached-items.ts'
import { chunks } from '../reading/chunks.ts'
import { readRows } from './client.ts'
import { isIn, sysId } from './encoded-query.ts'
import { valueAt } from './rows.ts'
import { IDS_PER_URL, rowsById } from './rows-by-id.ts'
import { ticketKey } from './ticket-tables.ts'

const ROWS_PER_READ = 1000

/**
 * What is attached to each of these tickets: one stands on the ticket, and it and others in rows of their own.
 *
 * @param named the item that a ticket names itself, where that was read with the ticket
 */
export async function attachedTo(
  session: VendorSession,
  tickets: readonly string[],
  named: ReadonlyMap<string, string | null> = new Map(),
): Promise<ReadonlyMap<string, readonly Attached[]>> {
  const known = tickets.flatMap((key) => {
    const parsed = ticketKey(session, key)
    return parsed === undefined ? [] : [{ key, ...parsed }]
  })
  const found = new Map<string, Attached[]>(known.map(({ key }) => [key, []]))
  for (const [ticket, item] of named) if (item !== null) found.get(ticket)?.push({ item, row: null })
  const unknown = known.filter(({ key }) => !named.has(key))
  const byTable = Map.groupBy(unknown, ({ table }) => table.table)
  await Promise.all([
    ...[...byTable].map(async ([table, own]) => {
      for (const part of chunks(own, IDS_PER_URL)) {
        const rows = await rowsById(
          session,
          table,
          part.map(({ sysId: id }) => id),
          {
            fields: ['cmdb_ci'],
            access: { group: 'Tickets', kind: 'READ', fields: ['configurationItems'] },
          },
        )
        for (const row of rows) {
          const item = valueAt(row, 'cmdb_ci')
          const ticket = part.find(({ sysId: id }) => id === row.sysId)
          if (item !== null && ticket !== undefined) found.get(ticket.key)?.push({ item, row: null })
        }
      }
    }),
    ...chunks(known, IDS_PER_URL).map(async (part) => {
      const { rows } = await readRows(session, {
        table: 'task_ci',
        clauses: [
          isIn(
            'task',
            part.map(({ sysId: id }) => sysId('ticket', id)),
          ),
        ],
        fields: ['task', 'ci_item'],
        order: [{ field: 'sys_id', descending: false }],
        limit: ROWS_PER_READ,
        access: { group: 'Configurations', kind: 'READ', fields: ['tickets'] },
      })
      if (rows.length === ROWS_PER_READ)
        throw new GatewayError('LIMIT_EXCEEDED', 'These tickets have more items than are read at once.')
      for (const row of rows) {
        if (row === undefined) continue
        // A query that was not understood brings others (API.md 5), whose tickets nobody asked for.
        const ticket = part.find(({ sysId: id }) => id === valueAt(row, 'task'))
        const item = valueAt(row, 'ci_item')
        if (ticket !== undefined && item !== null) found.get(ticket.key)?.push({ item, row: row.sysId })
      }
    }),
  ])
  return found
}

export const { attachedToOne, itemsOf } = ofOneTicket(attachedTo)
