import type { NamedValue } from '../../schema/records.ts'

/** Short lists that no PSA orders alike. */
export function byName(values: readonly NamedValue[]): readonly NamedValue[] {
  return values.toSorted((a, b) => a.name.localeCompare(b.name, 'en') || a.key.localeCompare(b.key))
}
