import { idOf, isRec, type Rec } from '../shared/json.ts'
import type { Call, Route } from './call.ts'
import { param } from './call.ts'
import { touch } from './entity.ts'
import { fieldError, invalidObject, missing } from './errors.ts'
import { send, ticketContactEmail } from './mail.ts'
import { success } from './notes.ts'
import { findReferenced, makeReference } from './references.ts'
import { refreshTicket } from './ticket-derived.ts'
import { applyStatus, getTicket, record } from './tickets.ts'
import { checkBody } from './validate.ts'

const refuse = (resource: string, field: string, message: string) =>
  invalidObject(resource, [fieldError('InvalidField', resource, field, message)])

function listed(call: Call, resource: string, field: string, ids: readonly number[], parent: Rec): Rec[] {
  return ids.map((id) => {
    if (id === parent.id) throw refuse(resource, field, `Ticket ${id} cannot be its own parent.`)
    return getTicket(call, id)
  })
}

/** The path's ticket survives; the listed ones take the status and point to it. There is no way back. */
function merge(call: Call) {
  const parent = getTicket(call, param(call))
  const body = checkBody('TicketMerge', 'ticketMerge', call.body, call.rawBody)
  const ids = (body.mergeTicketIds ?? []) as number[]
  if (ids.length === 0) throw missing('ticketMerge', 'mergeTicketIds')
  if (!isRec(body.status)) throw missing('ticketMerge', 'status')
  const wanted = body.status
  const plan = listed(call, 'ticketMerge', 'mergeTicketIds', ids, parent).map((ticket) => {
    if (ticket.mergedParentTicket)
      throw refuse('ticketMerge', 'mergeTicketIds', `Ticket ${ticket.id} is already merged.`)
    const board = idOf(ticket.board)
    const status = findReferenced(
      call.state,
      'ServiceStatusReference',
      wanted,
      (row) => idOf(row.board) === board,
    )
    if (!status)
      throw refuse('ticketMerge', 'status', `The status is not valid for the board of ticket ${ticket.id}.`)
    return { ticket, status }
  })
  for (const { ticket, status } of plan) {
    const before = idOf(ticket.status)
    ticket.status = makeReference('ServiceStatusReference', status)
    ticket.mergedParentTicket = makeReference('TicketReference', parent)
    applyStatus(call, ticket, before)
    refreshTicket(call.state, ticket)
    touch(call, ticket)
    record(call, ticket, 'Merge', `Ticket ${ticket.id} has been merged into ticket ${parent.id}.`)
    if (status.emailTemplate && before !== status.id)
      send(call, [ticketContactEmail(call, ticket)], `status template: ${status.name}`, ticket)
  }
  parent.hasMergedChildTicketFlag = true
  touch(call, parent)
  return success(`${plan.length} ticket(s) merged into ${parent.id}.`)
}

function attachChildren(call: Call) {
  const parent = getTicket(call, param(call))
  const body = checkBody('TicketBundle', 'ticketBundle', call.body, call.rawBody)
  const ids = (body.childTicketIds ?? []) as number[]
  if (ids.length === 0) throw missing('ticketBundle', 'childTicketIds')
  const children = listed(call, 'ticketBundle', 'childTicketIds', ids, parent)
  if (parent.parentTicketId)
    throw refuse('ticketBundle', 'childTicketIds', `Ticket ${parent.id} is a child itself.`)
  for (const child of children) {
    if (child.hasChildTicket === true)
      throw refuse('ticketBundle', 'childTicketIds', `Ticket ${child.id} has children of its own.`)
    if (child.parentTicketId && child.parentTicketId !== parent.id) {
      throw refuse('ticketBundle', 'childTicketIds', `Ticket ${child.id} is already bundled.`)
    }
  }
  for (const child of children) {
    child.parentTicketId = Number(parent.id)
    touch(call, child)
    record(call, child, 'Bundle', `Ticket ${child.id} has been bundled under ticket ${parent.id}.`)
  }
  refreshTicket(call.state, parent)
  touch(call, parent)
  return success(`${children.length} ticket(s) attached to ${parent.id}.`)
}

export const mergeRoutes: Route[] = [
  { method: 'POST', template: 'service/tickets/{id}/merge', handler: merge },
  { method: 'POST', template: 'service/tickets/{id}/attachChildren', handler: attachChildren },
]
