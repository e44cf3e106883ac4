import { sql } from 'kysely'
import type { Db } from './index.ts'
import { anyOf } from './requests.ts'
import type { RequestState, WriteRequestRow } from './tables.ts'

/** A record of a PSA by its vendor key. */
export interface VendorKey {
  readonly connection: string
  readonly key: string
}

export interface RequestFilter {
  readonly states?: readonly RequestState[]
  readonly workflowIds?: readonly string[]
  readonly agentId?: string
  readonly connections?: readonly string[]
  readonly ticketId?: string
  /** Waits for the signature of one of these people, who has not given it yet. */
  readonly waitsFor?: readonly string[]
  /** Asked for by an agent of this person, or about a ticket that this person owns. */
  readonly of?: string
  /** What one of these people has to look at: see `concerns`. */
  readonly concerns?: { readonly person: string; readonly standsInFor: readonly string[] }
  /** Its ticket is on one of these boards, or goes to one. */
  readonly boards?: readonly VendorKey[]
  /** One of these members of the PSA owned its ticket when it was planned. */
  readonly owners?: readonly VendorKey[]
  /** It reaches one of these permission groups. */
  readonly groups?: readonly string[]
  /** At least as urgent as this rank; 1 is the most urgent. */
  readonly priorityAtLeast?: number
  /** What may mail the client counts as doing so. */
  readonly mailsClient?: boolean
  /** Asked for at least so many minutes ago. */
  readonly olderThanMinutes?: number
}

export type RequestOrder = 'NEWEST' | 'EXPIRY' | 'DUE'

/** The last row of the page before, as text of its time, since a ticket that is never due has none. */
export interface RequestPlace {
  readonly at: string
  readonly id: string
}

// Dates of JavaScript end at milliseconds, and a page goes on behind what JavaScript has read.
const MOMENTS = {
  NEWEST: { by: sql`created_at`, down: true },
  EXPIRY: { by: sql`date_trunc('milliseconds', expires_at)`, down: false },
  DUE: { by: sql`coalesce(due_at, 'infinity')`, down: false },
} as const

/** One row more than a page holds tells of a next page. */
export function listRequests(
  db: Db,
  filter: RequestFilter,
  first: number,
  { order = 'NEWEST', after }: { readonly order?: RequestOrder; readonly after?: RequestPlace } = {},
): Promise<WriteRequestRow[]> {
  const { by, down } = MOMENTS[order]
  let query = matching(db, filter).selectAll()
  if (after !== undefined) {
    const place = sql`(${after.at}::timestamptz, ${after.id}::text)`
    query = query.where(down ? sql<boolean>`(${by}, id) < ${place}` : sql<boolean>`(${by}, id) > ${place}`)
  }
  const way = down ? 'desc' : 'asc'
  return query.orderBy(by, way).orderBy('id', way).limit(first).execute()
}

/** Where a page that ends with this row goes on. */
export function placeOfRequest(row: WriteRequestRow, order: RequestOrder): RequestPlace {
  const moment = { NEWEST: row.created_at, EXPIRY: row.expires_at, DUE: row.due_at }[order]
  return { at: moment?.toISOString() ?? 'infinity', id: row.id }
}

function matching(db: Db, filter: RequestFilter) {
  let query = db.selectFrom('write_request')
  if (filter.states !== undefined) query = query.where('state', '=', anyOf(filter.states))
  if (filter.workflowIds !== undefined) query = query.where('workflow_id', '=', anyOf(filter.workflowIds))
  if (filter.agentId !== undefined) query = query.where('agent_id', '=', filter.agentId)
  if (filter.connections !== undefined) query = query.where('connection', '=', anyOf(filter.connections))
  if (filter.ticketId !== undefined) query = query.where('ticket_id', '=', filter.ticketId)
  if (filter.waitsFor !== undefined) query = query.where(waitsFor(filter.waitsFor))
  if (filter.of !== undefined) query = query.where(belongsTo(filter.of))
  if (filter.concerns !== undefined) query = query.where(concerns(filter.concerns))
  if (filter.boards !== undefined) query = query.where(isOneOf('board', filter.boards))
  if (filter.owners !== undefined) query = query.where(isOneOf('owner', filter.owners))
  if (filter.groups !== undefined) query = query.where(sql<boolean>`groups && ${filter.groups}::text[]`)
  if (filter.priorityAtLeast !== undefined) query = query.where('priority_rank', '<=', filter.priorityAtLeast)
  if (filter.mailsClient !== undefined)
    query = query.where('client_mail', filter.mailsClient ? '<>' : '=', 'NO')
  if (filter.olderThanMinutes !== undefined) {
    query = query.where(
      sql<boolean>`created_at <= clock_timestamp() - make_interval(mins => ${filter.olderThanMinutes}::int)`,
    )
  }
  return query
}

