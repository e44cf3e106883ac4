import type { RawRecords, RecordsRead } from '../../../schema/passthrough.ts'
import type { EntityType } from '../../../schema/records.ts'
import { recordFieldsAt } from '../../catalogue/record-fields.ts'
import { chunks } from '../../reading/chunks.ts'
import { recordsById } from '../../reading/raw-records.ts'
import { IDS_PER_URL, isChildKey, isVendorId } from '../read-many.ts'

/** Collections, as the catalogue writes them. */
const PATHS: Readonly<Record<EntityType, string>> = {
  Ticket: '/service/tickets',
  Note: '/service/tickets/{parentId}/notes',
  TimeEntry: '/time/entries',
  Contact: '/company/contacts',
  Company: '/company/companies',
  Site: '/company/companies/{parentId}/sites',
  ConfigurationItem: '/company/configurations',
  Agreement: '/finance/agreements',
  Sla: '/service/SLAs',
  Project: '/project/projects',
  ProjectTask: '/project/tickets',
  Opportunity: '/sales/opportunities',
  TicketTemplate: '/service/templates',
  Product: '/procurement/catalog',
  Article: '/service/knowledgeBaseArticles',
  TicketLineItem: '/procurement/products',
  TicketTask: '/service/tickets/{parentId}/tasks',
  Attachment: '/system/documents',
  ScheduleEntry: '/schedule/entries',
  Member: '/system/members',
  Board: '/service/boards',
}

/** By these the answer is judged, note for note. */
const TELLS_NOTES = ['detailDescriptionFlag', 'resolutionFlag']

export const records: RawRecords = {
  none: {},

  fieldsOf: async (_session, type) => recordFieldsAt('connectwise', PATHS[type]),

  reads(_session, type, keys) {
    const path = PATHS[type]
    if (type === 'Note') return keys.filter(isChildKey).map(noteRead)
    const isBelow = type === 'Attachment' || path.includes('{')
    if (!isBelow) return readsOf(path, [], '', keys.filter(isVendorId))
    const byParent = Map.groupBy(keys.filter(isChildKey), (key) => key.split('.')[0] ?? '')
    return [...byParent].flatMap(([parent, children]) => {
      const query =
        type === 'Attachment'
          ? ([
              ['recordType', 'Ticket'],
              ['recordId', parent],
            ] as const)
          : []
      const ids = children.map((key) => key.split('.')[1] ?? '')
      return readsOf(path.replace('{parentId}', parent), query, `${parent}.`, ids)
    })
  },
}

function readsOf(
  path: string,
  query: RecordsQuery,
  prefix: string,
  ids: readonly string[],
): readonly RecordsRead[] {
  return chunks(ids, IDS_PER_URL).map((chunk) => ({
    selects: true,
    keys: chunk.map((id) => `${prefix}${id}`),
    asking: (fields) => ({
      method: 'GET',
      path,
      query: [
        ...query,
        ['conditions', `id in (${chunk.join(',')})`],
        ['fields', [...new Set(['id', ...fields])].join(',')],
        ['pageSize', String(chunk.length)],
      ],
      body: null,
    }),
    recordsOf: (answer) => recordsById(answer, 'id', ({ id }) => `${prefix}${id}`),
  }))
}

type RecordsQuery = readonly (readonly [name: string, value: string])[]

/** Each by itself: a condition on notes tells of those that may not be read, too. */
function noteRead(key: string): RecordsRead {
  const [ticket = '', note = ''] = key.split('.')
  return {
    selects: true,
    keys: [key],
    asking: (fields) => ({
      method: 'GET',
      path: `/service/tickets/${ticket}/notes/${note}`,
      query: [['fields', [...new Set(['id', ...TELLS_NOTES, ...fields])].join(',')]],
      body: null,
    }),
    recordsOf: (answer) => recordsById([answer], 'id', ({ id }) => `${ticket}.${id}`),
  }
}
