import { GatewayError } from '../../schema/errors.ts'
import type { TargetRef, TargetState, VendorSession } from '../../schema/source.ts'
import { comparable, ticketNow, ticketValues, versionOf } from './plan/ticket-now.ts'
import { readMany } from './read-many.ts'

const GONE: TargetState = { exists: false, fields: {}, version: null }

/** The values of now under the names that a plan's baseline and reconcile use. */
export async function readTarget(
  session: VendorSession,
  target: TargetRef,
  fields: readonly string[],
): Promise<TargetState> {
  if (target.type !== 'Ticket') return readRecord(session, target, fields)
  try {
    const now = await ticketNow(session, target.key)
    const values = ticketValues(session.connection.slug, now)
    return {
      exists: true,
      fields: Object.fromEntries(fields.map((field) => [field, values[field] ?? null])),
      version: versionOf(now),
    }
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'NOT_FOUND') return GONE
    throw error
  }
}

async function readRecord(
  session: VendorSession,
  { type, key }: TargetRef,
  fields: readonly string[],
): Promise<TargetState> {
  const [record] = await readMany(session, type, [key], new Set(fields))
  if (record instanceof Error) throw record
  if (record === null || record === undefined) return GONE
  const read = record as unknown as { has(names: string[]): boolean; get(name: string): unknown }
  const known = fields.filter((field) => read.has([field]))
  return {
    exists: true,
    fields: Object.fromEntries(known.map((field) => [field, comparable(read.get(field))])),
    version: null,
  }
}
