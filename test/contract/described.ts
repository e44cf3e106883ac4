import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Vendor } from '../../schema/source.ts'
import type { JournalEntry } from '../../simulators/shared/journal.ts'
import type { Json } from '../../simulators/shared/json.ts'

/**
 * Holds what the vendor clients sent against the allowlists of the vendors' documents. It shares the lists
 * with the simulators and nothing else, so that a hole in a simulator's own check shows here.
 */

type Rec = Readonly<Record<string, Json | undefined>>
type Fields = Readonly<Record<string, string>>

/** Requests or names that stand in no document although they are right, and how we know. */
export const EXCEPTIONS: readonly {
  readonly vendor: Vendor
  /** `METHOD /path`, as the journal has it. */
  readonly endpoint: RegExp
  /** Names in query or body; left out, the whole request is one that no document lists. */
  readonly names?: RegExp
  readonly why: string
}[] = [
  {
    vendor: 'connectwise',
    endpoint: /^GET \/login\/companyinfo\//,
    why: 'Discovery stands before the API: the developer guide describes it (API.md 2), openapi.json does not.',
  },
  {
    vendor: 'connectwise',
    endpoint: /^GET \/v\d+_\d+\/apis\/3\.0\/system\/myAccount$/,
    why: 'Some releases name the caller there and others answer 404 (API.md 8); openapi.json has it with an id only.',
  },
  {
    vendor: 'autotask',
    endpoint: /^(GET|POST) .*\/query\/next$/i,
    names: /^(search|paging)$/,
    why: "A page's own nextPageUrl leads there with these names; openapi.json does not list continuations.",
  },
  {
    vendor: 'autotask',
    endpoint: /^POST .*\/query(\/count|\/next)?$/i,
    names: /^(filter|MaxRecords|IncludeFields)$/i,
    why: 'openapi.json gives the body of a query no members; the online help names these three (API.md 4).',
  },
  {
    vendor: 'autotask',
    endpoint: /^POST .*\/query(\/next)?$/i,
    names: /^(Asset Tag|Change Approved|Change Window|Affected Users|Root Cause)$/,
    why: 'Fields that the tenant added may stand in IncludeFields by their names (API.md 4); these are all of them.',
  },
  {
    vendor: 'halo',
    endpoint: /^POST \/auth\/token$/,
    why: 'The authorisation server is no part of the API that openapi.json describes (API.md 2).',
  },
  {
    vendor: 'servicenow',
    endpoint: /^POST \/oauth_token\.do$/,
    why: "The platform's token address is no REST API and in no OpenAPI document (API.md 3).",
  },
  {
    vendor: 'servicenow',
    endpoint: / \/api\/now\/(v\d\/)?table\//,
    names: /(^|\.)u_\w+$/,
    why: 'Columns that a tenant added begin so; no document of the vendor can list them.',
  },
]

const read = <Lists>(file: string): Lists =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../simulators', file), 'utf8')) as Lists

const isRec = (value: unknown): value is Rec =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const words = (text = '') => text.split(',').filter(Boolean)

/** What is unknown about one request; whether a name is known is asked without regard to case unless told. */
interface Held {
  /** Undefined when the document has no such endpoint. */
  readonly query: readonly string[] | undefined
  /** Names in the body that the document does not have. */
  readonly body: readonly string[]
}
const NOT_DESCRIBED: Held = { query: undefined, body: [] }

/** The template that fits best: literal segments before braces. */
function templateOf(endpoints: readonly string[], method: string, path: string): string | undefined {
  const segments = path.toLowerCase().split('/')
  return endpoints
    .filter((endpoint) => {
      const [verb, template = ''] = endpoint.toLowerCase().split(' ')
      const wanted = template.split('/')
      return (
        verb === method.toLowerCase() &&
        wanted.length === segments.length &&
        wanted.every((part, index) => part.startsWith('{') || part === segments[index])
      )
    })
    .toSorted((a, b) => a.split('{').length - b.split('{').length)[0]
}

