import type { Rec } from '../shared/json.ts'
import type { Behaviour } from './behaviour.ts'
import type { Call } from './call.ts'
import { invalid } from './errors.ts'
import { instant } from './instants.ts'
import { mailContact, mailResource } from './mail.ts'
import { all, get, table } from './state.ts'

const HOUR = 3_600_000
const COMPLETE = 2

function checkRange(draft: Rec): void {
  if (String(draft.endDateTime) <= String(draft.startDateTime))
    throw invalid('endDateTime must be after startDateTime')
}

export const appointments: Behaviour = { check: (_call, draft) => checkRange(draft) }

function removeWhere(call: Call, root: string, field: string, id: Rec[string]): Rec[] {
  const rows = all(call.state, root).filter((row) => row[field] === id)
  for (const row of rows) table(call.state, root).rows.delete(Number(row.id))
  return rows
}

export const serviceCalls: Behaviour = {
  prepare(_call, draft, change, previous) {
    if (!previous) draft.status ??= 1
    if ('status' in change || !previous) draft.isComplete = draft.status === COMPLETE ? 1 : 0
    const start = instant(String(draft.startDateTime))
    const end = instant(String(draft.endDateTime))
    if (start !== undefined && end !== undefined) draft.duration = (end - start) / HOUR
  },
  check(call, draft) {
    checkRange(draft)
    const location = get(call.state, 'CompanyLocations', draft.companyLocationID)
    if (location && location.companyID !== draft.companyID)
      throw invalid('The companyLocationID must belong to the company of the service call')
  },
  afterDelete(call, row) {
    for (const link of removeWhere(call, 'ServiceCallTickets', 'serviceCallID', row.id))
      removeWhere(call, 'ServiceCallTicketResources', 'serviceCallTicketID', link.id)
  },
}

const isTwin = (a: Rec, b: Rec, fields: string[]) =>
  a.id !== b.id && fields.every((name) => a[name] === b[name])

export const serviceCallTickets: Behaviour = {
  check(call, draft) {
    const parent = get(call.state, 'ServiceCalls', draft.serviceCallID)
    const ticket = get(call.state, 'Tickets', draft.ticketID)
    if (ticket && ticket.companyID !== parent?.companyID)
      throw invalid('The ticket must belong to the company of the service call')
    const twin = all(call.state, 'ServiceCallTickets').some((row) =>
      isTwin(row, draft, ['serviceCallID', 'ticketID']),
    )
    if (twin) throw invalid('The ticket is already on the service call')
  },
  after(call, row) {
    const ticket = get(call.state, 'Tickets', row.ticketID)
    if (ticket) mailContact(call, 'serviceCall', ticket)
  },
  afterDelete: (call, row) =>
    void removeWhere(call, 'ServiceCallTicketResources', 'serviceCallTicketID', row.id),
}

export const serviceCallResources: Behaviour = {
  check(call, draft) {
    const link = get(call.state, 'ServiceCallTickets', draft.serviceCallTicketID)
    const ticket = get(call.state, 'Tickets', link?.ticketID)
    const team = all(call.state, 'TicketSecondaryResources').filter((row) => row.ticketID === ticket?.id)
    const assigned = [ticket?.assignedResourceID, ...team.map((row) => row.resourceID)]
    if (!assigned.includes(draft.resourceID))
      throw invalid('The resource must be the primary or a secondary resource of the ticket')
    const twin = all(call.state, 'ServiceCallTicketResources').some((row) =>
      isTwin(row, draft, ['serviceCallTicketID', 'resourceID']),
    )
    if (twin) throw invalid('The resource is already on the service call')
  },
  after(call, row) {
    const link = get(call.state, 'ServiceCallTickets', row.serviceCallTicketID)
    const ticket = get(call.state, 'Tickets', link?.ticketID)
    if (ticket) mailResource(call, 'serviceCall', ticket, row.resourceID)
  },
}
