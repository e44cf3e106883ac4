import { badInput } from '../../schema/errors.ts'
import { UNSAFE_TEXT } from '../reading/unsafe-text.ts'

/**
 * One condition of Autotask's filter, which only the functions below can make. The filter is JSON and is
 * serialised once, so a caller's text can never become anything but a value; the brand keeps a caller's
 * object out of it.
 */
export type Condition = Plain & { readonly __condition: unique symbol }

interface Plain {
  readonly op: string
  readonly field?: string
  readonly value?: unknown
  readonly items?: readonly Condition[]
}

function made(condition: Plain): Condition {
  return condition as Condition
}

/** Field names come from fixed lists in this folder: a caller's name would be an oracle for another group. */
export type FieldName = string & { readonly __field: unique symbol }

export function fieldName(name: string): FieldName {
  // Dotted names may reach other entities (API.md 4, unconfirmed): none is ever made here.
  if (!/^[A-Za-z][A-Za-z0-9]{0,60}$/.test(name))
    throw new TypeError(`Expected a field name like "queueID", got ${JSON.stringify(name)}`)
  return name as FieldName
}

/** An operator that the service does not know may be ignored in silence (API.md 4): only these are sent. */
export type Comparison = 'eq' | 'noteq' | 'gt' | 'gte' | 'lt' | 'lte'

/** A value that is known to be of the kind that its field takes. */
export type Value = (string | number | boolean) & { readonly __value: unique symbol }

/** @param filter names the input in the refusal */
export function text(filter: string, value: unknown): Value {
  if (typeof value !== 'string') throw badInput(filter, 'a text', value)
  if (value.length > 200) throw badInput(filter, 'a text of at most 200 characters', value)
  if (UNSAFE_TEXT.test(value)) throw badInput(filter, 'a text without control characters', value)
  return value as unknown as Value
}

/** Ids are int64 (API.md 3), of which JSON carries 53 bits exactly; zero is real: the tenant's own company. */
export function integer(filter: string, value: unknown): Value {
  const digits = String(value)
  if (!/^\d{1,16}$/.test(digits) || !Number.isSafeInteger(Number(digits)))
    throw badInput(filter, 'a whole number', value)
  return Number(digits) as unknown as Value
}

export function boolean(filter: string, value: unknown): Value {
  if (typeof value !== 'boolean') throw badInput(filter, 'true or false', value)
  return value as unknown as Value
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

/** A caller's time as milliseconds since 1970. */
export function instant(filter: string, value: unknown): number {
  const time = typeof value === 'string' && ISO.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(time)) throw badInput(filter, 'a time like "2026-11-20T16:00:00Z"', value)
  return time
}

/** Filters take the `Z` (API.md 7), and with it nobody has to guess a zone. */
export function datetime(time: number): Value {
  return new Date(time).toISOString() as unknown as Value
}

export function compare(field: FieldName, op: Comparison, value: Value): Condition {
  return made({ op, field, value })
}

export function isIn(field: FieldName, values: readonly Value[], op: 'in' | 'notIn' = 'in'): Condition {
  const [only] = values
  if (only === undefined) throw new TypeError(`Expected a value for "${field} ${op}", got none`)
  return made({ op, field, value: [...new Set(values)] })
}

export function exists(field: FieldName, there = true): Condition {
  return made({ op: there ? 'exist' : 'notExist', field })
}

/**
 * A part of a text. Whether `%`, `_` and `[` are plain text to the service is not confirmed (API.md 4): they
 * are sent as they are, which can only find more than was asked, and what comes back is compared once more.
 */
export function contains(filter: string, field: FieldName, value: string): Condition {
  if (value.trim() === '') throw badInput(filter, 'a text that is not empty', value)
  return made({ op: 'contains', field, value: text(filter, value) })
}

/** True when `contains` may have found more than the text asks for. */
export function needsSecondLook(value: string): boolean {
  return /[%_*[\]^]/.test(value)
}

export function any(conditions: readonly Condition[]): Condition | undefined {
  return join(conditions, 'or')
}

export function all(conditions: readonly Condition[]): Condition | undefined {
  return join(conditions, 'and')
}

function join(conditions: readonly Condition[], op: 'and' | 'or'): Condition | undefined {
  const [only] = conditions
  return conditions.length <= 1 ? only : made({ op, items: conditions })
}

/** "Queries are limited to 500 or fewer 'OR' conditions", and a list counts one per value (API.md 4). */
export const MAX_ALTERNATIVES = 500

export function alternatives(conditions: readonly Condition[]): number {
  return conditions.reduce((sum, { op, value, items }) => {
    if (Array.isArray(value)) return sum + value.length
    return sum + (items === undefined ? 0 : alternatives(items) + (op === 'or' ? items.length : 0))
  }, 0)
}
