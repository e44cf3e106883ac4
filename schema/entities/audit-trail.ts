import { psa } from '../access.ts'
import type { ReadContext } from '../context.ts'
import type { UnifiedGroup } from '../groups.ts'
import { parseId } from '../ids.ts'
import { pageSize } from '../lists.ts'
import type { TicketValues, TrailEntryValue, VendorRecord } from '../records.ts'
import type { AuditTrail } from '../source.ts'
import type { PsaBuilder } from './fields.ts'

/** A trail tells values of all of these before and after, and who changed them. */
const TOLD: readonly UnifiedGroup[] = [
  'Tickets',
  'Ticket Notes',
  'Client-Facing Notes',
  'Companies',
  'Contacts',
  'Members',
]

export function defineAuditTrail(builder: PsaBuilder) {
  const Entry = builder.objectRef<TrailEntryValue>('AuditTrailEntry').implement({
    description: 'One change, as the PSA recorded it.',
    extensions: psa('Audit Trail', ''),
    fields: (t) => {
      const text = (name: 'by' | 'field' | 'before' | 'after' | 'text', description: string) =>
        t.field({
          type: 'UntrustedText',
          description,
          extensions: psa('Audit Trail', name),
          resolve: (entry) => entry[name],
        })
      return {
        at: t.field({
          type: 'DateTime',
          description: 'When it was recorded.',
          extensions: psa('Audit Trail', 'at'),
          resolve: ({ at }) => at,
        }),
        by: text('by', 'Who changed it: a name or a login, as the PSA shows it.'),
        field: text('field', "What changed, by the PSA's own name for it."),
        before: text('before', 'What it was; null where the PSA tells the change in words.'),
        after: text('after', 'What it became; null where the PSA tells the change in words.'),
        text: text('text', 'The change in words; null where the PSA tells values.'),
      }
    },
  })
  return builder.objectRef<AuditTrail>('AuditTrail').implement({
    description: 'What the PSA recorded of the changes of a record. Nobody writes it.',
    extensions: psa('Audit Trail', ''),
    fields: (t) => ({
      entries: t.field({
        type: [Entry],
        description: 'In the order in which they happened.',
        extensions: psa('Audit Trail', 'entries'),
        resolve: ({ entries }) => entries,
      }),
      hasEarlier: t.field({
        type: 'Boolean',
        nullable: false,
        description: 'There are earlier entries than these.',
        extensions: psa('Audit Trail', 'entries'),
        resolve: ({ hasEarlier }) => hasEarlier,
      }),
    }),
  })
}

/** @throws GatewayError of the first group that it would tell of and that the caller may not read */
export async function trailOf(
  ticket: VendorRecord<TicketValues>,
  last: number | null | undefined,
  context: ReadContext,
): Promise<AuditTrail | null> {
  const connection = context.connections.get(ticket.connection)
  if (connection === undefined) return null
  for (const group of TOLD) {
    const refusal = context.judge(psa(group, 'auditTrail').access, ticket.connection)
    if (refusal !== null) throw refusal
  }
  const { source, session } = connection
  return source.auditTrail(session, parseId(ticket.id)?.key ?? '', pageSize('last', last))
}
