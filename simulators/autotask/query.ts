import { isRec, type Json, type Rec } from '../shared/json.ts'
import { findField, singular } from './allowlists.ts'
import { invalid, malformed, noField, strict } from './errors.ts'
import { instant } from './instants.ts'
import { member } from './lenient-json.ts'
import { isQueryable } from './rules.ts'
import type { State, Udf } from './state.ts'

export const MAX_RECORDS = 500
const MAX_OR = 500

const COMPARISONS = [
  'eq',
  'noteq',
  'gt',
  'gte',
  'lt',
  'lte',
  'beginsWith',
  'endsWith',
  'contains',
  'in',
  'notIn',
  'exist',
  'notExist',
] as const
export type Operator = (typeof COMPARISONS)[number]

export interface Comparison {
  op: Operator
  /** In the vendor's spelling. */
  field: string
  type: 'text' | 'number' | 'boolean' | 'instant'
  udf: boolean
  values: Json[]
}
export type Condition = Comparison | { op: 'and' | 'or'; items: Condition[] }
export interface Query {
  filter: Condition[]
  maxRecords: number
  /** Fields and UDFs to keep, in the vendor's spelling; everything when undefined. */
  fields: ReadonlySet<string> | undefined
}

const TYPES: Record<string, Comparison['type']> = {
  string: 'text',
  integer: 'number',
  long: 'number',
  number: 'number',
  boolean: 'boolean',
  datetime: 'instant',
}
const UDF_TYPES: Record<Udf['type'], Comparison['type']> = {
  Text: 'text',
  List: 'text',
  Number: 'number',
  Date: 'instant',
}
const TEXT_ONLY: readonly string[] = ['beginsWith', 'endsWith', 'contains']
const PRESENCE: readonly string[] = ['exist', 'notExist']

interface Context {
  state: State
  root: string
  ors: number
  udfs: Set<string>
}

function onlyKnown(object: Rec, known: readonly string[], where: string): void {
  for (const name of Object.keys(object)) {
    if (!known.some((candidate) => candidate.toLowerCase() === name.toLowerCase())) {
      throw strict(`Unknown member '${name}' in ${where}.`, `unknown query member ${name}`)
    }
  }
}

function resolveField(
  context: Context,
  name: string,
  udf: boolean,
): { field: string; type: Comparison['type'] } {
  const entity = singular(context.root)
  if (udf) {
    const known = context.state.udfs.get(context.root) ?? []
    const found = known.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase())
    if (!found) throw noField(name, entity)
    context.udfs.add(found.name)
    if (context.udfs.size > 1) throw invalid('Queries are limited to 1 User Defined Field.')
    return { field: found.name, type: UDF_TYPES[found.type] }
  }
  const field = findField(context.root, name)
  const type = field && TYPES[field.type]
  // Dotted paths end here too: there are no joins.
  if (!field || !type) throw noField(name, entity)
  if (!isQueryable(context.root, field.name)) {
    throw invalid(`The field ${field.name} of the ${entity} Entity is not queryable`)
  }
  return { field: field.name, type }
}

function checkValue(value: Json | undefined, type: Comparison['type'], field: string): Json {
  if (value === undefined || value === null || typeof value === 'object') {
    throw invalid(`The filter on ${field} needs a value; use exist or notExist to ask for none`)
  }
  if (type === 'boolean') {
    if (typeof value !== 'boolean')
      throw invalid(`Conversion failed when converting the value '${value}' to data type bit.`)
    return value
  }
  if (typeof value === 'boolean')
    throw invalid(`Conversion failed when converting the value '${value}' to data type ${type}.`)
  if (type === 'number' && (String(value).trim() === '' || Number.isNaN(Number(value)))) {
    throw invalid(`Conversion failed when converting the varchar value '${value}' to data type int.`)
  }
  if (type === 'instant' && (typeof value !== 'string' || instant(value) === undefined)) {
    throw invalid('Conversion failed when converting date and/or time from character string.')
  }
  return value
}

