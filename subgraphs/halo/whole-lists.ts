import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { readRows } from './client.ts'
import { flag } from './query.ts'
import { nobody } from './reference.ts'
import { type MemberBody, member, type SlaBody, sla, type TeamBody, team } from './schema.ts'

/** Agents cannot be paged (API.md, "Member"); the one that stands for nobody is no member. */
export async function memberRows(
  session: VendorSession,
  access: VendorAccess,
): Promise<readonly MemberBody[]> {
  const query = [flag('includeapiagents', true), flag('includeenabled', true), flag('includedisabled', true)]
  const { rows } = await readRows(session, { path: '/Agent', query, access }, 'agents')
  return rows.flatMap((row) => {
    const parsed = member.safeParse(row)
    return parsed.success && parsed.data.id > 0 && parsed.data.id !== nobody(session) ? [parsed.data] : []
  })
}

/** Teams of tickets; those that only take opportunities or projects are none of these boards. */
export async function teamRows(session: VendorSession, access: VendorAccess): Promise<readonly TeamBody[]> {
  const query = [flag('showall', true)]
  const { rows } = await readRows(session, { path: '/Team', query, access }, 'teams')
  return rows.flatMap((row) => {
    const parsed = team.safeParse(row)
    return parsed.success && parsed.data.forrequests !== false ? [parsed.data] : []
  })
}

export async function slaRows(session: VendorSession, access: VendorAccess): Promise<readonly SlaBody[]> {
  const { rows } = await readRows(session, { path: '/SLA', query: [], access }, 'slas')
  return rows.flatMap((row) => {
    const parsed = sla.safeParse(row)
    return parsed.success ? [parsed.data] : []
  })
}
