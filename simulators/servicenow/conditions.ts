import { type ColumnPath, pathOf, valueAt } from './columns.ts'
import { instantOf, isDateText, isDateTimeText, stamp } from './dates.ts'
import { displayOfReference } from './display.ts'
import type { RawCondition } from './parse-query.ts'
import { type Column, isDateTime, isNumber } from './schema.ts'
import { evaluateScript } from './script-values.ts'
import type { Row, State } from './store.ts'

export type Test = (row: Row) => boolean
export interface Surroundings {
  state: State
  table: string
  now: Date
  userId: string
}

const COMPARISONS = ['<', '<=', '>', '>=', 'BETWEEN']
/** What the order of two columns must be, by operator. */
const FIELD_ORDERS: Record<string, (order: number) => boolean> = {
  SAMEAS: (order) => order === 0,
  NSAMEAS: (order) => order !== 0,
  GT_FIELD: (order) => order > 0,
  LT_FIELD: (order) => order < 0,
  GT_OR_EQUALS_FIELD: (order) => order >= 0,
  LT_OR_EQUALS_FIELD: (order) => order <= 0,
}
const UNITS: Record<string, number> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  dayofweek: 86_400_000,
  week: 604_800_000,
  month: 30 * 86_400_000,
  quarter: 91 * 86_400_000,
  year: 365 * 86_400_000,
}

/** Text ignores case; numbers and booleans have more than one spelling. */
function normal(column: Column, value: string): string {
  if (column.type === 'boolean') return value === 'true' || value === '1' ? 'true' : 'false'
  if (isNumber(column) && value !== '' && !Number.isNaN(Number(value))) return String(Number(value))
  return value.toLowerCase()
}

function compare(column: Column, left: string, right: string): number {
  if (isNumber(column)) return Number(left) - Number(right)
  return left < right ? -1 : left > right ? 1 : 0
}

/** `hour@ago@1`: the instant that many units away. */
function relativeInstant(value: string, now: Date): string | undefined {
  const [unit = '', direction, count] = value.split('@')
  const length = UNITS[unit]
  if (!length || (direction !== 'ago' && direction !== 'ahead') || Number.isNaN(Number(count)))
    return undefined
  return stamp(now.getTime() + (direction === 'ago' ? -1 : 1) * length * Number(count))
}

const isDated = (column: Column) => isDateTime(column) || column.type === 'glide_date'
const isLiteralOf = (column: Column, value: string) =>
  value === '' ||
  isDateText(value) ||
  (isDateTime(column) && isDateTimeText(value) && !Number.isNaN(instantOf(value)))

/** Turns a condition into a test, or says in a few words why the platform would drop it. */
export function testOf(condition: RawCondition, around: Surroundings): Test | string {
  const { state, table, now, userId } = around
  const path = pathOf(table, condition.field)
  if (!path) return `unknown column ${condition.field} of ${table}`
  const { column } = path
  const values: string[] = []
  for (const part of partsOf(condition)) {
    if (!part.startsWith('javascript:')) {
      values.push(part)
      continue
    }
    const told = evaluateScript(part.slice('javascript:'.length), now, userId)
    if (told === undefined) return `script that the simulator does not play: ${part}`
    values.push(told)
  }
  const { operator } = condition
  if (isDated(column) && ['=', '!=', ...COMPARISONS].includes(operator)) {
    const wrong = values.find((value) => !isLiteralOf(column, value))
    if (wrong !== undefined) return `"${wrong}" is no date as ${condition.field} wants it`
  }
  const read = (row: Row) => valueAt(state, path, row)
  return (
    build(condition, values, path, read, around) ?? `operator ${operator} that the simulator does not play`
  )
}

function partsOf({ operator, value }: RawCondition): string[] {
  if (operator === 'IN' || operator === 'NOT IN') return value.split(',')
  if (operator === 'BETWEEN') return value.split('@')
  // ONToday@from@to: a name for people, then the two ends.
  if (operator === 'ON' || operator === 'NOTON') return value.split('@').slice(1)
  return [value]
}

function build(
  condition: RawCondition,
  values: string[],
  path: ColumnPath,
  read: (row: Row) => string,
  around: Surroundings,
): Test | undefined {
  const { state, table, now } = around
  const { column } = path
  const first = values[0] ?? ''
  const wanted = normal(column, first)
  const equals: Test = (row) => normal(column, read(row)) === wanted
  // Text operators see a reference as people do.
  const shown = (row: Row) =>
    (column.type === 'reference'
      ? displayOfReference(state, column.reference, read(row))
      : read(row)
    ).toLowerCase()
  const needle = first.toLowerCase()
  const against =
    (holds: (order: number) => boolean): Test =>
    (row) => {
      const value = read(row)
      return value !== '' && holds(compare(column, value, first))
    }
  switch (condition.operator) {
    case '=':
      return equals
    case '!=':
      return (row) => !equals(row)
    case 'IN':
    case 'NOT IN': {
      const all = new Set(values.map((value) => normal(column, value)))
      const inside: Test = (row) => all.has(normal(column, read(row)))
      return condition.operator === 'IN' ? inside : (row) => !inside(row)
    }
    case 'ISEMPTY':
    case 'EMPTYSTRING':
      return (row) => read(row) === ''
    case 'ISNOTEMPTY':
      return (row) => read(row) !== ''
    case 'ANYTHING':
      return () => true
    case 'STARTSWITH':
      return (row) => shown(row).startsWith(needle)
    case 'ENDSWITH':
    case '%':
      return (row) => shown(row).endsWith(needle)
    case 'LIKE':
    case '*':
      return (row) => shown(row).includes(needle)
    case 'NOT LIKE':
    case '!*':
      return (row) => !shown(row).includes(needle)
    case '<':
      return against((order) => order < 0)
    case '<=':
      return against((order) => order <= 0)
    case '>':
      return against((order) => order > 0)
    case '>=':
      return against((order) => order >= 0)
    case 'BETWEEN':
    case 'ON':
    case 'NOTON': {
      const [low = '', high = ''] = values
      const inside: Test = (row) => {
        const value = read(row)
        return value !== '' && compare(column, value, low) >= 0 && compare(column, value, high) <= 0
      }
      return condition.operator === 'NOTON' ? (row) => !inside(row) : inside
    }
    case 'RELATIVEGT':
    case 'RELATIVEGE':
    case 'RELATIVELT':
    case 'RELATIVELE': {
      const instant = relativeInstant(condition.value.replace(/^@/, ''), now)
      if (instant === undefined) return undefined
      const isLater = condition.operator.includes('G')
      return (row) => {
        const value = read(row)
        return value !== '' && (isLater ? value >= instant : value <= instant)
      }
    }
    case 'SAMEAS':
    case 'NSAMEAS':
    case 'GT_FIELD':
    case 'LT_FIELD':
    case 'GT_OR_EQUALS_FIELD':
    case 'LT_OR_EQUALS_FIELD': {
      const other = pathOf(table, condition.value)
      if (!other) return undefined
      const holds = FIELD_ORDERS[condition.operator]!
      return (row) => holds(compare(column, read(row), valueAt(state, other, row)))
    }
  }
  return undefined
}