/** Walks a body along `ref:` and `list:` types; members of what the document leaves open are not looked at. */
function unknownMembers(
  schemas: Readonly<Record<string, Fields>>,
  schema: string | undefined,
  sent: Json | undefined,
  path = '',
): string[] {
  const fields = schema === undefined ? undefined : schemas[schema]
  if (Array.isArray(sent)) return sent.flatMap((one) => unknownMembers(schemas, schema, one, path))
  if (!isRec(sent) || fields === undefined) return []
  return Object.entries(sent).flatMap(([name, value]) => {
    const found = Object.entries(fields).find(([field]) => field.toLowerCase() === name.toLowerCase())
    if (found === undefined) return [path + name]
    const [, inner] = found[1].split(':')
    return unknownMembers(schemas, inner, value, `${path}${name}.`)
  })
}

const connectwise = read<{
  commonQuery: string
  endpoints: Record<string, { query?: string; body?: string; answer?: string }>
  schemas: Record<string, { fields: Fields }>
}>('connectwise/allowlists.json')
const connectwiseSchemas = Object.fromEntries(
  Object.entries(connectwise.schemas).map(([name, { fields }]) => [name, fields]),
)

function heldConnectWise({ method, path, body }: JournalEntry): Held {
  const key = templateOf(
    Object.keys(connectwise.endpoints),
    method,
    path.replace(/^\/[^/]+\/apis\/3\.0(?=\/)/i, ''),
  )
  if (key === undefined) return NOT_DESCRIBED
  const { query, body: sent, answer } = connectwise.endpoints[key]!
  const names = words(query === 'common' ? connectwise.commonQuery : query)
  if (sent !== 'PatchOperation') return { query: names, body: unknownMembers(connectwiseSchemas, sent, body) }
  // A patch names fields of the record that it answers: `/board/id` is the member of a reference.
  const operations = Array.isArray(body) ? body : [body]
  const patched = operations.flatMap((operation) => {
    if (!isRec(operation)) return ['no operation']
    const value = String(operation.path)
      .split('/')
      .filter(Boolean)
      .reduceRight<Json | undefined>((inner, name) => ({ [name]: inner }), operation.value)
    return unknownMembers(connectwiseSchemas, answer, value)
  })
  return { query: names, body: [...unknownMembers(connectwiseSchemas, sent, body), ...patched] }
}

const autotask = read<{
  children: [parent: string, segment: string, root: string][]
  endpoints: Record<string, string>
  entities: Record<string, { fields: Fields }>
}>('autotask/allowlists.json')

/** Fields that conditions of a filter name, however deep they stand; `udf` marks a tenant's own. */
function fieldsAsked(condition: Json | undefined): string[] {
  if (Array.isArray(condition)) return condition.flatMap(fieldsAsked)
  if (!isRec(condition)) return []
  const inner = fieldsAsked(condition.items)
  return typeof condition.field === 'string' && condition.udf !== true ? [condition.field, ...inner] : inner
}

function heldAutotask({ method, path, query, body }: JournalEntry): Held {
  const below = path.replace(/^\/atservicesrest\/v1\.0(?=\/)/i, '')
  const key = templateOf(Object.keys(autotask.endpoints), method, below.replace(/\/query\/next$/i, '/query'))
  if (key === undefined) return NOT_DESCRIBED
  const same = (a: string, b: string | undefined) => a.toLowerCase() === b?.toLowerCase()
  const [, first, , second] = below.split('/')
  const child = autotask.children.find(([parent, segment]) => same(parent, first) && same(segment, second))
  const root = child?.[2] ?? Object.keys(autotask.entities).find((name) => same(name, first))
  const fields = root === undefined ? {} : autotask.entities[root]!.fields
  const known = new Set(Object.keys(fields).map((name) => name.toLowerCase()))
  const isQuery = /\/query(\/|$)/i.test(below)
  const search = isRec(body) ? body : (JSON.parse(query.search ?? '{}') as Rec)
  const wanted = Object.entries(search).flatMap(([name, value]) => {
    if (!isQuery) return [name]
    if (/^includefields$/i.test(name) && Array.isArray(value)) return value.map(String)
    return /^filter$/i.test(name) ? fieldsAsked(value) : []
  })
  const members = isQuery && isRec(body) ? Object.keys(body) : []
  return {
    query: words(autotask.endpoints[key]),
    body: [...members, ...wanted.filter((name) => !known.has(name.toLowerCase()))],
  }
}

