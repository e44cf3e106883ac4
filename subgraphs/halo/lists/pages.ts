import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { VendorAccess, VendorSession } from '../../../schema/source.ts'
import { unavailable } from '../../http/errors.ts'
import { type Row, readRows } from '../client.ts'
import { flag, type Query, whole } from '../query.ts'
import { PAGE } from '../read-by-id.ts'
import { rawId } from '../read-tickets.ts'
import type { Key, OrderSpec } from './orders.ts'

export type Direction = 'ASC' | 'DESC'

/**
 * Where a page ended, as plain JSON. Halo knows page numbers only, and they shift when a record comes or goes:
 * so a position holds the record it ended with, and `n`, where that one was to be found.
 */
export interface Position {
  readonly k: Key
  readonly id: number
  readonly n: number
}

/** @throws GatewayError BAD_USER_INPUT for a position that this source did not give */
export function readPosition(after: unknown): Position | undefined {
  if (after === null || after === undefined) return undefined
  const { k, id, n } = after as Record<string, unknown>
  const whole = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value)
  if ((k === null || typeof k === 'string' || typeof k === 'number') && whole(id) && whole(n) && n > 0)
    return { k, id, n }
  throw badInput('after', 'a position given by this list', after)
}

/** One list at the vendor, in one order. */
export interface Listing {
  readonly session: VendorSession
  readonly path: string
  readonly envelope: string
  readonly access: VendorAccess
  readonly query: Query
  readonly order: OrderSpec
  readonly direction: Direction
}

export interface Slice {
  /** Place of the first row in the whole list. */
  readonly from: number
  readonly rows: readonly unknown[]
  readonly total: number | null
  /** True when the vendor gave fewer rows than a page holds. */
  readonly short: boolean
}

/** The smallest page that holds the places from `from` on, `count` of them; else the one that holds most. */
export function pageFor(from: number, count: number): { readonly size: number; readonly number: number } {
  let best = { size: PAGE, number: Math.floor(from / PAGE) + 1 }
  let reach = best.number * PAGE - from
  for (let size = PAGE - 1; size >= Math.min(count, PAGE); size -= 1) {
    const number = Math.floor(from / size) + 1
    const here = number * size - from
    if (here >= count || here > reach) {
      best = { size, number }
      reach = Math.min(here, count)
    }
  }
  return best
}

export async function slice(listing: Listing, from: number, count: number): Promise<Slice> {
  const { size, number } = pageFor(from, count)
  const { session, path, envelope, access, order, direction } = listing
  const descending = direction === 'DESC'
  const query: Query = [
    ...listing.query,
    flag('pageinate', true),
    whole('page_size', size),
    whole('page_no', number),
    ['order', order.field],
    flag('orderdesc', descending),
    // There is no stable default (API.md 3): records of one key are told apart by id.
    ...(order.type === 'id' ? [] : ([['order2', 'id'], flag('orderdesc2', descending)] as const)),
  ]
  const { rows, total } = await readRows(session, { path, query, access }, envelope)
  if (rows.length > size) throw unavailable(session.connection.slug, 'sent a longer page than asked for')
  expectOrder(listing, rows)
  return { from: (number - 1) * size, rows, total, short: rows.length < size }
}

/** An order that the server does not know may be ignored like a filter: that would be a wrong answer. */
function expectOrder({ session, order, direction }: Listing, rows: readonly unknown[]): void {
  if (order.type === 'text') return
  let before: Key = null
  for (const row of rows) {
    const key = keyOf(row, order)
    if (key === null) continue
    if (before !== null && (direction === 'ASC' ? key < before : key > before))
      throw unavailable(session.connection.slug, `did not keep to the order by ${order.field}`)
    before = key
  }
}

export function keyOf(row: unknown, order: OrderSpec): Key {
  return typeof row === 'object' && row !== null ? order.read(row as Row) : null
}

/** The rows behind a position, with the place of the first of them. */
export async function behind(listing: Listing, position: Position, count: number): Promise<Slice> {
  const first = await slice(listing, position.n - 1, Math.min(count + 1, PAGE))
  const found = place(first.rows, position)
  if (found >= 0) return from(first, found + 1)
  // It moved: look a page to both sides of where it was.
  const around = await neighbourhood(listing, first)
  const moved = place(around.rows, position)
  if (moved >= 0) return from(around, moved + 1)
  const { order } = listing
  const next = order.type === 'text' ? -1 : around.rows.findIndex((row) => isBehind(listing, row, position))
  // It is gone, and its key tells where the list goes on, if that place lies within what was looked at.
  if (next > 0 || (next === 0 && around.from === 0)) return from(around, next)
  if (next < 0 && order.type !== 'text' && reachesEnd(around)) return from(around, around.rows.length)
  throw new GatewayError('CURSOR_EXPIRED', 'The list has changed too much to go on here; begin it again.', {
    connection: listing.session.connection.slug,
  })
}

async function neighbourhood(listing: Listing, middle: Slice): Promise<Slice> {
  const start = Math.max(0, middle.from - PAGE)
  const pieces: Slice[] = []
  let next = start
  const end = middle.from + middle.rows.length + PAGE
  while (next < end) {
    const piece = await slice(listing, next, Math.min(PAGE, end - next))
    const fresh = from(piece, next - piece.from)
    pieces.push(fresh)
    next += fresh.rows.length
    if (fresh.rows.length === 0 || piece.short) break
  }
  const last = pieces.at(-1)
  return {
    from: start,
    rows: pieces.flatMap(({ rows }) => rows),
    total: last?.total ?? middle.total,
    short: last?.short ?? middle.short,
  }
}

function from(whole: Slice, skip: number): Slice {
  return { ...whole, from: whole.from + skip, rows: whole.rows.slice(skip) }
}

function place(rows: readonly unknown[], { id }: Position): number {
  return rows.findIndex((row) => rawId(row) === id)
}

export function reachesEnd({ from: start, rows, total, short }: Slice): boolean {
  return total === null ? short : start + rows.length >= total
}

function isBehind({ order, direction }: Listing, row: unknown, position: Position): boolean {
  const key = keyOf(row, order)
  const id = rawId(row)
  if (key === null || id === undefined || position.k === null) return false
  const sign = direction === 'ASC' ? 1 : -1
  if (key !== position.k) return (key > position.k ? 1 : -1) * sign > 0
  return (id - position.id) * sign > 0
}
