import { isRec, type Json, type Rec } from '../shared/json.ts'
import { authorOf, newAction, textPair, timeFields } from './action-row.ts'
import { attach } from './attachments.ts'
import type { Call } from './call.ts'
import { mergeCustomFields } from './custom-fields.ts'
import { stamp } from './dates.ts'
import { sentence, TICKET_NOT_FOUND } from './errors.ts'
import { notifyAgent, notifyStatus, send, standingRecipients, userEmail } from './mail.ts'
import { mergeTicket } from './merge.ts'
import { OUTCOME } from './seed-setup.ts'
import { blankTicket } from './seed-tickets.ts'
import { addAction, find, insert, isClosedStatus, nameOf, rowsOf, type State } from './state.ts'
import { isDeleted, priorityOf, refreshTicket } from './ticket-derived.ts'
import { record, saved } from './ticket-view.ts'

/** Stored as they come. */
const PLAIN = (
  'summary impact urgency source estimate deadlinedate followupdate startdate targetdate respondbydate ' +
  'reportedby emailtolist emailcclist excludefromsla flagged showforusers dateoccurred third_party_id_string ' +
  'oppvalue oppconversionprobability oppcompanyname oppcontactname oppemailaddress is_sensitive'
).split(' ')

export const TICKET_BODY = {
  schema: 'Faults',
  plays: [
    ...PLAIN,
    'details details_html status_id priority_id tickettype_id client_id site_id user_id agent_id team sla_id',
    'category_1 category_2 category_3 category_4 categoryid_1 categoryid_2 categoryid_3 categoryid_4',
    'parent_id contract_id assets customfields items_issued todo_list attachments fixbydate',
    'merged_into_id domerge _is_aisuggestion_merge closure_note closure_note_html closure_time closure_agent_id',
    'sendack dont_do_rules _dont_fire_automations _prevent_outgoing _novalidate _isimport',
    'donotapplytemplateintheapi',
  ].join(' '),
  computed:
    'client_name site_name user_name user_email agent_name status_name tickettype_name sla_name priority_name ' +
    'last_update lastactiondate datecreated dateclosed hasbeenclosed onhold timetaken child_count ' +
    'child_count_open attachment_count responsedate is_project is_opportunity created_by use contract_ref',
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? '') === JSON.stringify(b ?? '')

/** One element of `POST /Tickets`: creates, updates or merges. */
export function writeTicket(call: Call, change: Rec): Rec {
  const { state } = call
  const id = Number(change.id ?? 0)
  const previous = id === 0 ? undefined : find(state, 'tickets', id)
  if (id !== 0 && (!previous || isDeleted(previous))) throw sentence(400, TICKET_NOT_FOUND)
  if (change.domerge === true || change._is_aisuggestion_merge === true) {
    if (!previous) throw sentence(400, TICKET_NOT_FOUND)
    return saved(state, mergeTicket(call, previous, Number(change.merged_into_id ?? 0)))
  }
  const before = previous ? { ...previous } : undefined
  const draft: Rec = before ? { ...before } : newDraft(call, change)
  settle(call, draft, change, before)
  const ticket = previous ? Object.assign(previous, draft) : insert(state, 'tickets', draft)
  if (before) announceChange(call, ticket, change, before)
  else announceNew(call, ticket, change)
  return saved(state, ticket)
}

function newDraft(call: Call, change: Rec): Rec {
  const { state } = call
  if (!change.summary && !change.details && !change.details_html)
    throw sentence(400, 'Please enter a Summary or Details for this Ticket.')
  if (!change.tickettype_id) throw sentence(400, 'A Ticket Type must be chosen for this Ticket.')
  if (!change.client_id && !change.site_id && !change.user_id)
    throw sentence(400, 'A Customer must be chosen for this Ticket.')
  const type = find(state, 'ticketTypes', change.tickettype_id)
  const now = stamp(call.now)
  return {
    ...blankTicket,
    summary: '',
    use: String(type?.use ?? 'ticket'),
    status_id: Number(type?.initial_status ?? 1),
    sla_id: Number(type?.default_sla ?? 1),
    priority_id: Number(type?.default_priority ?? 3),
    team: String(type?.default_team ?? ''),
    client_id: 0,
    site_id: 0,
    user_id: 0,
    dateoccurred: now,
    datecreated: now,
    created_by: String(call.agent.name),
    $assets: [],
    $custom: {},
    $items: [],
    $todo: [],
    $lastAction: 0,
  }
}

