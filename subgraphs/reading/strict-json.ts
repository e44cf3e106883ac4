import { visit } from 'jsonc-parser'
import { badInput, type GatewayError } from '../../schema/errors.ts'

/** More than any record of a PSA, and below the limit of the whole operation. */
const MAX_LENGTH = 200_000
/** docs/safety.md (f). */
const MAX_DEPTH = 20

/** Names that mean something to JavaScript objects, here or in whatever the vendor's server is written in. */
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * JSON whose meaning no two parsers can disagree about: what is read here is checked, and what is checked is what
 * is sent, since the text is written anew from the value.
 *
 * @param argument names the text in the refusal
 * @throws GatewayError BAD_USER_INPUT telling what was wrong and where, without the caller's text
 */
export function strictJson(text: string, argument = 'body'): unknown {
  const wrong: Wrong = (expected, came) => badInput(argument, expected, came)
  if (text.length > MAX_LENGTH) throw wrong(`at most ${MAX_LENGTH} characters`, `${text.length} characters`)
  const value = parsed(text, wrong)
  if (typeof value !== 'object' || value === null) throw wrong('a JSON object or array', typeof value)
  // Before the visitor, which goes down by calling itself.
  expectShallow(value, wrong)
  expectUnambiguous(text, wrong)
  return value
}

type Wrong = (expected: string, came: string) => GatewayError

function parsed(text: string, wrong: Wrong): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw wrong('JSON text: one object or array and nothing after it', 'something else')
  }
}

function expectShallow(value: object, wrong: Wrong): void {
  let level: object[] = [value]
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw wrong(`at most ${MAX_DEPTH} levels`, 'more')
    level = level.flatMap((one) =>
      Object.values(one).filter((member): member is object => typeof member === 'object' && member !== null),
    )
  }
}

/** What `JSON.parse` loses without a word: names given twice, and digits that a number can't hold. */
function expectUnambiguous(text: string, wrong: Wrong): void {
  const names: Set<string>[] = []
  visit(
    text,
    {
      onObjectBegin: () => {
        names.push(new Set())
      },
      onObjectEnd: () => {
        names.pop()
      },
      onObjectProperty(name, _offset, _length, line, column) {
        const seen = names.at(-1)
        if (seen?.has(name))
          throw wrong('each name once in an object', place('the same name again', line, column))
        if (FORBIDDEN.has(name))
          throw wrong('no member "__proto__", "constructor" or "prototype"', place('one', line, column))
        if (!name.isWellFormed()) throw wrong('whole characters', place('half of one', line, column))
        seen?.add(name)
      },
      onLiteralValue(value: unknown, offset, length, line, column) {
        if (typeof value === 'string' && !value.isWellFormed())
          throw wrong('whole characters', place('half of one', line, column))
        if (typeof value === 'number' && !isExact(value, text.slice(offset, offset + length)))
          throw wrong(
            'numbers that a double holds exactly',
            place('another one: send it as text', line, column),
          )
      },
      onError(_error, _offset, _length, line, column) {
        throw wrong('JSON text', place('something else', line, column))
      },
    },
    { disallowComments: true },
  )
}

/** Up to 15 digits come back as they were written; a decimal may be written in more ways than one. */
function isExact(value: number, written: string): boolean {
  if (!Number.isFinite(value)) return false
  const digits = written.replace(/e.*$/i, '').replace(/[-.]/g, '').replace(/^0+/, '')
  if (value === 0) return digits === ''
  if (Number.isInteger(value)) return Number.isSafeInteger(value)
  return digits.length <= 15
}

function place(what: string, line: number, column: number): string {
  return `${what} at line ${line + 1}, column ${column + 1}`
}
