import type { Db } from '../store/index.ts'
import type { AuditEventRow } from '../store/tables.ts'
import type { ChainPlace, ExportedEvent } from './verify.ts'

export function readHead(db: Db): Promise<ChainPlace> {
  return db.selectFrom('audit_head').select(['seq', 'hash']).executeTakeFirstOrThrow()
}

export interface EventFilter {
  readonly types?: readonly AuditEventRow['type'][]
  readonly requestId?: string
  readonly connection?: string
  readonly agentId?: string
  readonly ticketId?: string
}

/** In order, after the sequence number given: for streams, lists and the export alike. */
export function eventsAfter(
  db: Db,
  seq: number,
  limit: number,
  filter: EventFilter = {},
): Promise<AuditEventRow[]> {
  let query = db.selectFrom('audit_event').selectAll().where('seq', '>', seq)
  if (filter.types !== undefined) query = query.where('type', 'in', filter.types)
  if (filter.requestId !== undefined) query = query.where('request_id', '=', filter.requestId)
  if (filter.connection !== undefined) query = query.where('connection', '=', filter.connection)
  if (filter.agentId !== undefined) query = query.where('agent_id', '=', filter.agentId)
  if (filter.ticketId !== undefined) query = query.where('ticket_id', '=', filter.ticketId)
  return query.orderBy('seq').limit(limit).execute()
}

/** All of it, for a trail that fits into memory. */
export async function wholeTrail(db: Db): Promise<ExportedEvent[]> {
  const { seq } = await readHead(db)
  return exportPage(db, 0, seq, seq)
}

/** Events with their payloads, in order, of (after, upTo]. */
export function exportPage(db: Db, after: number, upTo: number, limit: number): Promise<ExportedEvent[]> {
  return db
    .selectFrom('audit_event')
    .leftJoin('audit_payload', 'audit_payload.seq', 'audit_event.seq')
    .selectAll('audit_event')
    .select('audit_payload.payload')
    .where('audit_event.seq', '>', after)
    .where('audit_event.seq', '<=', upTo)
    .orderBy('audit_event.seq')
    .limit(limit)
    .execute()
}
