import { badInput } from '../../schema/errors.ts'
import { UNSAFE_TEXT } from '../reading/unsafe-text.ts'

/**
 * Text of ConnectWise's condition language, which only the functions below can make: the brand keeps a plain
 * string, and with it a caller's text, out of it.
 */
export type Condition = string & { readonly __condition: unique symbol }

/** Field paths come from fixed lists in this folder: a caller's path would be an oracle for another group. */
export type FieldPath = string & { readonly __path: unique symbol }

const PATH = /^[A-Za-z][A-Za-z0-9_]*(\/[A-Za-z][A-Za-z0-9_]*)?$/

export function fieldPath(path: string): FieldPath {
  if (!PATH.test(path))
    throw new TypeError(`Expected a field path like "board/name", got ${JSON.stringify(path)}`)
  return path as FieldPath
}

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='

/** A value that is known to be written safely. */
export type Literal = string & { readonly __literal: unique symbol }

/**
 * Whether the server reads `\"` as an escape is not known (API.md 4.2), so no escape is ever needed: the text
 * is put between the kind of quotes that it does not hold, and refused when it holds both, or a backslash.
 *
 * @param filter names the input in the refusal
 */
export function text(filter: string, value: string): Literal {
  if (typeof value !== 'string') throw badInput(filter, 'a text', value)
  if (value.length > 200) throw badInput(filter, 'a text of at most 200 characters', value)
  if (UNSAFE_TEXT.test(value)) throw badInput(filter, 'a text without control characters', value)
  if (value.includes('\\'))
    throw badInput(filter, 'a text without a backslash, which ConnectWise cannot search for', value)
  if (!value.includes('"')) return `"${value}"` as Literal
  if (!value.includes("'")) return `'${value}'` as Literal
  throw badInput(filter, 'a text with double quotes or with apostrophes, not with both', value)
}

export function integer(filter: string, value: number | string): Literal {
  const digits = String(value)
  // Ids are int32 (API.md 2).
  if (!/^\d{1,10}$/.test(digits) || Number(digits) > 2_147_483_647)
    throw badInput(filter, 'a whole number', value)
  return String(Number(digits)) as Literal
}

export function decimal(filter: string, value: number): Literal {
  const digits = String(value)
  if (typeof value !== 'number' || !/^-?\d{1,12}(\.\d{1,6})?$/.test(digits))
    throw badInput(filter, 'a number', value)
  return digits as Literal
}

export function boolean(filter: string, value: boolean): Literal {
  if (typeof value !== 'boolean') throw badInput(filter, 'true or false', value)
  return (value ? 'True' : 'False') as Literal
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

/** The vendor knows whole seconds in UTC; `up` takes the second that follows, for a fraction. */
export function datetime(filter: string, value: string, rounding: 'down' | 'up' = 'down'): Literal {
  const time = typeof value === 'string' && ISO.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(time)) throw badInput(filter, 'a time like "2026-11-20T16:00:00Z"', value)
  const second = (rounding === 'up' ? Math.ceil(time / 1000) : Math.floor(time / 1000)) * 1000
  return `[${new Date(second).toISOString().slice(0, 19)}Z]` as Literal
}

export const NULL = 'null' as Literal

export function compare(field: FieldPath, operator: Comparison, value: Literal): Condition {
  return `${field} ${operator} ${value}` as Condition
}

export function isIn(field: FieldPath, values: readonly Literal[]): Condition {
  const [only] = values
  if (only === undefined) throw new TypeError(`Expected a value for "${field} in", got none`)
  return (values.length === 1 ? `${field} = ${only}` : `${field} in (${values.join(',')})`) as Condition
}

/**
 * A part of a text. `[` is special in `like` and written `[[]` there; whether `contains` shares that, and
 * whether `%`, `_` and `*` are wildcards to it, is not known. So both spellings of `[` are asked for and the
 * others left as they are: that can only find more than was asked, and what comes back is compared once more
 * with `containsExactly`.
 */
export function contains(filter: string, field: FieldPath, value: string): Condition {
  if (value.trim() === '') throw badInput(filter, 'a text that is not empty', value)
  const spellings = [...new Set([value, value.replaceAll('[', '[[]')])]
  return any(
    spellings.map((spelling) => `${field} contains ${text(filter, spelling)}` as Condition),
  ) as Condition
}

/** True when `contains` may have found more than the text asks for. */
export function needsSecondLook(value: string): boolean {
  return /[%_*[\]]/.test(value)
}

export function all(conditions: readonly Condition[]): Condition | undefined {
  return join(conditions, 'and')
}

export function any(conditions: readonly Condition[]): Condition | undefined {
  return join(conditions, 'or')
}

function join(conditions: readonly Condition[], word: 'and' | 'or'): Condition | undefined {
  const [only] = conditions
  if (conditions.length <= 1) return only
  return `(${conditions.join(` ${word} `)})` as Condition
}
