// Cuts the vendor's 4 MB description down to what the Halo simulator needs to be strict: which query
// parameters and body members each simulated endpoint knows, and their types. The description says nothing
// about answers, so what a list may be ordered by comes from the schemas of its rows.
//
//   npx node scripts/halo-allowlists.ts path/to/openapi.json

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

interface Schema {
  $ref?: string
  type?: string
  format?: string
  items?: Schema
  properties?: Record<string, Schema>
}
interface Operation {
  parameters?: { name: string; in: string; schema?: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}
interface Description {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

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
const rowSchemas = ['Faults_List', 'ContractHeader', 'Item', 'KBEntry']
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
/** Working clients name the ticket on a delete of an action; the description forgot it. */
const extraQuery: Record<string, string> = { 'DELETE /actions/{*}': 'ticket_id:integer' }

const source = process.argv[2]
if (!source) throw new TypeError('Expected the path of openapi.json as the first argument')
const description = JSON.parse(readFileSync(source, 'utf8')) as Description

const plain = (path: string) =>
  path
    .toLowerCase()
    .replaceAll(/\{[^}]*\}/g, '{*}')
    .replace(/^\//, '')
const wanted = new Set(simulated.map(plain))
const schemas: Record<string, Record<string, string>> = {}

const refName = (schema: Schema | undefined) => schema?.$ref?.split('/').pop()

function typeOf(schema: Schema): string {
  const name = refName(schema)
  if (name) return nested.has(name) && collect(name) ? `ref:${name}` : 'object'
  if (schema.type === 'array') {
    const item = refName(schema.items)
    if (item) return nested.has(item) && collect(item) ? `list:${item}` : 'list:object'
    return `list:${schema.items?.type ?? 'object'}`
  }
  if (schema.format === 'date-time') return 'date'
  return schema.type ?? 'any'
}

function collect(name: string): boolean {
  const properties = description.components.schemas[name]?.properties
  if (!properties) throw new Error(`No schema ${name} in the description`)
  if (schemas[name]) return true
  const fields: Record<string, string> = {}
  schemas[name] = fields
  for (const [field, type] of Object.entries(properties)) fields[field] = typeOf(type)
  return true
}

/** The description writes some types of its query parameters as its own language does. */
const queryType = (type = 'string') =>
  ({ bool: 'boolean', int: 'integer', decimal: 'number', double: 'number' })[type] ?? type

const endpoints: Record<string, { query?: string; body?: string }> = {}
for (const [path, operations] of Object.entries(description.paths)) {
  if (!wanted.delete(plain(path))) continue
  for (const [method, operation] of Object.entries(operations)) {
    const key = `${method.toUpperCase()} /${plain(path)}`
    const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query')
    const named = query.map(({ name, schema }) => `${name}:${queryType(schema?.type)}`)
    if (extraQuery[key]) named.push(extraQuery[key])
    const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema
    const bodyName = refName(body) ?? refName(body?.items)
    const plays = bodyName && written.has(plain(path))
    if (plays) collect(bodyName)
    endpoints[key] = {
      ...(named.length > 0 && { query: [...new Set(named)].join(',') }),
      ...(plays && { body: bodyName }),
    }
  }
}
for (const name of rowSchemas) collect(name)
for (const path of wanted) process.stderr.write(`not in the description: ${path}\n`)

const lines = (record: Record<string, unknown>) =>
  Object.entries(record)
    .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(',\n')
writeFileSync(
  fileURLToPath(new URL('../simulators/halo/allowlists.json', import.meta.url)),
  `{\n  "endpoints": {\n${lines(endpoints)}\n  },\n  "schemas": {\n${lines(schemas)}\n  }\n}\n`,
)
