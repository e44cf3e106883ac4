import { parseId } from '../../schema/ids.ts'
import { VendorRecord } from '../../schema/records.ts'

/** One comparable value per field: the key of a reference or of a setup value, else the value itself. */
export function comparable(value: unknown): unknown {
  if (value instanceof VendorRecord) return parseId(value.id)?.key ?? null
  if (typeof value === 'object' && value !== null && 'key' in value) return value.key
  return value ?? null
}
