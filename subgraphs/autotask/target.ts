import { GatewayError } from '../../schema/errors.ts'
import type { TargetRef, TargetState, VendorSession } from '../../schema/source.ts'
import { itemValues } from '../planning/attach-plans.ts'
import { GONE, targetRecord } from '../reading/target-record.ts'
import type { TextField } from './entities/note.ts'
import { namedItem, ticketNow, ticketValues, versionOf } from './plan/ticket-now.ts'
import { readMany } from './read-many.ts'
import { itemsOf } from './ticket-items.ts'

/** The values of now under the names that a plan's baseline and reconcile use. */
export async function readTarget(
  session: VendorSession,
  target: TargetRef,
  fields: readonly string[],
): Promise<TargetState> {
  if (target.type !== 'Ticket') return targetRecord(readMany, session, target, fields)
  try {
    const texts = (['description', 'resolution'] as const).filter((field) => fields.includes(field))
    const now = await ticketNow(session, target.key, {
      texts: new Set<TextField>(texts),
      custom: fields.some((field) => field.startsWith('custom:')),
    })
    const values: Readonly<Record<string, unknown>> = {
      ...ticketValues(now),
      ...(await itemValues(fields, () => itemsOf(session, target.key, namedItem(now)))),
    }
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
