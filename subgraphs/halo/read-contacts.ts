import type { VendorSession } from '../../schema/source.ts'
import { rowsByIds, USERS } from './read-by-id.ts'
import { contact as shape } from './schema.ts'

/** Mail addresses of contacts, where tickets do not bring them. */
export async function contactEmails(
  session: VendorSession,
  keys: readonly string[],
): Promise<ReadonlyMap<number, string | null>> {
  const rows = await rowsByIds(session, USERS, keys, { group: 'Contacts', kind: 'READ', fields: ['email'] })
  const found = new Map<number, string | null>()
  for (const row of rows.values()) {
    if (row instanceof Error) throw row
    const parsed = shape.safeParse(row)
    if (parsed.success) found.set(parsed.data.id, parsed.data.emailaddress)
  }
  return found
}
