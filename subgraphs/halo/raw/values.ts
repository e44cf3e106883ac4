import type { ScopeFacts } from '../../../schema/plan.ts'
import { instant, someId } from '../projection.ts'

/**
 * A value in a form that two reads, and a body, can be compared by: a text of digits binds to a number (API.md 5),
 * and instants are written in more ways than one.
 */
export function valueForm(value: unknown): unknown {
  if (value === undefined || value === null) return null
  if (typeof value === 'object') return JSON.stringify(value)
  if (typeof value !== 'string') return value
  if (/^-?\d{1,15}$/.test(value)) return Number(value)
  if (!/^\d{4}-\d\d-\d\dT/.test(value)) return value
  const time = instant(value)
  return time === null ? null : new Date(time).toISOString()
}

/** `member` in small letters; `custom:<id>` for a custom field. */
export function memberValue(record: unknown, member: string): unknown {
  const custom = /^custom:(\d+)$/.exec(member)?.[1]
  if (custom === undefined) return valueForm(memberOf(record, member))
  const fields = memberOf(record, 'customfields')
  const found = (Array.isArray(fields) ? (fields as readonly unknown[]) : []).find(
    (one) => String(memberOf(one, 'id')) === custom,
  )
  return valueForm(memberOf(found, 'value'))
}

/** By record: ticket, action, appointment and agreement, asset (API.md 5). */
const MARKERS = ['last_update', 'last_updated', 'last_modified', 'dlastupdate'] as const

export function versionOf(record: unknown): string | null {
  const found = MARKERS.map((name) => memberOf(record, name)).find((one) => typeof one === 'string')
  return typeof found === 'string' ? found : null
}

export function scopeOf(record: unknown): ScopeFacts | null {
  const company = memberOf(record, 'client_id')
  if (typeof company !== 'number') return null
  const id = someId(Math.trunc(company))
  const found = { company: id === null ? null : String(id) }
  // A board is known by its key, and the record tells its name.
  return memberOf(record, 'team') === undefined ? { ...found, notApplicable: ['board'] } : found
}

/** Without regard to case, as the vendor reads names. */
export function memberOf(record: unknown, member: string): unknown {
  if (typeof record !== 'object' || record === null) return undefined
  return Object.entries(record).find(([name]) => name.toLowerCase() === member)?.[1]
}
