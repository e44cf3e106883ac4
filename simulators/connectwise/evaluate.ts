import { isRec, type Json, type Rec } from '../shared/json.ts'
import { findField, schemaOf } from './allowlists.ts'
import { type Expression, type Literal, parseConditions } from './conditions.ts'
import { badCondition } from './errors.ts'
import { type ResolvedPath, resolvePath } from './paths.ts'
import type { State } from './state.ts'

export type Predicate = (row: Rec) => boolean
type Resolve = (path: string) => ResolvedPath

const escapeRegExp = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** SQL's LIKE with the vendor's `*` beside `%`: `_` is one character, `[abc]` a class, `[[]` a bracket. */
export function likePattern(like: string): RegExp {
  let pattern = ''
  for (let at = 0; at < like.length; at++) {
    const char = like[at]!
    const close = char === '[' ? like.indexOf(']', at + 2) : -1
    if (char === '%' || char === '*') pattern += '.*'
    else if (char === '_') pattern += '.'
    else if (close > 0) {
      const inside = like.slice(at + 1, close)
      const negated = inside.startsWith('^')
      const members = (negated ? inside.slice(1) : inside).replaceAll(/[\\\]^[]/g, String.raw`\$&`)
      pattern += `[${negated ? '^' : ''}${members}]`
      at = close
    } else pattern += escapeRegExp(char)
  }
  return new RegExp(`^${pattern}$`, 'isu')
}

function checkLiteral(path: ResolvedPath, literal: Literal, shown: string): void {
  if (literal.kind === 'null') return
  const type = path.type
  if (type.startsWith('enum:')) {
    const known = type.slice(5).toLowerCase().split('|')
    if (literal.kind !== 'string' || !known.includes(literal.value.toLowerCase())) {
      throw badCondition('Enum value supplied was invalid')
    }
    return
  }
  const wanted = type.startsWith('list:') ? type.slice(5) : type.split(':')[0]!
  const kinds: Record<string, Literal['kind'][]> = {
    integer: ['number'],
    number: ['number'],
    boolean: ['boolean'],
    date: ['date'],
    string: ['string', 'date'], // several instants are declared as text
    object: ['string', 'number', 'boolean', 'date'],
  }
  if (!kinds[wanted]?.includes(literal.kind)) {
    throw badCondition(`${literal.kind} value supplied for ${shown} was invalid`)
  }
}

/** The order of a stored value against a literal, or undefined where SQL would say unknown. */
function order(value: Json | undefined, literal: Literal): number | undefined {
  if (value === undefined || value === null) {
    return literal.kind === 'boolean' ? Number(false) - Number(literal.value) : undefined
  }
  switch (literal.kind) {
    case 'null':
      return undefined
    case 'number':
      return Number(value) - literal.value
    case 'boolean':
      return Number(value === true || value === 'true') - Number(literal.value)
    case 'date':
      return Date.parse(String(value)) - literal.value
    case 'string':
      return String(value).toLowerCase().localeCompare(literal.value.toLowerCase())
  }
}

const isNull = (value: Json | undefined) => value === undefined || value === null

function compile(expression: Expression, resolve: Resolve): Predicate {
  if ('parts' in expression) {
    const parts = expression.parts.map((part) => compile(part, resolve))
    return expression.type === 'and'
      ? (row) => parts.every((part) => part(row))
      : (row) => parts.some((part) => part(row))
  }
  const path = resolve(expression.path)
  const anyOf = (test: (value: Json | undefined) => boolean): Predicate => {
    if (!path.type.startsWith('list:')) return (row) => test(path.read(row))
    return (row) => {
      const list = path.read(row)
      return Array.isArray(list) && list.some((item) => test(item))
    }
  }
  if (expression.type === 'text') {
    const { op, value, negated } = expression
    const needle = value.toLowerCase()
    const pattern = op === 'like' ? likePattern(value) : undefined
    // As in SQL, an empty field neither contains a text nor lacks it.
    return anyOf((stored) => {
      if (isNull(stored)) return false
      const text = String(stored)
      return (pattern ? pattern.test(text) : text.toLowerCase().includes(needle)) !== negated
    })
  }
  if (expression.type === 'in') {
    const { values, negated } = expression
    for (const value of values) checkLiteral(path, value, expression.path)
    return anyOf(
      (stored) => !isNull(stored) && values.some((value) => order(stored, value) === 0) !== negated,
    )
  }
  const { op, value } = expression
  checkLiteral(path, value, expression.path)
  if (value.kind === 'null') {
    if (op !== '=' && op !== '!=') throw badCondition(`${expression.path} ${op} null is not supported.`)
    return (row) => isNull(path.read(row)) === (op === '=')
  }
  return anyOf((stored) => {
    const difference = order(stored, value)
    if (difference === undefined || Number.isNaN(difference)) return false
    if (op === '=') return difference === 0
    if (op === '!=') return difference !== 0
    if (op === '<') return difference < 0
    if (op === '<=') return difference <= 0
    return op === '>' ? difference > 0 : difference >= 0
  })
}

/** Answered by the list, yet not filterable there. */
const unfilterable = new Set(['ServiceTicketNote/notetype'])
const unknownName = (path: string) => badCondition(`${path} is not a recognized name.`)

export function conditionsPredicate(state: State, schema: string, source: string): Predicate {
  return compile(parseConditions(source), (path) => {
    const resolved = resolvePath(state, schema, path)
    // Lists are reached with childConditions; the device link is the one exception.
    const list = resolved?.type.startsWith('list:') && resolved.names[0] !== 'configuration'
    const refused = unfilterable.has(`${schema}/${path.toLowerCase()}`)
    if (!resolved || list || refused || resolved.type === 'object') throw unknownName(path)
    return resolved
  })
}

function paths(expression: Expression): string[] {
  return 'parts' in expression ? expression.parts.flatMap(paths) : [expression.path]
}

/** One member of the list has to satisfy the whole expression. */
function elementPredicate(
  expression: Expression,
  itemSchema: string,
  list: string,
  prefix: string,
): Predicate {
  const resolve: Resolve = (path) => {
    const [head = '', leaf] = (prefix ? path.slice(prefix.length + 1) : path).split('/')
    const field = findField(schemaOf(itemSchema), head)
    const inner =
      field?.type.startsWith('ref:') && leaf ? findField(schemaOf(field.type.slice(4)), leaf) : undefined
    if (!field || (leaf && !inner)) throw unknownName(path)
    const read = (row: Rec) => {
      const value = row[field.name]
      return inner && isRec(value) ? value[inner.name] : value
    }
    return { names: [field.name], type: (inner ?? field).type, read }
  }
  const test = compile(expression, resolve)
  return (row) => {
    const items = row[list]
    return Array.isArray(items) && items.some((item) => isRec(item) && test(item))
  }
}

export function childPredicate(schema: string, source: string): Predicate {
  const expression = parseConditions(source, false)
  const heads = new Set(paths(expression).map((path) => path.split('/')[0]!))
  if (heads.size !== 1) throw badCondition('childConditions must target one collection.')
  const [head = ''] = heads
  const field = findField(schemaOf(schema), head)
  if (!field?.type.startsWith('list:')) throw unknownName(paths(expression)[0]!)
  return elementPredicate(expression, field.type.slice(5), field.name, head)
}

export function customFieldPredicate(schema: string, source: string): Predicate {
  if (!schemaOf(schema).fields.customFields) throw badCondition('customFieldConditions is not supported.')
  return elementPredicate(parseConditions(source, false), 'CustomFieldValue', 'customFields', '')
}
