import { remembered } from '../shared/instants.ts'

const MINUTE = 60_000

/** UTC without a zone, and milliseconds only where there are any: what the vendor stores and mostly answers. */
export const stamp = remembered((at) =>
  new Date(at)
    .toISOString()
    .replace('Z', '')
    .replace(/\.000$/, ''),
)

/** An empty date of a record; ticket responses use the framework's own zero. */
export const NO_DATE = '1900-01-01T00:00:00'
export const ZERO_DATE = '0001-01-01T00:00:00'

export const isEmptyDate = (text: unknown): boolean =>
  typeof text !== 'string' || text === '' || /^(1900|0001)-01-01T00:00/.test(text)

/**
 * Reads an instant. Without a zone it is UTC, or local time when the request says how many minutes WEST of
 * UTC it is from.
 */
export function instantOf(text: string, minutesWest = 0): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,7})?)?)?(Z|[+-]\d\d:?\d\d)?$/.exec(text)
  if (!match) return undefined
  const [, day, time = '00:00', seconds = ':00', zone] = match
  const instant = Date.parse(`${day}T${time}${seconds}${zone ?? 'Z'}`)
  if (Number.isNaN(instant)) return undefined
  return zone ? instant : instant + minutesWest * MINUTE
}
