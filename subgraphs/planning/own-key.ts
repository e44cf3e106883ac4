import { GatewayError } from '../../schema/errors.ts'
import { expectId } from '../../schema/ids.ts'
import type { EntityType } from '../../schema/records.ts'
import type { VendorSession } from '../../schema/source.ts'

/** A global id of this connection, as the vendor's key: one that `isKey` knows for the vendor's. */
export function ownKey(
  session: VendorSession,
  id: string,
  type: EntityType,
  argument: string,
  isKey: (key: string) => boolean,
): string {
  const parsed = expectId(id, type, argument)
  if (parsed.connection !== session.connection.slug || !isKey(parsed.key)) {
    throw new GatewayError(
      'BAD_USER_INPUT',
      `"${argument}": expected a ${type} of connection "${session.connection.slug}".`,
      { argument },
    )
  }
  return parsed.key
}
