import { GatewayError } from '../../schema/errors.ts'
import type { VendorSession } from '../../schema/source.ts'
import type { Calendar, CalendarQuestion, CalendarReader, Planned } from '../reading/calendar.ts'
import { wholeSeconds } from '../reading/times.ts'
import { readList } from './client.ts'
import { all, any, type Condition, compare, datetime, fieldPath, integer, isIn } from './conditions.ts'
import { FOR_SERVICE_TICKETS, scheduleEntrySpec, ticketOf } from './entities/schedule-entry.ts'
import { extrasFor, readAccess, toRecord, vendorFields, wantedFields } from './projection.ts'
import { isVendorId } from './read-many.ts'
import type { ScheduleEntryBody } from './schema.ts'

/** The most that a page holds (API.md 4.1). */
const PAGE = 1000
/** 10,000 entries: a quarter of an MSP with more than thirty technicians. */
const MAX_PAGES = 10
/** What an entry is found by. */
const PLACE = ['dateStart', 'dateEnd', 'objectId', 'type/id', 'member/id']

export const calendar: CalendarReader<ScheduleEntryBody> = {
  isKey: isVendorId,
  wanted: (session, fields) => wantedFields(session, scheduleEntrySpec, fields),
  read: readCalendar,
  async toRecords(session, bodies, wanted) {
    const extras = await extrasFor(session, scheduleEntrySpec, bodies, wanted)
    return bodies.map((body) => toRecord(scheduleEntrySpec, body, extras))
  },
}

async function readCalendar(
  session: VendorSession,
  question: CalendarQuestion,
  wanted: ReadonlySet<string>,
): Promise<Calendar<ScheduleEntryBody>> {
  const conditions = all(conditionsOf(question)) as Condition
  const entries: Planned<ScheduleEntryBody>[] = []
  let lost = 0
  for (let page = 1; ; page += 1) {
    const rows = await readList(session, {
      path: '/schedule/entries',
      query: [
        ['conditions', conditions],
        ['orderBy', 'id asc'],
        ['fields', vendorFields(scheduleEntrySpec, wanted, PLACE)],
        ['pageSize', String(PAGE)],
        ['page', String(page)],
      ],
      access: readAccess(scheduleEntrySpec, wanted),
    })
    for (const row of rows) {
      const entry = planned(row)
      if (entry === undefined) lost += 1
      else entries.push(entry)
    }
    if (rows.length < PAGE) break
    if (page === MAX_PAGES)
      throw new GatewayError(
        'LIMIT_EXCEEDED',
        `ConnectWise holds more than ${PAGE * MAX_PAGES} schedule entries here: ask for a shorter span or for fewer members.`,
        { argument: 'filter' },
      )
  }
  return lost === 0 ? { entries } : { entries, partial: 'Some schedule entries could not be read.' }
}

function conditionsOf({ span, members, tickets }: CalendarQuestion): readonly Condition[] {
  const [start, end] = [fieldPath('dateStart'), fieldPath('dateEnd')]
  const found: Condition[] = []
  if (span !== null) {
    const from = datetime('from', wholeSeconds(span.from))
    found.push(
      compare(start, '<', datetime('to', new Date(span.to).toISOString(), 'up')),
      any([compare(end, '>', from), compare(start, '>=', from)]) as Condition,
    )
  }
  if (members !== null)
    found.push(
      isIn(
        fieldPath('member/id'),
        members.map((key) => integer('member', key)),
      ),
    )
  if (tickets !== null)
    found.push(
      compare(fieldPath('type/id'), '=', integer('type', FOR_SERVICE_TICKETS)),
      isIn(
        fieldPath('objectId'),
        tickets.map((key) => integer('ticket', key)),
      ),
    )
  return found
}

/** Undefined for what cannot be read, or stands at no time. */
function planned(row: unknown): Planned<ScheduleEntryBody> | undefined {
  const { data: body } = scheduleEntrySpec.shape.safeParse(row)
  const [startsAt, endsAt] = [Date.parse(body?.dateStart ?? ''), Date.parse(body?.dateEnd ?? '')]
  if (body === undefined || Number.isNaN(startsAt) || Number.isNaN(endsAt)) return undefined
  const ticket = ticketOf(body)
  return {
    key: String(body.id),
    startsAt,
    endsAt,
    ticket: ticket === null ? null : String(ticket.id),
    members: body.member === null ? [] : [String(body.member.id)],
    cancelled: false,
    body,
  }
}
