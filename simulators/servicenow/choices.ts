import { chainOf } from './schema.ts'
import { rowsOf, type State } from './store.ts'

const indexes = new WeakMap<
  State,
  { version: number; labels: Map<string, string>; values: Map<string, string> }
>()

function indexOf(state: State) {
  const known = indexes.get(state)
  if (known?.version === state.choiceVersion) return known
  const labels = new Map<string, string>()
  const values = new Map<string, string>()
  for (const row of rowsOf(state, 'sys_choice')) {
    labels.set(`${row.name}|${row.element}|${row.value}`, row.label ?? '')
    values.set(`${row.name}|${row.element}|${row.label?.toLowerCase()}`, row.value ?? '')
  }
  const made = { version: state.choiceVersion, labels, values }
  indexes.set(state, made)
  return made
}

/** The first class of the chain that has its own list wins. */
function look(index: Map<string, string>, table: string, element: string, key: string): string | undefined {
  for (const name of chainOf(table)) {
    const found = index.get(`${name}|${element}|${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

export const labelOf = (state: State, table: string, element: string, value: string) =>
  look(indexOf(state).labels, table, element, value)
export const valueLabelled = (state: State, table: string, element: string, label: string) =>
  look(indexOf(state).values, table, element, label.toLowerCase())
