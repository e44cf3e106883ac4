import { labelOf } from './choices.ts'
import { shownDuration } from './dates.ts'
import { type Column, definitionOf, displayColumnOf, isDuration, isJournal, isTable } from './schema.ts'
import { type Row, rowOf, type State } from './store.ts'

const JOURNAL_LABELS: Record<string, string> = {
  comments: 'Additional comments',
  work_notes: 'Work notes',
}

export function nameOfUser(state: State, login: string | undefined): string {
  for (const row of state.tables.get('sys_user')?.values() ?? []) {
    if (row.user_name === login) return row.name ?? ''
  }
  return login ?? ''
}

/** The whole history as one text, newest first, which is all that a row itself tells of its journal. */
export function journalText(state: State, row: Row, element: string): string {
  const elements = element === 'comments_and_work_notes' ? ['comments', 'work_notes'] : [element]
  const entries = (state.entries.get(row.sys_id ?? '') ?? []).filter((entry) =>
    elements.includes(entry.element ?? ''),
  )
  return entries
    .toReversed()
    .map((entry) => {
      const head = `${entry.sys_created_on} - ${nameOfUser(state, entry.sys_created_by)} (${JOURNAL_LABELS[entry.element ?? '']})`
      return `${head}\n${entry.value}\n\n`
    })
    .join('')
}

/** Rows that are referred to by their name and not by a sys_id. */
const byName: Record<string, string> = { sys_db_object: 'name' }

export function displayOfReference(state: State, reference: string | undefined, value: string): string {
  if (!reference || !value) return ''
  if (!isTable(reference)) return reference === 'sys_glide_object' ? value : ''
  if (byName[reference]) return isTable(value) ? definitionOf(value).label : value
  const row = rowOf(state, reference, value)
  return row ? (row[displayColumnOf(reference)] ?? '') : ''
}

/** The value as a person would see it. */
export function displayOf(state: State, table: string, name: string, column: Column, row: Row): string {
  const value = row[name] ?? ''
  if (isJournal(column)) return journalText(state, row, name)
  if (value === '' || column.type.startsWith('password')) return ''
  if (column.type === 'reference') return displayOfReference(state, column.reference, value)
  if (column.type === 'sys_class_name') return isTable(value) ? definitionOf(value).label : value
  if (column.type === 'glide_list') {
    // A list may also hold plain mail addresses.
    return value
      .split(',')
      .map((id) => displayOfReference(state, column.reference, id) || id)
      .join(', ')
  }
  if (isDuration(column)) return shownDuration(value)
  return labelOf(state, table, name, value) ?? value
}

/** What a plain read tells: journals and passwords never. */
export const rawOf = (name: string, column: Column, row: Row): string =>
  isJournal(column) || column.type.startsWith('password') ? '' : (row[name] ?? '')
