import type { VendorRight } from '../../schema/source.ts'
import { isLetThrough } from '../reading/rights.ts'
import { readJson } from './client.ts'

function inquire(what: string, permission: string, group: string, path: string): VendorRight {
  return {
    what,
    permission: `${permission}: Inquire, All`,
    held: (session) =>
      isLetThrough(
        readJson(session, {
          path,
          query: [
            ['fields', 'id'],
            ['pageSize', '1'],
          ],
          access: { group, kind: 'READ', fields: [], reference: true },
        }),
      ),
  }
}

/** Modules of a security role, in which an API member is granted reading. */
export const rights: readonly VendorRight[] = [
  inquire('read tickets', 'Service Desk > Service Tickets', 'Tickets', '/service/tickets'),
  inquire('read boards and statuses', 'System > Table Setup', 'Boards & Ticket Setup', '/service/boards'),
  inquire('read companies', 'Companies > Company Maintenance', 'Companies', '/company/companies'),
  inquire('read contacts', 'Companies > Contacts', 'Contacts', '/company/contacts'),
  inquire('read time entries', 'Time & Expense > Time Entry', 'Time Entries', '/time/entries'),
  inquire('read members', 'System > Member Maintenance', 'Members', '/system/members'),
]
