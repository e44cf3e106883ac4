import type { VendorSession } from '../../schema/source.ts'
import type { Calendar, CalendarQuestion, CalendarReader, Planned } from '../reading/calendar.ts'
import {
  APPOINTMENTS,
  among,
  CALLS,
  linksOf,
  ofAppointment,
  ofCalls,
  ofTickets,
  read,
} from './calendar-rows.ts'
import { any, type Condition, compare, datetime, fieldName } from './conditions.ts'
import { type CalendarRow, scheduleEntrySpec } from './entities/schedule-entry.ts'
import { millis, readAccess, toRecords, wantedFields } from './projection.ts'
import { isVendorId } from './read-many.ts'

export const calendar: CalendarReader<CalendarRow> = {
  isKey: isVendorId,
  wanted: (session, fields) => wantedFields(session, scheduleEntrySpec, fields),
  read: readCalendar,
  toRecords: (session, rows, wanted) => toRecords(session, scheduleEntrySpec, rows, wanted),
}

/** Service calls, their tickets, who was sent for each, and appointments: each entity is asked once, whatever the span holds. */
async function readCalendar(
  session: VendorSession,
  { span, members, tickets }: CalendarQuestion,
  wanted: ReadonlySet<string>,
): Promise<Calendar<CalendarRow>> {
  const access = readAccess(scheduleEntrySpec, wanted)
  const within = span === null ? [] : spanConditions(span)
  const named = members ?? []
  const [calls, appointments] = await Promise.all([
    tickets === null
      ? ofCalls(session, access, await read(session, access, 'ServiceCalls', CALLS, within))
      : ofTickets(session, access, within, await linksOf(session, access, 'ticketID', tickets)),
    // An appointment is for no ticket.
    tickets === null
      ? read(session, access, 'Appointments', APPOINTMENTS, [...within, ...among('resourceID', named)])
      : [],
  ])
  const rows = [...calls, ...appointments.map(ofAppointment)]
  const entries = rows.flatMap((row) => planned(row))
  const lost = rows.length - entries.length
  return lost === 0 ? { entries } : { entries, partial: 'Some schedule entries could not be read.' }
}

/** None for what stands at no time. */
function planned(row: CalendarRow): readonly Planned<CalendarRow>[] {
  const [startsAt, endsAt] = [millis(row.startDateTime), millis(row.endDateTime)]
  if (startsAt === null || endsAt === null) return []
  const { key, ticketID, resources, cancelled } = row
  return [
    {
      key,
      startsAt,
      endsAt,
      ticket: ticketID === null ? null : String(ticketID),
      members: resources.map(String),
      cancelled,
      body: row,
    },
  ]
}

function spanConditions({ from, to }: NonNullable<CalendarQuestion['span']>): readonly Condition[] {
  const [start, end] = [fieldName('startDateTime'), fieldName('endDateTime')]
  return [
    compare(start, 'lt', datetime(to)),
    any([compare(end, 'gt', datetime(from)), compare(start, 'gte', datetime(from))]) as Condition,
  ]
}
