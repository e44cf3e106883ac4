import type { Rec } from '../shared/json.ts'
import type { Call } from './call.ts'
import { instantOf, isEmptyDate } from './dates.ts'
import { strict } from './errors.ts'
import { like } from './listing.ts'
import { actionsOf, find, isClosedStatus, nameOf, rowsOf } from './state.ts'
import { isDeleted, isMerged } from './ticket-derived.ts'

type Test = (ticket: Rec) => boolean

/** Parameter → the field that must equal its one id. */
const EQUAL: Record<string, string> = {
  client_id: 'client_id',
  site_id: 'site_id',
  user_id: 'user_id',
  agent_id: 'agent_id',
  status_id: 'status_id',
  requesttype_id: 'tickettype_id',
  parent_id: 'parent_id',
  contract_id: 'contract_id',
  ticketcontract_id: 'contract_id',
}
/** Parameter → the field that must be one of its ids. */
const AMONG: Record<string, string> = {
  client_ids: 'client_id',
  status: 'status_id',
  requesttype: 'tickettype_id',
  agent: 'agent_id',
  priority: 'priority_id',
  sla: 'sla_id',
  category_1: 'categoryid_1',
  category_2: 'categoryid_2',
  category_3: 'categoryid_3',
  category_4: 'categoryid_4',
  ticketids: 'id',
  project_ids: 'parent_id',
}
const CONTAIN: Record<string, string[]> = {
  search_summary: ['summary'],
  search_details: ['details'],
  search_id: ['id'],
  search_reportedby: ['reportedby'],
}
/** The database's own names, misspelling included (API.md 4). */
const DATES: Record<string, string> = {
  dateoccured: 'dateoccurred',
  datecleared: 'dateclosed',
  lastactiondate: 'lastactiondate',
  last_update: 'last_update',
}
export const FILTERS = [
  ...Object.keys(EQUAL),
  ...Object.keys(AMONG),
  ...Object.keys(CONTAIN),
  'search_user_name search_inventory_number search searchactions username team team_name',
  'itil_requesttype_id toplevel_id asset_id excludethese includeclosed includeprojects open_only closed_only',
  'mine deleted unlinked_only withattachments domain datesearch startdate enddate utcoffset',
].join(' ')

export function ticketTests(call: Call, door: 'reqs' | 'prjs' | 'opps'): Test[] {
  const { query, state } = call
  const tests: Test[] = [visible(call), domain(call, door)]
  const when = (name: string, test: Test) => {
    if (query.flag(name)) tests.push(test)
  }
  for (const [name, field] of Object.entries(EQUAL)) {
    const id = query.int(name)
    if (id !== undefined) tests.push((ticket) => ticket[field] === id)
  }
  for (const [name, field] of Object.entries(AMONG)) {
    const ids = query.ints(name)
    if (ids) tests.push((ticket) => ids.includes(Number(ticket[field])))
  }
  for (const [name, fields] of Object.entries(CONTAIN)) {
    const term = query.text(name)
    if (term) tests.push((ticket) => fields.some((field) => like(term)(ticket[field])))
  }
  const excluded = query.ints('excludethese')
  if (excluded) tests.push((ticket) => !excluded.includes(Number(ticket.id)))
  const teams = query.ints('team')?.map((id) => nameOf(state, 'teams', id))
  if (teams) tests.push((ticket) => teams.includes(String(ticket.team)))
  const teamName = query.text('team_name')?.toLowerCase()
  if (teamName) tests.push((ticket) => String(ticket.team).toLowerCase() === teamName)
  const username = query.text('username')?.toLowerCase()
  if (username) tests.push((ticket) => nameOf(state, 'users', ticket.user_id).toLowerCase() === username)
  const itil = query.int('itil_requesttype_id')
  if (itil !== undefined)
    tests.push((ticket) => find(state, 'ticketTypes', ticket.tickettype_id)?.itilrequesttype === itil)
  const topLevel = query.int('toplevel_id')
  if (topLevel !== undefined)
    tests.push((ticket) => find(state, 'clients', ticket.client_id)?.toplevel_id === topLevel)
  const asset = query.int('asset_id')
  if (asset !== undefined) tests.push((ticket) => ((ticket.$assets ?? []) as number[]).includes(asset))
  const closedness = query.ints('includeclosed')
  const closed: Test = (ticket) => isClosedStatus(state, ticket.status_id)
  if (closedness) tests.push((ticket) => closedness.includes(closed(ticket) ? 1 : 0))
  when('open_only', (ticket) => !closed(ticket))
  when('closed_only', closed)
  when('mine', (ticket) => ticket.agent_id === call.agent.id)
  when('unlinked_only', (ticket) => !ticket.parent_id)
  when('withattachments', (ticket) => rowsOf(state, 'attachments').some((row) => row.$ticket === ticket.id))
  tests.push(...searches(call), ...dates(call))
  return tests
}

