import { storable } from '../text.ts'

/** A value that was just read, as the store gives back one of a plan: so both can be compared. */
export function asStored(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null), (_name, member) =>
    typeof member === 'string' ? storable(member) : member,
  )
}
