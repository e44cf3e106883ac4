// Cuts the vendor's 3 MB description down to what the ConnectWise simulator needs to be strict:
// which query parameters and body members each simulated endpoint knows, their types and lengths.
//
//   npx node scripts/connectwise-allowlists.ts path/to/openapi.json

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

interface Schema {
  $ref?: string
  type?: string
  format?: string
  maxLength?: number
  enum?: string[]
  items?: Schema
  required?: string[]
  properties?: Record<string, Schema>
  allOf?: Schema[]
}
interface Operation {
  parameters?: { name?: string; in?: string }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>
}
interface Description {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

/** Path templates as the vendor writes them; `{*}` stands for any parameter name. */
const simulated: readonly string[] = [
  'service/tickets',
  'service/tickets/count',
  'service/tickets/search',
  'service/tickets/info',
  'service/tickets/info/count',
  'service/tickets/{*}',
  'service/tickets/{*}/info',
  ...['notes', 'tasks', 'configurations'].flatMap((child) => [
    `service/tickets/{*}/${child}`,
    `service/tickets/{*}/${child}/count`,
    `service/tickets/{*}/${child}/{*}`,
  ]),
  ...['documents', 'products', 'scheduleentries', 'timeentries'].flatMap((child) => [
    `service/tickets/{*}/${child}`,
    `service/tickets/{*}/${child}/count`,
  ]),
  'service/tickets/{*}/allNotes',
  'service/tickets/{*}/merge',
  'service/tickets/{*}/attachChildren',
  'project/tickets',
  'project/tickets/count',
  'project/tickets/search',
  'project/tickets/{*}',
  'project/tickets/{*}/notes',
  'project/tickets/{*}/notes/count',
  'project/tickets/{*}/notes/{*}',
  'project/tickets/{*}/allNotes',
  ...['statuses', 'types', 'subtypes', 'items', 'teams', 'typeSubTypeItemAssociations'].flatMap((child) => [
    `service/boards/{*}/${child}`,
    `service/boards/{*}/${child}/count`,
    `service/boards/{*}/${child}/{*}`,
  ]),
  ...[
    'service/boards',
    'service/priorities',
    'service/sources',
    'service/slas',
    'service/teams',
    'service/severities',
    'service/impacts',
    'service/locations',
    'time/entries',
    'time/workTypes',
    'time/workRoles',
    'company/companies',
    'company/companies/{*}/sites',
    'company/companies/statuses',
    'company/companies/types',
    'company/contacts',
    'company/contacts/types',
    'company/contacts/{*}/communications',
    'company/configurations',
    'company/configurations/types',
    'company/configurations/statuses',
    'company/communicationTypes',
    'system/members',
    'system/info/members',
    'system/userDefinedFields',
    'system/locations',
    'system/departments',
    'system/documents',
    'schedule/entries',
    'schedule/types',
    'schedule/statuses',
    'procurement/catalog',
    'procurement/products',
    'finance/agreements',
    'finance/agreements/types',
  ].flatMap((path) => [path, `${path}/count`, `${path}/{*}`]),
  'schedule/entries/{*}/{*}',
  'time/entries/defaults',
  'system/documents/{*}/download',
  'system/info',
  'system/myAccount/{*}',
  'system/audittrail',
  'system/audittrail/count',
]

/** The guide lets `fields` shape the answer of a write, and keeps paging of a search in the query. */
const extraQuery = (method: string, path: string): string[] => {
  if (/tickets\/search$/i.test(path)) return ['fields', 'page', 'pageSize', 'pageId']
  return method === 'get' || method === 'delete' ? [] : ['fields']
}

const source = process.argv[2]
if (!source) throw new TypeError('Expected the path of openapi.json as the first argument')
const description = JSON.parse(readFileSync(source, 'utf8')) as Description

const plain = (path: string) =>
  path
    .toLowerCase()
    .replaceAll(/\{[^}]*\}/g, '{*}')
    .replace(/^\//, '')
const wanted = new Set(simulated.map(plain))
const COMMON = 'conditions,childConditions,customFieldConditions,orderBy,fields,page,pageSize,pageId'
const schemas: Record<string, { required?: string[]; fields: Record<string, string> }> = {}

/** The name behind a reference; the vendor's dotted names are aliases that only point on. */
function refName(schema: Schema | undefined): string | undefined {
  const ref = schema?.$ref ?? schema?.allOf?.find((part) => part.$ref)?.$ref
  const name = ref?.split('/').pop()
  const named = name === undefined ? undefined : description.components.schemas[name]
  return named && !named.properties ? (refName(named) ?? name) : name
}

function typeOf(schema: Schema): string {
  const name = refName(schema)
  if (name) return collect(name) ? `ref:${name}` : 'object'
  if (schema.type === 'array') {
    const item = refName(schema.items)
    return item && collect(item) ? `list:${item}` : `list:${schema.items?.type ?? 'object'}`
  }
  if (schema.enum) return `enum:${schema.enum.join('|')}`
  if (schema.format === 'date-time') return 'date'
  if (schema.type === 'string') return schema.maxLength ? `string:${schema.maxLength}` : 'string'
  return schema.type ?? 'object'
}

function collect(name: string): boolean {
  const schema = description.components.schemas[name]
  if (!schema?.properties) return false
  if (schemas[name]) return true
  const entry: { required?: string[]; fields: Record<string, string> } = { fields: {} }
  schemas[name] = entry
  if (schema.required?.length) entry.required = schema.required
  for (const [field, type] of Object.entries(schema.properties)) entry.fields[field] = typeOf(type)
  return true
}

const endpoints: Record<string, { query?: string; body?: string; answer?: string }> = {}
for (const [path, operations] of Object.entries(description.paths)) {
  if (!wanted.delete(plain(path))) continue
  for (const [method, operation] of Object.entries(operations)) {
    const query = (operation.parameters ?? []).filter((p) => p.in === 'query').map((p) => p.name ?? '')
    const names = [...new Set([...query, ...extraQuery(method, path)])].join(',')
    const schemaOf = (content?: Record<string, { schema: Schema }>) => Object.values(content ?? {})[0]?.schema
    const body = schemaOf(operation.requestBody?.content)
    const answer = schemaOf((operation.responses['200'] ?? operation.responses['201'])?.content)
    const bodyName = refName(body) ?? refName(body?.items)
    const answerName = refName(answer) ?? refName(answer?.items)
    for (const name of [bodyName, answerName]) if (name) collect(name)
    endpoints[`${method.toUpperCase()} /${plain(path)}`] = {
      ...(names && { query: names === COMMON ? 'common' : names }),
      ...(bodyName && { body: bodyName }),
      ...(answerName && { answer: answerName }),
    }
  }
}
for (const path of wanted) process.stderr.write(`not in the description: ${path}\n`)

const lines = (record: Record<string, unknown>) =>
  Object.entries(record)
    .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(',\n')
writeFileSync(
  fileURLToPath(new URL('../simulators/connectwise/allowlists.json', import.meta.url)),
  `{\n  "commonQuery": ${JSON.stringify(COMMON)},\n  "endpoints": {\n${lines(endpoints)}\n  },\n  "schemas": {\n${lines(schemas)}\n  }\n}\n`,
)
