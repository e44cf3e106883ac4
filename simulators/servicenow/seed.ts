import type { Dataset } from '../dataset/index.ts'
import type { Credentials } from './auth.ts'
import { stamp } from './dates.ts'
import { sysIdOf } from './ids.ts'
import { columnOf, columnsOf } from './schema.ts'
import { seedMetadata } from './seed-metadata.ts'
import { seedPeople } from './seed-people.ts'
import { seedTasks } from './seed-tasks.ts'
import { seedTime } from './seed-time.ts'
import { type Add, loginOf, type Stamps } from './seeding.ts'
import { createState, put, type Row, type State } from './store.ts'

const DAY = 86_400_000

/** Tells the neutral data set in this vendor's words. */
export function seedState(dataset: Dataset, credentials: Credentials): State {
  const state = createState(dataset)
  const setUp: Stamps = { at: dataset.anchor.getTime() - 900 * DAY, by: 'admin' }
  const blanks = new Map<string, Row>()
  const blankOf = (table: string): Row => {
    const known = blanks.get(table)
    if (known) return known
    const blank: Row = {}
    for (const [name, column] of Object.entries(columnsOf(table)))
      if (column.default !== undefined) blank[name] = column.default
    if (columnOf(table, 'sys_class_name')) blank.sys_class_name = table
    blanks.set(table, blank)
    return blank
  }
  const add: Add = (table, kind, key, values, stamps = setUp) => {
    const row: Row = { sys_id: sysIdOf(kind, key), ...blankOf(table) }
    for (const [name, value] of Object.entries(values)) {
      if (!columnOf(table, name)) throw new Error(`No column ${name} in ${table}`)
      if (value !== undefined && value !== '') row[name] = value
    }
    row.sys_created_on = stamp(stamps.at)
    row.sys_created_by = loginOf(stamps.by)
    row.sys_updated_on = stamp(stamps.changedAt ?? stamps.at)
    row.sys_updated_by = loginOf(stamps.changedBy ?? stamps.by)
    row.sys_mod_count = String(stamps.version ?? 0)
    return put(state, table, row)
  }
  seedMetadata(dataset, add)
  seedPeople(dataset, add, credentials)
  seedTasks(state, add)
  seedTime(state, add)
  return state
}
