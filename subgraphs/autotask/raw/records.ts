import { GatewayError } from '../../../schema/errors.ts'
import type { RawRecords, RecordsRead } from '../../../schema/passthrough.ts'
import type { EntityType } from '../../../schema/records.ts'
import { recordFieldsAt } from '../../catalogue/record-fields.ts'
import { chunks } from '../../reading/chunks.ts'
import { recordsById } from '../../reading/raw-records.ts'
import { objectOf } from '../client.ts'
import { NO_TEMPLATES } from '../no-templates.ts'
import { IDS_PER_READ, isVendorId } from '../read-many.ts'

type Collection = {
  readonly path: string
  readonly pattern: RegExp
  readonly keyOf: (id: string, row: Row) => string
}
type Row = Readonly<Record<string, unknown>>

const byId = (path: string): readonly Collection[] => [{ path, pattern: /^(\d+)$/, keyOf: (id) => id }]

/** Which keys are of which collection. */
const COLLECTIONS: Readonly<Partial<Record<EntityType, readonly Collection[]>>> = {
  Ticket: byId('/Tickets'),
  Note: [{ path: '/TicketNotes', pattern: /^\d+\.(\d+)$/, keyOf: (id, row) => `${row.ticketID}.${id}` }],
  TimeEntry: byId('/TimeEntries'),
  Contact: byId('/Contacts'),
  Company: byId('/Companies'),
  Site: byId('/CompanyLocations'),
  ConfigurationItem: byId('/ConfigurationItems'),
  Agreement: byId('/Contracts'),
  Project: byId('/Projects'),
  ProjectTask: byId('/Tasks'),
  Opportunity: byId('/Opportunities'),
  Product: byId('/Products'),
  Article: byId('/KnowledgeBaseArticles'),
  TicketLineItem: byId('/TicketCharges'),
  TicketTask: byId('/TicketChecklistItems'),
  Attachment: byId('/TicketAttachments'),
  ScheduleEntry: [
    ...byId('/ServiceCallTickets'),
    { path: '/Appointments', pattern: /^appointment\.(\d+)$/, keyOf: (id) => `appointment.${id}` },
  ],
  Member: byId('/Resources'),
}

/** A text of the ticket itself has no record. */
const ON_TICKET =
  'This note stands on its ticket on Autotask: ask the ticket for "description" or "resolution".'

/** Whose key a row is told by, and by what the answer is judged. */
const ALWAYS: Partial<Readonly<Record<EntityType, readonly string[]>>> = { Note: ['ticketID', 'publish'] }
const CUSTOM = 'userDefinedFields'

export const records: RawRecords = {
  none: {
    Sla: 'SLAs are a picklist of tickets on Autotask, without a record of their own.',
    Board: 'Queues are a picklist of tickets on Autotask, without a record of their own.',
    TicketTemplate: NO_TEMPLATES,
  },

  async fieldsOf(_session, type, key) {
    const [first, ...others] = COLLECTIONS[type] ?? []
    const own = [first, ...others].find((one) => one?.pattern.test(key) === true)
    if (own === undefined && type === 'Note') throw new GatewayError('NOT_SUPPORTED', ON_TICKET)
    return recordFieldsAt('autotask', (own ?? first)?.path ?? '')
  },

  reads(_session, type, keys) {
    const collections = COLLECTIONS[type] ?? []
    return collections.flatMap((collection) => {
      const ids = keys.flatMap((key) => collection.pattern.exec(key)?.[1] ?? []).filter(isVendorId)
      return chunks(ids, IDS_PER_READ).map((chunk) => readOf(type, collection, chunk, keys))
    })
  },
}

function readOf(
  type: EntityType,
  { path, pattern, keyOf }: Collection,
  ids: readonly string[],
  keys: readonly string[],
): RecordsRead {
  const wanted = new Set(ids)
  return {
    selects: true,
    keys: keys.filter((key) => wanted.has(pattern.exec(key)?.[1] ?? '')),
    asking(fields) {
      // Custom fields are named one by one, or come with the whole record (API.md 4).
      const included = fields.includes(CUSTOM) ? [] : [...new Set(['id', ...(ALWAYS[type] ?? []), ...fields])]
      const filter = [{ op: 'in', field: 'id', value: ids.map(Number) }]
      return {
        method: 'POST',
        path: `${path}/query`,
        query: [],
        body: JSON.stringify({ filter, ...(included.length > 0 && { includeFields: included }) }),
      }
    },
    recordsOf: (answer) => recordsById(objectOf(answer).items, 'id', (row) => keyOf(String(row.id), row)),
  }
}
