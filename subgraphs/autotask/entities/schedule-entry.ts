import { toldRecord } from '../../../schema/records.ts'
import { type EntitySpec, plain, reference, time } from '../projection.ts'

/**
 * An appointment, or one ticket of a service call with the resources who were sent for it (API.md, ScheduleEntry).
 * Neither stands in one record: it is put together from those of several entities.
 */
export interface CalendarRow {
  readonly key: string
  /** The service call; null for an appointment. */
  readonly call: number | null
  readonly title: string | null
  readonly startDateTime: string | null
  readonly endDateTime: string | null
  readonly complete: boolean
  readonly cancelled: boolean
  readonly ticketID: number | null
  readonly resources: readonly number[]
}

export const scheduleEntrySpec: EntitySpec<CalendarRow> = {
  type: 'ScheduleEntry',
  entity: '',
  group: 'Schedule Entries',
  shape: undefined as never, // nothing that comes from the wire has it
  keyOf: ({ key }) => key,
  fields: {
    title: plain([], ({ title }) => title),
    startsAt: plain([], ({ startDateTime }) => time(startDateTime)),
    endsAt: plain([], ({ endDateTime }) => time(endDateTime)),
    state: plain([], ({ complete, cancelled }) => (cancelled ? 'CANCELLED' : complete ? 'DONE' : 'PLANNED')),
    members: {
      columns: [],
      closed: true,
      value: ({ resources }, { connection }) => resources.map((id) => toldRecord(connection, 'Member', id)),
    },
    ticket: reference([], 'Ticket', ({ ticketID }) => ticketID),
  },
}
