import { GatewayError } from '../../schema/errors.ts'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import type { Calendar, CalendarQuestion, CalendarReader, Planned } from '../reading/calendar.ts'
import { readRows } from './client.ts'
import { agentsOf, scheduleEntrySpec } from './entities/schedule-entry.ts'
import { extrasFor, instant, readAccess, someId, toRecord, wantedFields } from './projection.ts'
import { date, flag, ids, type Query, whole } from './query.ts'
import { PAGE } from './read-by-id.ts'
import { isVendorId } from './read-tickets.ts'
import type { AppointmentBody } from './schema.ts'

/** 5,000 appointments: a quarter of more than thirty technicians. */
const MAX_PAGES = 50

export const calendar: CalendarReader<AppointmentBody> = {
  isKey: isVendorId,
  wanted: (session, fields) => wantedFields(session, scheduleEntrySpec, fields),
  read: readCalendar,
  async toRecords(session, bodies, wanted) {
    const extras = await extrasFor(session, scheduleEntrySpec, bodies, wanted)
    return bodies.map((body) => toRecord(scheduleEntrySpec, body, extras))
  },
}

/** One ticket a request, and all agents of a span in one (API.md 4). */
async function readCalendar(
  session: VendorSession,
  { span, members, tickets }: CalendarQuestion,
  wanted: ReadonlySet<string>,
): Promise<Calendar<AppointmentBody>> {
  const access = readAccess(scheduleEntrySpec, wanted)
  const common: Query = [
    ...(span === null ? [] : [date('start_date', span.from), date('end_date', span.to)]),
    ...(members === null ? [] : [ids('agents', members, 'member')]),
  ]
  const found = await Promise.all(
    (tickets ?? [null]).map((ticket) =>
      pages(session, access, [...common, ...(ticket === null ? [] : [ids('ticket_id', [ticket], 'ticket')])]),
    ),
  )
  const rows = found.flat()
  const entries = rows.flatMap((row) => planned(row))
  return entries.length === rows.length
    ? { entries }
    : { entries, partial: 'Some appointments could not be read.' }
}

async function pages(
  session: VendorSession,
  access: VendorAccess,
  query: Query,
): Promise<readonly unknown[]> {
  const found: unknown[] = []
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { rows, total } = await readRows(
      session,
      {
        path: '/Appointment',
        query: [
          ...query,
          flag('pageinate', true),
          whole('page_size', PAGE),
          whole('page_no', page),
          ['order', 'id'],
        ],
        access,
      },
      'appointments',
    )
    found.push(...rows)
    if (rows.length === 0 || (total === null ? rows.length < PAGE : found.length >= total)) return found
  }
  throw new GatewayError(
    'LIMIT_EXCEEDED',
    `HaloPSA holds more than ${MAX_PAGES * PAGE} appointments here: ask for a shorter span or for fewer members.`,
    { argument: 'filter' },
  )
}

/** None for what cannot be read, or stands at no time. */
function planned(row: unknown): readonly Planned<AppointmentBody>[] {
  const { data: body } = scheduleEntrySpec.shape.safeParse(row)
  const [startsAt, endsAt] = [instant(body?.start_date), instant(body?.end_date)]
  if (body === undefined || startsAt === null || endsAt === null) return []
  const ticket = someId(body.ticket_id)
  return [
    {
      key: String(body.id),
      startsAt,
      endsAt,
      ticket: ticket === null ? null : String(ticket),
      members: agentsOf(body).map(({ id }) => String(id)),
      cancelled: false,
      body,
    },
  ]
}
