import type { VendorSession } from '../../schema/source.ts'
import { unavailable } from '../http/errors.ts'
import { objectOf, readJson } from './client.ts'
import { ownResource } from './own-resource.ts'
import { version as shape } from './schema.ts'

/** Asks for the version with the credentials, for the API user's own record, and whether tickets may be read. */
export async function test(
  session: VendorSession,
): Promise<{ readonly version: string; readonly member: string | null }> {
  const { slug } = session.connection
  const answer = await readJson(session, {
    path: '/Version',
    access: { group: 'System', kind: 'READ', fields: [], reference: true },
  })
  const told = shape.safeParse(answer)
  const { majorVersion, minorVersion, build } = told.success
    ? told.data
    : { majorVersion: null, minorVersion: null, build: null }
  if (majorVersion === null) throw unavailable(slug, 'did not tell its version: the zone may be another one')
  const rights = await readJson(session, {
    path: '/Tickets/entityInformation',
    access: { group: 'Tickets', kind: 'READ', fields: [], reference: true },
  })
  const info = objectOf(objectOf(rights).info)
  // Rows that the security level hides are absent in silence (API.md 2); this is the one place that says so.
  if (info.canQuery === false || /^none$/i.test(String(info.userAccessForQuery ?? '')))
    throw unavailable(slug, 'does not let the API user read tickets')
  return {
    version: String(build ?? `${majorVersion}.${minorVersion ?? 0}`),
    member: await ownResource(session),
  }
}
