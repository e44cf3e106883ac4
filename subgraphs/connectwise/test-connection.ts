import type { VendorSession } from '../../schema/source.ts'
import { unavailable } from '../http/errors.ts'
import { readJson } from './client.ts'
import { codebaseOf } from './codebase.ts'
import { systemInfo } from './schema.ts'

/** Finds the login company and its release, then asks for the version with the credentials. */
export async function test(
  session: VendorSession,
): Promise<{ readonly version: string; readonly member: string | null }> {
  await codebaseOf(session)
  const answer = await readJson(session, {
    path: '/system/info',
    access: { group: 'System', kind: 'READ', fields: [], reference: true },
  })
  const info = systemInfo.safeParse(answer)
  if (!info.success) {
    // On the vendor's cloud wrong keys look like a missing page (API.md 10.1).
    throw unavailable(
      session.connection.slug,
      'did not tell its version: the company or the keys may be wrong',
    )
  }
  // Nothing on every release names the member that the keys belong to.
  return { version: info.data.version, member: null }
}
