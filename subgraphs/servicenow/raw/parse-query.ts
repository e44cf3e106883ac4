import { badInput } from '../../../schema/errors.ts'
import { unsafe } from '../encoded-query.ts'

/** One comparison of an encoded query. */
export interface Condition {
  readonly path: string
  readonly operator: string
  /** What it is compared with, each part alone; empty for an operator that takes none. */
  readonly values: readonly string[]
  /** A second column that it is compared with. */
  readonly other?: string
}

export interface ParsedQuery {
  /** Joined by OR; within, groups joined by AND; within those, conditions joined by OR (API.md 5). */
  readonly clauses: readonly (readonly (readonly Condition[])[])[]
  /** Columns that the answer is ordered or grouped by. */
  readonly orders: readonly string[]
}

/** Letters as the platform takes them: names are small, operators are not, so neither can hide in the other. */
const PATH = /^[a-z][a-z0-9_]{0,79}(?:\.[a-z][a-z0-9_]{0,79}){0,5}/
const WHOLE_PATH = new RegExp(`${PATH.source}$`)

const MAX_CONDITIONS = 60
const MAX_IN = 200

type Reader = (value: string) => Pick<Condition, 'values' | 'other'> | undefined

const nothing: Reader = (value) => (value === '' ? { values: [] } : undefined)
const one: Reader = (value) => (value === '' ? undefined : { values: [value] })
/** An empty value asks for empty columns. */
const oneOrNone: Reader = (value) => ({ values: [value] })
const column: Reader = (value) => (WHOLE_PATH.test(value) ? { values: [], other: value } : undefined)
const many: Reader = (value) => {
  const values = value.split(',')
  // Capitals right behind the operator would lengthen its name: IN and INSTANCEOF are two operators.
  const plain = /^[^A-Z_ ]/.test(value) && values.length <= MAX_IN && !values.includes('')
  return plain ? { values } : undefined
}
const span: Reader = (value) => {
  const values = value.split('@')
  return values.length === 2 && !values.includes('') ? { values } : undefined
}
/** A name for people, then two times: `Today@2026-11-20 00:00:00@2026-11-20 23:59:59`. */
const day: Reader = (value) => {
  const [label = '', ...times] = value.split('@')
  const time = /^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$/
  return /^[A-Za-z][A-Za-z ]{0,30}$/.test(label) && times.length === 2 && times.every((at) => time.test(at))
    ? { values: times }
    : undefined
}
/** `hour@ago@1`; an "@" in front of it is part of the operator. */
const relative: Reader = (value) =>
  /^(minute|hour|day|dayofweek|week|month|quarter|year)@(ago|ahead)@\d{1,5}$/.test(value)
    ? { values: [] }
    : undefined
/** `opened_at@day@before@1`. */
const difference: Reader = (value) => {
  const [, other = ''] = /^([a-z][a-z0-9_.]*)@[a-z]+@(?:before|after)@\d{1,5}$/.exec(value) ?? []
  return WHOLE_PATH.test(other) ? { values: [], other } : undefined
}

/**
 * Every operator that is read, the longest name first, so that none is taken for the beginning of another. Stored
 * filters, hierarchies, tags and what only rules know are left out: what they compare is not told by the query.
 */