function readCondition(context: Context, sent: Json | undefined): Condition {
  if (!isRec(sent)) throw invalid('Each filter must be an object with op and field or items')
  onlyKnown(sent, ['op', 'field', 'value', 'udf', 'items'], 'a filter')
  const name = String(member(sent, 'op') ?? '')
  const items = member(sent, 'items')
  if (name.toLowerCase() === 'and' || name.toLowerCase() === 'or') {
    const op = name.toLowerCase() === 'and' ? 'and' : 'or'
    if (!Array.isArray(items) || items.length === 0) throw invalid(`The ${op} group has no items`)
    if (op === 'or') context.ors += items.length
    return { op, items: items.map((item) => readCondition(context, item)) }
  }
  const op = COMPARISONS.find((candidate) => candidate.toLowerCase() === name.toLowerCase())
  // The vendor may pass over an operator it does not know and answer every row.
  if (!op) throw strict(`Unknown operator '${name}'.`, `unknown operator ${name}`)
  if (Array.isArray(items) && items.length > 0) throw invalid(`The operator ${op} takes no items`)
  const fieldName = member(sent, 'field')
  if (typeof fieldName !== 'string') throw invalid(`The operator ${op} needs a field`)
  const udfFlag = member(sent, 'udf') ?? false
  if (typeof udfFlag !== 'boolean') throw malformed(`udf must be true or false`)
  const { field, type } = resolveField(context, fieldName, udfFlag)
  const value = member(sent, 'value')
  if (TEXT_ONLY.includes(op) && type !== 'text')
    throw invalid(`The operator ${op} is not valid for the field ${field}`)
  if (type === 'boolean' && !['eq', 'noteq', ...PRESENCE].includes(op))
    throw invalid(`The operator ${op} is not valid for the field ${field}`)
  if (PRESENCE.includes(op)) return { op, field, type, udf: udfFlag, values: [] }
  if (op === 'in' || op === 'notIn') {
    if (!Array.isArray(value) || value.length === 0)
      throw invalid(`The operator ${op} needs a list of values for the field ${field}`)
    context.ors += value.length
    return { op, field, type, udf: udfFlag, values: value.map((one) => checkValue(one, type, field)) }
  }
  return { op, field, type, udf: udfFlag, values: [checkValue(value, type, field)] }
}

function readFields(context: Context, sent: Json | undefined): ReadonlySet<string> | undefined {
  if (sent === undefined || sent === null) return undefined
  if (!Array.isArray(sent) || sent.some((name) => typeof name !== 'string'))
    throw malformed('includeFields must be a list of field names')
  if (sent.length === 0) return undefined // the vendor's own example sends an empty list
  const udfs = context.state.udfs.get(context.root) ?? []
  return new Set(
    sent.map((name) => {
      const wanted = String(name)
      const udf = udfs.find((candidate) => candidate.name.toLowerCase() === wanted.toLowerCase())
      const field = findField(context.root, wanted)?.name ?? udf?.name
      if (field === undefined) throw noField(wanted, singular(context.root))
      return field
    }),
  )
}

/** Takes the body of a query, or what `search` held; refuses what cannot be run. */
export function readQuery(state: State, root: string, sent: Json | undefined): Query {
  if (!isRec(sent)) throw malformed('The query must be an object')
  onlyKnown(sent, ['filter', 'maxRecords', 'includeFields'], 'the query')
  const context: Context = { state, root, ors: 0, udfs: new Set() }
  const filter = member(sent, 'filter')
  if (!Array.isArray(filter) || filter.length === 0)
    throw invalid('A query must have at least one filter condition.')
  const maxRecords = member(sent, 'maxRecords') ?? MAX_RECORDS
  const whole = typeof maxRecords === 'number' && Number.isInteger(maxRecords)
  if (!whole || maxRecords < 1 || maxRecords > MAX_RECORDS)
    throw invalid(`maxRecords must be between 1 and ${MAX_RECORDS}`)
  const conditions = filter.map((condition) => readCondition(context, condition))
  if (context.ors > MAX_OR) throw invalid(`Queries are limited to ${MAX_OR} or fewer 'OR' conditions.`)
  if (root === 'TicketHistory') onlyTicket(conditions)
  return { filter: conditions, maxRecords, fields: readFields(context, member(sent, 'includeFields')) }
}

/** The trail is read for one ticket at a time and in no other way. */
function onlyTicket(conditions: Condition[]): void {
  const [only] = conditions
  if (conditions.length !== 1 || only?.op !== 'eq' || !('field' in only) || only.field !== 'ticketID') {
    throw invalid('TicketHistory queries must have exactly one filter: ticketID eq')
  }
}
