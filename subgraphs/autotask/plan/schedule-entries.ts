import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { PlannedStep } from '../../../schema/plan.ts'
import type { VendorAccess, VendorSession } from '../../../schema/source.ts'
import { type EntryNow, type ScheduleChange, schedulePlans } from '../../planning/schedule-plans.ts'
import { calendar } from '../calendar.ts'
import { entriesByIds, linksOf } from '../calendar-rows.ts'
import { MAX_RECORDS, objectOf, query } from '../client.ts'
import { compare, fieldName, integer } from '../conditions.ts'
import { clientMail, may } from './mail.ts'
import { memberNow, recordNow } from './record-now.ts'
import { deletionStep, step, ticketRef } from './steps.ts'
import { ticketNow } from './ticket-now.ts'
import { ticketOf } from './ticket-of.ts'

/** The metadata of `Appointments` gives its title 255 characters; a service call takes more. */
const MAX_TITLE = 255
const ACCESS: VendorAccess = { group: 'Schedule Entries', kind: 'READ', fields: [] }

/** What is planned for a ticket is a service call, in three writes: the call, the ticket on it, and who is sent (API.md 13). */
export const scheduleEntries = schedulePlans({
  maxTitle: MAX_TITLE,
  recordNow,
  memberNow,
  ticketOf,
  calendar: async (session, question) => (await calendar.read(session, question, new Set())).entries,
  async create(session, ticket, member, change, given, summary) {
    await expectOnTicket(session, ticket.key, member)
    const parent = ticketRef(ticket.key)
    const one = (
      spec: Pick<Parameters<typeof step>[0], 'path' | 'body' | 'except' | 'creates' | 'summary'>,
    ) => step({ ...spec, method: 'POST', target: parent, reconcile: { by: 'PERSON', reason: IN_PARTS } })
    return [
      one({
        path: '/ServiceCalls',
        body: { companyID: Number(ticket.company), ...callMembers(change) },
        // The company is that of the ticket, and nobody chose it.
        except: ['companyID', ...(given.has('title') ? [] : ['title'])],
        creates: null,
        summary,
      }),
      holed(
        one({
          path: '/ServiceCalls/{step1.id}/Tickets',
          body: { ticketID: Number(ticket.key) },
          except: [],
          creates: 'ScheduleEntry',
          summary: `Puts ticket ${ticket.number} on the service call.`,
        }),
        1,
      ),
      holed(
        one({
          path: '/ServiceCallTickets/{step2.id}/Resources',
          body: { resourceID: Number(member) },
          except: [],
          creates: null,
          summary: `Sends the member for ticket ${ticket.number}.`,
        }),
        2,
      ),
    ]
  },
  async update(session, { key }, change, summary) {
    const target = { type: 'ScheduleEntry', key } as const
    const call = await callOf(session, key)
    return step({
      method: 'PATCH',
      path: call === null ? '/Appointments' : '/ServiceCalls',
      body:
        call === null
          ? { id: appointmentId(key), ...appointmentMembers(change) }
          : { id: call, ...callMembers(change) },
      except: [],
      target,
      creates: null,
      summary,
      reconcile: { by: 'VALUES', target, planned: change },
    })
  },
  async remove(session, now, summary) {
    const { key } = now
    const target = { type: 'ScheduleEntry', key } as const
    const call = await callOf(session, key)
    if (call === null) return deletionStep(`/Appointments/${appointmentId(key)}`, target, summary)
    const path = `/ServiceCalls/${call}`
    // Another ticket on the call keeps it.
    return deletionStep(
      (await others(session, call, key)) === 0 ? path : `${path}/Tickets/${key}`,
      target,
      summary,
    )
  },
  async alongWith(session, { key }: EntryNow) {
    const call = await callOf(session, key)
    const more = call === null ? 0 : await others(session, call, key)
    if (more === 0) return []
    return [`The service call is for ${more} more ticket${more === 1 ? '' : 's'}, which move with it.`]
  },
  async mail(session, { key }) {
    const { contactID } = await ticketNow(session, key)
    return clientMail(session, [may('visit')], [contactID === null ? null : String(contactID)], [key])
  },
})

const IN_PARTS = 'A service call is written in three parts: somebody has to look which of them Autotask has.'

function holed(one: PlannedStep, hole: number): PlannedStep {
  return { ...one, holes: [hole] }
}

/** "The technician must already be the ticket's primary or secondary resource" (API.md 13). */
async function expectOnTicket(session: VendorSession, ticket: string, member: string): Promise<void> {
  const { assignedResourceID } = await ticketNow(session, ticket)
  if (String(assignedResourceID) === member) return
  const { rows } = await query(session, {
    entity: 'TicketSecondaryResources',
    filter: [compare(fieldName('ticketID'), 'eq', integer('ticket', ticket))],
    fields: ['id', 'resourceID'],
    max: MAX_RECORDS,
    access: { group: 'Tickets', kind: 'READ', fields: ['secondaryResources'] },
  })
  if (rows.map(objectOf).some(({ resourceID }) => String(resourceID) === member)) return
  throw badInput(
    'member',
    'the owner of the ticket or somebody else who is on it, as Autotask demands',
    member,
  )
}

async function callOf(session: VendorSession, key: string): Promise<number | null> {
  if (key.startsWith('appointment.')) return null
  const [row] = await entriesByIds(session, ACCESS, [key], [])
  if (row === undefined) throw new GatewayError('NOT_FOUND', 'No such ScheduleEntry.', { argument: 'id' })
  return row.call
}

/** Other tickets on a service call. */
async function others(session: VendorSession, call: number, key: string): Promise<number> {
  const links = await linksOf(session, ACCESS, 'serviceCallID', [String(call)])
  return links.filter(({ id }) => String(id) !== key).length
}

function appointmentId(key: string): number {
  return Number(key.slice('appointment.'.length))
}

function callMembers({ title, ...times }: ScheduleChange): Readonly<Record<string, string>> {
  return { ...(title === undefined ? {} : { description: title }), ...timeMembers(times) }
}

function appointmentMembers({ title, ...times }: ScheduleChange): Readonly<Record<string, string>> {
  return { ...(title === undefined ? {} : { title }), ...timeMembers(times) }
}

function timeMembers({ startsAt, endsAt }: ScheduleChange): Readonly<Record<string, string>> {
  return {
    ...(startsAt === undefined ? {} : { startDateTime: startsAt }),
    ...(endsAt === undefined ? {} : { endDateTime: endsAt }),
  }
}
