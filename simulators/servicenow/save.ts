import { type Call, userName } from './call.ts'
import { stamp } from './dates.ts'
import { columnOf, extendsTable, isJournal } from './schema.ts'
import { put, type Row } from './store.ts'

export type Values = Map<string, string>

/** Writes into a row what differs from it, with version, author and audit; returns the names. */
export function save(call: Call, table: string, row: Row, values: Values): string[] {
  const changed: string[] = []
  const isTask = extendsTable(table, 'task')
  for (const [name, value] of values) {
    const column = columnOf(table, name)
    if (!column) continue
    const journal = isJournal(column)
    if (journal ? value === '' : (row[name] ?? '') === value) continue
    changed.push(name)
    if (isTask) audit(call, table, row, name, journal ? '' : (row[name] ?? ''), value)
    if (journal) addEntry(call, table, row, name, value)
    else row[name] = value
  }
  // A write that changes nothing leaves both markers untouched.
  if (changed.length > 0) {
    row.sys_mod_count = String(Number(row.sys_mod_count ?? 0) + 1)
    row.sys_updated_on = stamp(call.now)
    row.sys_updated_by = userName(call)
  }
  return changed
}

const created = (call: Call): Row => ({
  sys_created_on: stamp(call.now),
  sys_created_by: userName(call),
})

/** Each write of a journal column appends one entry, and the column itself stays empty. */
function addEntry(call: Call, table: string, row: Row, element: string, value: string): void {
  const name = row.sys_class_name ?? table
  put(call.state, 'sys_journal_field', {
    ...created(call),
    element,
    element_id: row.sys_id ?? '',
    name,
    value,
  })
}

function audit(
  call: Call,
  table: string,
  row: Row,
  fieldname: string,
  oldvalue: string,
  newvalue: string,
): void {
  put(call.state, 'sys_audit', {
    ...created(call),
    sys_mod_count: '0',
    tablename: row.sys_class_name ?? table,
    documentkey: row.sys_id ?? '',
    fieldname,
    oldvalue,
    newvalue,
    user: userName(call),
    record_checkpoint: String(Number(row.sys_mod_count ?? 0) + 1),
  })
}

export function insertRow(call: Call, table: string, values: Values): Row {
  const row: Row = {
    ...created(call),
    sys_updated_on: stamp(call.now),
    sys_updated_by: userName(call),
    sys_mod_count: '0',
  }
  if (columnOf(table, 'sys_class_name')) row.sys_class_name = table
  put(call.state, table, row)
  for (const [name, value] of values) {
    const column = columnOf(table, name)
    if (!column || value === '') continue
    if (!isJournal(column)) row[name] = value
  }
  for (const [name, value] of values) {
    const column = columnOf(table, name)
    if (column && isJournal(column) && value !== '') addEntry(call, table, row, name, value)
  }
  return row
}
