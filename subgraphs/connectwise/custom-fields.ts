import type { CustomFieldValue } from '../../schema/records.ts'
import { time } from './projection.ts'
import type { CustomField } from './schema.ts'

const NUMBERS: ReadonlySet<string> = new Set(['Currency', 'Number', 'Percent'])

/** Buttons hold nothing; a password is nobody's to read through a gateway. */
export function isReadable(field: { readonly type?: string | undefined }): boolean {
  return field.type !== 'Password' && field.type !== 'Button'
}

export function unifiedType(
  type: string | null | undefined,
  entryMethod: string | null | undefined,
): CustomFieldValue['type'] {
  if (entryMethod === 'List' || entryMethod === 'Option') return 'CHOICE'
  if (type === 'Checkbox') return 'BOOLEAN'
  if (type === 'Date') return 'DATE'
  return NUMBERS.has(type ?? '') ? 'NUMBER' : 'TEXT'
}

export function customFieldValues(fields: readonly CustomField[]): readonly CustomFieldValue[] {
  return fields.filter(isReadable).map((field) => {
    const type = unifiedType(field.type, field.entryMethod)
    return { key: String(field.id), name: field.caption ?? '', type, value: fieldValue(field, type) }
  })
}

function fieldValue({ value }: CustomField, type: CustomFieldValue['type']): CustomFieldValue['value'] {
  if (value === undefined || value === null || value === '') return null
  if (type === 'DATE' && typeof value === 'string') return time(value) ?? value
  if (type === 'NUMBER' && typeof value === 'string')
    return Number.isFinite(Number(value)) ? Number(value) : value
  if (type === 'BOOLEAN' && typeof value === 'string') return value.toLowerCase() === 'true'
  return value
}
