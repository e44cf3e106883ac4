import type { Json, Rec } from '../shared/json.ts'

/**
 * Reads JSON as the vendor's parser (Json.NET) was seen to: names may stand without quotes, a comma may trail,
 * and of two equal names the last wins. A client that forwards such text unread meets here what it would there.
 */
export function parseLenient(text: string): Json {
  let at = 0
  const fail = (): never => {
    const shown = at < text.length ? text[at] : 'end of input'
    throw new SyntaxError(
      `Unexpected character encountered while parsing value: ${shown}. Path '', position ${at}.`,
    )
  }
  const skip = () => {
    while (/\s/.test(text[at] ?? '')) at++
  }
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    if (found !== undefined) at += found.length
    return found
  }
  const string = (): string => {
    const raw = take(/"(?:[^"\\]|\\.)*"/sy)
    return raw === undefined ? fail() : (JSON.parse(raw.replaceAll('\n', '\\n')) as string)
  }
  const members = (close: string, member: () => void) => {
    at++
    for (;;) {
      skip()
      if (text[at] === close) break
      member()
      skip()
      if (text[at] === ',') at++
      else if (text[at] !== close) fail()
    }
    at++
  }
  const object = (): Rec => {
    const entries = new Map<string, Json>()
    members('}', () => {
      const name = text[at] === '"' ? string() : (take(/[A-Za-z_$][\w$]*/y) ?? fail())
      skip()
      if (text[at] !== ':') fail()
      at++
      entries.set(name, value())
    })
    return Object.fromEntries(entries)
  }
  const value = (): Json => {
    skip()
    if (text[at] === '{') return object()
    if (text[at] === '[') {
      const list: Json[] = []
      members(']', () => list.push(value()))
      return list
    }
    if (text[at] === '"') return string()
    const word = take(/true|false|null|-?\d+(\.\d+)?([eE][+-]?\d+)?/y)
    return word === undefined ? fail() : (JSON.parse(word) as Json)
  }
  const result = value()
  skip()
  if (at < text.length) fail()
  return result
}

/** A member of a parsed object, found without regard to case. */
export function member(object: Rec, name: string): Json | undefined {
  const key = Object.keys(object).findLast((candidate) => candidate.toLowerCase() === name.toLowerCase())
  return key === undefined ? undefined : object[key]
}
