import { journalText } from './display.ts'
import { type Column, columnOf, isJournal, isTable } from './schema.ts'
import { find, type Row, type State } from './store.ts'

/** A column reached over references from a row of some table. */
export interface ColumnPath {
  text: string
  column: Column
  /** The last name of the path. */
  name: string
  /** The class of the row and the row that hold the column; undefined when a reference is empty. */
  holder(state: State, row: Row): { table: string; row: Row } | undefined
}

/** Follows `caller_id.company.name`; undefined when a hop does not exist. */
export function pathOf(table: string, text: string): ColumnPath | undefined {
  const names = text.split('.')
  const name = names.pop() ?? ''
  const hops: { name: string; table: string }[] = []
  let here = table
  for (const hop of names) {
    const reference = columnOf(here, hop)?.reference
    if (!reference || !isTable(reference)) return undefined
    hops.push({ name: hop, table: reference })
    here = reference
  }
  const column = columnOf(here, name)
  if (!column) return undefined
  return {
    text,
    column,
    name,
    holder(state, row) {
      let holder = {
        table: row.sys_class_name && isTable(row.sys_class_name) ? row.sys_class_name : table,
        row,
      }
      for (const hop of hops) {
        const next = find(state, hop.table, holder.row[hop.name] ?? '')
        if (!next) return undefined
        holder = next
      }
      return holder
    },
  }
}

/** The stored value that a condition compares; a journal is searched through its entries. */
export function valueAt(state: State, path: ColumnPath, row: Row): string {
  const holder = path.holder(state, row)
  if (!holder) return ''
  if (isJournal(path.column)) return journalText(state, holder.row, path.name)
  return holder.row[path.name] ?? ''
}
