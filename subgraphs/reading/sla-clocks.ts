import type { SlaClock, SlaClockKind } from '../../schema/records.ts'
import { wholeSeconds } from './times.ts'

/** What a PSA keeps of one promise: times as ISO 8601 in UTC by whole seconds. */
interface Kept {
  readonly kind: SlaClockKind
  readonly dueAt: string | null
  readonly metAt: string | null
}

/**
 * The clocks of a ticket for which any time is kept. Nothing is awaited of a closed ticket: what was not done by then
 * is late only if it was due before.
 */
export function slaClocks(
  kept: readonly Kept[],
  { closedAt, paused }: { readonly closedAt: string | null; readonly paused: boolean | null },
): readonly SlaClock[] {
  const now = wholeSeconds(Date.now())
  return kept.flatMap(({ kind, dueAt, metAt }) => {
    if (dueAt === null && metAt === null) return []
    const end = metAt ?? closedAt ?? now
    const isOver = metAt !== null || closedAt !== null
    return [
      { kind, dueAt, metAt, breached: dueAt === null ? null : end > dueAt, paused: isOver ? false : paused },
    ]
  })
}
