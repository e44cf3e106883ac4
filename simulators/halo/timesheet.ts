import type { Rec } from '../shared/json.ts'
import { removeAction, writeAction } from './action-write.ts'
import { readElements } from './body.ts'
import { type Answer, type Call, ok, param, type Route } from './call.ts'
import { instantOf, stamp } from './dates.ts'
import { sentence, silent } from './errors.ts'
import { saveAll } from './saving.ts'
import { OUTCOME } from './seed-setup.ts'
import { actionsOf, find, insert, nameOf, rowsOf, shown } from './state.ts'

const HOUR = 3_600_000
const BODY = {
  schema: 'TimesheetEvent',
  plays:
    'ticket_id agent_id start_date end_date timetaken note subject event_type client_id site_id charge_rate',
  computed: 'action_number customer user_name charge_type_name',
}

/** A time entry on a ticket is an action; this is the same work seen from the technician's day. */
function eventOf(call: Call, action: Rec): Rec {
  const { state } = call
  const ticket = find(state, 'tickets', action.ticket_id)
  const hours = Number(action.timetaken)
  const end = instantOf(String(action.actioncompletiondate ?? action.datetime)) ?? 0
  const start = instantOf(String(action.actionarrivaldate ?? '')) ?? end - hours * HOUR
  return {
    id: Number(action.$event),
    event_type: 0,
    subject: String(ticket?.summary ?? ''),
    start_date: stamp(start),
    end_date: stamp(end),
    timetaken: hours,
    agent_id: action.who_agentid,
    ticket_id: action.ticket_id,
    action_number: action.id,
    note: action.note,
    customer: nameOf(state, 'clients', ticket?.client_id),
    client_id: ticket?.client_id,
    site_id: ticket?.site_id,
    tickettype_id: ticket?.tickettype_id,
    charge_rate: action.chargerate,
    charge_type_name: nameOf(state, 'chargeRates', action.chargerate),
  }
}

function events(call: Call): Rec[] {
  const { state } = call
  const timed = [...state.actions.values()].flat().filter((action) => Number(action.timetaken) > 0)
  for (const action of timed) {
    // A time entry made through an action gets its number when it is first seen from this side.
    if (action.$event === undefined) action.$event = state.tables.events.nextId++
  }
  return [...timed.map((action) => eventOf(call, action)), ...rowsOf(state, 'events').map(shown)]
}

function list(call: Call): Answer {
  const { query } = call
  const [from, to] = [query.instant('start_date'), query.instant('end_date')]
  const agents = query.ints('agents')
  const agent = query.int('agent_id')
  const rows = events(call).filter((event) => {
    const at = instantOf(String(event.start_date)) ?? 0
    return (
      (from === undefined || at >= from) &&
      (to === undefined || at <= to) &&
      (!agents || agents.includes(Number(event.agent_id))) &&
      (agent === undefined || event.agent_id === agent)
    )
  })
  rows.sort((a, b) => (String(a.start_date) < String(b.start_date) ? -1 : 1))
  return ok(rows)
}

function write(call: Call, change: Rec): Rec {
  const { state } = call
  if (change.id) throw sentence(400, 'This Timesheet entry cannot be changed.')
  const agentId = Number(change.agent_id ?? call.agent.id)
  if (!find(state, 'agents', agentId)) throw sentence(400, `The Agent ${agentId} does not exist.`)
  const [start, end] = [change.start_date, change.end_date].map((text) => instantOf(String(text ?? '')))
  if (start === undefined || end === undefined || end < start)
    throw sentence(400, 'A Start Date and an End Date must be entered for this Timesheet entry.')
  const hours = Number(change.timetaken ?? (end - start) / HOUR)
  if (!change.ticket_id) {
    const free = { event_type: 0, subject: '', note: '', ...change, ticket_id: 0, action_number: 0 }
    return insert(state, 'events', { ...free, agent_id: agentId, timetaken: hours })
  }
  const saved = writeAction(call, {
    ticket_id: change.ticket_id,
    outcome_id: OUTCOME.time,
    note: change.note ?? change.subject ?? '',
    timetaken: hours,
    chargerate: change.charge_rate,
    actionarrivaldate: change.start_date,
    actioncompletiondate: change.end_date,
    who_agentid: agentId,
    sendemail: false,
  })
  const action = actionsOf(state, Number(saved.ticket_id)).find((row) => row.id === saved.id)!
  action.$event = state.tables.events.nextId++
  return eventOf(call, action)
}

function get(call: Call): Rec {
  const event = events(call).find((row) => row.id === param(call))
  if (!event) throw silent(404)
  return event
}

export const timesheetRoutes: Route[] = [
  {
    method: 'GET',
    template: 'TimesheetEvent',
    plays: 'agent_id agents start_date end_date utcoffset',
    scope: 'timesheets',
    handler: list,
  },
  {
    method: 'GET',
    template: 'TimesheetEvent/{id}',
    plays: 'includedetails',
    scope: 'timesheets',
    handler: (call) => ok(get(call)),
  },
  {
    method: 'POST',
    template: 'TimesheetEvent',
    scope: 'timesheets',
    handler: (call) => saveAll(readElements(call.body, BODY), (element) => write(call, element)),
  },
  {
    method: 'DELETE',
    template: 'TimesheetEvent/{id}',
    scope: 'timesheets',
    handler: (call) => {
      const event = get(call)
      if (event.ticket_id) removeAction(call.state, Number(event.ticket_id), Number(event.action_number))
      else call.state.tables.events.rows.delete(Number(event.id))
      return ok({ id: Number(event.id) })
    },
  },
]
