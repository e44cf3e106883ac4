import type { Json, Rec } from '../shared/json.ts'
import { fieldsOf } from './allowlists.ts'
import { udfsOf } from './evaluate.ts'
import type { State } from './state.ts'

/** Every field of the entity, null where nothing is; with `fields` only those, and only the UDFs among them. */
export function render(state: State, root: string, row: Rec, fields?: ReadonlySet<string>): Rec {
  const shown: Rec = {}
  for (const [name, type] of Object.entries(fieldsOf(root))) {
    if (type === 'udfs' || type === 'base64') continue
    if (!fields || fields.has(name)) shown[name] = row[name] ?? null
  }
  const udfs = state.udfs.get(root) ?? []
  const whole = !fields || fields.has('userDefinedFields')
  const wanted = udfs.filter((udf) => whole || fields.has(udf.name))
  if ('userDefinedFields' in fieldsOf(root) && (whole || wanted.length > 0)) {
    const values = udfsOf(row)
    shown.userDefinedFields = wanted.map(({ name }): Json => ({ name, value: values[name] ?? null }))
  }
  return shown
}
