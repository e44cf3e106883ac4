import type { VendorAccess, VendorSession } from '../../../schema/source.ts'
import { MAX_RECORDS, objectOf, query } from '../client.ts'
import { type Condition, compare, fieldName, integer } from '../conditions.ts'
import { millis } from '../projection.ts'
import type { SecondLook } from './filters.ts'

export type Row = Readonly<Record<string, unknown>> & { readonly id: number }

/** The parts of one list that stay the same from request to request. */
export interface Standing {
  readonly session: VendorSession
  readonly entity: string
  readonly access: VendorAccess
  readonly columns: readonly string[]
  readonly conditions: readonly Condition[]
  readonly secondLook: readonly SecondLook[]
}

export interface Rows {
  readonly rows: readonly Row[]
  readonly cut: boolean
  /** Rows that had no id and so cannot even be named. */
  readonly lost: number
}

const ID = fieldName('id')
export const EVERY_ID: Condition = compare(ID, 'gte', integer('id', 0))

/** One request: rows by ascending id, the only order that the vendor knows (API.md 4). */
export async function ask(
  { session, entity, access, columns, conditions }: Standing,
  also: readonly Condition[],
  max = MAX_RECORDS,
): Promise<Rows> {
  const filter = [...conditions, ...also]
  const answer = await query(session, {
    entity,
    // An empty filter is refused (API.md 4).
    filter: filter.length === 0 ? [EVERY_ID] : filter,
    fields: columns,
    max,
    access,
  })
  const rows = answer.rows.filter((row): row is Row => typeof objectOf(row).id === 'number')
  return { rows, cut: answer.cut, lost: answer.rows.length - rows.length }
}

export function beyondId(id: number): Condition {
  return compare(ID, 'gt', integer('id', id))
}

/**
 * Every row that matches, page by page with an id cursor.
 *
 * @param from what a first page brought already
 * @returns cut when there are more than `maxPages` of them
 */
export async function askAll(
  standing: Standing,
  also: readonly Condition[],
  maxPages: number,
  from?: Rows,
): Promise<Rows> {
  const rows: Row[] = [...(from?.rows ?? [])]
  let lost = from?.lost ?? 0
  let cut = from?.cut ?? true
  for (let page = from === undefined ? 0 : 1; cut && page < maxPages; page += 1) {
    const last = rows.at(-1)
    const answer = await ask(standing, [...also, ...(last === undefined ? [] : [beyondId(last.id)])])
    rows.push(...answer.rows)
    lost += answer.lost
    // A page without a row that can be named leaves nothing to go on behind.
    cut = answer.cut && answer.rows.length > 0
  }
  return { rows, cut, lost }
}

export function survives({ secondLook }: Standing, row: Row): boolean {
  return secondLook.every((look) => look.matches(row))
}

/** Milliseconds of a row's time. */
export function timeOf(row: Row, column: string): number | null {
  return millis(row[column])
}
