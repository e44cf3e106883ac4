import { type Condition, compare, datetime, fieldName } from '../conditions.ts'
import type { Span } from './filters.ts'
import { ask, askAll, type Row, type Rows, type Standing, survives, timeOf } from './source.ts'

/** Where a page ended: milliseconds of its last row, and its id. */
export interface Place {
  readonly k: number
  readonly id: number
}

export interface TimeWalk {
  readonly column: string
  readonly direction: 'ASC' | 'DESC'
  /** Rows wanted, one more than the page so as to know whether there is a next one. */
  readonly need: number
  readonly after: Place | null
  /** What the filter leaves of time. */
  readonly span: Span
  /** Ask for all of it first: the filter leaves few. */
  readonly selective: boolean
  readonly pace: Pace
}

export interface Walked {
  readonly rows: readonly Row[]
  readonly more: boolean
  readonly lost: number
  readonly stopped: boolean
}

/** How many rows came per millisecond of window when last seen: it makes the first window fit the tenant. */
export interface Pace {
  perMs: number | null
}

const DAY = 86_400_000
/** Unknown tenants: a week holds a page of a small MSP and fits into one answer of a large one. */
const FIRST_SPAN = 7 * DAY
/** A filter that leaves a month at most leaves what fits into one answer, at most tenants. */
const WHOLE_SPAN = 31 * DAY
/** A window is made to hold so many times the rows wanted, so that it need not be asked for twice. */
const MARGIN = 2
/** Windows grow and shrink by these. */
const GROWTH = 4
const SECOND = 1_000
/** A walk that takes more ends early and says so: 5 windows cover 9 years, and a cut one costs another. */
const MAX_ROUNDS = 14
/** 5,000 rows of one second, as an import makes them. */
const MAX_PAGES_OF_A_SECOND = 10

/**
 * Rows by time, although the vendor sorts by id alone: a window of time is read whole and sorted here, and the
 * next one begins where it ended. A window that is cut says nothing of its order and is narrowed.
 */
export async function walkByTime(standing: Standing, walk: TimeWalk): Promise<Walked> {
  return walk.direction === 'DESC' ? newestFirst(standing, walk) : oldestFirst(standing, walk)
}

async function newestFirst(standing: Standing, walk: TimeWalk): Promise<Walked> {
  const { column, need, after, span, pace } = walk
  const found = new Found(standing, walk)
  const floor = span.from
  // Rows of the same second as the last one may still be to come: the window begins behind them.
  let top = after === null ? span.to : secondAfter(after.k)
  const short = floor !== null && (top ?? Date.now()) - floor <= WHOLE_SPAN
  let width = walk.selective || short ? Number.POSITIVE_INFINITY : firstWidth(pace, need)
  let overflowed = false
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const start = top ?? Date.now()
    const wide = start - width
    const from = floor === null ? (Number.isFinite(wide) ? down(wide) : null) : Math.max(floor, down(wide))
    const last = from === floor
    let answer = await ask(standing, within(column, from, top))
    if (answer.cut) {
      overflowed = true
      const narrowed = narrower(answer, walk, found, from, start)
      if (narrowed !== null) {
        width = start - narrowed
        continue
      }
      answer = await askAll(standing, within(column, from, top), MAX_PAGES_OF_A_SECOND, answer)
      if (answer.cut) return found.end(true, true)
    }
    const rows = found.add(answer)
    if (!last) learn(pace, answer.rows.length, width)
    if (found.count >= need) return found.end(true)
    if (last) return found.end(false)
    top = from
    width = nextWidth(width, rows, need - found.count, round >= 2 && !overflowed)
  }
  return found.end(true, true)
}

/** A lower end above `from` behind which there still are enough rows, or probably are; null when there is none. */
function narrower(
  answer: Rows,
  { column, need }: TimeWalk,
  found: Found,
  from: number | null,
  start: number,
): number | null {
  const times = answer.rows
    .filter((row) => found.takes(row))
    .map((row) => timeOf(row, column) ?? 0)
    .toSorted((a, b) => b - a)
  // So many rows of this very answer are newer: the page cannot reach below.
  const sure = times[need - found.count - 1]
  const earliest = times.at(-1) ?? start
  // Of everything there ever was, a quarter is still years: the newest are looked for in the last weeks.
  const width =
    from === null ? Math.min((start - earliest) / GROWTH, FIRST_SPAN * GROWTH) : (start - from) / GROWTH
  const guess = start - Math.max(SECOND, width)
  const narrowed = down(sure === undefined ? guess : Math.max(sure, guess))
  return (from === null || narrowed > from) && narrowed < start + SECOND * 2
    ? narrowed
    : sureAlone(sure, from)
}

