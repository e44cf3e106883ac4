import type { TrailEntryValue } from '../../schema/records.ts'
import type { AuditTrail } from '../../schema/source.ts'

/** The newest so many of entries that came in whatever order; of one second, in the order in which they came. */
export function newestEntries(
  entries: readonly TrailEntryValue[],
  last: number,
  hasEarlier = false,
): AuditTrail {
  const sorted = entries.toSorted((a, b) =>
    (a.at ?? '') < (b.at ?? '') ? -1 : (a.at ?? '') > (b.at ?? '') ? 1 : 0,
  )
  return { entries: sorted.slice(-last), hasEarlier: hasEarlier || sorted.length > last }
}
