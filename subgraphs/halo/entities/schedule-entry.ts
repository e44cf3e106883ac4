import { toldRecord } from '../../../schema/records.ts'
import { type EntitySpec, plain, reference, someId, time } from '../projection.ts'
import { type AppointmentBody, appointment as shape } from '../schema.ts'

const COMPLETE = 1

export const scheduleEntrySpec: EntitySpec<AppointmentBody> = {
  type: 'ScheduleEntry',
  group: 'Schedule Entries',
  shape,
  keyOf: ({ id }) => String(id),
  fields: {
    // What somebody marked as private is for nobody else's eyes: that the time is taken is all there is to know.
    title: plain(({ subject, is_private }) => (is_private === true ? null : subject)),
    startsAt: plain(({ start_date }) => time(start_date)),
    endsAt: plain(({ end_date }) => time(end_date)),
    // What is called off is deleted here.
    state: plain(({ complete_status }) => (complete_status === COMPLETE ? 'DONE' : 'PLANNED')),
    members: {
      parts: { name: { group: 'Members' } },
      closed: true,
      value: (body, { connection, wanted }) =>
        agentsOf(body).map(({ id, name }) => {
          const values = wanted.has('members.name') ? { name } : {}
          return toldRecord(connection, 'Member', id, values)
        }),
    },
    ticket: reference('ticket', 'Ticket', ({ ticket_id }) => someId(ticket_id), {
      number: { group: 'Tickets', value: ({ ticket_id }) => String(ticket_id) },
    }),
  },
}

export function agentsOf({ agents, agent_id, agent_name }: AppointmentBody) {
  const named = agents ?? (agent_id === null ? [] : [{ id: agent_id, name: agent_name }])
  return named.filter(({ id }) => someId(id) !== null)
}
