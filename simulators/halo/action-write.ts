import type { Rec } from '../shared/json.ts'
import { authorOf, newAction, textPair, timeFields } from './action-row.ts'
import { attach } from './attachments.ts'
import type { Call } from './call.ts'
import { instantOf, stamp } from './dates.ts'
import { sentence, strict, TICKET_NOT_FOUND } from './errors.ts'
import { addresses, agentEmail, rulesRun, send, standingRecipients, userEmail } from './mail.ts'
import { OUTCOME } from './seed-setup.ts'
import { actionsOf, addAction, find, isClosedStatus, nameOf, rowsOf, type State, shown } from './state.ts'
import { childrenOf, isDeleted, isMerged } from './ticket-derived.ts'
import { announceChange, settleTicket } from './ticket-write.ts'

const HOUR = 3_600_000

/** Member of an action → the member of the ticket that it changes. */
const TICKET_MEMBERS: Record<string, string> = {
  new_status: 'status_id',
  new_agent: 'agent_id',
  new_team: 'team',
  new_priority: 'priority_id',
  new_tickettype: 'tickettype_id',
  new_sla_id: 'sla_id',
  new_category1: 'category_1',
  new_category2: 'category_2',
  new_category3: 'category_3',
  new_category4: 'category_4',
  new_impact: 'impact',
  new_urgency: 'urgency',
  new_client_id: 'client_id',
  new_site_id: 'site_id',
  new_user_id: 'user_id',
  new_parent_id: 'parent_id',
  new_deadlinedate: 'deadlinedate',
  new_fixbydate: 'fixbydate',
  new_followupdate: 'followupdate',
}

export const ACTION_BODY = {
  schema: 'Actions',
  plays: [
    'ticket_id outcome outcome_id note note_html hiddenfromuser important datetime actiondatecreated',
    'sendemail emailto emailcc emailsubject emailbody emailbody_html emailtonew emailccnew emailsubjectnew',
    'timetaken nonbilltime traveltime mileage chargerate travel_chargerate actisbillable actreviewed',
    'actionarrivaldate actioncompletiondate action_contract_id',
    'who_agentid who_type actionby_agent_id on_behalf_of',
    'dont_do_rules _prevent_outgoing _isimport update_children move_to_id private_note attachments',
    ...Object.keys(TICKET_MEMBERS),
  ].join(' '),
  computed:
    'last_updated who_initials actionby_application_id action_systemid actionchargehours actionnonchargehours ' +
    'actionprepayhours attachment_count new_status_name old_status emaildirection merged_from_ticketid',
}

/** Only stored; the rest of an action has a meaning of its own. */
const PLAIN =
  'important mileage traveltime travel_chargerate actreviewed actionarrivaldate actioncompletiondate action_contract_id'.split(
    ' ',
  )

export function writeAction(call: Call, change: Rec): Rec {
  const ticket = find(call.state, 'tickets', change.ticket_id)
  if (!ticket || isDeleted(ticket) || isMerged(ticket)) throw sentence(400, TICKET_NOT_FOUND)
  return change.id ? updateAction(call, ticket, change) : createAction(call, ticket, change)
}

/** An outcome is chosen by id or by its name, must be open to people, and be allowed for the ticket's type. */
function outcomeFor(state: State, ticket: Rec, change: Rec): Rec {
  const name = String(change.outcome ?? '').toLowerCase()
  const outcome = change.outcome_id
    ? find(state, 'outcomes', change.outcome_id)
    : rowsOf(state, 'outcomes').find((row) => String(row.outcome).toLowerCase() === name)
  if (!outcome) throw sentence(400, 'An Outcome must be entered for this Action')
  const types = outcome.$types as number[] | undefined
  if (outcome.hidden === true || (types && !types.includes(Number(ticket.tickettype_id))))
    throw sentence(400, 'You do not have access to this Action at the moment')
  return outcome
}

