import { parseId } from '../../../schema/ids.ts'
import { memberReader } from '../../planning/member-now.ts'
import { recordReader } from '../../planning/record-now.ts'
import { readMany } from '../read-many.ts'
import { keyOf } from './ticket-now.ts'

export const recordNow = recordReader({ readMany, keyOf })
export const memberNow = memberReader({ readMany, keyOf })

/** Vendor key of the record that a field refers to; null where there is none, or it may not be read. */
export function keyIn(record: { has(fields: string[]): boolean }, field: string): string | null {
  if (!record.has([field])) return null
  const found = (record as unknown as { get(name: string): { readonly id: string } | null }).get(field)
  return found === null ? null : (parseId(found.id)?.key ?? null)
}
