import { parseId } from '../../schema/ids.ts'
import { VendorRecord } from '../../schema/records.ts'

/** One comparable value per field: the key of a reference or of a setup value, else the value itself. */
export function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return (value as readonly unknown[]).map(comparable)
  if (value instanceof VendorRecord) return parseId(value.id)?.key ?? null
  if (typeof value === 'object' && value !== null && 'key' in value) return value.key
  return value ?? null
}

/** Those of the fields that the vendor has, in the form in which a plan keeps and compares them. */
export function comparableValues(
  record: { has(fields: string[]): boolean; get(field: never): unknown },
  fields: readonly string[],
): Readonly<Record<string, unknown>> {
  const had = fields.filter((field) => record.has([field]))
  return Object.fromEntries(had.map((field) => [field, comparable(record.get(field as never))]))
}
