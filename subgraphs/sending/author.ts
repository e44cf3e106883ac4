import type { FoundRecords } from '../../schema/source.ts'

export type Author = 'US' | 'ANOTHER' | 'UNTOLD'

/** By the vendor's own id or login of who wrote a record, and of the gateway's member; logins ignore case. */
export function authorBy(told: unknown, us: string | null): Author {
  if (us === null || told === null || told === undefined || told === '') return 'UNTOLD'
  return String(told).toLowerCase() === us.toLowerCase() ? 'US' : 'ANOTHER'
}

/** A technician may have typed the very same within the window: what another wrote is not what we look for. */
export function foundBy<T>(
  records: readonly T[],
  keyOf: (record: T) => string,
  author: (record: T) => Author,
): FoundRecords {
  const of = (wanted: Author) => records.filter((record) => author(record) === wanted).map(keyOf)
  return { ours: of('US'), untold: of('UNTOLD') }
}

export const NOTHING_FOUND: FoundRecords = { ours: [], untold: [] }

/** Nobody else has the value that was planted in them. */
export function planted(keys: readonly string[]): FoundRecords {
  return { ours: keys, untold: [] }
}
