import type { ChildrenRequest, ListPage, VendorSession } from '../../../schema/source.ts'
import { ticketCalendars } from '../../reading/calendar.ts'
import { calendar } from '../calendar.ts'
import { companySites } from './company-sites.ts'
import { listPage } from './list-page.ts'
import { ticketItems } from './ticket-items.ts'

/** Sites of many companies come in one read; actions and items can only be read ticket by ticket (API.md 3). */
export async function childPages(
  session: VendorSession,
  request: ChildrenRequest,
): Promise<readonly (ListPage | Error)[]> {
  if (request.list === 'Company.sites') return companySites(session, request)
  if (request.list === 'Ticket.configurationItems') return ticketItems(session, request)
  if (request.list === 'Ticket.scheduleEntries') return ticketCalendars(calendar, session, request)
  const { parents, list, filter, order, first, fields } = request
  return Promise.all(
    parents.map((parent) =>
      listPage(session, { list, parent, filter, order, first, fields, after: null }).catch(
        (error: Error) => error,
      ),
    ),
  )
}
