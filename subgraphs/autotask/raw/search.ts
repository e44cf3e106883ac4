import { badInput } from '../../../schema/errors.ts'
import { MAX_RECORDS } from '../client.ts'
import { MAX_ALTERNATIVES } from '../conditions.ts'

/** A field that a query names: a column of the entity, or a custom field by its name. */
export interface NamedField {
  readonly name: string
  readonly custom: boolean
}

export interface Search {
  readonly filtered: readonly NamedField[]
  /** `includeFields`; null when the whole record is asked for. */
  readonly included: readonly NamedField[] | null
  /** Conditions that every row meets, whatever else is asked: `eq` and `noteq` at the top, by small letters. */
  readonly pins: readonly { readonly field: string; readonly op: 'eq' | 'noteq'; readonly value: unknown }[]
}

/**
 * Reads Autotask's query whole (API.md 4) and gives the fields in it. What is not known is refused: an operator
 * that the service does not know, it may pass over and answer every row.
 *
 * @param argument names the query in the refusal
 * @throws GatewayError BAD_USER_INPUT
 */
export function readSearch(argument: string, given: unknown): Search {
  const members = membersOf(argument, given, ['filter', 'maxrecords', 'includefields'])
  const reader = conditionReader(argument)
  const filter = members.get('filter')
  if (!Array.isArray(filter) || filter.length === 0)
    throw badInput(argument, 'a filter of at least one condition', '')
  const pins = (filter as readonly unknown[]).flatMap((one) => reader.condition(one))
  if (reader.alternatives > MAX_ALTERNATIVES)
    throw badInput(argument, `at most ${MAX_ALTERNATIVES} alternatives`, reader.alternatives)
  const max = members.get('maxrecords')
  const isSize = typeof max === 'number' && Number.isInteger(max) && max >= 1 && max <= MAX_RECORDS
  if (max !== undefined && !isSize) throw badInput(argument, `maxRecords of 1 to ${MAX_RECORDS}`, '')
  return { filtered: reader.named, included: includedOf(argument, members.get('includefields')), pins }
}

/** In the vendor's own spelling: it may pass over one that it does not know. */
const SCALAR: ReadonlySet<string> = new Set([
  'eq',
  'noteq',
  'gt',
  'gte',
  'lt',
  'lte',
  'beginsWith',
  'endsWith',
  'contains',
])
const LISTED: ReadonlySet<string> = new Set(['in', 'notIn'])
const PRESENCE: ReadonlySet<string> = new Set(['exist', 'notExist'])

function conditionReader(argument: string) {
  const named: NamedField[] = []
  const reader = {
    named: named as readonly NamedField[],
    alternatives: 0,
    /** The pin that it is, where it stands at the top. */
    condition(given: unknown): Search['pins'] {
      const members = membersOf(argument, given, ['op', 'field', 'value', 'udf', 'items'])
      const op = members.get('op')
      if (op === 'and' || op === 'or') {
        group(op, members)
        return []
      }
      const field = fieldOf(argument, members)
      named.push(field)
      if (members.has('items')) throw badInput(argument, 'items with "and" and "or" only', '')
      const value = members.get('value')
      if (typeof op !== 'string') throw badInput(argument, 'an operator in each condition', typeof op)
      if (PRESENCE.has(op)) {
        if (members.has('value')) throw badInput(argument, `no value with "${op}"`, '')
        return []
      }
      if (LISTED.has(op)) {
        if (!Array.isArray(value) || value.length === 0 || !value.every(isScalar))
          throw badInput(argument, `a list of values with "${op}"`, '')
        reader.alternatives += value.length
        return []
      }
      if (!SCALAR.has(op))
        throw badInput(
          argument,
          `one of ${[...SCALAR, ...LISTED, ...PRESENCE].join(', ')}`,
          'another operator',
        )
      if (!isScalar(value)) throw badInput(argument, `one value with "${op}"`, '')
      const isPin = !field.custom && (op === 'eq' || op === 'noteq')
      return isPin ? [{ field: field.name.toLowerCase(), op, value }] : []
    },
  }
  function group(op: 'and' | 'or', members: ReadonlyMap<string, unknown>): void {
    const items = members.get('items')
    if (!Array.isArray(items) || items.length === 0 || members.size !== 2)
      throw badInput(argument, `op and items, and nothing else, with "${op}"`, '')
    if (op === 'or') reader.alternatives += items.length
    for (const item of items as readonly unknown[]) reader.condition(item)
  }
  return reader
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** A column is one plain name: dotted names may reach other entities (API.md 4, unconfirmed). */
const COLUMN = /^[A-Za-z][A-Za-z0-9]{0,60}$/
/** Custom fields are named by people: spaces and signs, but nothing that could be a path. */
const CUSTOM = /^[^\p{C}./\\[\]]{1,100}$/u

function fieldOf(argument: string, members: ReadonlyMap<string, unknown>): NamedField {
  const name = members.get('field')
  const udf = members.get('udf') ?? false
  if (typeof udf !== 'boolean') throw badInput(argument, 'true or false as udf', typeof udf)
  if (typeof name !== 'string' || !(udf ? CUSTOM : COLUMN).test(name))
    throw badInput(argument, 'a field by one plain name in each condition', '')
  return { name, custom: udf }
}

function includedOf(argument: string, given: unknown): Search['included'] {
  if (given === undefined || given === null) return null
  if (!Array.isArray(given)) throw badInput(argument, 'includeFields as a list', '')
  // "The vendor's own example sends an empty list", which asks for the whole record.
  if (given.length === 0) return null
  return (given as readonly unknown[]).map((name) => {
    if (typeof name !== 'string' || !CUSTOM.test(name))
      throw badInput(argument, 'field names in includeFields', '')
    return { name, custom: !COLUMN.test(name) }
  })
}

/** By small letters, as the service reads them (API.md 4): of two spellings of one, nobody knows which it takes. */
function membersOf(argument: string, given: unknown, known: readonly string[]): ReadonlyMap<string, unknown> {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw badInput(argument, `an object with ${known.join(', ')}`, '')
  const members = new Map<string, unknown>()
  for (const [name, value] of Object.entries(given)) {
    const key = name.toLowerCase()
    if (!known.includes(key)) throw badInput(argument, `no member but ${known.join(', ')}`, 'another one')
    if (members.has(key)) throw badInput(argument, 'each member once, whatever its case', key)
    members.set(key, value)
  }
  return members
}

export interface Paging {
  readonly pageSize: number
  readonly previousIds: readonly number[]
  readonly nextIds: readonly number[]
}

/** What a continuation may say (API.md 4): sizes and ids, and nothing that a query could say. @throws GatewayError BAD_USER_INPUT */
export function readPaging(argument: string, given: unknown): Paging {
  const { pageSize, previousIds, nextIds, ...others } = (
    typeof given === 'object' && given !== null ? given : {}
  ) as Record<string, unknown>
  const isIds = (ids: unknown): ids is readonly number[] =>
    Array.isArray(ids) && ids.length <= 100 && ids.every((id) => Number.isSafeInteger(id))
  const isSize = typeof pageSize === 'number' && Number.isInteger(pageSize) && pageSize >= 1
  if (
    !isSize ||
    pageSize > MAX_RECORDS ||
    !isIds(previousIds) ||
    !isIds(nextIds) ||
    Object.keys(others).length
  )
    throw badInput(argument, 'pageSize, previousIds and nextIds, as the page before told them', '')
  return { pageSize, previousIds, nextIds }
}
