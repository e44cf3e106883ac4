import { sql } from 'kysely'
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
  readonly workflowId?: string
  readonly group?: string
  /** What was decided, or how a step ended: any of these. */
  readonly outcomes?: readonly string[]
  readonly from?: Date
  readonly to?: Date
  /** Only of these connections; `ANY`: of some connection. */
  readonly connections?: readonly string[] | 'ANY'
}

/** How an event ended: the outcome of a step, else the verdict. */
const outcome = sql<string>`coalesce(body ->> 'outcome', body #>> '{decision,verdict}')`

function filtered(db: Db, filter: EventFilter) {
  let query = db.selectFrom('audit_event').selectAll()
  if (filter.types !== undefined) query = query.where('type', '=', sql<string>`any(${filter.types})`)
  if (filter.requestId !== undefined) query = query.where('request_id', '=', filter.requestId)
  if (filter.connection !== undefined) query = query.where('connection', '=', filter.connection)
  if (filter.agentId !== undefined) query = query.where('agent_id', '=', filter.agentId)
  if (filter.ticketId !== undefined) query = query.where('ticket_id', '=', filter.ticketId)
  if (filter.workflowId !== undefined)
    query = query.where(sql<boolean>`body ->> 'workflowId' = ${filter.workflowId}`)
  if (filter.group !== undefined)
    query = query.where(sql<boolean>`body -> 'groups' @> ${JSON.stringify([filter.group])}::jsonb`)
  if (filter.outcomes !== undefined) query = query.where(outcome, '=', sql<string>`any(${filter.outcomes})`)
  if (filter.from !== undefined) query = query.where('at', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('at', '<', filter.to)
  if (filter.connections === 'ANY') query = query.where('connection', 'is not', null)
  else if (filter.connections !== undefined)
    query = query.where('connection', '=', sql<string>`any(${filter.connections})`)
  return query
}

/** What the chart of the Event History counts, by the type of an event and what it says. */
const asked = sql<boolean>`type = 'REQUEST_CREATED'`
const approved = sql<boolean>`type = 'REQUEST_APPROVED'`
const rejected = sql<boolean>`type = 'REQUEST_REJECTED'`
// Each request once: only the event that settled it names that state.
const written = sql<boolean>`type in ('WRITE_OUTCOME', 'RECONCILED', 'RESOLVED_BY_PERSON')
  and body ->> 'state' = 'EXECUTED'`
const refused = sql<boolean>`type = 'DECISION' and body #>> '{decision,verdict}' = 'DENY'`

const howMany = (of: typeof asked) => sql<number>`(count(*) filter (where ${of}))::int`

export interface EventCounts {
  readonly asked: number
  readonly approved: number
  readonly rejected: number
  readonly written: number
  readonly refused: number
}

/** For every stretch of so many milliseconds from `from` on; one without any is left out. */
export function countEvents(
  db: Db,
  filter: EventFilter & { readonly from: Date; readonly to: Date },
  stretchMs: number,
): Promise<(EventCounts & { readonly stretch: number })[]> {
  const stretch = sql<number>`floor(extract(epoch from at - ${filter.from}::timestamptz) * 1000 / ${stretchMs})::int`
  return filtered(db, filter)
    .clearSelect()
    .select([
      stretch.as('stretch'),
      howMany(asked).as('asked'),
      howMany(approved).as('approved'),
      howMany(rejected).as('rejected'),
      howMany(written).as('written'),
      howMany(refused).as('refused'),
    ])
    .where(sql<boolean>`(${sql.join([asked, approved, rejected, written, refused], sql` or `)})`)
    .groupBy('stretch')
    .execute()
}

/** In order, after the sequence number given: for streams, lists and the export alike. */
export function eventsAfter(
  db: Db,
  seq: number,
  limit: number,
  filter: EventFilter = {},
): Promise<AuditEventRow[]> {
  return filtered(db, filter).where('seq', '>', seq).orderBy('seq').limit(limit).execute()
}

/** The newest first, before the sequence number given. */
export function eventsBefore(
  db: Db,
  seq: number | undefined,
  limit: number,
  filter: EventFilter = {},
): Promise<AuditEventRow[]> {
  return filtered(db, filter)
    .$if(seq !== undefined, (query) => query.where('seq', '<', seq!))
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute()
}

export function findEvent(db: Db, seq: number): Promise<AuditEventRow | undefined> {
  return db.selectFrom('audit_event').selectAll().where('seq', '=', seq).executeTakeFirst()
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
