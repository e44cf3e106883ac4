import { GatewayError } from '../../schema/errors.ts'
import { type SlaClock, type TicketSla, toldRecord } from '../../schema/records.ts'
import type { VendorSession } from '../../schema/source.ts'
import { chunks } from '../reading/chunks.ts'
import { slaClocks } from '../reading/sla-clocks.ts'
import { readRows } from './client.ts'
import { isIn, sysId } from './encoded-query.ts'
import { flagAt, type Row, valueAt } from './rows.ts'
import { IDS_PER_URL } from './rows-by-id.ts'
import { isoTime } from './times.ts'

const ROWS_PER_READ = 1000
const KINDS = { response: 'RESPONSE', resolution: 'RESOLUTION' } as const

/**
 * The clocks of these tickets, which stand in rows of their own and are kept by the platform's engine (API.md 13,
 * SLA). Without a clock a ticket is under no SLA; what a cancelled one waited for is promised no longer.
 */
export async function ticketSlas(
  session: VendorSession,
  tickets: readonly string[],
): Promise<ReadonlyMap<string, TicketSla>> {
  const rows: Row[] = []
  for (const part of chunks(tickets, IDS_PER_URL)) {
    const read = await readRows(session, {
      table: 'task_sla',
      clauses: [
        isIn(
          'task',
          part.map((id) => sysId('ticket', id)),
        ),
      ],
      fields: [
        ...['task', 'sla', 'sla.name', 'sla.target', 'stage'],
        ...['planned_end_time', 'end_time', 'has_breached'],
      ],
      order: [{ field: 'sys_id', descending: false }],
      limit: ROWS_PER_READ,
      access: { group: 'SLAs', kind: 'READ', fields: ['sla'] },
    })
    if (read.rows.length === ROWS_PER_READ)
      throw new GatewayError('LIMIT_EXCEEDED', 'These tickets have more SLA clocks than are read at once.')
    const asked = new Set(part)
    for (const row of read.rows) {
      // A query that was not understood brings the clocks of other tickets (API.md 5).
      const counts = row !== undefined && asked.has(valueAt(row, 'task') ?? '')
      if (counts && valueAt(row, 'stage') !== 'cancelled') rows.push(row)
    }
  }
  const byTicket = Map.groupBy(rows, (row) => valueAt(row, 'task') ?? '')
  return new Map(
    [...byTicket].map(([ticket, own]) => [
      ticket,
      { policy: policyOf(session, own), clocks: own.flatMap(clock) },
    ]),
  )
}

function policyOf({ connection: { slug } }: VendorSession, rows: readonly Row[]): TicketSla['policy'] {
  const row = rows.find((one) => valueAt(one, 'sla.target') === 'resolution') ?? rows[0]
  const key = row === undefined ? null : valueAt(row, 'sla')
  if (row === undefined || key === null) return null
  const name = valueAt(row, 'sla.name') ?? ''
  return toldRecord(slug, 'Sla', key, { name })
}

function clock(row: Row): readonly SlaClock[] {
  const target = valueAt(row, 'sla.target') ?? ''
  // A definition without a target counts, and says of no kind of promise that it is kept.
  if (!Object.hasOwn(KINDS, target)) return []
  const stage = valueAt(row, 'stage')
  const ended = isoTime(valueAt(row, 'end_time'))
  const metAt = stage === 'completed' ? ended : null
  const kept = {
    kind: KINDS[target as keyof typeof KINDS],
    dueAt: isoTime(valueAt(row, 'planned_end_time')),
    metAt,
  }
  const told = slaClocks([kept], { closedAt: metAt, paused: stage === 'paused' })
  return told.map((one) => ({ ...one, breached: flagAt(row, 'has_breached') }))
}
