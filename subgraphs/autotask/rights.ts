import type { VendorRight } from '../../schema/source.ts'
import { isLetThrough } from '../reading/rights.ts'
import { objectOf, readJson } from './client.ts'

/** Rows that the security level hides are absent in silence (API.md 2): an entity's own information says so. */
function query(what: string, permission: string, group: string, entity: string): VendorRight {
  return {
    what,
    permission: `${permission}: View, All`,
    async held(session) {
      let answer: unknown
      const asked = readJson(session, {
        path: `/${entity}/entityInformation`,
        access: { group, kind: 'READ', fields: [], reference: true },
      })
      if (!(await isLetThrough(asked.then((one) => (answer = one))))) return false
      const info = objectOf(objectOf(answer).info)
      return info.canQuery !== false && !/^none$/i.test(String(info.userAccessForQuery ?? ''))
    },
  }
}

/** Sections of the security level of the API user. */
export const rights: readonly VendorRight[] = [
  query('read tickets', 'Service Desk > Tickets', 'Tickets', 'Tickets'),
  query('read ticket notes', 'Service Desk > Ticket notes', 'Ticket Notes', 'TicketNotes'),
  query('read time entries', 'Timesheets > Time entries', 'Time Entries', 'TimeEntries'),
  query('read companies', 'CRM > Companies', 'Companies', 'Companies'),
  query('read contacts', 'CRM > Contacts', 'Contacts', 'Contacts'),
  query('read resources', 'Admin > Resources/Users (HR)', 'Members', 'Resources'),
]
