import { schemaOf } from './allowlists.ts'
import { readElement, readElements } from './body.ts'
import { type Call, ok, param, type Route } from './call.ts'
import { sentence, strict, TICKET_NOT_FOUND } from './errors.ts'
import { advanced, answerList, ORDERING, PAGING, sorted } from './listing.ts'
import { saveAll } from './saving.ts'
import { find, rowsOf } from './state.ts'
import { isDeleted } from './ticket-derived.ts'
import { FILTERS, ticketTests } from './ticket-filters.ts'
import { detail, listRow, record, saved, searched, WIDENING_FLAGS } from './ticket-view.ts'
import { TICKET_BODY, writeTicket } from './ticket-write.ts'

/** A list without a page and without `count` is cut here; the vendor does not say where. */
const DEFAULT_COUNT = 50
const SEARCHABLE = [
  'id',
  'summary',
  'client_name',
  'site_name',
  'user_name',
  'agent_name',
  'team',
  'category_1',
]

type Door = 'reqs' | 'prjs' | 'opps'

function list(call: Call, door: Door) {
  if (call.query.flag('ticketidonly') && call.query.flag('pageinate'))
    throw strict('ticketidonly does not go together with pageinate')
  const tests = ticketTests(call, door)
  const found = rowsOf(call.state, 'tickets').filter((ticket) => tests.every((test) => test(ticket)))
  // Nothing promises an order; without one the list comes by its last change and shifts while it is paged.
  found.sort((a, b) => (String(a.lastactiondate) < String(b.lastactiondate) ? 1 : -1))
  const rows = found.map((ticket) => searched(call.state, ticket))
  const ordered = sorted(call, advanced(call, rows, SEARCHABLE), schemaOf('Faults_List'))
  const stored = (row: { id?: unknown }) => find(call.state, 'tickets', row.id)!
  return answerList(call, 'tickets', ordered, (row) => listRow(call, stored(row)), {
    otherwise: DEFAULT_COUNT,
  })
}

function getTicket(call: Call) {
  const ticket = find(call.state, 'tickets', param(call))
  if (!ticket || isDeleted(ticket)) throw sentence(404, TICKET_NOT_FOUND)
  return ticket
}

const doorOf: Record<string, { door: Door; scope: string }> = {
  Tickets: { door: 'reqs', scope: 'tickets' },
  Projects: { door: 'prjs', scope: 'projects' },
  Opportunities: { door: 'opps', scope: 'sales' },
}

export const ticketRoutes: Route[] = [
  ...Object.entries(doorOf).flatMap(([path, { door, scope }]): Route[] => [
    {
      method: 'GET',
      template: path,
      plays: `${FILTERS} ${WIDENING_FLAGS} ${PAGING} ${ORDERING} ticketidonly advanced_search`,
      scope,
      handler: (call) => list(call, door),
    },
    {
      method: 'GET',
      template: `${path}/{id}`,
      plays:
        'includedetails include_auditing includechildids includeparentsubject includelastaction nocache utcoffset',
      scope,
      handler: (call) => ok(detail(call, getTicket(call))),
    },
    {
      method: 'POST',
      template: path,
      scope,
      handler: (call) =>
        saveAll(readElements(call.body, TICKET_BODY), (element) => writeTicket(call, element)),
    },
    {
      method: 'DELETE',
      template: `${path}/{id}`,
      plays: 'reason',
      scope,
      handler: (call) => {
        const ticket = getTicket(call)
        ticket.$deleted = true
        record(call, Number(ticket.id), 'Ticket', call.query.text('reason'), 'deleted')
        return ok(saved(call.state, ticket))
      },
    },
  ]),
  {
    // One of the few bodies that is an object and not an array.
    method: 'POST',
    template: 'Tickets/Object',
    scope: 'tickets',
    handler: (call) => ({ status: 201, body: writeTicket(call, readElement(call.body, TICKET_BODY)) }),
  },
]
