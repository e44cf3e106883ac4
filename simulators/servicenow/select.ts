import { type Call, complain, warn } from './call.ts'
import { pathOf, valueAt } from './columns.ts'
import { type Surroundings, type Test, testOf } from './conditions.ts'
import { displayOfReference } from './display.ts'
import { parseQuery, type RawQuery } from './parse-query.ts'
import { columnsOf, isNumber } from './schema.ts'
import { type Row, rowsOf } from './store.ts'

/** The rows of a table that an encoded query matches, in its order. */
export function select(call: Call, table: string, query: string): Row[] {
  const { state, now } = call
  const around: Surroundings = { state, table, now, userId: call.caller.user.sys_id ?? '' }
  const parsed = parseQuery(query)
  let invalid = 0
  const drop = (why: string) => {
    invalid += 1
    // The condition vanishes and the query matches more rows, up to all of them.
    complain(call, `dropped from the query: ${why}`)
  }
  for (const part of parsed.invalid) drop(`"${part}" fits no rule of the query language`)
  const clauses = parsed.clauses.map((groups) =>
    groups.map((group) => {
      const tests: Test[] = []
      for (const condition of group) {
        const test = testOf(condition, around)
        if (typeof test === 'string') drop(test)
        else tests.push(test)
        if (condition.value.includes('javascript:')) warn(call, `script in a query: ${condition.text}`)
      }
      return tests
    }),
  )
  const orders = ordersOf(call, table, parsed, drop)
  if (invalid > 0 && call.invalidQueryReturnsNoRows) return []

  const matches: Test = (row) =>
    clauses.some((groups) =>
      groups.every((tests) => tests.length === 0 || tests.some((test) => test(row))),
    ) && parsed.words.every((word) => textOf(table, row).includes(word))
  const rows = rowsOf(state, table).filter(matches)
  if (orders.length === 0) return rows
  return rows.sort((left, right) => {
    for (const order of orders) {
      const difference = order(left, right)
      if (difference !== 0) return difference
    }
    return 0
  })
}

type Order = (left: Row, right: Row) => number

function ordersOf(call: Call, table: string, parsed: RawQuery, drop: (why: string) => void): Order[] {
  const orders: Order[] = []
  for (const { field, descending } of parsed.orders) {
    const path = pathOf(table, field)
    if (!path) {
      drop(`unknown column ${field} of ${table} to order by`)
      continue
    }
    const { column } = path
    const key = (row: Row) => {
      const value = valueAt(call.state, path, row)
      return column.type === 'reference' ? displayOfReference(call.state, column.reference, value) : value
    }
    const sign = descending ? -1 : 1
    orders.push((left, right) => {
      const [a, b] = [key(left), key(right)]
      if (isNumber(column)) return sign * (Number(a) - Number(b))
      return a === b ? 0 : sign * (a < b ? -1 : 1)
    })
  }
  return orders
}

function textOf(table: string, row: Row): string {
  return Object.entries(columnsOf(table))
    .filter(([, column]) => ['string', 'translated_text', 'html'].includes(column.type))
    .map(([name]) => row[name] ?? '')
    .join(' ')
    .toLowerCase()
}

/** Bare `name=value` parameters are filters too; they take display values. */
export function selectByFilters(call: Call, table: string, filters: [string, string][]): Row[] {
  const tests: Test[] = []
  for (const [name, value] of filters) {
    const path = pathOf(table, name)
    if (!path) {
      complain(call, `unknown query parameter ${name}`)
      continue
    }
    const wanted = value.toLowerCase()
    tests.push((row) => {
      const held = valueAt(call.state, path, row)
      const shown =
        path.column.type === 'reference' ? displayOfReference(call.state, path.column.reference, held) : held
      return held.toLowerCase() === wanted || shown.toLowerCase() === wanted
    })
  }
  return rowsOf(call.state, table).filter((row) => tests.every((test) => test(row)))
}
