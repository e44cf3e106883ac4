import type { Answer } from '../shared/answer.ts'
import { isRec, type Json, type Rec } from '../shared/json.ts'
import { findField, type Schema } from './allowlists.ts'
import { type Call, ok } from './call.ts'
import { sentence, strict } from './errors.ts'

/** Asked for 1000, a live tenant gave 100 and a right `record_count` (API.md 3): nobody is told. */
const PAGE_CAP = 100

export const PAGING = 'pageinate page_size page_no count'
export const ORDERING =
  'order order2 order3 order4 order5 orderdesc orderdesc2 orderdesc3 orderdesc4 orderdesc5'

/** SQL's LIKE: % and _ in a search term are wildcards. */
export function like(term: string): (value: Json | undefined) => boolean {
  const pattern = [...term]
    .map((char) => (char === '%' ? '.*' : char === '_' ? '.' : char.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')))
    .join('')
  const expression = new RegExp(pattern, 'isu')
  return (value) => value !== undefined && value !== null && expression.test(String(value))
}

function compare(a: Json | undefined, b: Json | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [String(a ?? '').toLowerCase(), String(b ?? '').toLowerCase()]
  return left < right ? -1 : left > right ? 1 : 0
}

/** `order`..`order5` by a field of the row, each with its own direction. */
export function sorted(call: Call, rows: Rec[], schema: Schema): Rec[] {
  const keys = ['', '2', '3', '4', '5'].flatMap((suffix) => {
    const name = call.query.text(`order${suffix}`)
    if (!name) return []
    const field = findField(schema, name)
    if (!field) throw strict(`order names ${name}, which no row has`)
    return [{ name: field.name, sign: call.query.flag(`orderdesc${suffix}`) ? -1 : 1 }]
  })
  if (keys.length === 0) return rows
  return [...rows].sort((a, b) => {
    for (const { name, sign } of keys) {
      const result = compare(a[name], b[name]) * sign
      if (result !== 0) return result
    }
    return 0
  })
}

/** Without `pageinate` the page parameters mean nothing, and `count` alone cuts the list. */
export function page(call: Call, rows: readonly Rec[], otherwise = Number.POSITIVE_INFINITY) {
  const { query } = call
  if (query.flag('pageinate')) {
    const size = Math.min(Math.max(query.int('page_size') ?? 50, 1), PAGE_CAP)
    const number = Math.max(query.int('page_no') ?? 1, 1)
    const from = (number - 1) * size
    return {
      rows: rows.slice(from, from + size),
      // The size that was asked for comes back, not the one that was given.
      envelope: { page_no: number, page_size: query.int('page_size') ?? size, record_count: rows.length },
    }
  }
  const kept = rows.slice(0, query.int('count') || otherwise)
  return { rows: kept, envelope: { record_count: kept.length } }
}

/** `bare` answers an array when no page was asked for, as the vendor does for some. */
export function answerList(
  call: Call,
  key: string,
  rows: readonly Rec[],
  show: (row: Rec) => Rec,
  options: { otherwise?: number; bare?: boolean } = {},
): Answer {
  const cut = page(call, rows, options.otherwise)
  const body = cut.rows.map(show)
  if (options.bare && !call.query.flag('pageinate')) return ok(body)
  return ok({ ...cut.envelope, [key]: body })
}

const EQUALS = 2

/** A JSON array of filters; the one operator that working clients show is 2, equals. */
export function advanced(call: Call, rows: Rec[], names: readonly string[]): Rec[] {
  const text = call.query.text('advanced_search')
  if (text === undefined) return rows
  let filters: unknown
  try {
    filters = JSON.parse(text)
  } catch {
    throw sentence(400, 'Invalid advanced search parameter')
  }
  if (!Array.isArray(filters)) throw sentence(400, 'Invalid advanced search parameter')
  return filters.reduce<Rec[]>((found, filter) => {
    const name = isRec(filter) ? String(filter.filter_name) : ''
    if (!isRec(filter) || !names.includes(name.toLowerCase()))
      throw sentence(400, `Invalid advanced search parameter ${name}`)
    if (Number(filter.filter_type) !== EQUALS)
      throw strict(`the simulator does not play filter_type ${filter.filter_type}`)
    const wanted = String(filter.filter_value).toLowerCase()
    return found.filter((row) => String(row[name.toLowerCase()] ?? '').toLowerCase() === wanted)
  }, rows)
}
