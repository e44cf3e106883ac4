import type { BusyTimes, TimeSpan, VendorSession } from '../../schema/source.ts'
import { plannedTimes } from '../reading/calendar.ts'
import { calendar } from './calendar.ts'

/** ConnectWise keeps days off as schedule entries, and hours by a time zone that it calls by the tenant's own name. */
export async function busyTimes(
  session: VendorSession,
  members: readonly string[],
  span: TimeSpan,
): Promise<BusyTimes> {
  const { busy, partial } = await plannedTimes(calendar, session, members, span)
  return {
    busy,
    notConsidered: [
      'Working hours and holidays, which stand in the calendars of members.',
      'Time off that is no schedule entry.',
      ...(partial === undefined ? [] : [partial]),
    ],
  }
}