function createAction(call: Call, ticket: Rec, change: Rec): Rec {
  const { state } = call
  const outcome = outcomeFor(state, ticket, change)
  const { plain, html } = textPair(change.note, change.note_html)
  if (outcome.mustaddnote === true && plain === '')
    throw sentence(400, 'A Note must be entered for this Action')
  const before = { ...ticket }
  const draft = settleTicket(call, ticket, ticketChange(outcome, change))
  const now = stamp(call.now)
  const movesTo = before.status_id === draft.status_id ? undefined : draft.status_id
  const action = newAction({
    outcome_id: Number(outcome.id),
    outcome: String(outcome.outcome),
    note: plain,
    note_html: html,
    hiddenfromuser: change.hiddenfromuser ?? outcome.hidefromuser === true,
    datetime: change.datetime ?? now,
    actiondatecreated: change.actiondatecreated ?? now,
    last_updated: now,
    actionby_application_id: call.application,
    old_status: Number(before.status_id),
    new_status: Number(movesTo ?? 0),
    new_status_name: movesTo === undefined ? '' : nameOf(state, 'statuses', movesTo),
    ...plainOf(change),
    ...timeOf(state, change, Number(outcome.chargerate)),
    ...author(call, change),
  })
  // The ticket first: it counts its actions, and the draft still has the old count.
  Object.assign(ticket, draft, { lastactiondate: now, last_update: now })
  const saved = addAction(state, Number(ticket.id), action)
  saved.attachment_count = attach(call, change.attachments, {
    ticketId: Number(ticket.id),
    actionId: Number(saved.id),
  })
  mailAction(call, ticket, saved, outcome, change)
  announceChange(
    call,
    ticket,
    { dont_do_rules: change.dont_do_rules, _prevent_outgoing: change._prevent_outgoing },
    before,
  )
  if (Number(outcome.approval_process_id) > 0)
    send(call, [agentEmail(state, 151)], 'approval requested', ticket)
  if (typeof change.private_note === 'string' && change.private_note !== '')
    addAction(state, Number(ticket.id), privateNote(saved, change.private_note))
  if (change.update_children === true) {
    for (const child of childrenOf(state, Number(ticket.id)))
      createAction(call, child, { ...change, ticket_id: child.id, update_children: false })
  }
  return shown(saved)
}

const privateNote = (beside: Rec, text: string): Rec => ({
  ...beside,
  ...textFields(text),
  outcome_id: OUTCOME.privateNote,
  outcome: 'Private Note',
  hiddenfromuser: true,
  timetaken: 0,
  emaildirection: '',
  emailto: '',
})
const textFields = (text: string): Rec => {
  const { plain, html } = textPair(text, undefined)
  return { note: plain, note_html: html }
}

/** What the outcome does by itself, and over that what the body asks for. */
function ticketChange(outcome: Rec, change: Rec): Rec {
  const wanted: Rec = {}
  if (Number(outcome.newstatus) > 0) wanted.status_id = outcome.newstatus
  if (Number(outcome.defaultagent) > 0) wanted.agent_id = outcome.defaultagent
  if (outcome.defaultteam) wanted.team = outcome.defaultteam
  for (const [name, member] of Object.entries(TICKET_MEMBERS)) {
    if (change[name] !== undefined) wanted[member] = change[name]
  }
  return wanted
}

const plainOf = (change: Rec): Rec =>
  Object.fromEntries(PLAIN.filter((name) => change[name] !== undefined).map((name) => [name, change[name]]))

/** Decimal hours, or what lies between arrival and completion when only these were sent. */
function timeOf(state: State, change: Rec, outcomeRate: number): Rec {
  const [arrival, completion] = [change.actionarrivaldate, change.actioncompletiondate].map((text) =>
    typeof text === 'string' ? instantOf(text) : undefined,
  )
  const between =
    arrival === undefined || completion === undefined ? 0 : Math.max(0, (completion - arrival) / HOUR)
  const hours = Number(change.timetaken ?? between)
  if (hours < 0) throw sentence(400, 'The time taken cannot be negative.')
  if (hours === 0) return {}
  // -1 asks for the default rate.
  const sent = Number(change.chargerate ?? -1)
  const rate = sent >= 0 ? sent : outcomeRate > 0 ? outcomeRate : 1
  if (rate > 0 && !find(state, 'chargeRates', rate))
    throw sentence(400, `The Charge Rate ${rate} does not exist.`)
  const nonBillable = change.actisbillable === false ? hours : Number(change.nonbilltime ?? 0)
  return timeFields(state, hours, rate, Math.min(nonBillable, hours))
}

