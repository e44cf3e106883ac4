import { isRec, type Rec } from '../shared/json.ts'
import { writeAction } from './action-write.ts'
import { schemaOf } from './allowlists.ts'
import type { Call, Route } from './call.ts'
import { instantOf, stamp } from './dates.ts'
import { sentence } from './errors.ts'
import { agentEmail, send, userEmail } from './mail.ts'
import { equalsAll, resourceRoutes } from './resource.ts'
import { OUTCOME } from './seed-setup.ts'
import { find, nameOf, type State, shown } from './state.ts'

const agentsOf = (row: Rec): number[] => (row.$agents ?? []) as number[]

/** This record alone carries a Z: the vendor is not of one mind about zones. */
const zoned = (value: unknown) => (typeof value === 'string' && value !== '' ? `${value}Z` : '')

function show(state: State, row: Rec): Rec {
  return {
    ...shown(row),
    start_date: zoned(row.start_date),
    end_date: zoned(row.end_date),
    client_name: nameOf(state, 'clients', row.client_id),
    site_name: nameOf(state, 'sites', row.site_id),
    user_name: nameOf(state, 'users', row.user_id),
    agent_name: nameOf(state, 'agents', row.agent_id),
    agents: agentsOf(row).map((id) => ({ id, name: nameOf(state, 'agents', id) })),
  }
}

function keep(call: Call, row: Rec): boolean {
  const { query } = call
  const [from, to] = [query.instant('start_date'), query.instant('end_date')]
  const agents = query.ints('agents')
  const [start, end] = [row.start_date, row.end_date].map((text) => instantOf(String(text)) ?? 0)
  return (
    equalsAll(call, row, ['ticket_id', 'client_id']) &&
    (from === undefined || end! >= from) &&
    (to === undefined || start! <= to) &&
    (!agents || agentsOf(row).some((id) => agents.includes(id))) &&
    !(query.flag('appointmentsonly') && row.is_task === true) &&
    !(query.flag('tasksonly') && row.is_task !== true) &&
    !(query.flag('hidecompleted') && row.complete_status === 1)
  )
}

const TRANSIENT = ['agents', 'inform_user', 'inform_agents', 'complete_note', 'complete_timetaken']

function save(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void {
  const { state } = call
  for (const name of TRANSIENT) delete draft[name]
  const [start, end] = [draft.start_date, draft.end_date].map((text) => instantOf(String(text ?? '')))
  if (start === undefined || end === undefined)
    throw sentence(400, 'A Start Date and an End Date must be entered for this Appointment.')
  if (end < start) throw sentence(400, 'The End Date must not be before the Start Date.')
  const sent = Array.isArray(change.agents)
    ? change.agents.map((agent) => Number(isRec(agent) ? agent.id : 0))
    : change.agent_id === undefined
      ? undefined
      : [Number(change.agent_id)]
  const agents = sent ?? (previous ? agentsOf(previous) : [Number(call.agent.id)])
  for (const id of agents)
    if (!find(state, 'agents', id)) throw sentence(400, `The Agent ${id} does not exist.`)
  Object.assign(draft, { $agents: agents, agent_id: agents[0] ?? 0 })
  if (change.ticket_id !== undefined && change.ticket_id !== 0) {
    const ticket = find(state, 'tickets', change.ticket_id)
    if (!ticket) throw sentence(400, `The Ticket ${change.ticket_id} does not exist.`)
    for (const name of ['client_id', 'site_id', 'user_id'])
      if (change[name] === undefined) draft[name] = ticket[name]
  }
  const defaults: Rec = {
    subject: '',
    ticket_id: 0,
    client_id: 0,
    site_id: 0,
    user_id: 0,
    allday: false,
    note: '',
    note_html: '',
    appointment_type_id: 1,
    is_task: false,
    is_private: false,
    complete_status: 0,
    status: 0,
    recurring_master_id: 0,
  }
  for (const [name, value] of Object.entries(defaults)) draft[name] ??= value
  draft.last_modified = stamp(call.now)
}

/** Completing with a note or time logs it on the ticket. */
function saved(call: Call, row: Rec, change: Rec, previous: Rec | undefined): void {
  const { state } = call
  const ticket = find(state, 'tickets', row.ticket_id)
  if (change.inform_user === true)
    send(call, [userEmail(state, row.user_id)], 'appointment', ticket, String(row.subject))
  if (change.inform_agents === true)
    send(
      call,
      agentsOf(row).map((id) => agentEmail(state, id)),
      'appointment',
      ticket,
      String(row.subject),
    )
  const completed = row.complete_status === 1 && previous?.complete_status !== 1
  if (completed && ticket && (change.complete_note || change.complete_timetaken)) {
    writeAction(call, {
      ticket_id: ticket.id,
      outcome_id: OUTCOME.time,
      note: change.complete_note ?? String(row.subject),
      timetaken: change.complete_timetaken ?? 0,
      sendemail: false,
    })
  }
}

export const calendarRoutes: Route[] = resourceRoutes({
  path: 'Appointment',
  table: 'appointments',
  key: 'appointments',
  scope: 'calendar',
  schema: schemaOf('Appointment'),
  plays: 'start_date end_date agents ticket_id client_id appointmentsonly tasksonly hidecompleted utcoffset',
  keep,
  searched: () => ['subject', 'note', 'client_name'],
  advanced: ['subject', 'client_name'],
  bare: true,
  show,
  details: ['note_html'],
  body: {
    schema: 'Appointment',
    plays:
      'subject start_date end_date agent_id agents ticket_id client_id site_id user_id allday note note_html ' +
      'appointment_type_id is_task is_private complete_status status inform_user inform_agents complete_note ' +
      'complete_timetaken',
    computed: 'client_name site_name user_name agent_name last_modified recurring_master_id',
  },
  save,
  saved,
  removes: true,
  removePlays: 'ignoreexchangedelete',
})
