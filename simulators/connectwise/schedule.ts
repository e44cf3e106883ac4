import { idOf, type Rec } from '../shared/json.ts'
import type { Call, Route } from './call.ts'
import { bindReferences, entityRoutes } from './entity.ts'
import { missing, noEndpoint } from './errors.ts'
import { memberEmail, send } from './mail.ts'
import { makeReference } from './references.ts'
import { refreshTicket } from './ticket-derived.ts'
import { getTicket } from './tickets.ts'

const SERVICE = 4 // schedule type of a ticket's appointments

function settle(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void {
  if (!draft.type) throw missing('scheduleEntry', 'type')
  bindReferences(call, 'ScheduleEntry', 'scheduleEntry', draft, change, {
    member: (row) => row.inactiveFlag !== true,
  })
  if (idOf(draft.type) === SERVICE) {
    if (draft.objectId === undefined) throw missing('scheduleEntry', 'objectId')
    const ticket = getTicket(call, Number(draft.objectId))
    draft.name ??= ticket.summary
  }
  draft.member ??= makeReference('MemberReference', call.caller)
  if (draft.dateStart !== undefined && draft.dateEnd !== undefined) {
    draft.hours = (Date.parse(String(draft.dateEnd)) - Date.parse(String(draft.dateStart))) / 3_600_000
  }
  if (previous) return
  draft.status ??= { id: 1, name: 'Firm' }
  for (const flag of ['doneFlag', 'acknowledgedFlag', 'ownerFlag', 'meetingFlag']) draft[flag] ??= false
}

/** Appointments are what assigns technicians to a ticket. */
function assign(call: Call, entry: Rec): void {
  const ticket = call.state.tables.tickets.rows.get(Number(entry.objectId))
  if (ticket && idOf(entry.type) === SERVICE) refreshTicket(call.state, ticket)
}

function mailTechnician(call: Call, entry: Rec, reason: string): void {
  const ticket = call.state.tables.tickets.rows.get(Number(entry.objectId))
  send(call, [memberEmail(call, entry.member)], reason, ticket ?? { id: entry.objectId, summary: entry.name })
}

const entries = entityRoutes({
  table: 'scheduleEntries',
  path: 'schedule/entries',
  writes: ['POST', 'PATCH', 'PUT', 'DELETE'],
  readOnly: ['ticketType', 'notificationSent', 'notificationResponse', 'closeDate', 'acknowledgedDate'],
  beforeSave: settle,
  afterSave: (call, entry, change) => {
    assign(call, entry)
    if (change.notifyResource === true) mailTechnician(call, entry, 'schedule entry: notifyResource')
  },
  afterDelete: assign,
})
const remove = entries.find((route) => route.method === 'DELETE')!

export const scheduleRoutes: Route[] = [
  ...entries,
  {
    method: 'DELETE',
    template: 'schedule/entries/{id}/{text}',
    handler: (call) => {
      const [id = '', notify = ''] = call.params
      if (!/^(true|false)$/i.test(notify)) throw noEndpoint()
      const entry = call.state.tables.scheduleEntries.rows.get(Number(id))
      const answer = remove.handler({ ...call, params: [id] })
      if (entry && notify.toLowerCase() === 'true') mailTechnician(call, entry, 'schedule entry deleted')
      return answer
    },
  },
  ...entityRoutes({ table: 'scheduleTypes', path: 'schedule/types' }),
  ...entityRoutes({ table: 'scheduleStatuses', path: 'schedule/statuses' }),
]
