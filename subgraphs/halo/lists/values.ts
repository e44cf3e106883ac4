import { badInput } from '../../../schema/errors.ts'
import { parseId } from '../../../schema/ids.ts'
import type { EntityType } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { timeOf } from '../query.ts'
import { isVendorId } from '../read-tickets.ts'

/** One value or several; numbers pass as their digits. */
export function listOf(value: unknown, name: string): readonly string[] {
  const values = Array.isArray(value) ? (value as readonly unknown[]) : [value]
  if (values.length === 0) throw badInput(name, 'at least one value', value)
  if (values.length > 100) throw badInput(name, 'at most 100 values', values.length)
  return values.map((one) => {
    const text = typeof one === 'number' ? String(one) : one
    if (typeof text !== 'string') throw badInput(name, 'a text', one)
    return text
  })
}

export function booleanOf(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw badInput(name, 'true or false', value)
  return value
}

/** Vendor keys of records by global id of this connection, or by vendor key; none when all are elsewhere. */
export function keysOf(
  session: VendorSession,
  type: EntityType,
  value: unknown,
  name: string,
): ReadonlySet<number> {
  const keys = new Set<number>()
  for (const one of listOf(value, name)) {
    const parsed = parseId(one)
    const key = parsed === undefined ? one : parsed.key
    // Ids of other connections, which may belong to other vendors, are in the filter of a list over several.
    const elsewhere = parsed !== undefined && parsed.connection !== session.connection.slug
    if ((parsed !== undefined && parsed.type !== type) || (!elsewhere && !isVendorId(key)))
      throw badInput(name, `the id of a ${type}`, one)
    if (!elsewhere) keys.add(Number(key))
  }
  return keys
}

export interface Range {
  readonly from: number | null
  readonly to: number | null
}

/** From `after` on and before `before`, in milliseconds. */
export function rangeOf(value: unknown, name: string): Range {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badInput(name, '{ after, before }', value)
  let from: number | null = null
  let to: number | null = null
  for (const [member, bound] of Object.entries(value)) {
    if (bound === null || bound === undefined) continue
    const argument = `${name}.${member}`
    const time = timeOf(argument, bound instanceof Date ? bound.toISOString() : bound)
    if (member === 'after') from = time
    else if (member === 'before') to = time
    else throw badInput(argument, '"after" or "before"', bound)
  }
  return { from, to }
}

export function within(at: number | null, { from, to }: Range): boolean {
  if (from === null && to === null) return true
  return at !== null && (from === null || at >= from) && (to === null || at < to)
}
