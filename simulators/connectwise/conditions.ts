import { badCondition } from './errors.ts'

export type Literal =
  | { kind: 'string'; value: string }
  | { kind: 'number'; value: number }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'date'; value: number }
  | { kind: 'null' }
export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='
export type Expression =
  | { type: 'and' | 'or'; parts: Expression[] }
  | { type: 'compare'; path: string; op: Comparison; value: Literal }
  | { type: 'in'; path: string; negated: boolean; values: Literal[] }
  | { type: 'text'; path: string; op: 'contains' | 'like'; negated: boolean; value: string }

type Token =
  | { type: 'word'; text: string; at: number }
  | { type: 'op' | 'punctuation'; text: string; at: number }
  | { type: 'literal'; literal: Literal; text: string; at: number }

const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z?)?$/

function readString(source: string, start: number): { value: string; end: number } {
  const quote = source[start]
  let value = ''
  let at = start + 1
  while (at < source.length) {
    const char = source[at]!
    const next = source[at + 1]
    // Only double quotes know escapes; between single quotes a backslash is a backslash.
    if (quote === '"' && char === '\\' && (next === '"' || next === '\\')) {
      value += next
      at += 2
    } else if (char === quote) {
      return { value, end: at + 1 }
    } else {
      value += char
      at += 1
    }
  }
  throw badCondition(`Unterminated string starting at position ${start}.`)
}

function readDate(source: string, start: number): { value: number; end: number } {
  const close = source.indexOf(']', start)
  const text = close < 0 ? source.slice(start) : source.slice(start + 1, close)
  const value = DATE.test(text)
    ? Date.parse(/T/.test(text) && !text.endsWith('Z') ? `${text}Z` : text)
    : Number.NaN
  if (close < 0 || Number.isNaN(value)) {
    throw badCondition(`Datetime value supplied was invalid: ${text}`)
  }
  return { value, end: close + 1 }
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < source.length) {
    const char = source[at]!
    if (/\s/.test(char)) {
      at += 1
    } else if (char === '"' || char === "'") {
      const { value, end } = readString(source, at)
      tokens.push({ type: 'literal', literal: { kind: 'string', value }, text: source.slice(at, end), at })
      at = end
    } else if (char === '[') {
      const { value, end } = readDate(source, at)
      tokens.push({ type: 'literal', literal: { kind: 'date', value }, text: source.slice(at, end), at })
      at = end
    } else if ('(),'.includes(char)) {
      tokens.push({ type: 'punctuation', text: char, at })
      at += 1
    } else {
      const rest = source.slice(at)
      const op = /^(==|!=|<=|>=|=|<|>)/.exec(rest)?.[0]
      const number = /^-?\d+(\.\d+)?(?![\w/])/.exec(rest)?.[0]
      const word = /^[A-Za-z_][\w/]*/.exec(rest)?.[0]
      const text = op ?? number ?? word
      if (!text) throw badCondition(`Unexpected character '${char}' at position ${at}.`)
      if (op) tokens.push({ type: 'op', text: op === '==' ? '=' : op, at })
      else if (number)
        tokens.push({ type: 'literal', literal: { kind: 'number', value: Number(number) }, text, at })
      else tokens.push({ type: 'word', text, at })
      at += text.length
    }
  }
  return tokens
}

const words: Record<string, Literal> = {
  true: { kind: 'boolean', value: true },
  false: { kind: 'boolean', value: false },
  null: { kind: 'null' },
}

/** Reads the condition language. `inAllowed` is false for child and custom field conditions. */
export function parseConditions(source: string, inAllowed = true): Expression {
  const tokens = tokenize(source)
  let position = 0
  const peek = () => tokens[position]
  const fail = (token: Token | undefined): never => {
    throw badCondition(
      token ? `Unexpected token '${token.text}' at position ${token.at}.` : 'Unexpected end of conditions.',
    )
  }
  const isWord = (text: string) => {
    const token = peek()
    return token?.type === 'word' && token.text.toLowerCase() === text
  }
  const takeWord = (text: string) => {
    if (!isWord(text)) return false
    position += 1
    return true
  }
  const takePunctuation = (text: string) => {
    const token = peek()
    if (token?.type !== 'punctuation' || token.text !== text) return false
    position += 1
    return true
  }
  const literal = (): Literal => {
    const token = tokens[position++]
    if (token?.type === 'literal') return token.literal
    const word = token?.type === 'word' ? words[token.text.toLowerCase()] : undefined
    return word ?? fail(token)
  }

  const joined = (type: 'and' | 'or', next: () => Expression): Expression => {
    const parts = [next()]
    while (takeWord(type)) parts.push(next())
    return parts.length === 1 ? parts[0]! : { type, parts }
  }
  const or = (): Expression => joined('or', and)
  const and = (): Expression => joined('and', unary)
  function unary(): Expression {
    if (takePunctuation('(')) {
      const inner = or()
      if (!takePunctuation(')')) fail(peek())
      return inner
    }
    const field = tokens[position++]
    if (field?.type !== 'word') return fail(field)
    const path = field.text
    const operator = peek()
    if (operator?.type === 'op') {
      position += 1
      return { type: 'compare', path, op: operator.text as Comparison, value: literal() }
    }
    const negated = takeWord('not')
    if (isWord('in')) {
      if (!inAllowed) throw badCondition("The operator 'in' is not supported here.")
      position += 1
      if (!takePunctuation('(')) fail(peek())
      const values = [literal()]
      while (takePunctuation(',')) values.push(literal())
      if (!takePunctuation(')')) fail(peek())
      return { type: 'in', path, negated, values }
    }
    for (const op of ['contains', 'like'] as const) {
      if (takeWord(op)) {
        const value = literal()
        if (value.kind !== 'string') throw badCondition(`${path} ${op} needs a string.`)
        return { type: 'text', path, op, negated, value: value.value }
      }
    }
    return fail(peek())
  }

  const expression = or()
  if (position < tokens.length) fail(peek())
  return expression
}
