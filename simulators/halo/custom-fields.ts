import { isRec, type Json, type Rec } from '../shared/json.ts'
import { instantOf, stamp } from './dates.ts'
import { sentence } from './errors.ts'
import { FIELD_TYPE } from './seed-setup.ts'
import { rowsOf, type State } from './state.ts'

const choicesOf = (definition: Rec): Rec[] => (definition.values as Rec[] | undefined) ?? []

/** Every field is answered on every ticket; one without a value has none. */
export function showCustomFields(state: State, values: Rec): Rec[] {
  return rowsOf(state, 'customFields').map((definition) => {
    const value = values[String(definition.id)]
    const choice = choicesOf(definition).find((candidate) => candidate.id === value)
    return {
      id: definition.id,
      name: definition.name,
      label: definition.label,
      type: definition.type,
      usage: 1,
      ...(value !== undefined && { value, display: String(choice?.name ?? value) }),
    }
  })
}

function readValue(definition: Rec, value: Json): Json | undefined {
  const text = String(value)
  switch (definition.type) {
    case FIELD_TYPE.select:
      return choicesOf(definition).find((choice) => String(choice.id) === text)?.id
    case FIELD_TYPE.checkbox:
      return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined
    case FIELD_TYPE.date: {
      const instant = instantOf(text)
      return instant === undefined ? undefined : stamp(instant)
    }
  }
  if (definition.inputtype === 1)
    return text.trim() !== '' && Number.isInteger(Number(text)) ? Number(text) : undefined
  return typeof value === 'object' ? undefined : text
}

/** Merges by the id or the name of each element: a field left out keeps its value, an empty one loses it. */
export function mergeCustomFields(state: State, values: Rec, sent: Json): Rec {
  const merged = { ...values }
  for (const element of Array.isArray(sent) ? sent : []) {
    if (!isRec(element)) continue
    const wanted = String(element.name ?? '').toLowerCase()
    const definition = rowsOf(state, 'customFields').find((row) =>
      element.id ? row.id === element.id : String(row.name).toLowerCase() === wanted,
    )
    if (!definition) throw sentence(400, `Custom field ${element.id ?? element.name} was not found.`)
    const { value } = element
    if (value === undefined) continue
    if (value === null || value === '') {
      delete merged[String(definition.id)]
      continue
    }
    const read = readValue(definition, value)
    if (read === undefined) throw sentence(400, `The value for ${definition.label} is not valid.`)
    merged[String(definition.id)] = read
  }
  return merged
}
