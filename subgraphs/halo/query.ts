import { badInput } from '../../schema/errors.ts'

/**
 * Query parameters from typed values. Halo has no quoting, so the hazards are a second parameter of one name,
 * a list where one id was meant, and a name that it does not know: that one is ignored and returns everything
 * (API.md 4). Names are written here and nowhere else; whatever is asked for is compared again in our code.
 */
export type Parameter = readonly [name: string, value: string]
export type Query = readonly Parameter[]

const INTEGER = /^-?\d{1,10}$/
const MAX_INTEGER = 2_147_483_647

export function isInteger(key: string): boolean {
  return INTEGER.test(key) && Math.abs(Number(key)) <= MAX_INTEGER
}

/** One id, or several as a comma list where the parameter takes one. */
export function ids(name: string, keys: readonly string[], argument = name): Parameter {
  if (keys.length === 0) throw new TypeError(`Expected a value for "${name}", got none`)
  for (const key of keys) if (!isInteger(key)) throw badInput(argument, 'a whole number', key)
  return [name, [...new Set(keys)].join(',')]
}

export function flag(name: string, value: boolean): Parameter {
  return [name, value ? 'true' : 'false']
}

export function whole(name: string, value: number): Parameter {
  return [name, String(value)]
}

/** As API.md 6 writes dates: UTC with milliseconds and `Z`. */
export function date(name: string, time: number): Parameter {
  return [name, new Date(time).toISOString()]
}

const MAX_TEXT = 200
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused here
const CONTROL = /[\u0000-\u001f\u007f\u2028\u2029]/

/** @throws GatewayError BAD_USER_INPUT for a text that is no text */
export function checkedText(argument: string, value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '') throw badInput(argument, 'a text', value)
  if (value.length > MAX_TEXT || CONTROL.test(value) || !value.isWellFormed()) {
    throw badInput(argument, `one line of at most ${MAX_TEXT} characters`, value)
  }
  return value
}

/**
 * The longest piece of a text that means itself to SQL's LIKE: `%`, `_` and `[` may be wildcards there
 * (API.md 4), and a wildcard could hide a match. The whole text is compared in our code. Accents too are left
 * to us: whether the server folds them is its collation's choice.
 */
export function searchPiece(text: string): string | null {
  const pieces = text.split(/[^\x20-\x7e]|[%_[\]^\\*?,;&"'<>]/).map((piece) => piece.trim())
  const longest = pieces.reduce((best, piece) => (piece.length > best.length ? piece : best), '')
  return longest.length < 2 ? null : longest
}

/** Without case and accents, as people search. */
export function fold(value: string): string {
  return value.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

export function containsText(whole: string, part: string): boolean {
  return fold(whole).includes(fold(part))
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

/** Milliseconds of a time with a zone. @throws GatewayError BAD_USER_INPUT for anything else */
export function timeOf(argument: string, value: unknown): number {
  const time = typeof value === 'string' && ISO.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(time)) throw badInput(argument, 'a time like "2026-11-20T16:00:00Z"', value)
  return time
}
