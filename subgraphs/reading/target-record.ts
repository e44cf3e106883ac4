import type { TargetRef, TargetState, VendorSession, VendorSource } from '../../schema/source.ts'
import { comparableValues } from '../planning/comparable.ts'

export const GONE: TargetState = { exists: false, fields: {}, version: null }

/** A target that no reader of its own knows better: what its record tells of the fields, and no version. */
export async function targetRecord(
  readMany: VendorSource['readMany'],
  session: VendorSession,
  { type, key }: TargetRef,
  fields: readonly string[],
): Promise<TargetState> {
  const [record] = await readMany(session, type, [key], new Set(fields))
  if (record instanceof Error) throw record
  if (record === null || record === undefined) return GONE
  return {
    exists: true,
    fields: comparableValues(record as Parameters<typeof comparableValues>[0], fields),
    version: null,
  }
}