function visible({ query }: Call): Test {
  if (query.flag('deleted')) return isDeleted
  return (ticket) => !isDeleted(ticket) && !isMerged(ticket)
}

/** Projects and opportunities are kept from the tickets' door unless they are asked for. */
function domain({ query, state }: Call, door: 'reqs' | 'prjs' | 'opps'): Test {
  const wanted = query.text('domain')?.toLowerCase()
  if (wanted !== undefined && !['reqs', 'prjs', 'opps'].includes(wanted))
    throw strict(`the simulator does not play domain ${wanted}`)
  const use = { reqs: 'ticket', prjs: 'project', opps: 'opportunity' }[
    door === 'reqs' ? ((wanted ?? 'reqs') as typeof door) : door
  ]
  const kindOf: (ticket: Rec) => unknown = (ticket) => find(state, 'ticketTypes', ticket.tickettype_id)?.use
  // Tickets asked for by their numbers come whatever they are.
  if (door === 'reqs' && wanted === undefined && query.has('ticketids')) return () => true
  if (use === 'ticket' && query.text('includeprojects')?.toLowerCase() === 'true')
    return (ticket) => kindOf(ticket) !== 'opportunity'
  return (ticket) => kindOf(ticket) === use
}

function searches({ query, state }: Call): Test[] {
  const tests: Test[] = []
  const tags = (ticket: Rec) =>
    ((ticket.$assets ?? []) as number[]).map((id) => find(state, 'assets', id)?.inventory_number)
  const userName = query.text('search_user_name')
  if (userName) tests.push((ticket) => like(userName)(nameOf(state, 'users', ticket.user_id)))
  const inventory = query.text('search_inventory_number')
  if (inventory) tests.push((ticket) => tags(ticket).some(like(inventory)))
  const term = query.text('search')
  if (term) {
    const matches = like(term)
    const inNotes: Test = (ticket) => actionsOf(state, Number(ticket.id)).some((row) => matches(row.note))
    tests.push(
      (ticket) =>
        [ticket.summary, ticket.details, ticket.id, ticket.reportedby].some(matches) ||
        matches(nameOf(state, 'users', ticket.user_id)) ||
        tags(ticket).some(matches) ||
        (query.flag('searchactions') && inNotes(ticket)),
    )
  }
  return tests
}

function dates({ query }: Call): Test[] {
  const [from, to] = [query.instant('startdate'), query.instant('enddate')]
  const name = query.text('datesearch')
  if (name === undefined) {
    if (from !== undefined || to !== undefined)
      throw strict('startdate and enddate mean nothing without datesearch')
    return []
  }
  const field = DATES[name.toLowerCase()]
  if (!field) throw strict(`datesearch names ${name}; known are ${Object.keys(DATES).join(', ')}`)
  return [
    (ticket) => {
      const value = ticket[field]
      const at = isEmptyDate(value) ? undefined : instantOf(String(value))
      return (
        at !== undefined && at >= (from ?? Number.NEGATIVE_INFINITY) && at <= (to ?? Number.POSITIVE_INFINITY)
      )
    },
  ]
}