const OPERATORS: readonly (readonly [operator: string, read: Reader])[] = [
  ['GT_OR_EQUALS_FIELD', column],
  ['LT_OR_EQUALS_FIELD', column],
  ['IN_HIERARCHY', () => undefined],
  ['EMPTYSTRING', nothing],
  ['ISNOTEMPTY', nothing],
  ['STARTSWITH', one],
  ['RELATIVEGT@', relative],
  ['RELATIVEGT', relative],
  ['RELATIVELT@', relative],
  ['RELATIVELT', relative],
  ['RELATIVEGE@', relative],
  ['RELATIVEGE', relative],
  ['RELATIVELE@', relative],
  ['RELATIVELE', relative],
  ['RELATIVEEE@', relative],
  ['RELATIVEEE', relative],
  ['ENDSWITH', one],
  ['ANYTHING', nothing],
  ['NOT LIKE', one],
  ['GT_FIELD', column],
  ['LT_FIELD', column],
  ['MORETHAN', difference],
  ['LESSTHAN', difference],
  ['BETWEEN', span],
  ['ISEMPTY', nothing],
  ['NSAMEAS', column],
  ['NOT IN', many],
  ['SAMEAS', column],
  ['NOTON', day],
  ['LIKE', one],
  ['ON', day],
  ['IN', many],
  ['!=', oneOrNone],
  ['!*', one],
  ['>=', one],
  ['<=', one],
  ['=', oneOrNone],
  ['>', one],
  ['<', one],
  ['*', one],
  ['%', one],
]

/**
 * Reads an encoded query whole (docs/vendors/servicenow/API.md 5). What does not parse is refused: the platform
 * drops what it does not understand and answers with more rows.
 *
 * @param argument names the text in the refusal
 * @throws GatewayError BAD_USER_INPUT
 */
export function parseQuery(argument: string, text: string): ParsedQuery {
  // Whether anybody decodes once more is not known; nobody shall find a "^" by it.
  if (/%[0-9a-f]{2}/i.test(text)) throw badInput(argument, 'no percent escapes', 'one')
  const parts = text.split('^')
  // `^EQ` says that it ends here.
  if (parts.length > 1 && parts.at(-1) === 'EQ') parts.pop()
  const clauses: Condition[][][] = [[]]
  const orders: string[] = []
  let count = 0
  for (const [index, part] of parts.entries()) {
    const fail = () =>
      badInput(
        argument,
        'conditions such as active=true^priority<=2^ORDERBYnumber, of columns and operators that the gateway knows',
        `something else as part ${index + 1}`,
      )
    const [, order] = /^(?:ORDERBYDESC|ORDERBY|GROUPBY)(.*)$/s.exec(part) ?? []
    if (order !== undefined) {
      if (!WHOLE_PATH.test(order)) throw fail()
      orders.push(order)
      continue
    }
    // Behind the orders there are no conditions any more.
    if (orders.length > 0) throw fail()
    const [, joint = '', rest = ''] = /^(NQ|OR)?(.*)$/s.exec(part) ?? []
    if (joint !== '' && index === 0) throw fail()
    if (joint === 'NQ') clauses.push([])
    const condition = conditionOf(rest)
    count += 1
    if (condition === undefined || count > MAX_CONDITIONS) throw fail()
    const clause = clauses.at(-1) ?? []
    if (joint === 'OR') clause.at(-1)?.push(condition)
    else clause.push([condition])
  }
  return { clauses, orders }
}

function conditionOf(text: string): Condition | undefined {
  const path = PATH.exec(text)?.[0]
  if (path === undefined) return undefined
  const rest = text.slice(path.length)
  const found = OPERATORS.find(([operator]) => rest.startsWith(operator))
  if (found === undefined) return undefined
  const [operator, read] = found
  const value = rest.slice(operator.length)
  if (unsafe(value) !== undefined) return undefined
  const said = read(value)
  if (said === undefined || said.values.some((each) => unsafe(each) !== undefined)) return undefined
  return { path, operator, ...said }
}

/** `number,caller_id.name`. @throws GatewayError BAD_USER_INPUT */
export function fieldPaths(argument: string, text: string): readonly string[] {
  const paths = text.split(',')
  for (const [index, path] of paths.entries()) {
    if (!WHOLE_PATH.test(path))
      throw badInput(
        argument,
        'columns such as number,state, in small letters',
        `something else as part ${index + 1}`,
      )
  }
  if (new Set(paths).size !== paths.length) throw badInput(argument, 'each column once', 'one of them twice')
  return paths
}
