import type { Row } from '../client.ts'
import { PAGE } from '../read-by-id.ts'
import { rawId } from '../read-tickets.ts'
import { behind, keyOf, type Listing, type Position, reachesEnd, type Slice, slice } from './pages.ts'

/** Requests that one page may take when what comes back is thinned out again; then the page ends, and says so. */
const MAX_ROUNDS = 5

export interface Found<Body> {
  readonly row: Row
  readonly body: Body
  readonly position: Position
}

export interface Collected<Body> {
  readonly found: readonly Found<Body>[]
  readonly hasNext: boolean
  /** The search ended before the page was full and before the list did. */
  readonly stopped: boolean
  readonly lost: number
}

export interface CollectOptions<Body> {
  readonly first: number
  readonly after: Position | undefined
  keep(row: Row): boolean
  parse(row: unknown): Body | undefined
}

/** One request in the common case: the vendor's count tells whether there is a next page. */
export async function collect<Body>(
  listing: Listing,
  { first, after, keep, parse }: CollectOptions<Body>,
): Promise<Collected<Body>> {
  const found: Found<Body>[] = []
  let lost = 0
  let dropped = 0
  let batch: Slice =
    after === undefined ? await slice(listing, 0, Math.min(first, PAGE)) : await behind(listing, after, first)
  for (let round = 1; ; round += 1) {
    for (const [index, row] of batch.rows.entries()) {
      const key = keyOf(row, listing.order)
      const id = rawId(row)
      // Without its key the record's place in the order is unknown: it cannot stand in a page.
      const body = id === undefined || key === null ? undefined : parse(row)
      if (body !== undefined && !keep(row as Row)) {
        dropped += 1
        continue
      }
      if (found.length === first) return { found, hasNext: true, stopped: false, lost }
      if (body === undefined || id === undefined) lost += 1
      else found.push({ row: row as Row, body, position: { k: key, id, n: batch.from + index + 1 } })
    }
    if (reachesEnd(batch)) return { found, hasNext: false, stopped: false, lost }
    // What is left may all fall out, where something did; then the next page may be an empty one.
    if (found.length === first) return { found, hasNext: true, stopped: false, lost }
    const next = batch.from + batch.rows.length
    if (round === MAX_ROUNDS || (batch.rows.length === 0 && round > 1))
      return { found, hasNext: found.length > 0, stopped: true, lost }
    const wanted = dropped > 0 ? PAGE : Math.min(PAGE, first - found.length)
    const more = await slice(listing, next, wanted)
    const skip = next - more.from
    batch = { ...more, from: next, rows: more.rows.slice(skip) }
  }
}
