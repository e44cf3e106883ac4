import { isRec, type Json, type Rec } from '../shared/json.ts'
import { instant } from './instants.ts'
import type { Comparison, Condition } from './query.ts'

/** UDFs are kept beside the fields under one name of the simulator's own. */
export const udfsOf = (row: Rec): Rec => (isRec(row.$udfs) ? row.$udfs : {})

function comparable(value: Json, type: Comparison['type']): string | number {
  if (type === 'number' || type === 'boolean') return Number(value)
  if (type === 'instant') return instant(String(value)) ?? Number.NaN
  return String(value).toLowerCase() // the database's collation does not tell case
}

function test(condition: Comparison): (value: Json | undefined) => boolean {
  const { op, type } = condition
  const wanted = condition.values.map((value) => comparable(value, type))
  const first = wanted[0]!
  const among = new Set(wanted)
  if (op === 'exist') return (value) => value !== null && value !== undefined
  if (op === 'notExist') return (value) => value === null || value === undefined
  const tests: Record<string, (value: string | number) => boolean> = {
    eq: (value) => value === first,
    noteq: (value) => value !== first,
    gt: (value) => value > first,
    gte: (value) => value >= first,
    lt: (value) => value < first,
    lte: (value) => value <= first,
    in: (value) => among.has(value),
    notIn: (value) => !among.has(value),
    beginsWith: (value) => String(value).startsWith(String(first)),
    endsWith: (value) => String(value).endsWith(String(first)),
    contains: (value) => String(value).includes(String(first)),
  }
  const compare = tests[op]!
  // SQL again: nothing compares with an empty field, not even noteq and notIn.
  return (value) => value !== null && value !== undefined && compare(comparable(value, type))
}

export function compile(condition: Condition): (row: Rec) => boolean {
  if ('items' in condition) {
    const parts = condition.items.map(compile)
    return condition.op === 'and'
      ? (row) => parts.every((part) => part(row))
      : (row) => parts.some((part) => part(row))
  }
  const passes = test(condition)
  return condition.udf ? (row) => passes(udfsOf(row)[condition.field]) : (row) => passes(row[condition.field])
}
