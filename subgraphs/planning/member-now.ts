import { GatewayError } from '../../schema/errors.ts'
import type { VendorSession, VendorSource } from '../../schema/source.ts'

/** A member as plans name and check one. */
export interface MemberNow {
  readonly name: string | null
  /** null where it is not told. */
  readonly active: boolean | null
}

/** As long as other reference data is kept: members come and go less often than statuses do. */
const SECONDS = 600

/** Read once and kept for a while, for those who may read members. null: there is none. The call throws GatewayError. */
export async function memberOf(
  session: VendorSession,
  readMany: VendorSource['readMany'],
  key: string,
): Promise<MemberNow | null> {
  const read = async (): Promise<MemberNow | null> => {
    const [record] = await readMany(session, 'Member', [key], new Set(['name', 'active']))
    if (record instanceof Error) throw record
    if (record == null) return null
    return { name: record.get('name'), active: record.has(['active']) ? record.get('active') : null }
  }
  if (!session.mayRead('Members', 'name')) return read()
  const kept = `member ${key}`
  const found = await session.cached(kept, SECONDS, read)
  // Who is not there may be there with the next call.
  if (found === null) session.forget(kept)
  return found
}

interface Reader {
  readonly readMany: VendorSource['readMany']
  readonly keyOf: (session: VendorSession, id: string, type: 'Member', argument: string) => string
}

/** A member by its id. The call throws NOT_FOUND. */
export function memberReader({ readMany, keyOf }: Reader) {
  return async (
    session: VendorSession,
    id: string,
    argument: string,
  ): Promise<MemberNow & { readonly key: string }> => {
    const key = keyOf(session, id, 'Member', argument)
    const found = await memberOf(session, readMany, key)
    if (found === null) throw new GatewayError('NOT_FOUND', 'No such Member.', { argument })
    return { key, ...found }
  }
}
