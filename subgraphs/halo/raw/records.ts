import type { RawRecords } from '../../../schema/passthrough.ts'
import type { EntityType } from '../../../schema/records.ts'
import { recordFieldsAt } from '../../catalogue/record-fields.ts'
import { splitActionKey } from '../read-many.ts'
import { isVendorId } from '../read-tickets.ts'
import { memberOf } from './values.ts'

const PATHS: Readonly<Partial<Record<EntityType, string>>> = {
  Ticket: '/Tickets',
  Note: '/Actions',
  TimeEntry: '/Actions',
  Contact: '/Users',
  Company: '/Client',
  Site: '/Site',
  ConfigurationItem: '/Asset',
  Agreement: '/ClientContract',
  Sla: '/SLA',
  Project: '/Projects',
  ProjectTask: '/Tickets',
  Opportunity: '/Opportunities',
  TicketTemplate: '/Template',
  Product: '/Item',
  Article: '/KBArticle',
  ScheduleEntry: '/Appointment',
  Member: '/Agent',
  Board: '/Team',
}

/** Tickets, projects and opportunities are one table (API.md 12.5). */
const ONE_TABLE: ReadonlySet<string> = new Set(['/Projects', '/Opportunities'])

/** Lists show less than a record and take no names of fields: each record is read whole, by itself (API.md 3). */
export const records: RawRecords = {
  none: {
    TicketLineItem: 'A line item stands on its ticket on HaloPSA: ask the ticket for "items_issued".',
    TicketTask: 'A task stands on its ticket on HaloPSA: ask the ticket for "todo_list".',
    Attachment: "HaloPSA answers a file's own address with its bytes, and not with a record.",
  },

  async fieldsOf(_session, type) {
    const path = PATHS[type] ?? ''
    return recordFieldsAt('halo', ONE_TABLE.has(path) ? '/Tickets' : path)
  },

  reads(_session, type, keys) {
    const path = PATHS[type]
    if (path === undefined) return []
    return keys.flatMap((key) => {
      const [ticket, action] = path === '/Actions' ? (splitActionKey(key) ?? []) : []
      const id = path === '/Actions' ? action : isVendorId(key) ? key : undefined
      if (id === undefined) return []
      const query = [
        ...(ticket === undefined ? [] : [['ticket_id', ticket] as const]),
        ['includedetails', 'true'] as const,
      ]
      return {
        selects: false,
        keys: [key],
        asking: () => ({ method: 'GET' as const, path: `${path}/${id}`, query, body: null }),
        recordsOf: (answer: unknown) =>
          String(memberOf(answer, 'id')) === id
            ? new Map([[key, answer as Readonly<Record<string, unknown>>]])
            : new Map(),
      }
    })
  },
}
