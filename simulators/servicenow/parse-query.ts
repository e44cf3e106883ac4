// The encoded query as the platform cuts it: at every `^`, with no way to write one inside a value.

export interface RawCondition {
  field: string
  operator: string
  value: string
  text: string
}
export interface RawQuery {
  /** Joined by OR; inside, groups joined by AND; inside those, conditions joined by OR. */
  clauses: RawCondition[][][]
  orders: { field: string; descending: boolean }[]
  /** Words of a full text search. */
  words: string[]
  /** Parts that no rule of the language fits. */
  invalid: string[]
}

/** The longest first, so that none hides behind its own beginning. */
const operators = [
  'GT_OR_EQUALS_FIELD',
  'LT_OR_EQUALS_FIELD',
  'IN_HIERARCHY_DYNAMIC',
  'IN_HIERARCHY',
  'DOESNOTHAVE',
  'CHANGESFROM',
  'VALCHANGES',
  'EMPTYSTRING',
  'ISNOTEMPTY',
  'STARTSWITH',
  'RELATIVEGT',
  'RELATIVELT',
  'RELATIVEGE',
  'RELATIVELE',
  'RELATIVEEE',
  'CHANGESTO',
  'EXCLUDING',
  'ENDSWITH',
  'ANYTHING',
  'NOT LIKE',
  'DATEPART',
  'GT_FIELD',
  'LT_FIELD',
  'MORETHAN',
  'LESSTHAN',
  'BETWEEN',
  'DYNAMIC',
  'ISEMPTY',
  'NSAMEAS',
  'NOT IN',
  'SAMEAS',
  'NOTON',
  'LIKE',
  'IN',
  'ON',
  '!=',
  '!*',
  '>=',
  '<=',
  '=',
  '>',
  '<',
  '*',
  '%',
]

function parseCondition(text: string): RawCondition | undefined {
  const field = /^[a-z0-9_]+(?:\.[a-z0-9_]+)*/.exec(text)?.[0]
  if (!field) return undefined
  const rest = text.slice(field.length)
  const operator = operators.find((known) => rest.startsWith(known))
  return operator === undefined ? undefined : { field, operator, value: rest.slice(operator.length), text }
}

export function parseQuery(query: string): RawQuery {
  const parsed: RawQuery = { clauses: [[]], orders: [], words: [], invalid: [] }
  let related = false
  for (const part of query.split('^')) {
    let rest = part
    if (related) {
      related = rest !== 'ENDRLQUERY'
      continue
    }
    if (rest === '' || rest === 'EQ') {
      // An empty part inside the query is a `^` that somebody meant as a letter.
      if (rest === '' && query.replace(/^\^|\^$/g, '').includes('^^') && !parsed.invalid.includes('^^'))
        parsed.invalid.push('^^')
      continue
    }
    if (rest.startsWith('RLQUERY')) {
      related = true
      parsed.invalid.push(rest)
      continue
    }
    const order = /^ORDERBY(DESC)?([a-z0-9_.]+)$/.exec(rest)
    if (order) {
      parsed.orders.push({ field: order[2] ?? '', descending: order[1] !== undefined })
      continue
    }
    if (rest.startsWith('GROUPBY')) continue
    const search = /^123TEXTQUERY321=(.*)$/s.exec(rest)
    if (search) {
      parsed.words.push(...(search[1] ?? '').toLowerCase().split(/\s+/).filter(Boolean))
      continue
    }
    if (rest.startsWith('NQ')) {
      parsed.clauses.push([])
      rest = rest.slice(2)
      if (rest === '') continue
    }
    const isOr = rest.startsWith('OR')
    if (isOr) rest = rest.slice(2)
    const clause = parsed.clauses.at(-1)!
    // A group is opened even for a condition that is dropped: what follows with ^OR still hangs on it.
    if (!isOr || clause.length === 0) clause.push([])
    const condition = parseCondition(rest)
    if (condition) clause.at(-1)!.push(condition)
    else parsed.invalid.push(rest)
  }
  return parsed
}
