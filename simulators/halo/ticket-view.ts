import type { Rec } from '../shared/json.ts'
import { assetRow } from './asset-view.ts'
import type { Call } from './call.ts'
import { showCustomFields } from './custom-fields.ts'
import { NO_DATE, ZERO_DATE } from './dates.ts'
import { APPLICATION_AGENT } from './seed-setup.ts'
import { actionsOf, find, isClosedStatus, nameOf, rowsOf, type State, shown } from './state.ts'
import { childrenOf, timeOn } from './ticket-derived.ts'

const DATES = 'dateclosed deadlinedate followupdate startdate targetdate fixbydate respondbydate'.split(' ')

/** Without being asked for more a list shows these and no text of the ticket. */
const LISTED = (
  'id dateoccurred summary status_id tickettype_id sla_id priority_id client_id client_name site_id ' +
  'site_name user_id user_name team agent_id category_1 category_2 category_3 category_4 categoryid_1 ' +
  'categoryid_2 categoryid_3 categoryid_4 estimate parent_id child_count child_count_open attachment_count ' +
  'flagged onhold respondbydate responsedate fixbydate dateclosed excludefromsla lastactiondate last_update ' +
  'reportedby user_email hasbeenclosed impact urgency startdate targetdate deadlinedate source use'
).split(' ')

/** Flags that add fields to the rows of a list. */
const WIDENING: Record<string, string[]> = {
  includestatus: ['status_name'],
  includetickettype: ['tickettype_name'],
  includeagent: ['agent_name'],
  includetimetaken: ['timetaken'],
  includechildids: ['child_ticket_ids'],
  includeparentsubject: ['parent_subject'],
  includeitilname: ['itil_requesttype_id'],
  includetoplevel: ['top_level_name'],
  includefirstname: ['firstname'],
  includelastname: ['lastname'],
  includelastnote: ['lastnote'],
  includelastaction: [
    'action_number',
    'action_datetime',
    'action_outcome',
    'action_note',
    'action_agent_name',
  ],
}
export const WIDENING_FLAGS = Object.keys(WIDENING).join(' ')

/** The ticket with the names behind its ids: what searches and orders look at. */
export const searched = (state: State, ticket: Rec): Rec => ({ ...ticket, ...namesOf(state, ticket) })

const named = (state: State, ticket: Rec): Rec => ({ ...shown(ticket), ...namesOf(state, ticket) })

function namesOf(state: State, ticket: Rec): Rec {
  const user = find(state, 'users', ticket.user_id)
  const type = find(state, 'ticketTypes', ticket.tickettype_id)
  const names: Rec = {
    client_name: nameOf(state, 'clients', ticket.client_id),
    site_name: nameOf(state, 'sites', ticket.site_id),
    user_name: String(user?.name ?? ''),
    user_email: String(user?.emailaddress ?? ''),
    agent_name: nameOf(state, 'agents', ticket.agent_id),
    status_name: nameOf(state, 'statuses', ticket.status_id),
    tickettype_name: String(type?.name ?? ''),
    sla_name: nameOf(state, 'slas', ticket.sla_id),
    itil_requesttype_id: Number(type?.itilrequesttype ?? 0),
    is_project: type?.use === 'project',
    is_opportunity: type?.use === 'opportunity',
    responsedate: ticket.responsedate || ZERO_DATE,
  }
  for (const name of DATES) names[name] = ticket[name] || NO_DATE
  return names
}

function counted(state: State, ticket: Rec): Rec {
  const children = childrenOf(state, Number(ticket.id))
  const attachments = rowsOf(state, 'attachments').filter((row) => row.$ticket === ticket.id)
  return {
    child_count: children.length,
    child_count_open: children.filter((child) => !isClosedStatus(state, child.status_id)).length,
    child_ticket_ids: children.map((child) => Number(child.id)),
    attachment_count: attachments.length,
    timetaken: timeOn(state, Number(ticket.id)),
  }
}

