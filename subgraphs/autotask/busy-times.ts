import type { BusyTimes, TimeSpan, VendorAccess, VendorSession } from '../../schema/source.ts'
import { plannedTimes } from '../reading/calendar.ts'
import { calendar } from './calendar.ts'
import { among, read } from './calendar-rows.ts'
import { compare, datetime, fieldName } from './conditions.ts'
import { millis } from './projection.ts'
import { isVendorId } from './read-many.ts'
import { timeOffStatuses } from './reference.ts'
import { timeOffRequest } from './schema.ts'

const TIME_OFF: VendorAccess = { group: 'Time Off', kind: 'READ', fields: [] }
const COLUMNS = ['id', 'resourceID', 'requestDate', 'startTime', 'endTime', 'status']

const HOUR = 3_600_000
/** A day without hours is a day of the resource's own zone, which the request does not tell: wherever on Earth that is. */
const BEFORE = 14 * HOUR
const AFTER = 36 * HOUR

export async function busyTimes(
  session: VendorSession,
  members: readonly string[],
  span: TimeSpan,
): Promise<BusyTimes> {
  const asked = session.mayRead(TIME_OFF.group, 'timeOff')
  const [{ busy, partial }, off] = await Promise.all([
    plannedTimes(calendar, session, members, span),
    asked ? timeOff(session, members.filter(isVendorId), span) : [],
  ])
  return {
    busy: [...busy, ...off],
    notConsidered: [
      ...(asked ? [] : ['Time off, whose permission group "Time Off" is closed to you.']),
      'Working hours and holidays, which stand with the locations of resources.',
      'To-dos, and tasks of projects.',
      ...(partial === undefined ? [] : [partial]),
    ],
  }
}

/** What was asked for and not refused. */
async function timeOff(
  session: VendorSession,
  members: readonly string[],
  { from, to }: TimeSpan,
): Promise<BusyTimes['busy']> {
  if (members.length === 0) return []
  const day = fieldName('requestDate')
  const [rows, statuses] = await Promise.all([
    read(session, TIME_OFF, 'TimeOffRequests', COLUMNS, [
      ...among('resourceID', members),
      compare(day, 'gt', datetime(from - AFTER)),
      compare(day, 'lt', datetime(to + BEFORE)),
    ]),
    timeOffStatuses(session),
  ])
  const refused = new Set(
    statuses.filter(({ name }) => /reject|den(y|ied)|declin|cancel/i.test(name)).map(({ key }) => key),
  )
  return rows.flatMap((row) => {
    const { data } = timeOffRequest.safeParse(row)
    if (data === undefined || refused.has(String(data.status))) return []
    const [start, end, whole] = [data.startTime, data.endTime, data.requestDate].map(millis)
    const hasHours = start != null && end != null && end > start
    if (!hasHours && whole == null) return []
    return [
      {
        member: String(data.resourceID),
        from: hasHours ? start : (whole ?? 0) - BEFORE,
        to: hasHours ? end : (whole ?? 0) + AFTER,
        reason: 'TIME_OFF' as const,
      },
    ]
  })
}
