import { type RawBuilder, sql } from 'kysely'
import { clock } from './clock.ts'
import type { Db } from './index.ts'

/** NOTIFY on it only wakes: the rows are what counts, and a lost wake-up costs a poll. */
export const BUDGET_CHANNEL = 'countersign_budget'

/** What gateways tell each other about a connection. */
export interface BudgetNews {
  /** Places came free; somebody needs one; a pause began. */
  readonly what: 'FREE' | 'WANT' | 'PAUSE'
  readonly connection: string
  /** null: whatever the lane. */
  readonly lane: string | null
  /** The gateway that says so. */
  readonly by: string
}

export interface LeaseAsked {
  readonly connection: string
  readonly lane: string
  readonly holder: string
  readonly places: number
  readonly connectionMost: number
  readonly laneMost: number
  readonly leaseMs: number
  /** Requests to count in the window; 0 where there is none. */
  readonly units: number
  readonly unitsMost: number
  readonly windowMs: number
}

export interface Leased {
  readonly slots: readonly string[]
  readonly granted: number
  /** The part of the window that the granted units are counted in; null when none were asked for. */
  readonly counted_in: Date | null
  /** So long they may be used: until that part ends. */
  readonly granted_ms: number
  /** Why there was less than asked for, or null. */
  readonly short: 'PAUSE' | 'REQUESTS' | 'LANE' | 'CONNECTION' | null
  /** After PAUSE and REQUESTS: when there is more. */
  readonly wait_ms: number
}

export async function leasePlaces(db: Db, asked: LeaseAsked): Promise<Leased> {
  const { rows } = await sql<Leased>`
    select * from vendor_lease(
      ${asked.connection}, ${asked.lane}, ${asked.holder},
      ${asked.places}, ${asked.connectionMost}, ${asked.laneMost}, ${asked.leaseMs},
      ${asked.units}, ${asked.unitsMost}, ${asked.windowMs})
  `.execute(db)
  return rows[0] as Leased
}

export async function tell(db: Db, news: BudgetNews): Promise<void> {
  await sql`select ${notifying(news)}`.execute(db)
}

function notifying(news: BudgetNews): RawBuilder<unknown> {
  return sql`pg_notify(${BUDGET_CHANNEL}, ${JSON.stringify(news)})`
}

export async function giveBackPlaces(
  db: Db,
  {
    connection,
    lane,
    holder,
    slots,
  }: { connection: string; lane: string; holder: string; slots: readonly string[] },
): Promise<void> {
  await sql`
    with gone as (delete from vendor_slot where id = any(${[...slots]}::uuid[]) and holder = ${holder} returning id)
    select ${notifying({ what: 'FREE', connection, lane, by: holder })} from gone limit 1
  `.execute(db)
}

/** Units that were set aside and not used, in the part of the window that they were counted in. */
export async function giveBackUnits(
  db: Db,
  { connection, countedIn, units }: { connection: string; countedIn: Date; units: number },
): Promise<void> {
  await db
    .updateTable('vendor_budget')
    .set({ used: sql<number>`used - ${units}` })
    .where('connection', '=', connection)
    .where('window_start', '=', countedIn)
    .where('used', '>=', units)
    .execute()
}

export async function pausePlaces(
  db: Db,
  { connection, lane, holder, waitMs }: { connection: string; lane: string; holder: string; waitMs: number },
): Promise<void> {
  const until = sql<Date>`${clock} + make_interval(secs => ${waitMs / 1000})`
  await db
    .insertInto('vendor_pause')
    .values({ connection, lane, paused_until: until })
    .onConflict((conflict) =>
      conflict
        .columns(['connection', 'lane'])
        .doUpdateSet({ paused_until: sql<Date>`greatest(vendor_pause.paused_until, excluded.paused_until)` }),
    )
    .execute()
  await tell(db, { what: 'PAUSE', connection, lane: lane === '' ? null : lane, by: holder })
}

export interface BudgetInUse {
  /** Requests counted in the window, as far as it reaches back from now; what stands aside for a gateway counts as used. */
  readonly used: number
  readonly underWay: number
  /** The PSA asked to slow down until then. */
  readonly paused_until: Date | null
}

/** As the next lease would find it. */
export async function budgetInUse(db: Db, connection: string, windowMs: number): Promise<BudgetInUse> {
  const { rows } = await sql<BudgetInUse>`
    select
      (select coalesce(sum(used), 0)::int from vendor_budget
        where connection = ${connection}
        and window_start > clock_timestamp() - make_interval(secs => ${windowMs / 1000 + windowMs / 12_000})) as used,
      (select count(*)::int from vendor_slot
        where connection = ${connection} and lease_until > clock_timestamp()) as "underWay",
      (select max(paused_until) from vendor_pause
        where connection = ${connection} and paused_until > clock_timestamp()) as paused_until
  `.execute(db)
  return rows[0] as BudgetInUse
}

export interface StretchOfRequests {
  readonly connection: string
  /** From 0 on. */
  readonly stretch: number
  readonly requests: number
  readonly busiestHour: number
}

/** Requests of whole hours in equal stretches of so many of them; a stretch without any is left out. */
export async function countByHour(
  db: Db,
  connections: readonly string[],
  { from, to, hours }: { readonly from: Date; readonly to: Date; readonly hours: number },
): Promise<readonly StretchOfRequests[]> {
  const { rows } = await sql<StretchOfRequests>`
    select connection, floor(extract(epoch from hour - ${from}::timestamptz) / ${hours * 3_600})::int as stretch,
      sum(requests)::int as requests, max(requests) as "busiestHour"
    from vendor_hour
    where connection = any(${[...connections]}) and hour >= ${from} and hour < ${to} and requests > 0
    group by 1, 2
  `.execute(db)
  return rows
}
