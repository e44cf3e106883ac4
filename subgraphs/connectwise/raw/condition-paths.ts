import { badInput } from '../../../schema/errors.ts'

/**
 * Reads ConnectWise's condition language whole (docs/vendors/connectwise/API.md 4.2) and gives the field paths in
 * it. What does not parse is refused: a part that we skipped, the vendor might not.
 *
 * @param argument names the text in the refusal
 * @throws GatewayError BAD_USER_INPUT
 */
export function conditionPaths(argument: string, text: string): readonly string[] {
  const tokens = tokenize(argument, text)
  const paths: string[] = []
  let at = 0
  const fail = () =>
    badInput(argument, 'a whole condition such as board/id = 1 and summary contains "x"', place(at))
  const take = (kind: Kind, ...words: readonly string[]): string | undefined => {
    const token = tokens[at]
    if (token?.kind !== kind) return undefined
    if (words.length > 0 && !words.includes(token.text.toLowerCase())) return undefined
    at += 1
    return token.text
  }
  const expect = (found: string | undefined): string => {
    if (found === undefined) throw fail()
    return found
  }

  const literal = () => expect(take('LITERAL') ?? take('WORD', 'true', 'false', 'null'))
  const comparison = () => {
    paths.push(expect(take('WORD')))
    if (take('OPERATOR') !== undefined) {
      literal()
      return
    }
    take('WORD', 'not')
    if (take('WORD', 'in') !== undefined) {
      expect(take('MARK', '('))
      do literal()
      while (take('MARK', ',') !== undefined)
      expect(take('MARK', ')'))
      return
    }
    expect(take('WORD', 'contains', 'like'))
    expect(take('LITERAL'))
  }
  const unary = (depth: number) => {
    if (take('MARK', '(') === undefined) {
      comparison()
      return
    }
    if (depth === 0) throw badInput(argument, `at most ${MAX_DEPTH} levels of parentheses`, 'more')
    joined(depth - 1)
    expect(take('MARK', ')'))
  }
  // Which of the two binds first does not matter here: both sides are read.
  const joined = (depth: number) => {
    do unary(depth)
    while (take('WORD', 'and', 'or') !== undefined)
  }

  joined(MAX_DEPTH)
  if (at < tokens.length) throw fail()
  return paths
}

const MAX_DEPTH = 20

type Kind = 'WORD' | 'OPERATOR' | 'MARK' | 'LITERAL'

interface Token {
  readonly kind: Kind
  readonly text: string
}

/** A name or a path of names. */
const NAME = `[A-Za-z_][A-Za-z0-9_]*(?:/[A-Za-z_][A-Za-z0-9_]*)*`

/**
 * A text holds neither its own quote nor a backslash: whether the vendor reads `\"` as an escape is not known, and
 * a parser that reads it otherwise than we do would end the text somewhere else.
 */
const TOKENS: readonly (readonly [Kind, RegExp])[] = [
  ['LITERAL', /"[^"\\]*"|'[^'\\]*'/y],
  ['LITERAL', /\[\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?Z?)?\]/y],
  ['LITERAL', /-?\d+(?:\.\d+)?(?![A-Za-z0-9_/])/y],
  ['OPERATOR', /!=|<=|>=|=|<|>/y],
  ['MARK', /[(),]/y],
  ['WORD', new RegExp(`${NAME}(?![A-Za-z0-9_/])`, 'y')],
]

function tokenize(argument: string, text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    if (text[at] === ' ') {
      at += 1
      continue
    }
    const found = tokenAt(text, at)
    if (found === undefined)
      throw badInput(
        argument,
        'names, operators, quoted texts without backslashes, numbers and [dates]',
        `something else at character ${at + 1}`,
      )
    tokens.push(found)
    at += found.text.length
  }
  return tokens
}

function tokenAt(text: string, at: number): Token | undefined {
  for (const [kind, pattern] of TOKENS) {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    if (found !== undefined) return { kind, text: found }
  }
  return undefined
}

function place(index: number): string {
  return `something else as part ${index + 1}`
}

const PATH = new RegExp(`^${NAME}$`)

/** `id,summary,company/name`. @throws GatewayError BAD_USER_INPUT */
export function fieldPaths(argument: string, text: string): readonly string[] {
  return text.split(',').map((part, index) => {
    const path = part.trim()
    if (!PATH.test(path)) throw badInput(argument, 'field paths such as id,company/name', place(index))
    return path
  })
}

/** `lastUpdated desc, id`. @throws GatewayError BAD_USER_INPUT */
export function orderPaths(argument: string, text: string): readonly string[] {
  return text.split(',').map((part, index) => {
    const [path = '', direction = 'asc', ...more] = part.trim().split(/ +/)
    if (!PATH.test(path) || more.length > 0 || !/^(asc|desc)$/i.test(direction))
      throw badInput(argument, 'field paths, each with asc or desc', place(index))
    return path
  })
}
