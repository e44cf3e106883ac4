import { createHash } from 'node:crypto'
import DataLoader from 'dataloader'
import { badInput } from '../../schema/errors.ts'
import { DEFAULT_PAGE, MAX_PAGE } from '../../schema/lists.ts'
import type { AuditMembers } from '../audit/event.ts'
import { pathTemplate } from '../audit/path-template.ts'
import { type EventFilter, eventsAfter, eventsBefore, findEvent } from '../audit/read.ts'
import type { VendorRequestLine } from '../audit/readings.ts'
import type { GatewayContext } from '../context.ts'
import type { Db } from '../store/index.ts'
import { type Named, namesOf } from '../store/names.ts'
import { requestsOf } from '../store/requests.ts'
import type { AuditEventRow, WriteRequestRow } from '../store/tables.ts'
import { eventsVisibleTo, isEventVisible } from './visible.ts'

/** One event of the trail, as the Event History shows it. */
export interface HistoryEvent {
  readonly row: AuditEventRow
  readonly body: Partial<AuditMembers>
  readonly about: About
}

/** What events refer to, asked once for all events of a page. */
interface About {
  readonly names: DataLoader<string, Named | null>
  readonly requests: DataLoader<string, WriteRequestRow | null>
}

export interface HistoryPage {
  readonly events: readonly HistoryEvent[]
  readonly hasNextPage: boolean
  readonly endCursor: string | null
}

export type HistoryOrder = 'NEWEST_FIRST' | 'OLDEST_FIRST'

function about(db: Db): About {
  return {
    names: new DataLoader((ids) => namesOf(db, ids)),
    requests: new DataLoader((ids) => requestsOf(db, ids)),
  }
}

export function toHistoryEvent(row: AuditEventRow, of: About): HistoryEvent {
  return { row, body: row.body as Partial<AuditMembers>, about: of }
}

/** @throws GatewayError BAD_USER_INPUT for a page size out of bounds, or the cursor of another list */
export async function listHistory(
  context: GatewayContext,
  filter: EventFilter,
  order: HistoryOrder,
  args: { readonly first?: number | null; readonly after?: string | null },
): Promise<HistoryPage> {
  const { db } = context.services.store
  const first = args.first ?? DEFAULT_PAGE
  if (!Number.isInteger(first) || first < 1 || first > MAX_PAGE)
    throw badInput('first', `a whole number from 1 to ${MAX_PAGE}`, first)
  const of = createHash('sha256')
    .update(JSON.stringify([filter, order]))
    .digest('base64url')
    .slice(0, 22)
  const after = args.after == null ? undefined : placeOf(context, args.after, of)

  const mine = eventsVisibleTo(context.caller)
  if (mine.agentId !== undefined && filter.agentId !== undefined && mine.agentId !== filter.agentId)
    return { events: [], hasNextPage: false, endCursor: null }
  const asked = { ...filter, ...mine }
  const rows =
    order === 'OLDEST_FIRST'
      ? await eventsAfter(db, after ?? 0, first + 1, asked)
      : await eventsBefore(db, after, first + 1, asked)
  const shown = rows.slice(0, first)
  const shared = about(db)
  const last = shown.at(-1)
  return {
    events: shown.map((row) => toHistoryEvent(row, shared)),
    hasNextPage: rows.length > first,
    endCursor: last === undefined ? null : context.sealCursor({ before: last.seq, of }),
  }
}

function placeOf(context: GatewayContext, cursor: string, of: string): number {
  const place = context.openCursor(cursor) as { before?: unknown; of?: unknown }
  if (typeof place.before !== 'number' || place.of !== of)
    throw badInput('after', 'the `endCursor` of a page of this very list (same filter and order)', cursor)
  return place.before
}

/** Judged with the caller's present rights. Null: there is none, or it is not the caller's to see. */
export async function findHistoryEvent(context: GatewayContext, seq: number): Promise<HistoryEvent | null> {
  const { db } = context.services.store
  const row = await findEvent(db, seq)
  if (row === undefined || !isEventVisible(eventsVisibleTo(context.caller), row)) return null
  return toHistoryEvent(row, about(db))
}

/** Requests to the PSA: those that a read took, or the one of a write's step. */
export function vendorRequestsOf({ body }: HistoryEvent): readonly VendorRequestLine[] {
  const { vendorRequests, method, pathTemplate: path, status, durationMs } = body
  if (vendorRequests !== undefined) return vendorRequests
  if (method === undefined || path === undefined) return []
  return [{ method, path: pathTemplate(path), status: status ?? null, count: 1, durationMs: durationMs ?? 0 }]
}
