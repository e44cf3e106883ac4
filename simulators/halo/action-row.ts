import type { Rec } from '../shared/json.ts'
import { find, type State } from './state.ts'

/** 1 is an agent (documented); 2 for a client's user is the simulator's reading. */
export const WHO = { agent: 1, user: 2, system: 0 } as const

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br>')

export const toHtml = (text: string): string => (text === '' ? '' : `<p>${escapeHtml(text)}</p>`)
export const toText = (html: string): string =>
  html
    .replaceAll(/<br\s*\/?>|<\/p>\s*<p[^>]*>/gi, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&')
    .trim()

/** Gives each of a pair of plain text and HTML from the other. */
export function textPair(plain: unknown, html: unknown): { plain: string; html: string } {
  if (typeof html === 'string' && html !== '') return { plain: toText(html), html }
  const text = typeof plain === 'string' ? plain : ''
  return { plain: text, html: toHtml(text) }
}

/** Who wrote it, as an action shows it. */
export function authorOf(state: State, author: { agentId?: number; userId?: number }): Rec {
  const agent = author.agentId === undefined ? undefined : find(state, 'agents', author.agentId)
  const user = author.userId === undefined ? undefined : find(state, 'users', author.userId)
  return {
    who: String(agent?.name ?? user?.name ?? 'System'),
    who_type: agent ? WHO.agent : user ? WHO.user : WHO.system,
    who_agentid: Number(agent?.id ?? 0),
    who_initials: String(agent?.initials ?? user?.initials ?? ''),
    actionby_agent_id: Number(agent?.id ?? 0),
    actionby_user_id: Number(user?.id ?? 0),
  }
}

/** Hours of work in the vendor's several fields; the rate decides what is charged. */
export function timeFields(state: State, hours: number, rateId: number, nonBillable = 0): Rec {
  const billable = find(state, 'chargeRates', rateId)?.$billable === true
  const charged = billable ? hours - nonBillable : 0
  return {
    timetaken: hours,
    chargerate: rateId,
    nonbilltime: billable ? nonBillable : hours,
    actisbillable: charged > 0,
    actionchargehours: charged,
    actionnonchargehours: hours - charged,
    actionprepayhours: 0,
  }
}

export function newAction(fields: Rec): Rec {
  return {
    outcome: '',
    outcome_id: 0,
    action_systemid: 0,
    note: '',
    note_html: '',
    hiddenfromuser: true,
    important: false,
    timetaken: 0,
    nonbilltime: 0,
    traveltime: 0,
    mileage: 0,
    chargerate: 0,
    actisbillable: false,
    actreviewed: false,
    actionchargehours: 0,
    actionnonchargehours: 0,
    actionprepayhours: 0,
    action_contract_id: 0,
    emaildirection: '',
    emailfrom: '',
    emailto: '',
    emailcc: '',
    emailsubject: '',
    emailbody: '',
    emailbody_html: '',
    old_status: 0,
    new_status: 0,
    new_status_name: '',
    merged_from_ticketid: 0,
    actionby_application_id: '',
    attachment_count: 0,
    customfields: [],
    ...fields,
  }
}
