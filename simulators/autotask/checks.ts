import type { Json, Rec } from '../shared/json.ts'
import { invalid, onRecord } from './errors.ts'
import { rulesOf, targetOf } from './rules.ts'
import { get, type State } from './state.ts'

const isInactive = (row: Rec): boolean => row.isActive === false || row.isActive === 0

/** Whether a picklist of the entity takes the value; an inactive one is kept but not chosen anew. */
function picklistErrors(state: State, root: string, row: Rec, name: string): string[] {
  const list = state.picklists.get(`${root}.${name}`)
  const value = row[name]
  if (!list || value === null || value === undefined) return []
  const entry = list.values.find(
    (candidate) =>
      candidate.value === value &&
      (list.parentField === undefined || candidate.parent === row[list.parentField]),
  )
  if (entry && !entry.inactive) return []
  return [onRecord(`Picklist value [${value}] does not exist for ${name}.`)]
}

function referenceErrors(state: State, root: string, name: string, value: Json | undefined): string[] {
  const target = state.picklists.has(`${root}.${name}`) ? undefined : targetOf(name)
  if (!target || value === null || value === undefined) return []
  const row = get(state, target, value)
  if (!row) {
    const required = rulesOf(root).required?.includes(name) ?? false
    return [`Value does not exist for the ${required ? 'required ' : ''}field ${name}`]
  }
  return isInactive(row) ? [`The ${name} [${value}] is inactive`] : []
}

/** Checks what every entity checks: fixed and required fields, lengths, picklists and references. */
export function check(state: State, root: string, draft: Rec, change: Rec, previous: Rec | undefined): void {
  const rules = rulesOf(root)
  const errors: string[] = []
  const isEmpty = (value: Json | undefined) => value === undefined || value === null || value === ''
  for (const name of rules.required ?? []) {
    if (isEmpty(draft[name]) && (!previous || name in change))
      errors.push(`Value does not exist for the required field ${name}`)
  }
  for (const [name, value] of Object.entries(change)) {
    const before = previous?.[name] ?? null
    if (previous && value === before) continue
    if (previous && rules.fixed?.includes(name)) errors.push(`${name} cannot be changed`)
    const length = rules.lengths?.[name]
    if (length !== undefined && typeof value === 'string' && value.length > length)
      errors.push(`${name} must be less than or equal to ${length} characters`)
    errors.push(...referenceErrors(state, root, name, value))
  }
  for (const name of Object.keys(change)) {
    if (!previous || change[name] !== (previous[name] ?? null))
      errors.push(...picklistErrors(state, root, draft, name))
  }
  if (errors.length > 0) throw invalid(errors)
}
