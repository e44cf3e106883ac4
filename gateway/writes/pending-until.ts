import type { RawBuilder } from 'kysely'
import { DEFAULT_CALENDAR, endOfNextBusinessDay } from '../../policy/calendar.ts'
import type { Services } from '../services.ts'
import { fromNow } from '../store/clock.ts'
import { readBusinessCalendar } from '../store/installation.ts'

/** When a request ends undecided: by the store's clock and the installation's business calendar. */
export async function pendingUntil({ settings, store }: Services): Promise<Date | RawBuilder<Date>> {
  if (settings.pendingFor !== null) return fromNow(settings.pendingFor)
  const { calendar, now } = await readBusinessCalendar(store.db)
  return endOfNextBusinessDay(calendar ?? DEFAULT_CALENDAR, now)
}
