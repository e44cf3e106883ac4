import { type EntitySpec, plain, reference, time } from '../projection.ts'
import { type ScheduleEntryBody, scheduleEntry as shape } from '../schema.ts'

/** The type of what is planned for service tickets: projects and activities count their own ids (API.md 8). */
export const FOR_SERVICE_TICKETS = 4

const member = reference<ScheduleEntryBody, NonNullable<ScheduleEntryBody['member']>>(
  'members',
  'member',
  'Member',
  (body) => body.member,
  {
    name: { group: 'Members', member: 'name', value: ({ name }) => name },
    identifier: { group: 'Members', member: 'identifier', value: ({ identifier }) => identifier },
  },
)

export const scheduleEntrySpec: EntitySpec<ScheduleEntryBody> = {
  type: 'ScheduleEntry',
  group: 'Schedule Entries',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    title: plain(['name'], ({ name }) => name),
    startsAt: plain(['dateStart'], ({ dateStart }) => time(dateStart)),
    endsAt: plain(['dateEnd'], ({ dateEnd }) => time(dateEnd)),
    // What is called off is deleted here.
    state: plain(['doneFlag'], ({ doneFlag }) => (doneFlag === true ? 'DONE' : 'PLANNED')),
    members: {
      ...member,
      value: (body, extras) => {
        const one = member.value(body, extras)
        return one === null ? [] : [one]
      },
    },
    ticket: {
      ...reference<ScheduleEntryBody, { id: number }>('ticket', 'ticket', 'Ticket', ticketOf, {
        number: { group: 'Tickets', value: ({ id }) => String(id) },
      }),
      paths: ['objectId', 'type/id'],
    },
  },
}

export function ticketOf({ type, objectId }: ScheduleEntryBody): { readonly id: number } | null {
  return type?.id === FOR_SERVICE_TICKETS && objectId !== null ? { id: objectId } : null
}
