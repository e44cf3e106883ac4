import type { VendorAccess, VendorSession } from '../../../schema/source.ts'
import { readRows } from '../client.ts'
import type { Clause } from '../encoded-query.ts'
import type { Row } from '../rows.ts'
import { behind, type Direction, holds, keyIn, type OrderSpec, ordering, type Position } from './keyset.ts'

/** Requests that one page of one table may take when rows fall out; then the page ends, and says so. */
const MAX_ROUNDS = 8

/** Rows of a further request of one page. */
const LARGER_PAGE = 200

/** The parts of one list that stay the same from page to page. */
export interface Standing {
  readonly session: VendorSession
  readonly table: string
  readonly access: VendorAccess
  readonly fields: readonly string[]
  readonly clauses: readonly Clause[]
  /** What the platform should have held to, looked at once more. */
  keeps(row: Row): 'KEEP' | 'NARROWED' | 'NOT_ASKED_FOR'
}

export interface Found {
  readonly row: Row
  readonly position: Position
  readonly k: string | null
}

export interface Collected {
  readonly rows: readonly Found[]
  readonly hasNext: boolean
  readonly lost: number
  /** Rows that no condition of ours admits: the platform left a part of the query out. */
  readonly unasked: number
  readonly stopped: boolean
}

/**
 * Up to `first` records behind a position, of one table. One request in the common case: a record more than
 * asked for tells whether there is a next page. A limit counts rows before ACLs hide some (API.md 4), so that a
 * short answer is the end only when the count says so; hidden rows are stepped over by offset.
 */
export async function collect(
  query: Standing,
  order: OrderSpec,
  direction: Direction,
  { first, after, skipEmpty }: { first: number; after: Position | undefined; skipEmpty: boolean },
): Promise<Collected> {
  const rows: Found[] = []
  let empty = after !== undefined && after.id !== '' && after.k === null && order.split !== undefined
  /** Behind this the query goes on; `skip` rows from there are passed. */
  let base: Position | undefined =
    after === undefined || after.id === '' ? undefined : { k: after.k, id: after.id }
  let skip = after?.skip ?? 0
  let lost = 0
  let unasked = 0
  let thinned = false
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const limit = thinned ? Math.max(first + 1, LARGER_PAGE) : first - rows.length + 1
    const { rows: answer, total } = await readRows(query.session, {
      table: query.table,
      clauses: [
        ...query.clauses,
        ...(order.split === undefined ? [] : [empty ? order.split.empty : order.split.valued]),
        ...(base === undefined ? [] : behind(order, direction, base)),
      ],
      fields: [order.field, ...(order.paths ?? []), ...query.fields],
      order: ordering(order, direction, empty),
      limit,
      offset: skip,
      access: query.access,
    })
    /** Rows of this answer that were gone through, for going on inside of it. */
    let passed = 0
    for (const row of answer) {
      passed += 1
      if (row === undefined) {
        lost += 1
        continue
      }
      const key = empty ? null : keyIn(order, row)
      // Without its key the record's place in the order is unknown.
      if (!empty && key === null) {
        lost += 1
        continue
      }
      const verdict = query.keeps(row)
      if (verdict !== 'KEEP') {
        if (verdict === 'NOT_ASKED_FOR') unasked += 1
        continue
      }
      if (rows.length === first) return { rows, hasNext: true, lost, unasked, stopped: false }
      const position: Position = holds(order, key)
        ? { k: key, id: row.sysId }
        : { k: base?.k ?? null, id: base?.id ?? '', skip: skip + passed }
      rows.push({ row, position, k: key })
    }
    const more = total === null ? answer.length >= limit : skip + limit < total
    if (more) {
      // Rows are hidden or fall out: what is left of the page may lie far apart.
      thinned = true
      skip += limit
      // Behind the last record again when none was hidden: a deep offset is slow and slips (API.md 4).
      const last = answer.at(-1)
      const key = last === undefined ? null : empty ? null : keyIn(order, last)
      if (answer.length === limit && last !== undefined && (empty || key !== null) && holds(order, key)) {
        base = { k: key, id: last.sysId }
        skip = 0
      }
      continue
    }
    if (order.split === undefined || empty || skipEmpty)
      return { rows, hasNext: false, lost, unasked, stopped: false }
    empty = true
    base = undefined
    skip = 0
  }
  return { rows, hasNext: rows.length > 0, lost, unasked, stopped: true }
}

/** What is missing from a page, in words. */
export function partialWords({
  lost,
  unasked,
  stopped,
}: Omit<Collected, 'rows' | 'hasNext'>): string | undefined {
  const words = [
    lost === 0
      ? undefined
      : lost === 1
        ? 'One record could not be read.'
        : `${lost} records could not be read.`,
    unasked === 0
      ? undefined
      : "ServiceNow left a part of the filter out, or hides its field from the gateway's user: what could not be seen to match is not shown.",
    stopped ? 'The search was stopped before the page was full.' : undefined,
  ].filter((one) => one !== undefined)
  return words.length === 0 ? undefined : words.join(' ')
}
