import { type ScheduleChange, schedulePlans } from '../../planning/schedule-plans.ts'
import { calendar } from '../calendar.ts'
import { memberNow, recordNow } from './record-now.ts'
import { deletionStep, step, ticketRef } from './steps.ts'
import { ticketOf } from './ticket-of.ts'

/** Said outright, so that nobody is mailed an invitation (API.md, ScheduleEntry). */
const NO_MAIL = { inform_user: false, inform_agents: false } as const

export const scheduleEntries = schedulePlans({
  maxTitle: 255,
  recordNow,
  memberNow,
  ticketOf,
  calendar: async (session, question) => (await calendar.read(session, question, new Set())).entries,
  async create(session, ticket, member, change, given, summary) {
    const parent = ticketRef(ticket.key)
    const asked = { span: null, members: null, tickets: [ticket.key] }
    const { entries } = await calendar.read(session, asked, new Set())
    const { startsAt, endsAt } = change
    return [
      step({
        path: '/Appointment',
        element: {
          ...membersOf(change),
          agents: [{ id: Number(member) }],
          ticket_id: Number(ticket.key),
          ...NO_MAIL,
        },
        except: given.has('title') ? [] : ['title'],
        target: parent,
        creates: 'ScheduleEntry',
        summary,
        // An appointment tells neither when it was made nor by whom: it is told by not having been there.
        reconcile: {
          by: 'FINGERPRINT',
          parent,
          content: { member, startsAt, endsAt, known: entries.map(({ key }) => key) },
        },
      }),
    ]
  },
  update(_session, { key }, change, summary) {
    const target = { type: 'ScheduleEntry', key } as const
    return step({
      path: '/Appointment',
      element: { id: Number(key), ...membersOf(change), ...NO_MAIL },
      except: [],
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: change },
    })
  },
  remove: (_session, { key }, summary) =>
    deletionStep(`/Appointment/${key}`, { type: 'ScheduleEntry', key }, summary),
})

function membersOf({ startsAt, endsAt, title }: ScheduleChange): Readonly<Record<string, string>> {
  return {
    ...(title === undefined ? {} : { subject: title }),
    ...(startsAt === undefined ? {} : { start_date: startsAt }),
    ...(endsAt === undefined ? {} : { end_date: endsAt }),
  }
}
