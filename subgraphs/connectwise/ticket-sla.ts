import { type SlaClock, type TicketSla, toldRecord } from '../../schema/records.ts'
import type { VendorSession } from '../../schema/source.ts'
import { chunks } from '../reading/chunks.ts'
import { slaClocks } from '../reading/sla-clocks.ts'
import { readList } from './client.ts'
import { fieldPath, integer, isIn } from './conditions.ts'
import { type Extras, type FieldSpec, time } from './projection.ts'
import { type TicketBody, ticketGoals } from './schema.ts'

/** About 150 to 200 seven-digit ids fit into 2,000 characters (API.md 4.4). */
const IDS_PER_READ = 150

export const slaField: FieldSpec<TicketBody> = {
  group: 'SLAs',
  paths: [],
  parts: {
    policy: { group: 'SLAs', paths: ['sla/id', 'sla/name'] },
    clocks: { group: 'SLAs', paths: [] },
  },
  value: ({ id, sla }, { connection, wanted, clocks }: Extras): TicketSla => ({
    policy:
      sla === null || !wanted.has('sla.policy')
        ? null
        : toldRecord(connection, 'Sla', sla.id, { name: sla.name ?? '' }),
    clocks: clocks?.get(id) ?? [],
  }),
}

/** A ticket itself holds no goals that are kept up to date: this list works them out (API.md 8, Ticket). */
export async function clocksOf(
  session: VendorSession,
  tickets: readonly { readonly id: number }[],
): Promise<ReadonlyMap<number, readonly SlaClock[]>> {
  const found = new Map<number, readonly SlaClock[]>()
  for (const part of chunks(tickets, IDS_PER_READ)) {
    const rows = await readList(session, {
      path: '/service/tickets/calculateSla',
      query: [
        [
          'conditions',
          isIn(
            fieldPath('id'),
            part.map(({ id }) => integer('id', id)),
          ),
        ],
        ['fields', FIELDS],
        ['pageSize', String(part.length)],
      ],
      access: { group: 'Tickets', kind: 'READ', fields: ['sla'] },
    })
    for (const row of rows) {
      const parsed = ticketGoals.safeParse(row)
      if (!parsed.success) continue
      const goals = parsed.data
      found.set(
        goals.id,
        slaClocks(
          [
            { kind: 'RESPONSE', dueAt: time(goals.respondByGoalUTC), metAt: time(goals.dateResponded) },
            { kind: 'PLAN', dueAt: time(goals.resplanGoalUTC), metAt: time(goals.dateResplan) },
            { kind: 'RESOLUTION', dueAt: time(goals.resolutionGoalUTC), metAt: time(goals.dateResolved) },
          ],
          { closedAt: time(goals.closedDate), paused: null },
        ),
      )
    }
  }
  return found
}

const FIELDS =
  'id,closedDate,respondByGoalUTC,resplanGoalUTC,resolutionGoalUTC,dateResponded,dateResplan,dateResolved'
