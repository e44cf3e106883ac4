import { GatewayError } from '../../../schema/errors.ts'
import type { ListRequest } from '../../../schema/source.ts'
import type { Position } from './position.ts'
import { askAll, type Row, type Standing, survives } from './source.ts'

/** 10,000 records by 500: contacts of an MSP that is larger than most; each page of the list reads them all. */
const MAX_PAGES = 20

/** The order that people expect of names, the same whatever the machine's own language is. */
const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true })

/**
 * A list that the vendor cannot sort and time does not help with, read whole and sorted here. Its own text
 * comparison is not used to cut the list: where it differs from ours, records would be lost in between.
 */
export async function walkWhole(
  standing: Standing,
  { first, order: { direction }, list }: ListRequest,
  columns: readonly string[],
  after: Position | undefined,
): Promise<{
  readonly rows: readonly {
    readonly row: Row
    readonly k: Position['k']
    readonly sortValue: string | number | null
  }[]
  readonly more: boolean
  readonly lost: number
  readonly stopped: boolean
}> {
  const answer = await askAll(standing, [], MAX_PAGES)
  if (answer.cut) {
    throw new GatewayError(
      'LIMIT_EXCEEDED',
      `Autotask cannot sort, and this list holds more than ${MAX_PAGES * 500} records: narrow the filter.`,
      { argument: 'filter', list },
    )
  }
  const sign = direction === 'ASC' ? 1 : -1
  const keyed = answer.rows
    .filter((row) => survives(standing, row))
    .map((row) => ({ row, k: keyOf(row, columns) }))
    .toSorted((a, b) => compareKeys(a.k, b.k, a.row.id, b.row.id, sign))
  const behind = keyed.filter(
    ({ row, k }) => after === undefined || compareKeys(k, textKey(after.k), row.id, after.id, sign) > 0,
  )
  return {
    rows: behind
      .slice(0, first + 1)
      .map(({ row, k }) => ({ row, k, sortValue: columns.length === 0 ? row.id : k })),
    more: behind.length > first,
    lost: answer.lost,
    stopped: false,
  }
}

/** A number here: only lists by id have none of their own. */
function textKey(k: Position['k']): string | null {
  return k === null ? null : String(k)
}

/** One text of several columns, set apart by what no name holds; null without any. */
function keyOf(row: Row, columns: readonly string[]): string | null {
  const parts = columns
    .map((column) => row[column])
    .map((value) => (typeof value === 'string' ? value.trim() : ''))
  return parts.every((part) => part === '') ? null : parts.join('\u0001')
}

/** Nulls last in both directions; records of one key by id. */
function compareKeys(a: string | null, b: string | null, idA: number, idB: number, sign: 1 | -1): number {
  if (a === null || b === null) {
    if (a !== b) return a === null ? 1 : -1
    return (idA - idB) * sign
  }
  return (compareNames(a, b) || idA - idB) * sign
}

/** Texts that the collation takes for the same are told apart by their characters: no two keys tie by chance. */
function compareNames(a: string, b: string): number {
  const partsA = a.split('\u0001')
  const partsB = b.split('\u0001')
  for (const [index, part] of partsA.entries()) {
    const order = collator.compare(part, partsB[index] ?? '')
    if (order !== 0) return order
  }
  return a === b ? 0 : a < b ? -1 : 1
}
