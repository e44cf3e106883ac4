import type { NamedValue } from '../../schema/records.ts'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { chunks } from '../reading/chunks.ts'
import { readAllRows } from './client.ts'
import { isIn, sysId } from './encoded-query.ts'
import { valueAt } from './rows.ts'
import { IDS_PER_URL } from './rows-by-id.ts'

const ACCESS: VendorAccess = { group: 'Members', kind: 'READ', fields: ['teams'] }
/** Somebody in more than a hundred groups each is no person. */
const PAGE = 1000
const MAX_PAGES = 5

/** The groups that each of these people is in. */
export async function groupsOfPeople(
  session: VendorSession,
  people: readonly string[],
): Promise<ReadonlyMap<string, readonly NamedValue[]>> {
  const wanted = new Set(people)
  const found = new Map<string, NamedValue[]>()
  for (const party of chunks(people, IDS_PER_URL)) {
    const rows = await readAllRows(
      session,
      {
        table: 'sys_user_grmember',
        clauses: [
          isIn(
            'user',
            party.map((id) => sysId('member', id)),
          ),
        ],
        fields: ['user', 'group', 'group.name'],
        order: [{ field: 'sys_id', descending: false }],
        access: ACCESS,
      },
      PAGE,
      MAX_PAGES,
    )
    for (const row of rows) {
      const [user, key] = [valueAt(row, 'user'), valueAt(row, 'group')]
      // A query that was not understood brings memberships of others (API.md 5).
      if (user === null || key === null || !wanted.has(user)) continue
      found.set(user, [...(found.get(user) ?? []), { key, name: valueAt(row, 'group.name') ?? key }])
    }
  }
  return found
}