/** The ticket as it would be after the change; an action's outcome asks for it too. */
export function settleTicket(call: Call, ticket: Rec, change: Rec): Rec {
  const draft = { ...ticket }
  settle(call, draft, change, ticket)
  return draft
}

/** Checks everything before anything is changed: a refused element leaves its ticket as it was. */
function settle(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void {
  const { state } = call
  const needs = (table: 'statuses' | 'ticketTypes' | 'slas', field: string, what: string) => {
    if (change[field] === undefined) return
    if (!find(state, table, change[field]))
      throw sentence(400, `The ${what} ${change[field]} does not exist.`)
    draft[field] = change[field]
  }
  needs('statuses', 'status_id', 'Status')
  needs('ticketTypes', 'tickettype_id', 'Ticket Type')
  needs('slas', 'sla_id', 'SLA')
  for (const name of PLAIN) if (change[name] !== undefined) draft[name] = change[name] ?? ''
  if (change.details !== undefined || change.details_html !== undefined) {
    const { plain, html } = textPair(change.details, change.details_html)
    Object.assign(draft, { details: plain, details_html: html })
  }
  if (!draft.summary) draft.summary = String(draft.details).slice(0, 100)
  settlePlace(state, draft, change)
  settleAssignment(call, draft, change)
  settleCategories(state, draft, change)
  if (change.priority_id !== undefined) draft.priority_id = change.priority_id
  if (!priorityOf(state, draft.sla_id, draft.priority_id))
    throw sentence(400, `The Priority ${draft.priority_id} does not exist on SLA ${draft.sla_id}.`)
  if (change.fixbydate) Object.assign(draft, { fixbydate: change.fixbydate, $fixByHand: true })
  settleLinks(state, draft, change)
  if (change.customfields !== undefined)
    draft.$custom = mergeCustomFields(state, (draft.$custom ?? {}) as Rec, change.customfields)
  const type = find(state, 'ticketTypes', draft.tickettype_id)
  draft.use = String(type?.use)
  for (const name of (type?.$mandatory ?? []) as string[]) {
    if (!draft[name] && !previous && change._novalidate !== true)
      throw sentence(400, `${name} is mandatory for the Ticket Type ${type?.name}.`)
  }
  settleClosing(call, draft)
  draft.last_update = stamp(call.now)
}

function settleClosing(call: Call, draft: Rec): void {
  const closed = isClosedStatus(call.state, draft.status_id)
  if (closed && !draft.dateclosed)
    Object.assign(draft, {
      dateclosed: stamp(call.now),
      hasbeenclosed: true,
      closure_agent_id: Number(call.agent.id),
    })
  if (!closed) Object.assign(draft, { dateclosed: '', closure_agent_id: 0 })
}

const generalUserOf = (state: State, siteId: unknown): number =>
  Number(rowsOf(state, 'users').find((row) => row.site_id === siteId && row.$general === true)?.id ?? 0)

/**
 * Client, site and user must agree. A user with a client but without the site, or at another site, is not
 * refused: the ticket quietly gets the site's general user (API.md 12, trap 6).
 */
function settlePlace(state: State, draft: Rec, change: Rec): void {
  const { client_id, site_id, user_id } = change
  if (client_id === undefined && site_id === undefined && user_id === undefined) return
  const named = <T>(row: T | undefined, what: string, id: unknown): T => {
    if (!row) throw sentence(400, `The ${what} ${id} does not exist.`)
    return row
  }
  const user = user_id === undefined ? undefined : named(find(state, 'users', user_id), 'User', user_id)
  const isNew = draft.client_id === 0
  if (user && isNew && client_id === undefined && site_id === undefined) {
    Object.assign(draft, { client_id: user.client_id, site_id: user.site_id, user_id })
    return
  }
  if (site_id !== undefined) {
    const site = named(find(state, 'sites', site_id), 'Site', site_id)
    if (client_id !== undefined && site.client_id !== client_id)
      throw sentence(400, 'The Site does not belong to the Customer.')
    Object.assign(draft, { site_id, client_id: site.client_id })
  } else if (client_id !== undefined && client_id !== draft.client_id) {
    const client = named(find(state, 'clients', client_id), 'Customer', client_id)
    Object.assign(draft, { client_id, site_id: client.main_site_id })
  }
  const agrees =
    user !== undefined &&
    user.site_id === draft.site_id &&
    user.client_id === draft.client_id &&
    (site_id !== undefined || !isNew)
  const moved = find(state, 'users', draft.user_id)?.client_id !== draft.client_id
  if (agrees) draft.user_id = Number(user_id)
  else if (user || moved) draft.user_id = generalUserOf(state, draft.site_id)
}

function settleAssignment(call: Call, draft: Rec, change: Rec): void {
  const { state } = call
  if (change.agent_id !== undefined) {
    const agent = find(state, 'agents', change.agent_id)
    if (!agent || agent.isdisabled === true)
      throw sentence(400, `The Agent ${change.agent_id} does not exist.`)
    draft.agent_id = change.agent_id
  }
  if (change.team !== undefined) {
    const wanted = String(change.team).toLowerCase()
    const team = rowsOf(state, 'teams').find((row) => String(row.name).toLowerCase() === wanted)
    if (!team) throw sentence(400, `The Team ${change.team} does not exist.`)
    draft.team = String(team.name)
  }
}

/** A category is named by its path or by its id; both are answered. */
function settleCategories(state: State, draft: Rec, change: Rec): void {
  for (const level of [1, 2, 3, 4]) {
    const [path, id] = [change[`category_${level}`], change[`categoryid_${level}`]]
    if (path === undefined && id === undefined) continue
    const row = rowsOf(state, 'categories').find(
      (candidate) =>
        candidate.type_id === level &&
        (id ? candidate.id === id : String(candidate.value).toLowerCase() === String(path).toLowerCase()),
    )
    if (!row && (id || path)) throw sentence(400, `The Category ${id || path} does not exist.`)
    draft[`category_${level}`] = String(row?.value ?? '')
    draft[`categoryid_${level}`] = Number(row?.id ?? 0)
  }
}

const idsOf = (list: Json | undefined): number[] =>
  (Array.isArray(list) ? list : []).map((element) => Number(isRec(element) ? element.id : 0))

function settleLinks(state: State, draft: Rec, change: Rec): void {
  if (change.parent_id !== undefined) {
    const parent = find(state, 'tickets', change.parent_id)
    if (change.parent_id !== 0 && (!parent || isDeleted(parent) || parent.id === draft.id))
      throw sentence(400, `The Parent Ticket ${change.parent_id} does not exist.`)
    draft.parent_id = change.parent_id
  }
  if (change.contract_id !== undefined) {
    const contract = find(state, 'contracts', change.contract_id)
    if (change.contract_id !== 0 && contract?.client_id !== draft.client_id)
      throw sentence(400, `The Contract ${change.contract_id} does not belong to the Customer.`)
    draft.contract_id = change.contract_id
  }
  if (change.assets !== undefined) {
    const ids = idsOf(change.assets)
    for (const id of ids)
      if (!find(state, 'assets', id)) throw sentence(400, `The Asset ${id} does not exist.`)
    draft.$assets = ids
  }
  if (change.todo_list !== undefined) draft.$todo = mergeRows(draft, draft.$todo, change.todo_list)
  if (change.items_issued !== undefined) {
    const rows = mergeRows(draft, draft.$items, change.items_issued)
    for (const row of rows) {
      const item = find(state, 'items', row.item_id)
      if (!item) throw sentence(400, `The Item ${row.item_id} does not exist.`)
      row.name ??= item.name
      row.price ??= item.baseprice
      row.costprice ??= item.costprice
      row.quantity ??= 1
      row.net_total = Number(row.quantity) * Number(row.price)
    }
    draft.$items = rows
  }
}

/** Elements with a known id change that row, the others are added. */
function mergeRows(draft: Rec, known: Json | undefined, sent: Json): Rec[] {
  const rows = structuredClone((known ?? []) as Rec[])
  for (const element of (sent as Rec[]) ?? []) {
    const row = rows.find((candidate) => candidate.id === element.id)
    const id = Math.max(20_000, ...rows.map((candidate) => Number(candidate.id))) + 1
    if (row) Object.assign(row, element)
    else rows.push({ ...element, id, ticket_id: draft.id })
  }
  return rows
}

function announceNew(call: Call, ticket: Rec, change: Rec): void {
  const { state } = call
  const id = Number(ticket.id)
  for (const list of ['$todo', '$items']) for (const row of ticket[list] as Rec[]) row.ticket_id = id
  const now = stamp(call.now)
  ticket.lastactiondate = now
  addAction(
    state,
    id,
    newAction({
      outcome_id: OUTCOME.opened,
      outcome: 'Opened',
      note: ticket.details || ticket.summary,
      note_html: ticket.details_html,
      hiddenfromuser: false,
      datetime: now,
      actiondatecreated: now,
      last_updated: now,
      actionby_application_id: call.application,
      ...authorOf(state, { agentId: Number(call.agent.id) }),
    }),
  )
  attach(call, change.attachments, { ticketId: id })
  record(call, id, 'Ticket', '', 'created')
  refreshTicket(state, ticket)
  const type = find(state, 'ticketTypes', ticket.tickettype_id)
  const acknowledges = change.sendack ?? type?.default_sendack === 1
  if (acknowledges && change._prevent_outgoing !== true) {
    const to = send(
      call,
      [userEmail(state, ticket.user_id), ...standingRecipients(ticket)],
      'acknowledgement',
      ticket,
    )
    if (to.length > 0) addAction(state, id, acknowledgement(call, to))
  }
  notifyAgent(call, ticket, change)
  if (isClosedStatus(state, ticket.status_id)) closureNote(call, ticket, change)
}

const acknowledgement = (call: Call, to: string[]): Rec => {
  const now = stamp(call.now)
  return newAction({
    outcome_id: OUTCOME.acknowledged,
    outcome: 'Acknowledged',
    action_systemid: 62,
    note: 'Acknowledgement sent.',
    note_html: '<p>Acknowledgement sent.</p>',
    hiddenfromuser: false,
    emaildirection: 'O',
    emailto: to.join(';'),
    datetime: now,
    actiondatecreated: now,
    last_updated: now,
    ...authorOf(call.state, {}),
  })
}

const TRAILED =
  'summary status_id priority_id tickettype_id client_id site_id user_id agent_id team sla_id category_1 category_2 parent_id deadlinedate contract_id'.split(
    ' ',
  )

/** What follows from a change, whether it came through the ticket or through an action's outcome. */
export function announceChange(call: Call, ticket: Rec, change: Rec, before: Rec): void {
  const { state } = call
  for (const name of TRAILED) {
    if (!same(before[name], ticket[name])) record(call, Number(ticket.id), name, before[name], ticket[name])
  }
  attach(call, change.attachments, { ticketId: Number(ticket.id) })
  refreshTicket(state, ticket)
  if (before.agent_id !== ticket.agent_id) notifyAgent(call, ticket, change)
  if (before.status_id !== ticket.status_id) {
    notifyStatus(call, ticket, change)
    if (isClosedStatus(state, ticket.status_id)) closureNote(call, ticket, change)
  }
}

/** `closure_note` writes the closing action; closing without one leaves the history as it is. */
function closureNote(call: Call, ticket: Rec, change: Rec): void {
  const { plain, html } = textPair(change.closure_note, change.closure_note_html)
  if (plain === '' && !change.closure_time) return
  const now = stamp(call.now)
  const hours = Number(change.closure_time ?? 0)
  ticket.closure_note = plain
  addAction(
    call.state,
    Number(ticket.id),
    newAction({
      outcome_id: OUTCOME.close,
      outcome: 'Close',
      note: plain,
      note_html: html,
      hiddenfromuser: false,
      new_status: Number(ticket.status_id),
      new_status_name: nameOf(call.state, 'statuses', ticket.status_id),
      datetime: now,
      actiondatecreated: now,
      last_updated: now,
      actionby_application_id: call.application,
      ...(hours > 0 && timeFields(call.state, hours, 1)),
      ...authorOf(call.state, { agentId: Number(change.closure_agent_id ?? call.agent.id) }),
    }),
  )
  ticket.lastactiondate = now
}
