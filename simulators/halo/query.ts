import { instantOf } from './dates.ts'
import { strict, unbindable } from './errors.ts'

const INTEGER = /^-?\d{1,10}$/

/** The query of one request after the checks; names in any case. */
export interface Query {
  has(name: string): boolean
  text(name: string): string | undefined
  int(name: string): number | undefined
  flag(name: string): boolean
  /** A comma list of ids, or undefined when it was not sent. */
  ints(name: string): number[] | undefined
  /** Epoch milliseconds. */
  instant(name: string): number | undefined
  names(): string[]
}

export function createQuery(values: ReadonlyMap<string, string>): Query {
  const text = (name: string) => values.get(name.toLowerCase())
  const minutesWest = Number(values.get('utcoffset') ?? 0)
  return {
    has: (name) => values.has(name.toLowerCase()),
    text,
    int: (name) => (text(name) === undefined ? undefined : Number(text(name))),
    flag: (name) => text(name)?.toLowerCase() === 'true',
    ints: (name) => {
      const list = text(name)
      if (list === undefined) return undefined
      const items = list.split(',').map((item) => item.trim())
      // Brackets are sent by some clients; whether the vendor reads them is not known.
      if (!items.every((item) => INTEGER.test(item)))
        throw strict(`query parameter ${name} wants a comma list of ids, got ${list}`)
      return items.map(Number)
    },
    instant: (name) => {
      const sent = text(name)
      if (sent === undefined) return undefined
      const instant = instantOf(sent, minutesWest)
      if (instant === undefined) throw unbindable({ [name]: [`The value '${sent}' is not valid.`] })
      return instant
    },
    names: () => [...values.keys()],
  }
}

/** Refuses what the vendor would ignore, and what the framework could not bind. */
export function readQuery(
  search: URLSearchParams,
  types: ReadonlyMap<string, string>,
  played: ReadonlySet<string>,
): Query {
  const values = new Map<string, string>()
  for (const [sent, value] of search) {
    const name = sent.toLowerCase()
    const type = types.get(name)
    if (!type) throw strict(`unknown query parameter ${sent}`)
    if (values.has(name)) throw strict(`query parameter ${sent} is sent twice`)
    if (!played.has(name)) throw strict(`the simulator does not play query parameter ${sent}`)
    const binds =
      type === 'integer'
        ? INTEGER.test(value)
        : type === 'boolean'
          ? /^(true|false)$/i.test(value)
          : type === 'number'
            ? /^-?\d+(\.\d+)?$/.test(value)
            : true
    if (!binds) throw unbindable({ [sent]: [`The value '${value}' is not valid.`] })
    values.set(name, value)
  }
  return createQuery(values)
}
