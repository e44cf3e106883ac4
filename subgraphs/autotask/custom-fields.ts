import type { CustomFieldValue } from '../../schema/records.ts'
import { time } from './projection.ts'
import type { FieldInfo, Udf } from './schema.ts'

export function unifiedType({ isPickList, type, dataType }: FieldInfo): CustomFieldValue['type'] {
  const word = `${type ?? ''} ${dataType ?? ''}`
  if (isPickList === true) return 'CHOICE'
  if (/date|time/i.test(word)) return 'DATE'
  if (/bool|check/i.test(word)) return 'BOOLEAN'
  return /int|long|short|double|decimal|number|float|money|currency/i.test(word) ? 'NUMBER' : 'TEXT'
}

/** Values are texts on the wire, and a list holds the key of its item (API.md 6). */
export function customFieldValues(
  held: readonly Udf[],
  definitions: readonly FieldInfo[],
): readonly CustomFieldValue[] {
  return held.map(({ name, value }) => {
    const definition = definitions.find((one) => one.name === name)
    const type = definition === undefined ? 'TEXT' : unifiedType(definition)
    return { key: name, name: definition?.label ?? name, type, value: unifiedValue(value, type, definition) }
  })
}

export function unifiedValue(
  value: Udf['value'],
  type: CustomFieldValue['type'],
  definition: FieldInfo | undefined,
): CustomFieldValue['value'] {
  if (value === undefined || value === null || value === '') return null
  switch (type) {
    case 'CHOICE':
      return definition?.picklistValues?.find((item) => item.value === String(value))?.label ?? String(value)
    case 'DATE':
      return time(String(value)) ?? String(value)
    case 'NUMBER':
      return Number.isFinite(Number(value)) ? Number(value) : String(value)
    case 'BOOLEAN':
      return typeof value === 'boolean' ? value : /^(true|1|yes)$/i.test(String(value))
    case 'TEXT':
      return String(value)
  }
}
