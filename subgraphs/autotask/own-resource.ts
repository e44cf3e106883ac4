import type { VendorSession } from '../../schema/source.ts'
import { objectOf, query } from './client.ts'
import { compare, fieldName, text } from './conditions.ts'
import { loginName } from './locate.ts'

/** Id of the API user's own resource; null when its rights hide it. */
export async function ownResource(session: VendorSession): Promise<string | null> {
  const { rows } = await query(session, {
    entity: 'Resources',
    filter: [compare(fieldName('userName'), 'eq', text('username', await loginName(session)))],
    fields: ['id', 'userName'],
    max: 1,
    access: { group: 'Members', kind: 'READ', fields: [], reference: true },
  })
  const id = objectOf(rows[0]).id
  return typeof id === 'number' ? String(id) : null
}