const halo = read<{
  endpoints: Record<string, { query?: string; body?: string }>
  schemas: Record<string, Fields>
}>('halo/allowlists.json')

function heldHalo({ method, path, body }: JournalEntry): Held {
  const key = templateOf(Object.keys(halo.endpoints), method, path.replace(/^\/api(?=\/)/i, ''))
  if (key === undefined) return NOT_DESCRIBED
  const { query, body: sent } = halo.endpoints[key]!
  return {
    query: words(query).map((pair) => pair.split(':')[0]!),
    body: unknownMembers(halo.schemas, sent, body),
  }
}

interface Column {
  readonly reference?: string
}
const servicenow = read<{
  parameters: Record<string, string>
  tables: Record<string, { extends?: string; columns: Record<string, Column> }>
  unplayed: string
}>('servicenow/tables.json')

function columnOf(table: string | undefined, name: string): Column | undefined {
  const told = table === undefined ? undefined : servicenow.tables[table]
  return told && (told.columns[name] ?? columnOf(told.extends, name))
}

/** `caller_id.company.name` over references; a reference to a table that is not listed leads out of sight. */
function isColumn(table: string, path: string): boolean {
  const [name = '', ...rest] = path.split('.')
  const column = columnOf(table, name)
  if (column === undefined || rest.length === 0) return column !== undefined
  return column.reference !== undefined && isColumn(column.reference, rest.join('.'))
}

function heldServiceNow({ method, path, query, body }: JournalEntry): Held {
  const key = templateOf(Object.keys(servicenow.parameters), method, path.replace(/\/v\d(?=\/)/, ''))
  if (key === undefined) return NOT_DESCRIBED
  const names = words(servicenow.parameters[key])
  const table = /\/(?:table|stats)\/([^/]+)/.exec(path)?.[1]
  // Of tables that the reference has and the simulator does not play, only the names are committed.
  if (table === undefined || words(servicenow.unplayed).includes(table)) return { query: names, body: [] }
  if (servicenow.tables[table] === undefined) return { query: names, body: [`no such table ${table}`] }
  const columns = [...words(query.sysparm_fields), ...(isRec(body) ? Object.keys(body) : [])]
  return { query: names, body: columns.filter((name) => !isColumn(table, name)) }
}

const HELD: Readonly<Record<Vendor, (entry: JournalEntry) => Held>> = {
  connectwise: heldConnectWise,
  autotask: heldAutotask,
  halo: heldHalo,
  servicenow: heldServiceNow,
}

/** What in these requests stands neither in the vendor's document nor among the exceptions, once each. */
export function undescribed(vendor: Vendor, entries: readonly JournalEntry[]): string[] {
  const found = entries.flatMap((entry) => {
    const endpoint = `${entry.method} ${entry.path}`
    const excused = EXCEPTIONS.filter((one) => one.vendor === vendor && one.endpoint.test(endpoint))
    if (excused.some(({ names }) => names === undefined)) return []
    const { query, body } = HELD[vendor](entry)
    if (query === undefined) return [`${endpoint}: no such endpoint`]
    const known = new Set(query.map((name) => name.toLowerCase()))
    const unknown = [...Object.keys(entry.query).filter((name) => !known.has(name.toLowerCase())), ...body]
    return unknown
      .filter((name) => !excused.some(({ names }) => names?.test(name)))
      .map((name) => `${endpoint.replaceAll(/\/(\d+|[0-9a-f]{32})(?=\/|$)/g, '/{*}')}: ${name}`)
  })
  return [...new Set(found)]
}
