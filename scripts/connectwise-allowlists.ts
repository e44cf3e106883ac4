// Cuts the vendor's 3 MB description down to what the ConnectWise simulator needs to be strict:
// which query parameters and body members each simulated endpoint knows, their types and lengths.

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

/** Path templates as the vendor writes them; `{*}` stands for any parameter name. */
const simulated: readonly string[] = [
  'service/tickets',
  'service/tickets/count',
  'service/tickets/search',
  'service/tickets/calculateSla',
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
    'service/templates',
    'service/teams',
    'service/severities',
    'service/impacts',
    'service/locations',
    'service/knowledgeBaseArticles',
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
    'company/states',
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
    'project/projects',
    'project/projects/{*}/phases',
    'sales/opportunities',
  ].flatMap((path) => [path, `${path}/count`, `${path}/{*}`]),
  'finance/agreementrecap',
  'schedule/entries/{*}/{*}',
  'time/entries/defaults',
  'system/documents/{*}/download',
  'system/info',
  'system/myAccount/{*}',
  'system/audittrail',
  'system/audittrail/count',
]

const corrections: readonly Correction[] = [
  {
    where: /^(POST|PUT|PATCH) (?!.*tickets\/search$)/,
    adds: ['fields'],
    why: 'The guide lets `fields` shape the answer of a write.',
  },
  {
    where: /tickets\/search$/,
    adds: ['fields', 'page', 'pageSize', 'pageId'],
    why: 'The guide keeps paging of a search in the query, while its conditions travel in the body.',
  },
]

const COMMON = 'conditions,childConditions,customFieldConditions,orderBy,fields,page,pageSize,pageId'

function make(folder: string) {
  const description: Description = readDocument(folder)
  const named = description.components?.schemas ?? {}
  const wanted = new Set(simulated.map(plain))
  const schemas: Record<string, { required?: string[]; fields: Record<string, string> }> = {}

  /** The name behind a reference; the vendor's dotted names are aliases that only point on. */
  function refName(schema: Schema | undefined): string | undefined {
    const name = lastOfRef(schema) ?? lastOfRef(schema?.allOf?.find((part) => part.$ref))
    const target = name === undefined ? undefined : named[name]
    return target && !target.properties ? (refName(target) ?? name) : name
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
    const schema = named[name]
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
      const endpoint = endpointOf(method, path)
      const told = queryOf(operation).map(({ name }) => name)
      const names = corrected(corrections, endpoint, told).join(',')
      const body = schemaIn(operation.requestBody)
      const answer = schemaIn(operation.responses['200'] ?? operation.responses['201'])
      const bodyName = refName(body) ?? refName(body?.items)
      const answerName = refName(answer) ?? refName(answer?.items)
      for (const name of [bodyName, answerName]) if (name) collect(name)
      endpoints[endpoint] = {
        ...(names && { query: names === COMMON ? 'common' : names }),
        ...(bodyName && { body: bodyName }),
        ...(answerName && { answer: answerName }),
      }
    }
  }
  return { text: textOf({ commonQuery: COMMON, endpoints, schemas }), missing: [...wanted] }
}

export const connectwiseAllowlists: Allowlists = {
  vendor: 'connectwise',
  file: 'simulators/connectwise/allowlists.json',
  make,
}