/** All of them may lie in the future (a due date): then only the rows themselves tell where to cut. */
function sureAlone(sure: number | undefined, from: number | null): number | null {
  return sure !== undefined && (from === null || down(sure) > from) ? down(sure) : null
}

async function oldestFirst(standing: Standing, walk: TimeWalk): Promise<Walked> {
  const { column, need, after, span } = walk
  const found = new Found(standing, walk)
  const ceiling = span.to
  let bottom = after === null ? span.from : down(after.k)
  let to = ceiling
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    let answer = await ask(standing, within(column, bottom, to))
    if (answer.cut) {
      const narrowed = earlier(answer, walk, found, bottom, to)
      if (narrowed !== null) {
        to = narrowed
        continue
      }
      answer = await askAll(standing, within(column, bottom, to), MAX_PAGES_OF_A_SECOND, answer)
      if (answer.cut) return found.end(true, true)
    }
    found.add(answer)
    if (found.count >= need) return found.end(true)
    if (to === ceiling) return found.end(false)
    bottom = to
    to = ceiling
  }
  return found.end(true, true)
}

/** Rows with small ids are mostly old ones: the page ends where enough of them are. */
function earlier(
  answer: Rows,
  { column, need }: TimeWalk,
  found: Found,
  bottom: number | null,
  to: number | null,
): number | null {
  const times = answer.rows
    .filter((row) => found.takes(row))
    .map((row) => timeOf(row, column) ?? 0)
    .toSorted((a, b) => a - b)
  const sure = times[need - found.count - 1]
  if (sure !== undefined && (to === null || secondAfter(sure) < to)) return secondAfter(sure)
  const low = bottom ?? times[0] ?? 0
  const high = to ?? times.at(-1) ?? low
  const middle = secondAfter(low + (high - low) / 2)
  return (to === null || middle < to) && middle > low + SECOND ? middle : null
}

/** What the windows brought, in order. */
class Found {
  readonly #standing: Standing
  readonly #walk: TimeWalk
  readonly #rows: Row[] = []
  #lost = 0

  constructor(standing: Standing, walk: TimeWalk) {
    this.#standing = standing
    this.#walk = walk
  }

  get count(): number {
    return this.#rows.length
  }

  /** Behind the place where the page before ended, and meant by the filter. */
  takes(row: Row): boolean {
    const time = timeOf(row, this.#walk.column)
    if (time === null || !survives(this.#standing, row)) return false
    const { after, direction } = this.#walk
    if (after === null) return true
    const order = time - after.k || row.id - after.id
    return direction === 'ASC' ? order > 0 : order < 0
  }

  /** A window's rows, sorted among themselves. @returns how many it took */
  add({ rows, lost }: Rows): number {
    const { column, direction } = this.#walk
    const sign = direction === 'ASC' ? 1 : -1
    const at = (row: Row) => timeOf(row, column) ?? 0
    const taken = rows
      .filter((row) => this.takes(row))
      .toSorted((a, b) => (at(a) - at(b) || a.id - b.id) * sign)
    this.#rows.push(...taken)
    // Without its time a row's place is unknown.
    this.#lost += lost + rows.filter((row) => timeOf(row, column) === null).length
    return taken.length
  }

  end(more: boolean, stopped = false): Walked {
    return { rows: this.#rows, more, lost: this.#lost, stopped }
  }
}

function within(column: string, from: number | null, to: number | null): readonly Condition[] {
  const field = fieldName(column)
  return [
    ...(from === null ? [] : [compare(field, 'gte', datetime(from))]),
    ...(to === null ? [] : [compare(field, 'lt', datetime(to))]),
  ]
}

/** Windows end on whole seconds: what the vendor keeps below a second and what it shows may differ. */
function down(time: number): number {
  return Math.floor(time / SECOND) * SECOND
}

function secondAfter(time: number): number {
  return down(time) + SECOND
}

function firstWidth({ perMs }: Pace, need: number): number {
  if (perMs === null) return FIRST_SPAN
  return Math.min(Math.max((need * MARGIN) / perMs, 60 * SECOND), 366 * DAY)
}

/** @param thin several windows brought little: what is left may well fit into one answer */
function nextWidth(width: number, rows: number, missing: number, thin: boolean): number {
  if (thin) return Number.POSITIVE_INFINITY
  const fits = rows === 0 ? GROWTH : (missing / rows) * MARGIN
  // A window that lies in the future counts from now, and so below zero.
  return Math.max(Math.abs(width), SECOND) * Math.min(Math.max(fits, 1), GROWTH * GROWTH)
}

function learn(pace: Pace, rows: number, width: number): void {
  if (rows > 0 && width > 0 && Number.isFinite(width)) pace.perMs = rows / width
}
