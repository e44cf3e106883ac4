import type { CustomFieldValue } from '../../schema/records.ts'
import { instant, time } from './projection.ts'
import type { CustomField } from './schema.ts'

/** What Halo's `type` numbers mean for us; the document gives none, so a value's own shape decides before them. */
const TYPES: Readonly<Record<number, CustomFieldValue['type']>> = {
  2: 'CHOICE',
  3: 'CHOICE',
  4: 'DATE',
  6: 'BOOLEAN',
}

export function unifiedType(field: {
  readonly type?: number | null
  readonly value?: unknown
}): CustomFieldValue['type'] {
  if (typeof field.value === 'boolean') return 'BOOLEAN'
  const known = TYPES[field.type ?? -1]
  if (known !== undefined) return known
  return typeof field.value === 'number' ? 'NUMBER' : 'TEXT'
}

export function customFieldValues(fields: readonly CustomField[]): readonly CustomFieldValue[] {
  return fields.map((field) => {
    const type = unifiedType(field)
    return {
      key: String(field.id),
      name: field.label ?? field.name ?? '',
      type,
      value: fieldValue(field, type),
    }
  })
}

/** Of a choice the words that people read, where the vendor sends them beside its number. */
export function fieldValue(field: CustomField, type = unifiedType(field)): CustomFieldValue['value'] {
  const { value, display } = field
  if (value === undefined || value === null || value === '') return null
  if (type === 'DATE') return time(String(value)) ?? (instant(value) === null ? null : String(value))
  if (type === 'CHOICE') return display === null || display === '' ? String(value) : String(display)
  if (type === 'BOOLEAN') return typeof value === 'boolean' ? value : /^(true|1|yes)$/i.test(String(value))
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value
  return JSON.stringify(value)
}