/** The application's agent, unless the body claims somebody else; nobody checks the claim. */
function author(call: Call, change: Rec): Rec {
  const claimed = Number(change.who_agentid ?? change.actionby_agent_id ?? change.on_behalf_of ?? 0)
  const agentId = find(call.state, 'agents', claimed) ? claimed : Number(call.agent.id)
  return authorOf(call.state, { agentId })
}

/** `sendemail` left out takes the outcome's default; a visible note may mail by a rule even when it is false. */
function mailAction(call: Call, ticket: Rec, action: Rec, outcome: Rec, change: Rec): void {
  const { state } = call
  if (change._prevent_outgoing === true) return
  const subject = String(change.emailsubject || change.emailsubjectnew || '')
  if (change.sendemail ?? outcome.sendemail === 1) {
    const to = addresses(change.emailto || change.emailtonew)
    const cc = addresses(change.emailcc || change.emailccnew)
    const contact = userEmail(state, ticket.user_id)
    const all = [...(to.length > 0 ? to : [contact]), ...cc, ...standingRecipients(ticket)]
    const reached = send(call, all, `action: ${outcome.outcome}`, ticket, subject)
    if (reached.length === 0) return
    Object.assign(action, {
      emaildirection: 'O',
      emailto: (to.length > 0 ? to : [contact]).join(';'),
      emailcc: cc.join(';'),
      emailsubject: subject || `${ticket.summary} [ID:${ticket.id}]`,
      emailbody: change.emailbody ?? action.note,
      emailbody_html: change.emailbody_html ?? action.note_html,
      dateemailed: stamp(call.now),
    })
    return
  }
  const type = find(state, 'ticketTypes', ticket.tickettype_id)
  if (type?.$mailsNotes === true && action.hiddenfromuser === false && rulesRun(change))
    send(
      call,
      [userEmail(state, ticket.user_id), ...standingRecipients(ticket)],
      'notification rule: visible note',
      ticket,
    )
}

function updateAction(call: Call, ticket: Rec, change: Rec): Rec {
  const { state } = call
  const list = actionsOf(state, Number(ticket.id))
  const action = list.find((row) => row.id === change.id)
  if (!action) throw sentence(400, 'Action not found, or you do not have access to this Action.')
  for (const name of Object.keys(TICKET_MEMBERS))
    if (change[name] !== undefined) throw strict(`the simulator does not play ${name} on an existing action`)
  if (change.move_to_id) return moveAction(call, action, Number(change.move_to_id))
  const draft: Rec = { ...action, ...plainOf(change) }
  if (change.note !== undefined || change.note_html !== undefined) {
    const { plain, html } = textPair(change.note, change.note_html)
    Object.assign(draft, { note: plain, note_html: html })
  }
  if (change.hiddenfromuser !== undefined) draft.hiddenfromuser = change.hiddenfromuser
  if (change.datetime) draft.datetime = change.datetime
  if (change.timetaken !== undefined || change.chargerate !== undefined || change.actisbillable !== undefined)
    Object.assign(
      draft,
      timeOf(state, { timetaken: action.timetaken, chargerate: action.chargerate, ...change }, 1),
    )
  if (change.timetaken === 0)
    Object.assign(draft, { timetaken: 0, actionchargehours: 0, actionnonchargehours: 0 })
  draft.last_updated = stamp(call.now)
  Object.assign(action, draft)
  ticket.last_update = stamp(call.now)
  if (isClosedStatus(state, ticket.status_id) && action.outcome_id === OUTCOME.close)
    ticket.closure_note = action.note
  return shown(action)
}

function moveAction(call: Call, action: Rec, ticketId: number): Rec {
  const { state } = call
  const target = find(state, 'tickets', ticketId)
  if (!target || isDeleted(target) || isMerged(target)) throw sentence(400, TICKET_NOT_FOUND)
  removeAction(state, Number(action.ticket_id), Number(action.id))
  const moved = addAction(state, ticketId, { ...action, last_updated: stamp(call.now) })
  target.last_update = stamp(call.now)
  return shown(moved)
}

export function removeAction(state: State, ticketId: number, id: number): Rec | undefined {
  const list = actionsOf(state, ticketId)
  const at = list.findIndex((row) => row.id === id)
  return at < 0 ? undefined : list.splice(at, 1)[0]
}
