import type { VendorSession } from '../../schema/source.ts'
import { ownAgent } from './own-agent.ts'

/** Signs in, and asks as which agent the application works; no endpoint tells the release without more rights. */
export async function test(
  session: VendorSession,
): Promise<{ readonly version: string; readonly member: string | null }> {
  const { id, name } = await ownAgent(session)
  return { version: 'unknown', member: name ?? String(id) }
}
