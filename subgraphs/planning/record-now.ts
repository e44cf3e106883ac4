import { GatewayError } from '../../schema/errors.ts'
import type { EntityType, ValuesOf, VendorRecord } from '../../schema/records.ts'
import type { VendorSession, VendorSource } from '../../schema/source.ts'

/** How a vendor reads records, and a global id as its key. */
interface Reader {
  readonly readMany: VendorSource['readMany']
  readonly keyOf: (session: VendorSession, id: string, type: EntityType, argument: string) => string
}

/** A record as it stands. The call throws NOT_FOUND. */
export function recordReader({ readMany, keyOf }: Reader) {
  return async <T extends EntityType>(
    session: VendorSession,
    type: T,
    id: string,
    fields: readonly string[],
    argument = 'id',
  ): Promise<{ readonly key: string; readonly record: VendorRecord<ValuesOf[T]> }> => {
    const key = keyOf(session, id, type, argument)
    const [record] = await readMany(session, type, [key], new Set(fields))
    if (record instanceof Error) throw record
    if (record === null || record === undefined)
      throw new GatewayError('NOT_FOUND', `No such ${type}.`, { argument })
    return { key, record }
  }
}
