import { badInput } from '../../schema/errors.ts'
import { UNSAFE_TEXT } from '../reading/unsafe-text.ts'

/**
 * The platform drops what it does not understand of a query and answers with more rows (API.md 5, hazard 3),
 * and there is no escape for `^`. So queries are only ever made here, as a conjunction of clauses, each a
 * disjunction of conditions over fields of fixed lists: `^OR` binds tighter than `^`, and `^NQ`, which would
 * start a new query beside the fixed conditions, is never needed.
 */
export type Clause = string & { readonly __clause: unique symbol }

/** A value that is known to end where it was meant to. */
export type Literal = string & { readonly __literal: unique symbol }

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='

/** Field names come from lists in this folder and from the instance's own dictionary, checked. */
const FIELD = /^[a-z][a-z0-9_]{0,79}(\.[a-z][a-z0-9_]{0,79}){0,2}$/

/** What a value may not hold, in words; undefined when it is safe. */
export function unsafe(value: string): string | undefined {
  if (UNSAFE_TEXT.test(value)) return 'a text without control characters'
  // Ends the condition, and nothing escapes it for certain (API.md 5, hazard 1).
  if (value.includes('^')) return 'a text without "^", which ServiceNow cannot search for'
  // Evaluated on the server (hazard 2), wherever it stands in what it takes for the value.
  if (/javascript\s*:/i.test(value)) return 'a text that is no script'
  // `>` and a value that begins with `=` would read as `>=`; a blank at either end may be trimmed.
  if (/^[=<>!*%@]/.test(value)) return 'a text that does not begin with an operator'
  if (value !== value.trim()) return 'a text without blanks around it'
  return undefined
}

/** @param filter names the input in the refusal */
export function text(filter: string, value: string): Literal {
  if (typeof value !== 'string') throw badInput(filter, 'a text', value)
  if (value === '') throw badInput(filter, 'a text that is not empty', value)
  if (value.length > 200) throw badInput(filter, 'a text of at most 200 characters', value)
  const wrong = unsafe(value)
  if (wrong !== undefined) throw badInput(filter, wrong, value)
  return value as Literal
}

export function sysId(filter: string, value: string): Literal {
  if (!/^[0-9a-f]{32}$/.test(value)) throw badInput(filter, 'an id of 32 hexadecimal digits', value)
  return value as Literal
}

export function integer(filter: string, value: number | string): Literal {
  const digits = String(value)
  if (!/^-?\d{1,9}$/.test(digits)) throw badInput(filter, 'a whole number', value)
  return digits as Literal
}

/** `2024-01-02 03:04:05` or `2024-01-02`. */
export function moment(filter: string, value: string): Literal {
  if (!/^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2})?$/.test(value)) throw badInput(filter, 'a time', value)
  return value as Literal
}

export function boolean(value: boolean): Literal {
  return (value ? 'true' : 'false') as Literal
}

function field(name: string): string {
  if (!FIELD.test(name)) throw new TypeError(`Expected a field name, got ${JSON.stringify(name)}`)
  return name
}

export function compare(name: string, operator: Comparison, value: Literal): Clause {
  return `${field(name)}${operator}${value}` as Clause
}

/** Ids and whole numbers only: a comma separates values here, and letters could lengthen the operator's name. */
export function isIn(name: string, values: readonly Literal[]): Clause {
  const [only] = values
  if (only === undefined) throw new TypeError(`Expected a value for "${name} in", got none`)
  for (const value of values) {
    if (!/^(?:[0-9a-f]{32}|-?\d{1,9})$/.test(value)) throw new TypeError('Expected ids or whole numbers')
  }
  return (values.length === 1 ? `${field(name)}=${only}` : `${field(name)}IN${values.join(',')}`) as Clause
}

/** A part of a text; what comes back is compared once more with `containsExactly`. */
export function contains(name: string, value: Literal): Clause {
  return `${field(name)}LIKE${value}` as Clause
}

export function isEmpty(name: string): Clause {
  return `${field(name)}ISEMPTY` as Clause
}

export function isNotEmpty(name: string): Clause {
  return `${field(name)}ISNOTEMPTY` as Clause
}

/** A fixed part of a name (`u_`), never a caller's. */
export function startsWith(name: string, prefix: 'u_' | 'x_'): Clause {
  return `${field(name)}STARTSWITH${prefix}` as Clause
}

/** One of these; clauses that are disjunctions already may stand among them. */
export function any(clauses: readonly Clause[]): Clause {
  if (clauses.length === 0) throw new TypeError('Expected at least one condition')
  return clauses.join('^OR') as Clause
}

export function encode(
  clauses: readonly Clause[],
  order: readonly { readonly field: string; readonly descending: boolean }[] = [],
): string {
  const orders = order.map(
    ({ field: name, descending }) => `^ORDERBY${descending ? 'DESC' : ''}${field(name)}`,
  )
  return `${clauses.join('^')}${orders.join('')}`
}
