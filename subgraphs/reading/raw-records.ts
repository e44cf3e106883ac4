type RawRecord = Readonly<Record<string, unknown>>

/** The records in a list of an answer by their keys; what does not tell which record it is stands for none. */
export function recordsById(
  list: unknown,
  id: string,
  keyOf: (record: RawRecord) => string,
): ReadonlyMap<string, RawRecord> {
  const found = new Map<string, RawRecord>()
  for (const record of Array.isArray(list) ? (list as readonly unknown[]) : []) {
    if (typeof record !== 'object' || record === null) continue
    const told = (record as RawRecord)[id]
    if (typeof told === 'number' || typeof told === 'string')
      found.set(keyOf(record as RawRecord), record as RawRecord)
  }
  return found
}
