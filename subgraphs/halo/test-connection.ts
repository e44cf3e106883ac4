import type { VendorSession } from '../../schema/source.ts'
import { unavailable } from '../http/errors.ts'
import { readJson } from './client.ts'
import { member } from './schema.ts'

/** Signs in, and asks as which agent the application works; no endpoint tells the release without more rights. */
export async function test(
  session: VendorSession,
): Promise<{ readonly version: string; readonly member: string | null }> {
  const answer = await readJson(session, {
    path: '/Agent/me',
    access: { group: 'Members', kind: 'READ', fields: [], reference: true },
  })
  const me = member.safeParse(answer)
  if (!me.success) throw unavailable(session.connection.slug, 'did not tell which agent the application is')
  return { version: 'unknown', member: me.data.name ?? String(me.data.id) }
}
