import type { TargetRef, TargetState, VendorSession, VendorSource } from '../../schema/source.ts'
import { comparable } from '../planning/comparable.ts'

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
  const read = record as unknown as { has(names: string[]): boolean; get(name: string): unknown }
  const known = fields.filter((field) => read.has([field]))
  return {
    exists: true,
    fields: Object.fromEntries(known.map((field) => [field, comparable(read.get(field))])),
    version: null,
  }
}
