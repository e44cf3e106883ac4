import type { BusyTimes, TimeSpan, VendorSession } from '../../schema/source.ts'
import { plannedTimes } from '../reading/calendar.ts'
import { calendar } from './calendar.ts'

export async function busyTimes(
  session: VendorSession,
  members: readonly string[],
  span: TimeSpan,
): Promise<BusyTimes> {
  const { busy, partial } = await plannedTimes(calendar, session, members, span)
  return {
    busy,
    notConsidered: [
      'Working hours, which stand in workdays.',
      'Holidays, shifts and time off that are no appointments.',
      ...(partial === undefined ? [] : [partial]),
    ],
  }
}
