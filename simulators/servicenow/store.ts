import type { Dataset } from '../dataset/index.ts'
import { sysIdOf } from './ids.ts'
import { familyOf, tableNames } from './schema.ts'

/** Everything is a string; a column that is not there is empty. */
export type Row = Record<string, string>

export interface Mail {
  time: string
  to: string[]
  subject: string
  reason: string
  /** The sys_id and the number of the task it is about. */
  task: string
  number: string
}

export interface Acl {
  /** Reads answer 403: closed to web services. */
  closedTables: Set<string>
  /** Every row is filtered out of the answer, though still counted. */
  unreadableTables: Set<string>
  /** Rows that this caller may not see. */
  hidesRow: (table: string, row: Row) => boolean
  /** `incident.description`: left out of answers. */
  hiddenColumns: Set<string>
  /** `incident.assigned_to`: silently not written. */
  readOnlyColumns: Set<string>
}

export interface State {
  dataset: Dataset
  tables: ReadonlyMap<string, Map<string, Row>>
  acl: Acl
  outbox: Mail[]
  /** Bytes by the sys_id of their `sys_attachment` row. */
  files: Map<string, Buffer>
  /** Journal entries by the row they hang on, oldest first. */
  entries: Map<string, Row[]>
  /** The last number given out, by prefix. */
  numbers: Map<string, number>
  /** Grows with every change of `sys_choice`, whose labels are kept in an index. */
  choiceVersion: number
  made: number
}

export function createState(dataset: Dataset): State {
  return {
    dataset,
    tables: new Map(tableNames.map((name) => [name, new Map()])),
    acl: {
      closedTables: new Set(),
      unreadableTables: new Set(),
      hidesRow: () => false,
      hiddenColumns: new Set(),
      readOnlyColumns: new Set(),
    },
    outbox: [],
    files: new Map(),
    entries: new Map(),
    numbers: new Map(),
    choiceVersion: 0,
    made: 0,
  }
}

/** The rows of a table and of all that extend it. */
export const rowsOf = (state: State, table: string): Row[] =>
  familyOf(table).flatMap((name) => [...(state.tables.get(name)?.values() ?? [])])

export function find(state: State, table: string, sysId: string): { table: string; row: Row } | undefined {
  for (const name of familyOf(table)) {
    const row = state.tables.get(name)?.get(sysId)
    if (row) return { table: name, row }
  }
  return undefined
}

export const rowOf = (state: State, table: string, sysId: string | undefined): Row | undefined =>
  sysId ? find(state, table, sysId)?.row : undefined

export function put(state: State, table: string, row: Row): Row {
  const rows = state.tables.get(table)
  if (!rows) throw new Error(`No table ${table}`)
  row.sys_id ??= sysIdOf(`made:${table}`, state.made++)
  rows.set(row.sys_id, row)
  if (table === 'sys_journal_field') {
    const entries = state.entries.get(row.element_id ?? '') ?? []
    entries.push(row)
    state.entries.set(row.element_id ?? '', entries)
  }
  if (table === 'sys_choice') state.choiceVersion += 1
  return row
}

export function remove(state: State, table: string, row: Row): void {
  state.tables.get(table)?.delete(row.sys_id ?? '')
  if (table === 'sys_choice') state.choiceVersion += 1
  if (table === 'sys_journal_field') {
    const kept = state.entries.get(row.element_id ?? '')?.filter((entry) => entry !== row)
    state.entries.set(row.element_id ?? '', kept ?? [])
  }
}

export function nextNumber(state: State, prefix: string): string {
  const next = (state.numbers.get(prefix) ?? 0) + 1
  state.numbers.set(prefix, next)
  return numberOf(prefix, next)
}
export const numberOf = (prefix: string, count: number): string =>
  `${prefix}${String(count).padStart(7, '0')}`
