// Cuts the vendor's 4 MB description down to what the Halo simulator needs to be strict: which query
// parameters and body members each simulated endpoint knows, and their types. The description says nothing
// about answers, so what a list may be ordered by comes from the schemas of its rows.

import {
  type Allowlists,
  type Correction,
  corrected,
  type Description,
  endpointOf,
  lastOfRef,
  plain,
  queryOf,
  readDocument,
  type Schema,
  schemaIn,
  textOf,
} from './description.ts'

/** Entities that are read as a list and by id; the verbs come from the description. */
const entities: readonly string[] = [
  'Tickets',
  'Projects',
  'Opportunities',
  'Actions',
  'Agent',
  'Appointment',
  'Asset',
  'AssetGroup',
  'AssetType',
  'Attachment',
  'Audit',
  'Category',
  'ChargeRate',
  'Client',
  'ClientContract',
  'FAQLists',
  'FieldInfo',
  'Item',
  'KBArticle',
  'Lookup',
  'Outcome',
  'Priority',
  'SLA',
  'Site',
  'Status',
  'Team',
  'Template',
  'TicketType',
  'TimesheetEvent',
  'TopLevel',
  'Users',
]
const simulated = [
  'AuthInfo',
  'Agent/me',
  'Tickets/Object',
  ...entities.flatMap((path) => [path, `${path}/{*}`]),
]

/** Whose POST the simulator plays; the other bodies would only make the file long. */
const written = new Set([
  'tickets',
  'tickets/object',
  'actions',
  'users',
  'client',
  'site',
  'asset',
  'appointment',
  'timesheetevent',
  'attachment',
  'projects',
  'opportunities',
])
/** Rows of lists: what `order` may name. */
const rowSchemas = ['Faults_List', 'ContractHeader', 'Item', 'KBEntry', 'StdRequest']
/** Elements of arrays inside a body that the simulator reads; any other nesting stays an unread object. */
const nested = new Set([
  'AddressStore',
  'Attachment',
  'CustomField',
  'Device_List',
  'FAQListHead',
  'FaultItem',
  'FaultToDo',
  'FieldHelper',
  'Uname',
  'Users_List',
])
const corrections: readonly Correction[] = [
  {
    where: /^DELETE \/actions\/\{\*\}$/,
    adds: ['ticket_id:integer'],
    why: 'Working clients name the ticket on a delete of an action; the description forgot it.',
  },
]

/** The description writes some types of its query parameters as its own language does. */
const queryType = (type = 'string') =>
  ({ bool: 'boolean', int: 'integer', decimal: 'number', double: 'number' })[type] ?? type

function make(folder: string) {
  const description: Description = readDocument(folder)
  const wanted = new Set(simulated.map(plain))
  const schemas: Record<string, Record<string, string>> = {}

  function typeOf(schema: Schema): string {
    const name = lastOfRef(schema)
    if (name) return nested.has(name) && collect(name) ? `ref:${name}` : 'object'
    if (schema.type === 'array') {
      const item = lastOfRef(schema.items)
      if (item) return nested.has(item) && collect(item) ? `list:${item}` : 'list:object'
      return `list:${schema.items?.type ?? 'object'}`
    }
    if (schema.format === 'date-time') return 'date'
    return schema.type ?? 'any'
  }

  function collect(name: string): boolean {
    const properties = description.components?.schemas[name]?.properties
    if (!properties) throw new Error(`No schema ${name} in the description`)
    if (schemas[name]) return true
    const fields: Record<string, string> = {}
    schemas[name] = fields
    for (const [field, type] of Object.entries(properties)) fields[field] = typeOf(type)
    return true
  }

  const endpoints: Record<string, { query?: string; body?: string }> = {}
  for (const [path, operations] of Object.entries(description.paths)) {
    if (!wanted.delete(plain(path))) continue
    for (const [method, operation] of Object.entries(operations)) {
      const endpoint = endpointOf(method, path)
      const told = queryOf(operation).map(({ name, type }) => `${name}:${queryType(type)}`)
      const names = corrected(corrections, endpoint, told)
      const body = schemaIn(operation.requestBody)
      const bodyName = lastOfRef(body) ?? lastOfRef(body?.items)
      const plays = bodyName && written.has(plain(path))
      if (plays) collect(bodyName)
      endpoints[endpoint] = {
        ...(names.length > 0 && { query: names.join(',') }),
        ...(plays && { body: bodyName }),
      }
    }
  }
  for (const name of rowSchemas) collect(name)
  return { text: textOf({ endpoints, schemas }), missing: [...wanted] }
}

export const haloAllowlists: Allowlists = {
  vendor: 'halo',
  file: 'simulators/halo/allowlists.json',
  make,
}