const isOneOf = (column: 'board' | 'owner', records: readonly VendorKey[]) => sql<boolean>`
  (connection, ${sql.ref(column)}) in (
    select * from unnest(${records.map(({ connection }) => connection)}::text[], ${records.map(({ key }) => key)}::text[]))`

/** The first of them is who asks: what that person has signed needs nothing more of them. */
const waitsFor = (
  people: readonly string[],
) => sql<boolean>`state = 'PENDING' and expires_at > clock_timestamp()
  and exists (
    select from jsonb_to_recordset(recipients) as r (person text, now boolean)
    where r.person = any(${people}) and (r.now or write_request.escalated_at is not null))
  and not exists (
    select from approval a
    where a.request_id = write_request.id and a.revision = write_request.revision and a.person_id = ${people[0] ?? ''})`

const belongsTo = (person: string) => sql<boolean>`(on_behalf_of = ${person} or exists (
  select from jsonb_to_recordset(recipients) as r (person text, "as" text)
  where r.person = ${person} and r."as" = 'OWNER'))`

/** What waits for a person; and of what they own or signed, what went stale, is unclear or has failed of late. */
const concerns = ({
  person,
  standsInFor,
}: {
  readonly person: string
  readonly standsInFor: readonly string[]
}) =>
  sql<boolean>`((${waitsFor([person, ...standsInFor])}) or (
    (state in ('STALE', 'UNKNOWN_OUTCOME') or (state = 'FAILED' and settled_at > now() - interval '3 days'))
    and (${belongsTo(person)} or exists (
      select from approval a where a.request_id = write_request.id and a.person_id = ${person}))))`

export interface Counted {
  readonly count: number
}

/** What lists of requests can be narrowed by, among those that match, each with how many have it. */
export interface RequestFacets {
  readonly boards: readonly (VendorKey & Counted)[]
  readonly owners: readonly (VendorKey & Counted)[]
  readonly groups: readonly ({ readonly group: string } & Counted)[]
  readonly workflows: readonly ({ readonly workflow: string } & Counted)[]
  readonly priorities: readonly ({ readonly rank: number } & Counted)[]
}

const MOST_OF_A_FACET = 200

export async function requestFacets(db: Db, filter: RequestFilter): Promise<RequestFacets> {
  const count = sql<number>`count(*)::int`
  const keys = (column: 'board' | 'owner') =>
    matching(db, filter)
      .select(['connection', sql<string>`${sql.ref(column)}`.as('key'), count.as('count')])
      .where(column, 'is not', null)
      .groupBy(['connection', column])
      .orderBy('count', 'desc')
      .limit(MOST_OF_A_FACET)
      .execute()
  const [boards, owners, groups, workflows, priorities] = await Promise.all([
    keys('board'),
    keys('owner'),
    db
      .selectFrom(matching(db, filter).select(sql<string>`unnest(groups)`.as('group')).as('each'))
      .select(['each.group', count.as('count')])
      .groupBy('each.group')
      .orderBy('each.group')
      .execute(),
    matching(db, filter)
      .select(['workflow_id as workflow', count.as('count')])
      .groupBy('workflow_id')
      .orderBy('count', 'desc')
      .limit(MOST_OF_A_FACET)
      .execute(),
    matching(db, filter)
      .select([sql<number>`priority_rank`.as('rank'), count.as('count')])
      .where('priority_rank', 'is not', null)
      .groupBy('priority_rank')
      .orderBy('priority_rank')
      .execute(),
  ])
  return { boards, owners, groups, workflows, priorities }
}