function lastAction(state: State, ticket: Rec): Rec {
  const last = actionsOf(state, Number(ticket.id)).at(-1)
  return {
    lastnote: last?.note ?? '',
    action_number: last?.id ?? 0,
    action_datetime: last?.datetime ?? NO_DATE,
    action_outcome: last?.outcome ?? '',
    action_note: last?.note ?? '',
    action_agent_name: last?.who ?? '',
  }
}

function pick(row: Rec, names: readonly string[]): Rec {
  return Object.fromEntries(names.map((name) => [name, row[name]]))
}

export function listRow(call: Call, ticket: Rec): Rec {
  const { state, query } = call
  if (query.flag('ticketidonly')) {
    return pick({ ...named(state, ticket), lastincomingemail: NO_DATE }, [
      'id',
      'sla_id',
      'status_id',
      'client_id',
      'client_name',
      'lastincomingemail',
    ])
  }
  const user = find(state, 'users', ticket.user_id)
  const row: Rec = {
    ...named(state, ticket),
    ...counted(state, ticket),
    ...lastAction(state, ticket),
    parent_subject: String(find(state, 'tickets', ticket.parent_id)?.summary ?? ''),
    top_level_name: 'Clients',
    firstname: String(user?.firstname ?? ''),
    lastname: String(user?.surname ?? ''),
  }
  const more = Object.entries(WIDENING).flatMap(([flag, names]) => (query.flag(flag) ? names : []))
  return pick(row, [...LISTED, ...more])
}

/** By id: everything flat, and with `includedetails` the texts and the children too. */
export function detail(call: Call, ticket: Rec): Rec {
  const { state, query } = call
  const { child_ticket_ids, ...counts } = counted(state, ticket)
  const { details, details_html, ...flat } = { ...named(state, ticket), ...counts }
  const row: Rec = { ...flat, contract_ref: String(find(state, 'contracts', ticket.contract_id)?.ref ?? '') }
  if (query.flag('includechildids')) row.child_ticket_ids = child_ticket_ids
  if (query.flag('includeparentsubject'))
    row.parent_subject = String(find(state, 'tickets', ticket.parent_id)?.summary ?? '')
  if (query.flag('includelastaction')) Object.assign(row, lastAction(state, ticket))
  if (query.flag('include_auditing')) row.audit_log = auditOf(state, ticket)
  if (query.flag('includedetails')) Object.assign(row, { details, details_html }, belongings(state, ticket))
  return row
}

/** What a write answers: the saved object with all of it. */
export const saved = (state: State, ticket: Rec): Rec => ({
  ...named(state, ticket),
  ...counted(state, ticket),
  ...belongings(state, ticket),
})

function belongings(state: State, ticket: Rec): Rec {
  const assets = ((ticket.$assets ?? []) as number[])
    .map((id) => find(state, 'assets', id))
    .filter((asset) => asset !== undefined)
  return {
    customfields: showCustomFields(state, (ticket.$custom ?? {}) as Rec),
    assets: assets.map((asset) => assetRow(state, asset)),
    items_issued: (ticket.$items ?? []) as Rec[],
    todo_list: (ticket.$todo ?? []) as Rec[],
    ...(ticket.$milestones !== undefined && { milestones: ticket.$milestones as Rec[] }),
    attachments: rowsOf(state, 'attachments')
      .filter((row) => row.$ticket === ticket.id)
      .map(shown),
  }
}

export const auditOf = (state: State, ticket: Rec): Rec[] =>
  state.audit.filter((entry) => entry.ticket_id === ticket.id)

/** One line of the trail. */
export function record(call: Call, ticketId: number, field: string, from: unknown, to: unknown): void {
  call.state.audit.push({
    id: call.state.audit.length + 1,
    ticket_id: ticketId,
    agent_id: Number(call.agent.id ?? APPLICATION_AGENT),
    user_id: 0,
    username: String(call.agent.name),
    date: call.now.toISOString().slice(0, 19),
    value: field,
    from: String(from ?? ''),
    to: String(to ?? ''),
    table_name: 'Faults',
    id1: ticketId,
  })
}
