import { MAX_RECORDS } from '../client.ts'
import type { Condition } from '../conditions.ts'
import { ask, beyondId, type Row, type Standing, survives } from './source.ts'

/** Rows that share one key, such as a priority: among themselves they come by id, as the vendor gives them. */
export interface Segment {
  readonly k: string | number | null
  readonly condition: Condition
}

export interface SegmentRow {
  readonly row: Row
  readonly k: string | number | null
}

/** Requests that one page may take; more segments than that are a tenant's oddity, and the page says so. */
const MAX_ROUNDS = 20

/** Segment after segment, each from its smallest id on: exact, and no more rows than wanted. */
export async function walkSegments(
  standing: Standing,
  segments: readonly Segment[],
  need: number,
  after: { readonly k: string | number | null; readonly id: number } | null,
): Promise<{
  readonly rows: readonly SegmentRow[]
  readonly more: boolean
  readonly lost: number
  readonly stopped: boolean
}> {
  const rows: SegmentRow[] = []
  let lost = 0
  let index = after === null ? 0 : segments.findIndex(({ k }) => k === after.k)
  // A priority that was taken from the list meanwhile stood at its end.
  if (index < 0) index = Math.max(0, segments.length - 1)
  let last = after?.id ?? null
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const segment = segments[index]
    if (segment === undefined) return { rows, more: false, lost, stopped: false }
    const room = need - rows.length
    const from = last === null ? [] : [beyondId(last)]
    // What is looked at once more may thin out: then a whole page is asked for, and no more rows than wanted else.
    const max = standing.secondLook.length === 0 ? room : MAX_RECORDS
    const answer = await ask(standing, [segment.condition, ...from], max)
    lost += answer.lost
    for (const row of answer.rows) if (survives(standing, row)) rows.push({ row, k: segment.k })
    if (rows.length >= need) return { rows, more: true, lost, stopped: false }
    const end = answer.rows.at(-1)
    if (answer.cut && end !== undefined) last = end.id
    else {
      index += 1
      last = null
    }
  }
  return { rows, more: true, lost, stopped: true }
}
