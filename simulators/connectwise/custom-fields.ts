import { isRec, type Json, type Rec } from '../shared/json.ts'
import { fieldError, invalidObject } from './errors.ts'
import type { State } from './state.ts'

export type FieldDefinition = Rec & { id: number; caption: string; fieldTypeIdentifier: string }

/** Every definition of the screen is answered on every record; an unset one has no value. */
export function customFieldValues(
  definitions: readonly FieldDefinition[],
  values: Record<string, Json>,
): Rec[] {
  return definitions.map((definition) => ({
    id: definition.id,
    caption: definition.caption,
    type: definition.fieldTypeIdentifier,
    entryMethod: definition.entryTypeIdentifier,
    numberOfDecimals: definition.numberDecimals,
    value: values[definition.id] ?? undefined,
  }))
}

const fits: Record<string, (value: Json) => boolean> = {
  Checkbox: (value) => typeof value === 'boolean',
  Number: (value) => typeof value === 'number',
  Date: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value),
  Text: (value) => typeof value === 'string',
}

/** The array is taken whole: a field left out of it loses its value. */
export function replaceCustomFields(state: State, sent: Json): Rec[] {
  const definitions = state.tables.customFields.all() as FieldDefinition[]
  const values: Record<string, Json> = {}
  for (const item of Array.isArray(sent) ? sent : []) {
    const definition = isRec(item) ? definitions.find((candidate) => candidate.id === item.id) : undefined
    if (!isRec(item) || !definition) {
      const id = isRec(item) ? String(item.id) : ''
      throw invalidObject('ticket', [
        fieldError('InvalidField', 'ticket', 'customFields', `Custom field ${id} was not found.`),
      ])
    }
    const value = item.value
    if (value === undefined || value === null) continue
    const options = Array.isArray(definition.options) ? definition.options : undefined
    const listed = !options || options.some((option) => isRec(option) && option.optionValue === value)
    if (!fits[definition.fieldTypeIdentifier]?.(value) || !listed) {
      throw invalidObject('ticket', [
        fieldError(
          'InvalidField',
          'ticket',
          'customFields',
          `The value for ${definition.caption} is invalid.`,
        ),
      ])
    }
    values[definition.id] = value
  }
  return customFieldValues(definitions, values)
}
