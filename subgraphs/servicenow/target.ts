import { GatewayError } from '../../schema/errors.ts'
import type { TargetRef, TargetState, VendorSession } from '../../schema/source.ts'
import { itemValues } from '../planning/attach-plans.ts'
import { GONE, targetRecord } from '../reading/target-record.ts'
import { contactBaseline, contactNow } from './plan/contacts.ts'
import { ticketNow, ticketValues, versionOf } from './plan/ticket-now.ts'
import { timeNow, timeValues } from './plan/time-entries.ts'
import { readMany } from './read-many.ts'
import { valueAt } from './rows.ts'
import { itemsOf } from './ticket-items.ts'

/** The values of now under the names that a plan's baseline and reconcile use. */
export async function readTarget(
  session: VendorSession,
  target: TargetRef,
  fields: readonly string[],
): Promise<TargetState> {
  try {
    return await stateOf(session, target, fields)
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'NOT_FOUND') return GONE
    throw error
  }
}

async function stateOf(
  session: VendorSession,
  target: TargetRef,
  fields: readonly string[],
): Promise<TargetState> {
  const among = (values: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(fields.map((field) => [field, values[field] ?? null]))
  switch (target.type) {
    case 'Ticket': {
      const custom = fields.some((field) => field.startsWith('custom:'))
      const now = await ticketNow(session, target.key, { custom })
      const items = await itemValues(fields, () => itemsOf(session, target.key, valueAt(now.row, 'cmdb_ci')))
      const values = { ...ticketValues(session, now), ...items }
      return { exists: true, fields: among(values), version: versionOf(now.row) }
    }
    case 'TimeEntry': {
      const now = await timeNow(session, target.key)
      return { exists: true, fields: among(timeValues(now)), version: versionOf(now) }
    }
    case 'Contact': {
      const now = await contactNow(session, target.key)
      return { exists: true, fields: among(contactBaseline(now, fields)), version: versionOf(now) }
    }
    default:
      return targetRecord(readMany, session, target, fields)
  }
}
