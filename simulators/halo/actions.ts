import type { Rec } from '../shared/json.ts'
import { WHO } from './action-row.ts'
import { ACTION_BODY, removeAction, writeAction } from './action-write.ts'
import { readElements } from './body.ts'
import { type Answer, type Call, ok, param, type Route } from './call.ts'
import { instantOf, stamp } from './dates.ts'
import { silent, strict } from './errors.ts'
import { saveAll } from './saving.ts'
import { actionsOf, find, rowsOf, shown } from './state.ts'
import { childrenOf, isDeleted } from './ticket-derived.ts'

/** Without a ticket and without `count` the list is cut here. */
const DEFAULT_COUNT = 50

const FILTERS =
  'ticket_id count startdate enddate excludesys excludeprivate agentonly conversationonly timeentriesonly ' +
  'importantonly includehtmlnote includehtmlemail includeattachments ischildnotes actoutcome actoutcomenum'

function ticketIds(call: Call): number[] {
  const id = call.query.int('ticket_id')
  if (id === undefined) return [...call.state.actions.keys()]
  const ticket = find(call.state, 'tickets', id)
  if (!ticket || isDeleted(ticket)) return []
  return call.query.flag('ischildnotes') ? childrenOf(call.state, id).map((child) => Number(child.id)) : [id]
}

const isSystem = (action: Rec) => Number(action.action_systemid) > 0

function list(call: Call): Answer {
  const { query, state } = call
  const [from, to] = [query.instant('startdate'), query.instant('enddate')]
  const outcome = query.text('actoutcome')?.toLowerCase()
  const number = query.int('actoutcomenum')
  const keeps = (action: Rec): boolean => {
    const at = instantOf(String(action.datetime)) ?? 0
    return (
      (from === undefined || at >= from) &&
      (to === undefined || at <= to) &&
      (outcome === undefined || String(action.outcome).toLowerCase() === outcome) &&
      (number === undefined || action.action_systemid === number) &&
      !(query.flag('excludesys') && isSystem(action)) &&
      !(query.flag('excludeprivate') && action.hiddenfromuser === true) &&
      !(query.flag('agentonly') && action.who_type !== WHO.agent) &&
      !(query.flag('conversationonly') && !action.emaildirection && action.who_type !== WHO.user) &&
      !(query.flag('timeentriesonly') && Number(action.timetaken) === 0) &&
      !(query.flag('importantonly') && action.important !== true)
    )
  }
  const ids = ticketIds(call)
  const rows = ids.flatMap((id) => actionsOf(state, id)).filter(keeps)
  // The newest come first, so that `count` keeps what happened last.
  rows.sort((a, b) => {
    const [left, right] = [String(a.datetime), String(b.datetime)]
    return left < right ? 1 : left > right ? -1 : Number(b.id) - Number(a.id)
  })
  const otherwise = query.has('ticket_id') ? rows.length : DEFAULT_COUNT
  const kept = rows.slice(0, query.int('count') || otherwise).map((action) => listRow(call, action))
  return ok({ record_count: kept.length, actions: kept })
}

function listRow(call: Call, action: Rec): Rec {
  const { note_html, emailbody, emailbody_html, customfields, ...row } = shown(action)
  if (call.query.flag('includehtmlnote')) row.note_html = note_html
  if (call.query.flag('includehtmlemail')) row.emailbody_html = emailbody_html
  if (call.query.flag('includeattachments')) row.attachments = filesOf(call, action)
  return row
}

const filesOf = (call: Call, action: Rec): Rec[] =>
  rowsOf(call.state, 'attachments')
    .filter((file) => file.$ticket === action.ticket_id && file.$action === action.id)
    .map(shown)

/** The number alone is ambiguous: without its ticket some other ticket's action of that number comes. */
function findAction(call: Call): Rec {
  const id = param(call)
  const ticketId = call.query.int('ticket_id')
  const lists = ticketId === undefined ? [...call.state.actions.values()] : [actionsOf(call.state, ticketId)]
  const action = lists.map((rows) => rows.find((row) => row.id === id)).find((row) => row !== undefined)
  const ticket = action && find(call.state, 'tickets', action.ticket_id)
  if (!action || !ticket || isDeleted(ticket)) throw silent(404)
  return action
}

function detail(call: Call): Rec {
  const action = findAction(call)
  const { emailbody, emailbody_html, customfields, ...row } = shown(action)
  if (call.query.flag('includeemail')) Object.assign(row, { emailbody, emailbody_html })
  if (call.query.flag('includedetails'))
    Object.assign(row, { customfields, attachments: filesOf(call, action) })
  return row
}

export const actionRoutes: Route[] = [
  { method: 'GET', template: 'Actions', plays: FILTERS, scope: 'tickets', handler: list },
  {
    method: 'GET',
    template: 'Actions/{id}',
    plays: 'ticket_id includedetails includeemail',
    scope: 'tickets',
    handler: (call) => ok(detail(call)),
  },
  {
    method: 'POST',
    template: 'Actions',
    scope: 'tickets',
    handler: (call) => saveAll(readElements(call.body, ACTION_BODY), (element) => writeAction(call, element)),
  },
  {
    method: 'DELETE',
    template: 'Actions/{id}',
    plays: 'ticket_id',
    scope: 'tickets',
    handler: (call) => {
      const ticketId = call.query.int('ticket_id')
      if (ticketId === undefined) throw strict('a DELETE of an action must name its ticket_id')
      const removed = removeAction(call.state, ticketId, param(call))
      if (!removed) throw silent(404)
      const ticket = find(call.state, 'tickets', ticketId)
      if (ticket) ticket.last_update = stamp(call.now)
      return ok({ id: Number(removed.id), ticket_id: ticketId })
    },
  },
]
