import { GatewayError } from '../../schema/errors.ts'
import type { TargetRef, TargetState, VendorSession } from '../../schema/source.ts'
import { itemValues } from '../planning/attach-plans.ts'
import { GONE, targetRecord } from '../reading/target-record.ts'
import { ticketNow, ticketValues, versionOf, wholeTicket } from './plan/ticket-now.ts'
import { readAction } from './read-actions.ts'
import { readMany, splitActionKey } from './read-many.ts'
import { isClosed } from './reference.ts'
import { itemsOf } from './ticket-items.ts'

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
    const items = await itemValues(fields, () => itemsOf(session, target.key))
    const all: Readonly<Record<string, unknown>> = { ...values, ...closed, ...items }
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
  target: TargetRef,
  fields: readonly string[],
): Promise<TargetState> {
  const state = await targetRecord(readMany, session, target, fields)
  return state.exists ? { ...state, version: await actionVersion(session, target) } : state
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
