import type { Json, Rec } from '../shared/json.ts'
import { checkRead } from './access.ts'
import { type Answer, type Call, complain } from './call.ts'
import { type ColumnPath, pathOf } from './columns.ts'
import { displayOf, rawOf } from './display.ts'
import { select } from './select.ts'
import type { Row } from './store.ts'
import { checkParameters, checkTable } from './table.ts'

const MEASURES: Record<string, (numbers: number[]) => number> = {
  avg: (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length,
  min: (numbers) => Math.min(...numbers),
  max: (numbers) => Math.max(...numbers),
  sum: (numbers) => numbers.reduce((sum, number) => sum + number, 0),
}

/** `GET /api/now/stats/{table}`: counts and sums, by groups when asked. */
export function stats(call: Call, table: string): Answer | 'no method' {
  if (call.method !== 'GET') return 'no method'
  checkTable(table)
  checkParameters(call, 'GET /api/now/stats/{tableName}')
  checkRead(call, table)
  if (call.search.has('sysparm_having')) complain(call, 'the simulator does not play sysparm_having')
  const rows =
    call.state.acl.unreadableTables.has(table) && !call.caller.admin
      ? []
      : select(call, table, call.search.get('sysparm_query') ?? '')
  const groupBy = pathsIn(call, table, 'sysparm_group_by')
  if (groupBy.length === 0) return { status: 200, body: { result: { stats: measured(call, table, rows) } } }

  const groups = Map.groupBy(rows, (row) => groupBy.map((path) => storedIn(call, path, row)).join('\n'))
  const told = [...groups.values()].map((members) => ({
    stats: measured(call, table, members),
    groupby_fields: groupBy.map((path) => fieldOf(call, path, members[0]!)),
  }))
  return { status: 200, body: { result: ordered(call, told) } }
}

const storedIn = (call: Call, path: ColumnPath, row: Row): string => {
  const holder = path.holder(call.state, row)
  return holder ? rawOf(path.name, path.column, holder.row) : ''
}

function fieldOf(call: Call, path: ColumnPath, row: Row): Rec {
  const shape = call.search.get('sysparm_display_value')
  const holder = path.holder(call.state, row)
  const shown = holder ? displayOf(call.state, holder.table, path.name, path.column, holder.row) : ''
  const value = storedIn(call, path, row)
  if (shape === 'all') return { field: path.text, display_value: shown, value }
  return { field: path.text, value: shape === 'true' ? shown : value }
}

function pathsIn(call: Call, table: string, parameter: string): ColumnPath[] {
  const names = (call.search.get(parameter) ?? '').split(',').filter(Boolean)
  return names.flatMap((name) => {
    const path = pathOf(table, name)
    if (!path) complain(call, `unknown column ${name} of ${table} in ${parameter}`)
    return path ?? []
  })
}

function measured(call: Call, table: string, rows: Row[]): Rec {
  const told: Rec = {}
  if (call.search.get('sysparm_count') === 'true') told.count = String(rows.length)
  for (const [measure, of] of Object.entries(MEASURES)) {
    const paths = pathsIn(call, table, `sysparm_${measure}_fields`)
    if (paths.length === 0) continue
    const values: Rec = {}
    for (const path of paths) {
      const numbers = rows
        .map((row) => storedIn(call, path, row))
        .filter((text) => text !== '')
        .map(Number)
      values[path.text] = numbers.length > 0 ? String(of(numbers)) : ''
    }
    told[measure] = values
  }
  return told
}

/** `COUNT^DESC` or a column of the grouping. */
function ordered(call: Call, groups: { stats: Rec; groupby_fields: Rec[] }[]): Json[] {
  const [by = '', direction] = (call.search.get('sysparm_order_by') ?? '').split('^')
  const key = (group: (typeof groups)[number]): number | string =>
    by === 'COUNT'
      ? Number(group.stats.count ?? 0)
      : String(group.groupby_fields.find((field) => field.field === by)?.value ?? '')
  const sign = direction === 'DESC' ? -1 : 1
  if (by === '') return groups
  return groups.toSorted((left, right) => {
    const [a, b] = [key(left), key(right)]
    return a === b ? 0 : sign * (a < b ? -1 : 1)
  })
}
