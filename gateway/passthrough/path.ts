import { badInput } from '../../schema/errors.ts'

/** docs/safety.md (f): what a caller's path may be at most. */
export const MAX_PATH = 2_000

/** What some server or URL parser reads as more than a part of a name, written plainly or percent-encoded. */
const SPECIAL = /[\\?#@;%]/

/**
 * The decoded path, fit to be looked up in a catalogue; it is never sent. What is not plain is refused and not
 * repaired: the platform's URL parser turns `//h`, `\\h` and `/\h` into another host, resolves `%2e%2e` and strips
 * tabs, so it can't be the filter.
 *
 * @throws GatewayError BAD_USER_INPUT telling what was wrong and where, without the caller's text
 */
export function plainPath(path: string): string {
  if (path.length > MAX_PATH) throw wrong(`at most ${MAX_PATH} characters`, `${path.length} characters`)
  if (!path.startsWith('/')) throw wrong('a path that begins with "/"', 'another beginning')
  const parts = path.slice(1).split('/')
  return `/${parts.map((part, index) => plainPart(part, index + 1)).join('/')}`
}

function plainPart(part: string, number: number): string {
  const at = (what: string) => `${what} in part ${number}`
  if (part === '') throw wrong('no empty parts ("//", or "/" at the end)', at('nothing'))
  const odd = /[^\x21-\x7e]/.exec(part)
  if (odd !== null) throw wrong('printable ASCII', at(codePoint(odd[0])))
  const literal = /[\\?#@;]/.exec(part)
  if (literal !== null)
    throw wrong('none of \\ ? # @ ; (a query goes into "query")', at(codePoint(literal[0])))
  const decoded = part.replace(/%([0-9a-f]{2})?/gi, (_escape, hex: string | undefined) => {
    if (hex === undefined) throw wrong('"%" followed by two hex digits', at('a "%" alone'))
    return String.fromCharCode(Number.parseInt(hex, 16))
  })
  // A "%" that decoding brings forth would be decoded once more by somebody.
  const hidden = /[^\x21-\x7e]/.exec(decoded) ?? SPECIAL.exec(decoded) ?? /\//.exec(decoded)
  if (hidden !== null) {
    throw wrong('no encoded / \\ . % ? # @ ; or control character', at(`an encoded ${codePoint(hidden[0])}`))
  }
  if (/%2e/i.test(part)) throw wrong('no encoded "."', at('an encoded "."'))
  if (/^\.+$/.test(decoded)) throw wrong('no part of dots alone', at('dots'))
  return decoded
}

/** Shown as a number: the character itself may be what an attack is made of. */
function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

function wrong(expected: string, came: string) {
  return badInput('path', expected, came)
}
