import { GatewayError } from '../../schema/errors.ts'
import type { TargetRef, TargetState, VendorSession } from '../../schema/source.ts'
import { comparable } from '../planning/comparable.ts'
import { ticketNow, ticketValues, versionOf, wholeTicket } from './plan/ticket-now.ts'
import { readAction } from './read-actions.ts'
import { readMany, splitActionKey } from './read-many.ts'
import { isClosed } from './reference.ts'

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
    const detailed = fields.filter((field) => field === 'description' || field.startsWith('custom:'))
    const whole = detailed.length === 0 ? now : await wholeTicket(session, now, detailed)
    const values = {
      ...ticketValues(session, now),
      ...Object.fromEntries(
        Object.entries(ticketValues(session, whole)).filter(([name]) => detailed.includes(name)),
      ),
    } as Readonly<Record<string, unknown>>
    const closed = fields.includes('closed') ? { closed: await isClosed(session, now.status_id) } : {}
    const all: Readonly<Record<string, unknown>> = { ...values, ...closed }
    return {
      exists: true,
      fields: Object.fromEntries(fields.map((field) => [field, all[field] ?? null])),
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
    version: await actionVersion(session, { type, key }),
  }
}

/** Actions have a marker of their own (API.md 5); contacts have none. */
async function actionVersion(session: VendorSession, { type, key }: TargetRef): Promise<string | null> {
  const [ticket, number] = splitActionKey(key) ?? []
  if ((type !== 'Note' && type !== 'TimeEntry') || ticket === undefined || number === undefined) return null
  const group = type === 'Note' ? 'Ticket Notes' : 'Time Entries'
  return (
    (await readAction(session, ticket, number, { group, kind: 'READ', fields: [] }))?.last_updated ?? null
  )
}
