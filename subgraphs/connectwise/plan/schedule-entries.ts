import { type ScheduleChange, schedulePlans } from '../../planning/schedule-plans.ts'
import { calendar } from '../calendar.ts'
import { FOR_SERVICE_TICKETS } from '../entities/schedule-entry.ts'
import { memberNow, recordNow } from './record-now.ts'
import { deletionStep, step, ticketRef } from './steps.ts'
import { ticketOf } from './ticket-of.ts'

/** An entry for a ticket puts its member among the resources of the ticket (API.md 8). */
export const scheduleEntries = schedulePlans({
  // Its API description, ScheduleEntry.
  maxTitle: 250,
  recordNow,
  memberNow,
  ticketOf,
  calendar: async (session, question) => (await calendar.read(session, question, new Set())).entries,
  async create(session, ticket, member, change, given, summary) {
    const parent = ticketRef(ticket.key)
    const { dateStart, dateEnd } = membersOf(change)
    return [
      step(session, {
        method: 'POST',
        path: '/schedule/entries',
        body: {
          type: { id: FOR_SERVICE_TICKETS },
          objectId: Number(ticket.key),
          member: { id: Number(member) },
          ...membersOf(change),
        },
        except: given.has('title') ? [] : ['title'],
        target: parent,
        creates: 'ScheduleEntry',
        summary,
        reconcile: { by: 'FINGERPRINT', parent, content: { member: Number(member), dateStart, dateEnd } },
      }),
    ]
  },
  update(session, { key }, change, summary) {
    const target = { type: 'ScheduleEntry', key } as const
    return step(session, {
      method: 'PATCH',
      path: `/schedule/entries/${key}`,
      body: Object.entries(membersOf(change)).map(([path, value]) => ({ op: 'replace', path, value })),
      except: [],
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: change },
    })
  },
  remove: (session, { key }, summary) =>
    deletionStep(session, `/schedule/entries/${key}`, { type: 'ScheduleEntry', key }, summary),
})

function membersOf({ startsAt, endsAt, title }: ScheduleChange): Readonly<Record<string, string>> {
  return {
    ...(title === undefined ? {} : { name: title }),
    ...(startsAt === undefined ? {} : { dateStart: startsAt }),
    ...(endsAt === undefined ? {} : { dateEnd: endsAt }),
  }
}
