import type { ListPage, ListRequest, VendorSession } from '../../../schema/source.ts'
import { calendarPage, ticketCalendars } from '../../reading/calendar.ts'
import { calendar } from '../calendar.ts'
import { companySites } from './company-sites.ts'
import { EMPTY, pagedList } from './paged-list.ts'
import { ticketItems } from './ticket-items.ts'
import { timeList } from './time-list.ts'
import { wholeList } from './whole-list.ts'

/** @throws GatewayError BAD_USER_INPUT for a filter or an order that Halo cannot be asked for */
export async function listPage(session: VendorSession, request: ListRequest): Promise<ListPage> {
  const { list } = request
  switch (list) {
    case 'Ticket':
    case 'Contact':
    case 'Company':
    case 'Site':
    case 'ConfigurationItem':
    case 'Agreement':
    case 'Product':
    case 'Article':
    case 'Project':
    case 'ProjectTask':
    case 'Opportunity':
    case 'TicketTemplate':
      return pagedList(session, list, request)
    case 'Member':
    case 'Board':
    case 'Sla':
    case 'Ticket.lineItems':
    case 'Ticket.tasks':
    case 'Ticket.attachments':
    case 'Ticket.notes':
    case 'Ticket.timeEntries':
      return wholeList(session, list, request)
    case 'Company.sites': {
      const [page] = await companySites(
        session,
        { ...request, list, parents: [request.parent ?? ''], brought: undefined },
        request.after,
      )
      return page ?? EMPTY
    }
    case 'Ticket.configurationItems': {
      const [page] = await ticketItems(
        session,
        { ...request, list, parents: [request.parent ?? ''], brought: undefined },
        request.after,
      )
      if (page instanceof Error) throw page
      return page ?? EMPTY
    }
    case 'ScheduleEntry':
      return calendarPage(calendar, session, request)
    case 'Ticket.scheduleEntries': {
      const [page] = await ticketCalendars(
        calendar,
        session,
        { ...request, list, parents: [request.parent ?? ''], brought: undefined },
        request.after,
      )
      return page ?? EMPTY
    }
    case 'TimeEntry':
      return timeList(session, request)
  }
}
