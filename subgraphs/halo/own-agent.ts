import type { VendorSession } from '../../schema/source.ts'
import { unavailable } from '../http/errors.ts'
import { readJson } from './client.ts'
import { type MemberBody, member } from './schema.ts'

/** The agent that the application works as (API.md 11). */
export async function ownAgent(session: VendorSession): Promise<MemberBody> {
  const answer = await readJson(session, {
    path: '/Agent/me',
    access: { group: 'Members', kind: 'READ', fields: [], reference: true },
  })
  const me = member.safeParse(answer)
  if (!me.success) throw unavailable(session.connection.slug, 'did not tell which agent the application is')
  return me.data
}
